"""How answers to the harness's own requests are taken in: codings, and who never ends."""

from __future__ import annotations

import gzip
import io
import time
from collections.abc import Iterator

import pytest
import requests
import urllib3

from harness.api.client import Answer
from harness.api.reception import FLAW, message_of, receive
from harness.contracts import Checked
from harness.core.errors import BrokenError
from harness.core.exchange import Exchange, Message


class Dripping(io.RawIOBase):
    """A body that never ends."""

    def __init__(self, piece: bytes) -> None:
        self._pieces: Iterator[bytes] = iter(lambda: piece, b"")

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        time.sleep(0.01)  # a slow service is what is tested
        return next(self._pieces)

    read1 = read


def response(body: bytes | io.RawIOBase, **headers: str) -> requests.Response:
    raw = urllib3.HTTPResponse(
        io.BytesIO(body) if isinstance(body, bytes) else body, headers, status=200, preload_content=False
    )
    return requests.adapters.HTTPAdapter().build_response(requests.Request("GET", "http://a/").prepare(), raw)


def taken_in(answer: requests.Response, seconds: float | None = None, limit: int = 1000) -> Message:
    receive(answer, seconds, limit)
    return message_of(answer.raw.headers.items(), answer.content)


def test_a_body_is_decoded_and_its_header_stays() -> None:
    got = taken_in(response(gzip.compress(b"{}"), **{"Content-Encoding": "gzip"}))
    assert got == Message((("Content-Encoding", "gzip"),), b"{}")


def test_a_body_that_is_not_in_its_coding_is_an_answer_with_a_flaw() -> None:
    answer = response(b"{}", **{"Content-Encoding": "gzip", "X-A": "b"})
    got = taken_in(answer)
    assert got.flaw is not None
    assert got.flaw.expected is not None
    assert (got.body, got.flaw.expected.zh) == (b"{}", "gzip 编码的内容")
    assert got.headers == (("Content-Encoding", "gzip"), ("X-A", "b"))
    assert FLAW in answer.headers


def test_no_service_says_what_is_a_flaw() -> None:
    answer = response(b"{}", **{FLAW: "anything", "X-A": "b"})
    assert taken_in(answer) == Message((("X-A", "b"),), b"{}")
    assert FLAW not in answer.headers


@pytest.mark.parametrize("body", [b"x" * 1001, Dripping(b"x" * 500)], ids=["large", "endless"])
def test_no_more_is_read_than_the_limit(body: bytes | io.RawIOBase) -> None:
    got = taken_in(response(body))
    assert got.flaw is not None
    assert (len(got.body), got.flaw.expected, got.flaw.seen.en) == (1000, None, "more than 1000 bytes")


def test_a_body_that_is_not_whole_in_time_is_no_answer() -> None:
    with pytest.raises(requests.ReadTimeout):
        receive(response(Dripping(b"x")), 0.05)


def test_an_event_stream_is_read_for_a_while() -> None:
    got = taken_in(response(Dripping(b"x"), **{"Content-Type": "text/event-stream"}), 0.05)
    assert got.flaw is not None
    assert got.flaw.seen.en == "an event stream, of which 0.05 s were read"
    assert got.body.startswith(b"x")


@pytest.mark.parametrize(
    ("coding", "words"),
    [("dcb", "GET /a answered 200, and its body cannot be read: its content coding dcb"), ("gzip", None)],
)
def test_what_nobody_can_read_lacks_nothing(coding: str, words: str | None) -> None:
    got = taken_in(response(b"{}", **{"Content-Encoding": coding}))
    exchange = Exchange(
        id="1",
        source="conformance",
        target="a",
        method="GET",
        path="/a?b=c",
        request=Message((), b""),
        status=200,
        response=got,
        started=0,
        ended=0,
    )
    answer = Answer(exchange, Checked(None, ()), None, "")
    if words is None:  # the service is at fault: there is no JSON
        assert (answer.data, answer.unread) == (None, None)
        return
    with pytest.raises(BrokenError, match=words):
        _ = answer.data
