"""Bodies on their way to the record: decoding, masking, limits."""

from __future__ import annotations

import gzip
import json
import zlib
from pathlib import Path

import pytest

from harness.core.exchange import Message
from harness.core.payloads.traffic import Content
from harness.traffic.bodies import Collected, decoded, masked, masked_query, put_away, recorded_body
from harness.traffic.headers import end_to_end, pairs

PLAIN = b'{"a": 1}' * 50


def gzipped(data: bytes) -> bytes:
    # The parameters name the tests, which must have the same names in every worker: no time of packing in them.
    return gzip.compress(data, mtime=0)


def message(body: bytes, kind: str = "application/json", coding: str | None = None) -> Message:
    headers = [("Content-Type", kind)] + ([("Content-Encoding", coding)] if coding else [])
    return Message(tuple(headers), body)


def bare_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        (None, PLAIN),
        ("identity", PLAIN),
        ("GZIP", gzipped(PLAIN)),
        ("gzip", gzipped(PLAIN[:40]) + gzipped(b"") + gzipped(PLAIN[40:]) + bytes(8)),
        ("deflate", zlib.compress(PLAIN)),
        ("deflate", bare_deflate(PLAIN)),
        ("gzip, deflate", zlib.compress(gzipped(PLAIN))),
    ],
)
def test_codings_are_undone(coding: str | None, body: bytes) -> None:
    got, flaw = decoded(message(body, coding=coding), 10_000)
    assert (got.body, flaw) == (PLAIN, None)


@pytest.mark.parametrize(
    ("coding", "body", "flaw"),
    [
        ("zpaq", b"x", "zpaq cannot be undone"),
        ("gzip", b"not gzip", "it is not gzip"),
        ("gzip", gzipped(PLAIN)[:-9], "ends too early"),
        ("gzip", gzipped(PLAIN) + gzipped(PLAIN)[:-9], "ends too early"),
        ("gzip", gzipped(PLAIN) + b"more", "it is not gzip"),
        ("gzip", gzipped(b"0" * 6_000) * 2, "more than 10000 bytes"),
        ("gzip", gzipped(b"0" * 20_000), "more than 10000 bytes"),
    ],
)
def test_what_cannot_be_undone_stays_as_it_was(coding: str, body: bytes, flaw: str) -> None:
    got, why = decoded(message(body, coding=coding), 10_000)
    assert got.body == body
    assert flaw in (why or "")


def test_json_is_masked_by_its_names_and_else_kept_to_the_letter() -> None:
    body = b'{"phone": "13912345678", "code": "246810", "unionid": null}'
    assert json.loads(masked(message(body))) == {
        "phone": "139****5678",
        "code": json.loads(masked(message(body)))["code"],
        "unionid": None,
    }
    assert b"246810" not in masked(message(body))
    assert masked(message(b'{"price":  1.50, "big": 1e400}')) == b'{"price":  1.50, "big": 1e400}'
    assert masked(message(b'{"broken 13912345678')) == b'{"broken 139****5678'


def test_text_in_an_unknown_charset_is_masked_all_the_same() -> None:
    body = "手机号 13912345678".encode("gb18030")
    assert masked(message(body, "text/html")) == body.replace(b"13912345678", b"139****5678")


def test_images_are_kept() -> None:
    body = b"\xff\xd813912345678"
    assert masked(message(body, "image/jpeg")) == body


def test_forms_and_queries_are_masked_by_their_names() -> None:
    form = masked(message(b"phone=13912345678&code=246810&tag=a&tag=b", "application/x-www-form-urlencoded"))
    assert b"246810" not in form
    assert form.startswith(b"phone=139****5678&code=***")
    assert form.endswith(b"&tag=a&tag=b")
    assert masked_query("/a?x=%7e&y") == "/a?x=%7e&y"
    assert "hunter22" not in masked_query("/a?password=hunter22")


def test_only_the_beginning_is_collected() -> None:
    body = Collected(5)
    body.take(b"abc")
    assert (bytes(body), body.cut) == (b"abc", False)
    body.take(b"de")
    assert (bytes(body), body.cut) == (b"abcde", False)
    body.take(b"f")
    assert (bytes(body), body.cut) == (b"abcde", True)


def test_large_bodies_are_found_again(tmp_path: Path) -> None:
    about = put_away(tmp_path, b"x" * 10)
    assert put_away(tmp_path, b"x" * 10) == about
    assert recorded_body(tmp_path, Content(text="", **about)) == b"x" * 10
    assert recorded_body(tmp_path, Content(text="y")) is None
    assert len(list((tmp_path / "bodies").iterdir())) == 1


def test_no_header_is_lost_when_its_name_comes_in_two_spellings() -> None:
    raw = [
        (b"X-A", b"1"),
        (b"x-a", b"2"),
        (b"Connection", b"keep-alive, X-B"),
        (b"x-b", b"3"),
        (b"N", "\xe4".encode("latin-1")),
    ]
    assert list(end_to_end(pairs(raw)).items()) == [("X-A", "1"), ("X-A", "2"), ("N", "ä")]
