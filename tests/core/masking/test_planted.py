"""Secrets and personal data of a shop's traffic are masked in what the recorder writes, and nothing else is."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import yaml

from harness.contracts.envelope import EnvelopeSettings
from harness.core.events import EventLog, read_events
from harness.core.payloads import ExchangeRecord
from harness.core.payloads.traffic import Content
from harness.traffic import bodies as traffic_bodies
from harness.traffic.bodies import recorded_body
from harness.traffic.edges import Edge
from harness.traffic.judging import Judge, judges
from harness.traffic.recorder import Recorder, Recording
from harness.traffic.settings import TrafficSettings
from tests.support.written import readings, standing

PLANTED, LEFT = (
    yaml.safe_load(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    for name in ("planted.yaml", "left.yaml")
)
ENVELOPE, PLAIN = "envelope", "plain"
Record = Callable[[dict[str, Any]], ExchangeRecord]


def params(part: str, entries: list[dict[str, Any]]) -> list[Any]:
    """The entries, of which those that ``left.yaml`` names for this part must fail."""
    mark = pytest.mark.xfail(reason="left", strict=True)
    return [
        pytest.param(
            each, id=each["name"].replace(" ", "-"), marks=[mark] if each["name"] in LEFT[part] else []
        )
        for each in entries
    ]


def has_secret_path(entry: dict[str, Any]) -> bool:
    path = unquote(entry.get("path", ""))
    return any(str(gone) in path for gone in entry["gone"])


def body_of(entry: dict[str, Any]) -> bytes:
    text = str(entry.get("body", ""))
    text = text.replace("\n", "\r\n") if entry.get("crlf") else text
    text = text.replace("@", "@" * entry["repeat"]) if "repeat" in entry else text
    match entry.get("coding", "utf-8"):
        case "gzip":
            return gzip.compress(text.encode())
        case "from base64":
            return base64.b64decode(text)
        case "base64":
            return base64.b64encode(text.encode())
        case charset:
            return text.encode(charset)


def headers_of(entry: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    headers = list(entry.get("header", {}).items())
    if "body" in entry and (media := entry.get("type", "application/json")):
        headers.append(("Content-Type", media))
    if entry.get("coding") == "gzip":
        headers.append(("Content-Encoding", "gzip"))
    return tuple(headers)


def path_of(entry: dict[str, Any]) -> str:
    return str(entry.get("path", "/any")) + (f"?{entry['query']}" if "query" in entry else "")


@pytest.fixture(scope="module")
def edges(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Edge, Judge]]:
    document = tmp_path_factory.mktemp("contract") / "shop.yaml"
    document.write_text(yaml.safe_dump(PLANTED["document"]), encoding="utf-8")
    made = {}
    for name, envelope in ((PLAIN, None), (ENVELOPE, EnvelopeSettings())):
        edge = Edge(
            source="browser",
            target=name,
            port=1,
            upstream="http://a",
            contracts=[document],
            envelope=envelope,
        )
        made[name] = (edge, judges([edge])[edge.name])
    return made


@pytest.fixture
def record(tmp_path: Path, edges: dict[str, tuple[Edge, Judge]]) -> Record:
    """Let the exchange of an entry pass; what is written of it."""

    def record(entry: dict[str, Any]) -> ExchangeRecord:
        pass_by(entry, tmp_path, edges)
        (event,) = read_events(tmp_path, ExchangeRecord)
        assert event.data.reason != "not recordable"
        return event.data

    return record


def pass_by(entry: dict[str, Any], folder: Path, edges: dict[str, tuple[Edge, Judge]]) -> str:
    """Let the exchange of an entry pass; what the proxy says of it while it is under way."""
    body, headers = body_of(entry), headers_of(entry)
    cookies = tuple(
        (name, str(entry[name.lower()])) for name in ("Cookie", "Set-Cookie") if name.lower() in entry
    )
    with EventLog(folder, "r1", "proxy") as log:
        recorder = Recorder(log, TrafficSettings())
        edge, judge = edges[ENVELOPE if entry.get("envelope") else PLAIN]
        method = "POST" if body else "GET"
        recording = recorder.begin(edge, judge, method, path_of(entry), (*headers, *cookies[:1]))
        recording.request_body.take(body)
        state = json.dumps(recorder.state(), ensure_ascii=False) + recording.silent("no answer")
        recording.answered(200, (*headers, *cookies))
        recording.response_body.take(body)
        recording.finish_now()
    return state


def bodies(record: ExchangeRecord, folder: Path) -> list[bytes]:
    assert record.response is not None
    return [_body(side.content, folder) for side in (record.request, record.response)]


def _body(content: Content, folder: Path) -> bytes:
    if content.file is not None:
        return recorded_body(folder, content) or b""
    return base64.b64decode(content.text) if content.encoding == "base64" else content.text.encode()


def keys(value: Any) -> list[str]:
    """The keys of a JSON value on its first level; a masked value below may have become one text."""
    return list(value) if isinstance(value, dict) else [str(len(value))]


def json_of(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def test_names_are_of_one_entry_each() -> None:
    names = [each["name"] for each in (*PLANTED["secrets"], *PLANTED["kept"])]
    assert len(set(names)) == len(names)
    assert set(names) >= {*LEFT["secrets"], *LEFT["kept"], *LEFT["unrecorded"]}


@pytest.mark.parametrize("entry", params("secrets", PLANTED["secrets"]))
def test_no_secret_is_written(entry: dict[str, Any], record: Record, tmp_path: Path) -> None:
    written = record(entry)
    left = [str(each) for each in entry.get("left", [])]
    assert standing([str(each) for each in entry["gone"]], tmp_path) == []
    assert standing(left, tmp_path) == left
    sent = json_of(body_of(entry))
    if isinstance(sent, dict | list) and left:
        for body in bodies(written, tmp_path):
            seen = json_of(body)
            assert isinstance(seen, type(sent)), body
            if entry.get("keys") != "differ":
                assert keys(seen) == keys(sent), body


@pytest.mark.parametrize("lost", ["masked", "_event"])
@pytest.mark.parametrize("entry", params("unrecorded", list(filter(has_secret_path, PLANTED["secrets"]))))
def test_no_secret_is_said_of_what_cannot_be_recorded(
    entry: dict[str, Any],
    lost: str,
    tmp_path: Path,
    edges: dict[str, tuple[Edge, Judge]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> Any:
        raise KeyError("x")

    if lost == "masked":
        monkeypatch.setattr(traffic_bodies, "masked", fail)
    else:
        monkeypatch.setattr(Recording, "_event", fail)
    said_meanwhile = readings(pass_by(entry, tmp_path, edges))
    gone = [str(each) for each in entry["gone"]]
    assert [each for each in gone if any(each in said for said in said_meanwhile)] == []
    assert standing(gone, tmp_path) == []


@pytest.mark.parametrize("entry", params("kept", PLANTED["kept"]))
def test_what_is_no_secret_is_kept(entry: dict[str, Any], record: Record, tmp_path: Path) -> None:
    written = record(entry)
    assert written.path == path_of(entry)
    assert bodies(written, tmp_path) == [body_of(entry)] * 2
    assert written.response is not None
    headers = [list(pair) for pair in written.request.headers]
    assert headers == [list(pair) for pair in headers_of(entry)]
