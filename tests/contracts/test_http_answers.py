from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.contracts import Index, check, load
from tests.support.exchanges import JSON, exchange


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    path: Path = tmp_path_factory.mktemp("http") / "a.json"
    headers = {"X-Total": {"required": True, "schema": {"type": "integer"}}}
    found = {"description": "ok", "headers": headers, "content": {"application/json": {"schema": {}}}}
    paths = {
        "/one": {"get": {"responses": {"200": found}}, "put": {"responses": {"200": {"description": "ok"}}}},
        "/all": {"get": {"responses": {"2XX": found, "default": found}}},
        "/moved": {"get": {"responses": {"302": {"description": "elsewhere"}, "201": {"description": "no"}}}},
        "/own": {"get": {"responses": {"200": found, "304": {**found, "content": {}}}}},
    }
    document = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths}
    path.write_text(json.dumps(document), encoding="utf-8")
    return Index([load(path)])


@pytest.mark.parametrize(
    ("method", "path", "asked", "status", "wrong"),
    [
        ("GET", "/one", "If-None-Match", 304, []),
        ("HEAD", "/one", "If-Modified-Since", 304, []),
        ("GET", "/all", "If-None-Match", 304, []),  # what ``default`` says is not said of it
        ("GET", "/one", "X-Other", 304, ["response.status"]),
        ("PUT", "/one", "If-None-Match", 304, ["response.status"]),
        ("GET", "/own", "If-None-Match", 304, ["response.headers/X-Total"]),  # documented, so judged
        ("PUT", "/one", "If-Match", 412, []),
        ("PUT", "/one", "X-Other", 412, ["response.status"]),
        ("GET", "/one", "Range", 416, []),
        ("GET", "/one", "X-Other", 416, ["response.status"]),
        ("GET", "/one", "Range", 206, []),
        ("GET", "/all", "Range", 206, []),
        ("GET", "/one", "X-Other", 206, ["response.status"]),
        ("HEAD", "/one", "X-Other", 200, []),  # RFC 9110, 9.3.2: may leave out what the content tells
        ("GET", "/one", "X-Other", 200, ["response.headers/X-Total"]),
    ],
)
def test_what_a_request_asks_of_http_is_answered_by_http(
    method: str, path: str, asked: str, status: int, wrong: list[str], index: Index
) -> None:
    sent = exchange(method, path, status, body=b'{"a"', headers=(JSON,), sent_headers=((asked, "x"),))
    if status == 200:
        sent = exchange(method, path, status, body={}, headers=(JSON,))
    judged = check(sent, index)
    assert [each.where for each in judged.violations] == wrong
    ranged = ["response.body: a range of it (206)"] if status == 206 and not wrong else []
    assert [part.words.en for part in judged.unchecked] == ranged


def test_a_header_of_head_is_judged_where_it_is(index: Index) -> None:
    sent = exchange("HEAD", "/one", headers=(JSON, ("X-Total", "many")))
    assert [each.where for each in check(sent, index).violations] == ["response.headers/X-Total"]


@pytest.mark.parametrize(
    ("status", "media", "wrong"),
    [
        (302, "text/html; charset=utf-8", []),
        (302, "text/plain", []),
        (302, "application/json", ["response.body"]),
        (301, "text/html", ["response.status"]),
        (201, "text/html", ["response.body"]),
    ],
)
def test_a_redirect_may_say_in_a_note_where_it_leads(
    status: int, media: str, wrong: list[str], index: Index
) -> None:
    headers = (("Content-Type", media), ("Location", "/one"))
    judged = check(exchange("GET", "/moved", status, body=b"<a href=/one>", headers=headers), index)
    assert [each.where for each in judged.violations] == wrong
    assert judged.unchecked == ()
