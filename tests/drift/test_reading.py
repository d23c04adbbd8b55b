from __future__ import annotations

import json
import os
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from harness.core.errors import UsageError
from harness.core.silence_words import SHORT
from harness.drift.reading import Recorded, Spot, json_values, read
from tests.drift.cases import entry


def one(path: Path) -> Recorded:
    (recorded,) = read(path)
    assert isinstance(recorded, Recorded)
    return recorded


def har(tmp_path: Path, *entries: Any, indent: int | None = None, **log: Any) -> Path:
    path = tmp_path / "a.har"
    path.write_text(json.dumps({"log": {**log, "entries": list(entries)}}, indent=indent), encoding="utf-8")
    return path


def lines(tmp_path: Path, *entries: Any, name: str = "a.ndjson") -> Path:
    path = tmp_path / name
    path.write_text("".join(json.dumps(each) + "\n" for each in entries), encoding="utf-8")
    return path


def test_each_exchange_has_its_number_and_line(tmp_path: Path) -> None:
    path = har(tmp_path, entry("/a"), entry("/b"), indent=1, pages=[{"entries": ["no", '\\"] entries']}])
    found = list(read(path))
    assert [each.exchange.path for each in found if isinstance(each, Recorded)] == ["/v1/a", "/v1/b"]
    assert [each.spot.number for each in found if isinstance(each, Recorded)] == [1, 2]
    text = path.read_text(encoding="utf-8").splitlines()
    for each in found:
        assert isinstance(each, Recorded)
        assert '"startedDateTime"' in text[each.spot.line]


@pytest.mark.parametrize("piece", [1, 2, 7, 64])
def test_where_the_file_is_divided_makes_no_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    monkeypatch.setattr(json_values, "PIECE", piece)
    monkeypatch.setattr("harness.drift.reading.files.BEGINNING", 9)
    body = '{"a\\\\": "\\"}]{[\\\\", "b": [1, -2.5e3, true, null], "c": "\\u00e9é"}'
    path = har(tmp_path, entry(body=body), {"x": 1, **entry(body="")}, comment="]}")
    bodies = [each.exchange.response.body for each in read(path) if each.exchange.response]  # type: ignore[union-attr]
    assert bodies == [body.encode(), b""]


def test_headers_as_exporters_write_them(tmp_path: Path) -> None:
    pairs = [[":method", "GET"], [":authority", "a.example"], ["Set-Cookie", "a=1\nb=2"]]
    headers = one(har(tmp_path, entry(request_headers=pairs))).exchange.request.headers
    assert headers == (("Accept", "*/*"), ("X-Shop", "a"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))


def test_simple_lines(tmp_path: Path) -> None:
    path = lines(
        tmp_path,
        {
            "request": {
                "method": "post",
                "url": "https://a.example/x?y=1",
                "headers": {"X": "1"},
                "body": {"a": 1},
            },
            "response": {"status": 200, "headers": {"Set-Cookie": ["a=1", "b=2"]}, "body": "text"},
        },
    )
    exchange = one(path).exchange
    assert (exchange.method, exchange.path, exchange.request.body) == ("POST", "/x?y=1", b'{"a": 1}')
    assert exchange.request.header("content-type") == "application/json"
    assert exchange.response is not None
    assert exchange.response.headers == (("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))
    assert exchange.response.body == b"text"


def test_of_a_line_without_bodies_they_are_unknown(tmp_path: Path) -> None:
    request = {"method": "POST", "url": "https://a.example/x"}
    recorded = one(lines(tmp_path, {"request": request, "response": {"status": 200}}))
    assert recorded.unsaved == {"request.body", "response.body"}
    request["method"] = "GET"
    assert one(lines(tmp_path, {"request": request, "response": {"status": 200}})).unsaved == {
        "response.body"
    }


def test_events_of_a_run_with_a_body_in_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "events").mkdir()
    (tmp_path / "bodies").mkdir()
    (tmp_path / "bodies" / "1.bin").write_bytes(b"[1]")
    (tmp_path / "secret").write_bytes(b"secret")
    data = {
        "id": "1",
        "source": "browser",
        "target": "website",
        "request": {"method": "GET", "url": "/a", "headers": [["Host", "x"]], "content": {"text": ""}},
        "response": {
            "status": 200,
            "headers": [],
            "content": {"text": "", "file": "bodies/1.bin", "size": 3},
        },
        "started": 1.0,
        "ended": 1.5,
        "reason": None,
    }
    event = {"v": 1, "wall": "2026-11-30T08:00:00Z", "kind": "exchange", "data": data}
    lines(tmp_path / "events", {"v": 1, "kind": "step", "data": {}}, event, name="p.jsonl")
    recorded = one(tmp_path)
    assert (recorded.host, recorded.exchange.path, recorded.spot.line) == ("website", "/a", 2)
    assert recorded.exchange.response is not None
    assert recorded.exchange.response.body == b"[1]"
    data["response"] = {"status": 200, "headers": [], "content": {"text": "", "file": "../secret"}}
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "events").mkdir()
    lines(tmp_path / "run" / "events", event, name="p.jsonl")
    assert "response.body" in one(tmp_path / "run").unsaved


def test_what_a_proxy_did_not_record_whole_is_told_in_both_languages(tmp_path: Path) -> None:
    said = SHORT.format(status=200)
    response = {"status": 200, "headers": [], "content": {"text": "[1, "}}
    data = {
        "request": {"method": "GET", "url": "/a", "headers": [], "content": {"text": ""}},
        "response": response,
    }
    event = {"kind": "exchange", "data": {**data, "reason": "cut short", "unchecked": said.en}}
    assert one(lines(tmp_path, event)).whole == ("not recorded whole", said)


def test_playwright_keeps_bodies_beside_the_archive(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_bytes(b"{}")
    made = entry()
    made["response"]["content"] = {"mimeType": "application/json", "_file": "b.json", "size": -1}
    response = one(har(tmp_path, made)).exchange.response
    assert response is not None
    assert response.body == b"{}"


def test_text_that_was_in_another_charset_is_in_it_again(tmp_path: Path) -> None:
    response = one(har(tmp_path, entry(body="订单", type="text/plain; charset=gbk"))).exchange.response
    assert response is not None
    assert response.body == "订单".encode("gbk")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_and_utf_16(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.har"
    path.write_text(json.dumps({"log": {"entries": [entry("/é")]}}, ensure_ascii=False), encoding=encoding)
    assert one(path).exchange.path == "/v1/é"


@pytest.mark.skipif(not Path("/dev/fd").is_dir(), reason="no pipe has a path here")
def test_what_another_command_writes(tmp_path: Path) -> None:
    """``harness drift <(gunzip -c a.har.gz)``"""
    end, start = os.pipe()
    with os.fdopen(start, "wb") as writing:
        writing.write(har(tmp_path, entry("/a")).read_bytes())
    try:
        assert one(Path(f"/dev/fd/{end}")).exchange.path == "/v1/a"
    finally:
        os.close(end)


def test_an_entry_that_is_too_large_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_values, "LARGEST", 5000)
    monkeypatch.setattr("harness.drift.reading.files.LARGEST", 5000)
    monkeypatch.setattr("harness.drift.reading.files.BEGINNING", 100)
    entries = [entry("/a"), entry("/b", body="x" * 9000), entry("/c")]
    for path in (har(tmp_path, *entries), lines(tmp_path, *entries)):
        found = list(read(path))
        assert [type(each) for each in found] == [Recorded, Spot, Recorded]


def test_an_entry_of_very_many_lists_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.drift.reading.files.MOST", 50)
    entries = [entry("/a"), entry("/b") | {"_lists": [[]] * 60}, entry("/c")]
    for path in (har(tmp_path, *entries), lines(tmp_path, *entries)):
        assert [type(each) for each in read(path)] == [Recorded, Spot, Recorded]


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = har(tmp_path, *[entry(body="x" * 100_000)] * 100)
    tracemalloc.start()
    try:
        assert sum(1 for _ in read(path)) == 100
        assert tracemalloc.get_traced_memory()[1] < 3_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("status", [0, -1, 99, 1000, 10**400, None, "ok", True])
def test_a_status_that_is_none_is_no_answer(tmp_path: Path, status: Any) -> None:
    made = entry()
    made["response"]["status"] = status
    recorded = one(har(tmp_path, made))
    assert (recorded.exchange.status, recorded.exchange.response) == (None, None)
    assert recorded.whole is not None


def test_half_a_character_in_an_address_and_in_a_body(tmp_path: Path) -> None:
    recorded = one(har(tmp_path, entry("/\ud800", body='{"a": "\ud800"}')))
    assert recorded.exchange.path == "/v1/\\ud800"
    assert recorded.unsaved == {"response.body"}


DAMAGED = {
    "": (b"", "is empty"),
    "cut in an entry": (
        b'{"log": {\n"entries": [\n{"request"',
        "a.har:3: the file ends in the middle of a value",
    ),
    "cut in a text": (b'{"log": {"entries": [\n{"a": "b', "a.har:2: the file ends in the middle of a text"),
    "cut behind an entry": (b'{"log": {"entries": [{"request": {}}', "it has no request.method"),
    "cut behind all": (b'{"log": {"entries": []', "a.har:1: ',' or '}' expected, the end of the file found"),
    "not JSON in an entry": (
        b'{"log": {"entries": [\n{"a": \n nope}]}}',
        "a.har:3: not JSON: Expecting value",
    ),
    "a bare word": (b'{"x": }', "a value expected, '}' found"),
    "no entries": (b'{"log": {"version": "1.2"}}', "it has no log.entries"),
    "entries of another kind": (b'{"log": {"entries": {}}}', "'entries', a list, expected, '{' found"),
    "an entry of another kind": (b'{"log": {"entries": [7]}}', "exchange 1: it has no 'request'"),
    "no address": (
        b'{"log": {"entries": [{"request": {"method": "GET", "url": "http://[x/"}}]}}',
        "is no address",
    ),
    "a port that is none": (
        b'{"log": {"entries": [{"request": {"method": "GET", "url": "http://a:b/"}}]}}',
        "no address",
    ),
    "not UTF-8": (b'{"log": {"entries": [{\n"a": "\xff"}]}}', "a.har:2: not UTF-8 text"),
    "deep": (b'{"log": {"entries": [' + b"[" * 100_000, "nested more than 500 levels deep"),
    "a long number": (b'{"log": {"entries": [{"a": ' + b"1" * 5000 + b"}]}}", "exchange 1 cannot be read"),
    "more behind it": (b'{"log": {"entries": []}} {"log": 1}', "more text after the end of the archive"),
    "a ZIP archive": (b"PK\x03\x04....", "is a ZIP archive: unpack it first"),
    "packed": (b"\x1f\x8b....", "is packed with gzip: unpack it first"),
    "a list": (b"[1, 2]", "a.har:1: HAR, an object, expected, '[' found"),
    "a page": (b"<html>\n</html>", "a.har:1: HAR, an object, expected, '<' found"),
    "an OpenAPI document": (b"openapi: 3.0.3\n", "looks like an OpenAPI document"),
    "an OpenAPI document in JSON": (b'{\n"openapi": "3.0.3", "paths": {}}', "looks like an OpenAPI document"),
    "a Postman collection": (b'{\n"info": {}, "item": []}', "a Postman collection"),
}


@pytest.mark.parametrize(("content", "problem"), DAMAGED.values(), ids=DAMAGED)
def test_what_is_damaged_or_something_else_is_told_in_one_line(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    path = tmp_path / "a.har"
    path.write_bytes(content)
    with pytest.raises(UsageError) as caught:
        list(read(path))
    assert problem in str(caught.value)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    path = lines(tmp_path, entry())
    path.write_text(path.read_text(encoding="utf-8") + "\n{", encoding="utf-8")
    with pytest.raises(UsageError, match=r"a\.ndjson:3: not JSON"):
        list(read(path))


def test_a_file_that_is_not_there_and_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "none.har", tmp_path):
        with pytest.raises(UsageError):
            list(read(path))
