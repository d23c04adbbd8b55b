"""A hostile OpenAPI document reads nothing outside of the project, asks nobody, runs nothing and costs little."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.contracts import Index, bundle, check, load
from harness.core.errors import UsageError
from tests.support.document_reader import MEMORY
from tests.support.document_writers import answering
from tests.support.exchanges import exchange

ESCAPES, LEFT = (
    yaml.safe_load(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    for name in ("escapes.yaml", "left.yaml")
)
CANARY = "canary7f3a"
SECONDS = 20  # a second or two where nobody else is at work
LONGEST = 1_500  # letters of what is said
OUTSIDE = {
    "canary.yaml": "type: string\nconst: CANARY\nenum: [CANARY]\ndescription: CANARY\nCANARY: {type: string}\n",
    "canary.txt": "root:x:0:0:CANARY:/root:/bin/sh\nCANARY: [\n\tCANARY\n",
    "canary.json": '{"CANARY": "CANARY", CANARY}',
    "twice.yaml": "CANARY: 1\nCANARY: 2\n",
    "alias.yaml": "a: *CANARY\n",
    "tag.yaml": "a: !CANARY {a: *CANARY}\n",
    "type.yaml": "type: CANARY\nminLength: CANARY\n",
    "back.yaml": "a: {allOf: [{$ref: '../project/contracts/b.yaml#/b'}, {const: CANARY}]}\n",
    "path.yaml": "get: {operationId: CANARY, responses: {'200': {description: CANARY}}}\n",
    "response.yaml": "description: CANARY\n",
    "parameter.yaml": "{name: CANARY, in: query, schema: {const: CANARY}}\n",
    "example.yaml": "value: CANARY\n",
    ".ssh/id_ed25519": "-----BEGIN OPENSSH PRIVATE KEY-----\nCANARY\n-----END OPENSSH PRIVATE KEY-----\n",
}


class Server(BaseHTTPRequestHandler):
    """A server that must not be asked; it would answer with a schema."""

    asked: list[str]

    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        body = f'{{"const": "{CANARY}"}}'.encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[ThreadingHTTPServer]:
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    httpd.asked = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield httpd
    httpd.shutdown()
    thread.join()
    httpd.server_close()


class Plot:
    """The folders of an entry."""

    def __init__(self, entry: dict[str, Any], folder: Path, address: str) -> None:
        self.folder, self.outside, self._address = folder, folder / "outside", address
        self.document = folder / "project" / "contracts" / "a.yaml"
        for name, text in OUTSIDE.items():
            self._write(f"outside/{name}", text.replace("CANARY", CANARY))
        self._write("project/harness.toml", '[services.shop]\ncontracts = ["contracts/a.yaml"]\n')
        for name, text in entry.get("files", {}).items():
            self._write(name, self.filled(text))
        for name, target in entry.get("links", {}).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            os.symlink(self.filled(target), folder / name)
        self._write("project/contracts/a.yaml", self.filled(self._text(entry)))

    def filled(self, text: str) -> str:
        values = {
            "{outside}": str(self.outside),
            "{server}": f"http://{self._address}",
            "{server:host}": f"//{self._address}",
            "{server:tail}": f"://{self._address}",
            "CANARY": CANARY,
        }
        for name, value in values.items():
            text = text.replace(name, value)
        return re.sub(r"<<<(.*?)\|(\d+)>>>", lambda part: part[1] * int(part[2]), text)

    def _write(self, name: str, text: str) -> None:
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text(text, encoding="utf-8")

    def _text(self, entry: dict[str, Any]) -> str:
        if "document" in entry:
            return str(entry["document"])
        schema = entry.get("schema", {"$ref": entry.get("ref")})
        return json.dumps(answering(schema, components={"schemas": entry.get("more", {})}))


def read(path: Path, answer: Any) -> tuple[str, str]:
    """The verdict about a document, and all that is said of it and of an answer, or shown of it."""
    try:
        contract = load(path)
        judged = check(exchange("GET", "/x", 200, answer), Index([contract]))
    except UsageError as error:
        return "refused", str(error)
    said = [flaw.message.en for flaw in contract.flaws]
    said += [str(each) for each in (*judged.violations, *judged.unchecked)]
    if not contract.flaws:
        said.append(json.dumps(bundle(contract)))
    return "flawed" if contract.flaws else "read", "\n".join(said)


def params(part: str, *, costs: bool = False) -> list[Any]:
    mark = pytest.mark.xfail(reason="left", strict=True)
    return [
        pytest.param(
            each, id=each["name"].replace(" ", "-"), marks=[mark] if each["name"] in LEFT[part] else []
        )
        for each in ESCAPES[part]
        if each.get("costs", False) is costs
    ]


def test_names_are_of_one_entry_each() -> None:
    names = [each["name"] for each in (*ESCAPES["escapes"], *ESCAPES["kept"])]
    assert len(set(names)) == len(names)
    assert set(names) >= {*LEFT["escapes"], *LEFT["kept"]}


@pytest.mark.parametrize("entry", params("escapes"))
def test_no_document_leads_out(
    entry: dict[str, Any], tmp_path: Path, server: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    plot = Plot(entry, tmp_path, f"127.0.0.1:{server.server_port}")
    monkeypatch.setenv("HOME", str(plot.outside))
    monkeypatch.setenv("SHOP_SECRET", CANARY)
    answer = json.loads(plot.filled(json.dumps(entry.get("answer"))))
    verdict, words = read(plot.document, answer)
    assert server.asked == []  # type: ignore[attr-defined]
    assert not (plot.outside / "hit").exists()
    assert CANARY not in words or answer == CANARY
    assert verdict in entry["expected"], words
    if verdict != "read":
        assert entry.get("place", "") in words
        assert len(words) < LONGEST
        assert "\n" not in words.strip()
        assert [each for each in entry.get("hides", []) if each in words] == []


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[str]]:
    environment = {"HARNESS_CACHE": str(tmp_path_factory.mktemp("cache")), "PATH": ""}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.document_reader"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=Path(__file__).parents[3],
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


@pytest.mark.full
@pytest.mark.parametrize("entry", params("escapes", costs=True))
def test_no_document_costs_much(
    entry: dict[str, Any], reader: subprocess.Popen[str], tmp_path: Path, server: ThreadingHTTPServer
) -> None:
    plot = Plot(entry, tmp_path, f"127.0.0.1:{server.server_port}")
    assert reader.stdin is not None
    assert reader.stdout is not None
    asked = {"path": str(plot.document), "answer": entry.get("answer"), "seconds": SECONDS}
    reader.stdin.write(json.dumps(asked) + "\n")
    reader.stdin.flush()
    said = json.loads(reader.stdout.readline())
    assert said["verdict"] in entry["expected"], said
    assert said["memory"] < MEMORY, said
    assert said["seconds"] < SECONDS, said
    if said["verdict"] == "refused":
        assert entry.get("place", "") in said["words"]
        assert len(said["words"]) < LONGEST


@pytest.mark.parametrize("entry", params("kept"))
def test_what_is_within_is_read(entry: dict[str, Any], tmp_path: Path) -> None:
    plot = Plot(entry, tmp_path, "127.0.0.1:9")
    assert read(plot.document, entry["answer"])[0] == "read"
    contract = load(plot.document)
    assert check(exchange("GET", "/x", 200, entry["answer"]), Index([contract])).violations == ()
    assert check(exchange("GET", "/x", 200, "other"), Index([contract])).violations
