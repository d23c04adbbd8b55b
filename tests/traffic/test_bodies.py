"""Bodies on their way to the record: decoding, masking, limits."""

from __future__ import annotations

import json
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from harness.core.exchange import BodyFlaw, Message
from harness.core.masking import mask_query
from harness.core.payloads.traffic import Content
from harness.core.text import text_of
from harness.traffic.bodies import Collected, masked, put_away, recorded_body
from harness.traffic.headers import end_to_end, pairs


def message(body: bytes, kind: str = "application/json") -> Message:
    return Message((("Content-Type", kind),), body)


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


def test_nothing_is_kept_of_what_is_still_in_its_coding() -> None:
    body = b'{"phone": "13912345678"}'
    flaw = BodyFlaw(text_of("too large"))
    coded = replace(message(zlib.compress(body, 0)), flaw=flaw)
    assert masked(coded) == b""
    assert masked(replace(message(body), flaw=flaw)) == b'{"phone": "139****5678"}'  # it was in no coding


@pytest.mark.parametrize("depth", [600, 100_000])
def test_nothing_is_kept_of_what_is_too_deep_to_be_masked(depth: int) -> None:
    assert masked(message(b'{"token": "s3cret", "a": ' + b"[" * depth + b"]" * depth + b"}")) == b""


def test_images_are_kept() -> None:
    body = b"\xff\xd813912345678"
    assert masked(message(body, "image/jpeg")) == body


def test_forms_and_queries_are_masked_by_their_names() -> None:
    form = masked(message(b"phone=13912345678&code=246810&tag=a&tag=b", "application/x-www-form-urlencoded"))
    assert b"246810" not in form
    assert form.startswith(b"phone=139****5678&code=***")
    assert form.endswith(b"&tag=a&tag=b")
    assert mask_query("/a?x=%7e&y") == "/a?x=%7e&y"
    assert "hunter22" not in mask_query("/a?password=hunter22")


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
