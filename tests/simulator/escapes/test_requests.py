"""A hostile mini-program gets to no server that is not mapped, by no spelling, scheme or redirect, and costs little."""

from __future__ import annotations

import contextlib
import gzip
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from tests.simulator.escapes.plot import CANARY, names, params, planted
from tests.simulator.escapes.question import Asker

REQUESTS = planted("requests")
WAYS = ["request", "load", "browse"]
BOMB = 400_000_000  # bytes of what a few decode to
MEMORY = 200_000  # KB that a request may take
PIECE = b"x" * 65536


class Server(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if "Transfer-Encoding" not in self.headers else b""
        path, _, query = self.path.partition("?")
        with contextlib.suppress(OSError):
            match path.split("/")[1:]:
                case ["to", *status]:
                    self.answer(int(status[0]) if status else 302, {"Location": unquote(query)})
                case ["refresh"]:
                    self.answer(200, {"Refresh": f"0;url={query}", "Content-Location": query})
                case ["bomb"]:
                    self.answer(200, {"Content-Encoding": "gzip"}, self.server.bomb)  # type: ignore[attr-defined]
                case ["bombs"]:
                    bombs = gzip.compress(self.server.bomb)  # type: ignore[attr-defined]
                    self.answer(200, {"Content-Encoding": "gzip, gzip"}, bombs)
                case ["endless"]:
                    self.answer(200, {"Content-Length": str(10**12)}, None)
                    while True:
                        self.wfile.write(PIECE)
                case ["drip"]:
                    self.answer(200, {"Content-Length": "1000"}, None)
                    while not self.server.ended.wait(0.1):  # type: ignore[attr-defined]
                        self.wfile.write(b"x")
                case ["headers"]:
                    self.answer(200, {f"X-{n}": "x" * 60_000 for n in range(90)})
                case _:
                    headers = {name.lower(): value for name, value in self.headers.items()}
                    said = {"method": self.command, "headers": headers, "body": body.decode("latin-1")}
                    self.answer(200, {}, json.dumps(said).encode())

    do_POST = do_GET

    def answer(self, status: int, headers: dict[str, str], body: bytes | None = b"") -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if body is not None:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_: object) -> None:
        pass


class Other(Server):
    """Nobody may ask it."""

    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        self.answer(200, {}, CANARY.encode())

    do_POST = do_GET


@contextlib.contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[Any]:
    httpd: Any = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    httpd.asked, httpd.ended = [], threading.Event()
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield httpd
    httpd.ended.set()
    httpd.shutdown()
    thread.join()
    httpd.server_close()


@pytest.fixture(scope="module")
def shop() -> Iterator[Any]:
    with serving(Server) as httpd:
        yield httpd


@pytest.fixture(scope="module")
def other() -> Iterator[Any]:
    with serving(Other) as httpd:
        yield httpd


@pytest.fixture(scope="module")
def asker(shop: Any, other: Any) -> Iterator[Asker]:
    with Asker(shop.server_port, other.server_port) as opened:
        yield opened


def combinations(entry: dict[str, Any]) -> list[tuple[str, bool]]:
    checks = [entry["check"]] if "check" in entry else [True, False]
    return [(way, check) for way in entry.get("way", WAYS) for check in checks]


def test_names_are_of_one_entry_each() -> None:
    assert names(REQUESTS) >= set(REQUESTS["left"])


@pytest.mark.parametrize("entry", params(REQUESTS, "escapes", costs=False))
def test_no_request_leads_out(entry: dict[str, Any], asker: Asker, other: Any) -> None:
    other.asked.clear()
    ends = {combination: asker.ask(entry, *combination) for combination in combinations(entry)}
    assert other.asked == []
    for combination, (end, words) in ends.items():
        assert end in entry["expected"], (combination, words)
        assert CANARY not in words
        assert "root:x:0" not in words
        assert [each for each in map(asker.filled, entry.get("unsaid", [])) if each in words] == []


@pytest.mark.full
@pytest.mark.parametrize("entry", params(REQUESTS, "escapes", costs=True))
def test_no_answer_costs_much(entry: dict[str, Any], shop: Any, other: Any) -> None:
    if not hasattr(shop, "bomb"):
        shop.bomb = gzip.compress(bytes(BOMB), 1)
    [(way, check)] = combinations(entry)
    asked = json.dumps([entry, shop.server_port, other.server_port, way, check])
    ended = subprocess.run(
        [sys.executable, "-m", "tests.simulator.escapes.question", asked],
        capture_output=True,
        text=True,
        timeout=entry["seconds"],
        check=True,
        cwd=Path(__file__).parents[3],
    )
    said = json.loads(ended.stdout)
    assert said["end"] in entry["expected"], said
    assert said["kilobytes"] < MEMORY, said


@pytest.mark.parametrize("entry", params(REQUESTS, "kept"))
def test_what_is_mapped_is_reached(entry: dict[str, Any], asker: Asker) -> None:
    ends = {combination: asker.ask(entry, *combination) for combination in combinations(entry)}
    assert {combination: end for combination, (end, _) in ends.items() if end != "answered"} == {}
