"""Bodies in each media type: what keeps to the contract, what breaks it, what nobody can judge."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.contracts import Checked, Index, check, load
from harness.core.media_types import media_type
from tests.support.exchanges import exchange

OBJECT = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}
PARTS = {
    "type": "object",
    "required": ["file"],
    "additionalProperties": False,
    "properties": {
        "file": {"type": "string", "format": "binary", "minLength": 4},
        "count": {"type": "integer"},
        "tags": {"type": "array", "items": {"type": "string", "maxLength": 1}},
        "about": OBJECT,
    },
}


def index(folder: Path, content: dict[str, Any], version: str = "3.0.3") -> Index:
    answers = {"200": {"description": "ok", "content": content}}
    operation = {"requestBody": {"content": content}, "responses": answers}
    data = {
        "openapi": version,
        "info": {"title": "T", "version": "1"},
        "paths": {"/x": {"post": operation}},
    }
    (folder / "a.json").write_text(json.dumps(data), encoding="utf-8")
    return Index([load(folder / "a.json")])


def judged(folder: Path, content: dict[str, Any], sent: str | None, body: bytes) -> Checked:
    """A body sent and answered: both must be judged alike."""
    headers = () if sent is None else (("Content-Type", sent),)
    asked = exchange(
        "POST", "/x", body=body, headers=headers, sent=body if sent else None, sent_headers=headers
    )
    return check(asked, index(folder, content))


def seen(checked: Checked) -> list[str]:
    """What the answer says; the request says the same."""
    found = [each for each in checked.violations if each.where.startswith("response")]
    assert len(checked.violations) == 2 * len(found)
    return [f"{each.where.removeprefix('response.')}: {each.expected.en}" for each in found]


@pytest.mark.parametrize(
    ("sent", "schema", "body"),
    [
        ("text/json; charset=utf-8", OBJECT, b'{"id": 1}'),
        ("application/x-json", OBJECT, b'{"id": 1}'),
        ("application/hal+json", OBJECT, b'{"id": 1}'),
        ("application/json; charset=iso-8859-1", OBJECT, b'{"id": 1}'),  # JSON has no charset (RFC 8259, 11)
        ("application/json", OBJECT, b'{"id": 1, "price": 1e400}'),  # any number may be there
        ("application/json", OBJECT, b'{"id": 1, "a": "\\ud83d\\ude00 \\\\ud83d"}'),
        ("text/plain", {"type": "integer"}, b"42"),
        ("text/plain", {"type": "boolean"}, b"true"),
        ("text/plain", {"enum": [1, 2]}, b"2"),
        ("text/plain", {"type": ["string", "object"]}, b"word"),
        ("text/plain;charset=GBK", {"type": "string", "enum": ["成功"]}, "成功".encode("gbk")),
        ('text/plain; charset="gb2312"', {"type": "string", "enum": ["成功"]}, "成功".encode("gbk")),
        # what people write under the older names is in the newer tables
        ("text/plain; charset=gb2312", {"type": "string", "enum": ["朱镕基"]}, "朱镕基".encode("gbk")),
        ("text/plain; charset=gbk", {"type": "string", "enum": ["𠮷"]}, "𠮷".encode("gb18030")),
        ("text/html; charset=big5", {"type": "string", "enum": ["成功"]}, "成功".encode("big5")),
        ("text/csv", {"type": "string"}, b"a,b\n1,2\n"),
        ("image/jpeg", {"type": "string", "format": "binary"}, b"\xff\xd8"),
        ("application/octet-stream", {}, b"\xff"),
        (
            "application/octet-stream",
            {"type": "string", "minLength": 2},
            "é".encode(),
        ),  # as long as its bytes
    ],
)
def test_what_keeps_to_the_contract(sent: str, schema: Any, body: bytes, tmp_path: Path) -> None:
    content = {sent.partition(";")[0]: {"schema": schema}}
    data = judged(tmp_path, content, sent, body)
    assert (data.violations, data.unchecked) == ((), ())


@pytest.mark.parametrize(
    ("sent", "schema", "body", "words"),
    [
        ("text/json", OBJECT, b"{}", "body: the property 'id'"),
        ("text/plain", {"type": "integer"}, b"x", "body: integer"),
        ("text/plain", {"enum": [1, 2]}, b"3", "body: one of 1, 2"),
        ("text/plain;charset=utf-8", {"type": "string"}, b"\xff", "body: text in utf-8"),
        ("application/json;charset=GBK", OBJECT, '{"m": "成"}'.encode("gbk"), "body: JSON in UTF-8"),
        ("application/json", OBJECT, b'\xef\xbb\xbf{"id": 1}', "body: JSON"),  # RFC 8259, 8.1
        ("multipart/form-data", PARTS, b"--x--", "body: parts divided by the boundary"),
        ("multipart/form-data; boundary=y", PARTS, b"--x--", "body: parts divided by the boundary"),
    ],
)
def test_what_breaks_the_contract(sent: str, schema: Any, body: bytes, words: str, tmp_path: Path) -> None:
    data = judged(tmp_path, {sent.partition(";")[0]: {"schema": schema}}, sent, body)
    assert (seen(data), data.unchecked) == ([words], ())


@pytest.mark.parametrize(
    ("sent", "schema", "body", "words"),
    [
        (
            "application/x-www-form-urlencoded",
            {"type": "object", "properties": {"x": {"type": "array", "items": OBJECT}}},
            b"x=1",
            "a field of the form has a schema that OpenAPI defines no text for",
        ),
        (
            "text/event-stream",
            OBJECT,
            b'data: {"id":1}\n\n',
            "no schema of object can judge text/event-stream",
        ),
        ("text/csv", {"type": "array", "items": OBJECT}, b"id\n1\n", "no schema of array can judge text/csv"),
        ("application/xml", OBJECT, b"<id>1</id>", "no schema of object can judge application/xml"),
        ("image/png", OBJECT, b"\x89PNG", "no schema of object can judge image/png"),
        ("text/plain", {"type": ["integer", "object"]}, b"x", "no schema of integer or object can judge"),
        ("text/plain; charset=klingon", {"type": "string"}, b"x", "its charset klingon is unknown"),
        ("text/plain; charset=base64", {"type": "string"}, b"x", "its charset base64 is unknown"),
        ("text/plain", {"type": "string"}, "成".encode("gbk"), "it names no charset and is not UTF-8"),
        (
            "application/json",
            OBJECT,
            b'{"id": 1, "more": ' + b"1" * 5_000 + b"}",
            "it has an integer of more than 4300 digits",
        ),
        (
            "application/json",
            {**OBJECT, "properties": {"price": {"type": "number"}}},
            b'{"id": 1, "price": -1e400}',
            "it has a number too large for a double",
        ),
        ("application/json", {}, b'{"name": "\\uD83D"}', "it has half a character, a lone surrogate"),
        pytest.param("application/json", OBJECT, b"[" * 100_000, "its JSON is nested too deep", id="deep"),
        (
            "application/x-www-form-urlencoded; charset=gbk",
            OBJECT,
            b"id=%B3%C9",
            "its fields are not in UTF-8",
        ),
    ],
)
def test_what_nobody_can_judge_is_said(
    sent: str, schema: Any, body: bytes, words: str, tmp_path: Path
) -> None:
    data = judged(tmp_path, {sent.partition(";")[0]: {"schema": schema}}, sent, body)
    assert data.violations == ()
    assert [part.words.en.partition(": ")[0] for part in data.unchecked] == ["request.body", "response.body"]
    assert all(words in part.words.en for part in data.unchecked)


def multipart(*parts: tuple[str, bytes]) -> bytes:
    whole = b"".join(
        b"--x\r\nContent-Disposition: form-data; " + head.encode() + b"\r\n\r\n" + body + b"\r\n"
        for head, body in parts
    )
    return b"preamble\r\n" + whole + b"--x--\r\nepilogue"


FILE = ('name="file"; filename="a.png"\r\nContent-Type: image/png', b"\xff\r\n\x00")


def test_a_multipart_body_is_judged_part_by_part(tmp_path: Path) -> None:
    content = {"multipart/form-data": {"schema": PARTS}}
    sent = 'multipart/form-data; boundary="x"'

    def words(*parts: tuple[str, bytes]) -> list[str]:
        checked = judged(tmp_path, content, sent, multipart(*parts))
        assert checked.unchecked == ()
        return seen(checked)

    about = ('name="about"\r\nContent-Type: application/json', b'{"id": 1}')
    assert words(FILE, ("name=count", b"3"), ('name="tags"', b"a"), ('name="tags"', b"%"), about) == []
    gbk = ('name="tags"\r\nContent-Type: text/plain; charset=gbk', "成".encode("gbk"))
    assert words(FILE, gbk, gbk) == []
    assert words(("name=count", b"3")) == ["body: the property 'file'"]
    assert words(FILE, ('name="count"', b"many")) == ["body/count: integer"]
    assert words(FILE, ('name="tags"', b"a"), ('name="tags"', b"%41")) == ["body/tags/1: maxLength 1"]
    assert words(FILE, ('name="about"', b"{}")) == ["body/about: the property 'id'"]
    assert words(FILE, ('name="a\\"b"', b"")) == ["body: no other property than those declared"]


def test_parameters_of_a_media_type_take_part_in_matching(tmp_path: Path) -> None:
    content = {
        "application/json;version=1": {"schema": {"type": "integer"}},
        'application/json; version="2"': {"schema": {"type": "string"}},
    }
    assert seen(judged(tmp_path, content, "application/json; Version=1; charset=utf-8", b"1")) == []
    assert seen(judged(tmp_path, content, "application/json;version=2", b'"a"')) == []
    assert seen(judged(tmp_path, content, "application/json;version=2", b"1")) == ["body: string"]
    assert seen(judged(tmp_path, content, "application/json;version=3", b"1")) == [
        "headers/Content-Type: application/json"
    ]


def test_a_range_and_any_charset_match(tmp_path: Path) -> None:
    content = {"*/*": {"schema": {}}, "text/*": {"schema": {"type": "integer"}}}
    assert seen(judged(tmp_path, content, "text/plain", b"x")) == ["body: integer"]
    content = {"text/html; charset=utf-8": {"schema": {"type": "string"}}}
    assert seen(judged(tmp_path, content, "text/html; charset=gbk", "成".encode("gbk"))) == []


def test_an_answer_of_any_type_may_name_none(tmp_path: Path) -> None:
    checked = judged(tmp_path, {"*/*": {"schema": {"type": "string"}}}, None, b"ok")
    assert (checked.violations, checked.unchecked) == ((), ())


def test_a_media_type_is_read_with_its_parameters() -> None:
    assert media_type(' Text/HTML ; Charset="GBK"; a=b;c').parameters == {"charset": "GBK", "a": "b", "c": ""}
    assert media_type("").essence == ""
