from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from harness.core.errors import BrokenError, UsageError
from harness.runs.fetching import fetch

DOCUMENT = {
    "openapi": "3.0.1",
    "info": {"title": "Orders", "version": "v0"},
    "paths": {"/orders": {"get": {"responses": {"200": {"description": "OK"}}}}},
}


class Backend(BaseHTTPRequestHandler):
    status, text = 200, ""

    def do_GET(self) -> None:
        self.send_response(Backend.status)
        self.end_headers()
        self.wfile.write(Backend.text.encode())

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def url() -> Iterator[str]:
    Backend.status, Backend.text = 200, json.dumps(DOCUMENT)
    with ThreadingHTTPServer(("127.0.0.1", 0), Backend) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/v3/api-docs"
        server.shutdown()


def test_a_served_contract_is_kept_with_lines(url: str, tmp_path: Path) -> None:
    found = fetch(url, tmp_path / "contracts" / "orders.json")
    assert found.added == ("GET /orders",)
    (operation,) = found.contract.operations
    assert operation.line == 9
    assert '"get"' in found.path.read_text(encoding="utf-8").splitlines()[8]


def test_what_changed_since_is_told(url: str, tmp_path: Path) -> None:
    path = tmp_path / "orders.json"
    fetch(url, path)
    paths = {
        "/orders": {"get": {"responses": {"200": {"description": "OK"}, "404": {"description": "None"}}}},
        "/orders/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "get": {"responses": {"200": {"description": "OK"}}},
        },
    }
    Backend.text = json.dumps({**DOCUMENT, "paths": paths})
    found = fetch(url, path)
    assert (found.added, found.gone, found.changed) == (("GET /orders/{id}",), (), ("GET /orders",))
    Backend.text = json.dumps({**DOCUMENT, "paths": {"/other": DOCUMENT["paths"]["/orders"]}})  # type: ignore[index]
    assert fetch(url, path).gone == ("GET /orders", "GET /orders/{id}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<html>log in</html>", "neither JSON nor YAML came"),
        ('{"openapi": "3.0.1"', "neither JSON nor YAML came"),
        ('{"hello": 1}', "not an OpenAPI document"),
    ],
)
def test_what_is_no_contract_leaves_the_known_one_alone(
    url: str, tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "orders.json"
    fetch(url, path)
    before = path.read_text(encoding="utf-8")
    Backend.text = text
    with pytest.raises(UsageError, match=message):
        fetch(url, path)
    assert path.read_text(encoding="utf-8") == before


def test_a_backend_that_does_not_give_it_is_broken(url: str, tmp_path: Path) -> None:
    Backend.status = 503
    with pytest.raises(BrokenError, match=r"/v3/api-docs answered 503"):
        fetch(url, tmp_path / "orders.json")
    with pytest.raises(BrokenError, match="ConnectError"):
        fetch("http://127.0.0.1:1/v3/api-docs", tmp_path / "orders.json")
