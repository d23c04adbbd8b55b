"""Answers to the harness's own requests are bounded: in bytes, sent and decoded, and in time, all of it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import httpx
import pytest

from harness.core.http_client import client, seen
from tests.support.hostile_answers import CASES
from tests.support.traffic import Upstream

SECONDS = 0.4
FINE = ("gzip", "gzip-of-members", "deflate-bare", "br", "zstd", "chained", "chunks", "early-hints")
HOSTILE = {
    "deflate-bomb": "more than 8388608 bytes",
    "gzip-bomb-in-gzip": "more than 8388608 bytes",
    "br-bomb": "more than 8388608 bytes",
    "zstd-bomb": "more than 8388608 bytes",
    "large": "more than 8388608 bytes",
    "endless": "more than 8388608 bytes",
    "unknown-coding": "dcb",
    "not-gzip": "is not content in gzip",
    "byte-by-byte": "no whole answer within 0.4 s",
    "chunk-by-chunk": "no whole answer within 0.4 s",
    "head-byte-by-byte": "no whole answer within 0.4 s",
    "endless-hints": "no whole answer within 0.4 s",
    "header-of-2-mb": "RemoteProtocolError",
    "chunks-never-ended": "incomplete chunked read",
}


def answer(request: bytes, connection: socket.socket) -> None:
    """What the last part of the path names."""
    case = CASES[request.split(b" ", 2)[1].decode().rpartition("/")[2]]

    def write(data: bytes) -> bool:
        try:
            connection.sendall(data)
        except OSError:
            return False
        return True

    if case.is_script:
        case.answer(write)  # type: ignore[call-arg]
    else:
        write(case.answer())  # type: ignore[call-arg, arg-type]
    raise OSError


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    upstream = Upstream()
    upstream.script = answer
    thread = threading.Thread(target=upstream.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{upstream.server_address[1]}"
    upstream.shutdown()
    thread.join()
    upstream.server_close()


@pytest.mark.parametrize("name", FINE)
def test_an_answer_is_read_in_its_codings(name: str, address: str) -> None:
    with client(10.0, base_url=address) as asking:
        answered = asking.get(f"/{name}")
    assert answered.json() == {"id": 1}
    assert "content-encoding" not in answered.headers


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_answer_is_told_in_time(name: str, address: str) -> None:
    slow = CASES[name].is_script and name != "endless"
    began = time.monotonic()
    with client(SECONDS if slow else 10.0, base_url=address) as asking:
        with pytest.raises(httpx.HTTPError) as caught:
            asking.get(f"/{name}")
    assert HOSTILE[name] in seen(caught.value).en
    assert time.monotonic() - began < (SECONDS + 1.0 if slow else 10.0)


@pytest.mark.parametrize("name", ["redirect-to-itself", "redirect-elsewhere"])
def test_redirects_are_not_followed(name: str, address: str) -> None:
    with client(10.0, base_url=address) as asking:
        assert asking.get(f"/{name}").is_redirect


def test_each_answer_has_a_time_of_its_own(address: str) -> None:
    with client(SECONDS, base_url=address) as asking:
        with pytest.raises(httpx.HTTPError):
            asking.get("/byte-by-byte")
        assert asking.get("/gzip").json() == {"id": 1}
