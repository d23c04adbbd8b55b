"""What becomes of the harness's own requests that get no answer."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator

import pytest
import requests

from harness.api.silences import Silence, Silences, lines
from harness.api.transport import ATTEMPTS, MOST_DEADLINES, MOST_IN_A_ROW, Transport, no_answer
from harness.core.errors import BrokenError, NoAnswer
from harness.core.exchange import REPEATED
from harness.core.silence_words import CLOSED
from harness.core.text import Text
from tests.support.traffic import Script, Upstream, reply

OURS = reply(b'{"detail": "edge a: b: closed"}', "X-Harness-Unanswered: b", status="502 Bad Gateway")


def hang(request: bytes, connection: socket.socket) -> None:
    connection.recv(1)


def hang_up(request: bytes, connection: socket.socket) -> None:
    connection.close()


def half(request: bytes, connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    connection.close()


def marked(request: bytes, connection: socket.socket) -> None:
    connection.sendall(OURS)


def right(request: bytes, connection: socket.socket) -> None:
    connection.sendall(reply(b"{}"))


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    server = Upstream()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


class Sender:
    def __init__(self, upstream: Upstream, **options: bool) -> None:
        self.silences, self.parts = Silences(), 0
        self._url = f"http://127.0.0.1:{upstream.server_address[1]}"
        self._session = requests.Session()
        Transport(self.silences, self.require_parts, **options).mount(self._session)

    def require_parts(self) -> None:
        self.parts += 1

    def send_until_given_up(self) -> None:
        for _ in range(MOST_IN_A_ROW + 1):
            self.send("GET")

    def send(self, method: str, path: str = "/x") -> requests.Response:
        with self._session:
            return self._session.request(method, self._url + path, timeout=0.2)


def scripted(*scripts: Script) -> Script:
    """One after the other, the last one ever after."""
    left = list(scripts)

    def script(request: bytes, connection: socket.socket) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(request, connection)

    return script


@pytest.mark.parametrize(
    ("silent", "seen"),
    [
        (hang, r"no answer within [1-9]?\d\.\d s"),  # as long as it took: on a busy machine more than asked
        (hang_up, "closed the connection before an answer"),
        (half, "answered 200, and the body ended early: after 4 bytes"),
        (marked, "edge a: b: closed"),
    ],
)
def test_a_safe_request_is_asked_again_and_told(upstream: Upstream, silent: Script, seen: str) -> None:
    sender = Sender(upstream)
    upstream.script = scripted(silent, right)
    assert sender.send("GET").status_code == 200
    (told,) = sender.silences.take()
    assert re.fullmatch(seen, told.seen)
    assert (told.times, told.answered) == (1, True)
    assert [line.en for line in lines((told,))] == [f"GET /x: {told.seen}; answered when asked again"]
    assert sender.parts == (0 if silent is marked else 1)  # a marked answer shows that the proxy is there


def test_a_safe_request_that_never_is_answered_is_none(upstream: Upstream) -> None:
    sender = Sender(upstream)
    upstream.script = hang_up
    assert no_answer(sender.send("GET")) == CLOSED
    assert len(upstream.requests) == ATTEMPTS
    assert sender.silences.lasting == (
        Silence("GET", "/x", "closed the connection before an answer", ATTEMPTS),
    )


def test_nothing_else_is_sent_twice(upstream: Upstream) -> None:
    sender = Sender(upstream)
    upstream.script = scripted(hang_up, right)
    assert no_answer(sender.send("POST")) == CLOSED
    assert len(upstream.requests) == 1


def test_of_a_generated_request_the_second_answer_says_why_it_is_the_second(upstream: Upstream) -> None:
    sender = Sender(upstream, repeat_all=True)
    upstream.script = scripted(hang_up, right)
    answer = sender.send("POST")
    assert no_answer(answer) is None
    assert answer.raw.headers[REPEATED] == CLOSED.en
    assert len(upstream.requests) == 2
    assert [each.answered for each in sender.silences.take()] == [True]


@pytest.mark.parametrize(("silent", "most"), [(hang, MOST_DEADLINES), (hang_up, MOST_IN_A_ROW)])
def test_who_is_not_there_is_given_up(upstream: Upstream, silent: Script, most: int) -> None:
    sender = Sender(upstream)
    upstream.script = silent
    with pytest.raises(
        NoAnswer, match=rf"no answer to GET /x: .*; {most} attempts in a row got none"
    ) as raised:
        sender.send_until_given_up()
    assert raised.value.lasting
    assert re.search(rf"GET /x 没有得到响应：.*；连续 {most} 次请求都没有响应$", raised.value.say("zh"))
    assert len(upstream.requests) == most
    with pytest.raises(NoAnswer):  # and nothing more is sent
        sender.send("GET")
    assert len(upstream.requests) == most


def test_an_answer_between_starts_the_count_anew(upstream: Upstream) -> None:
    sender = Sender(upstream)
    upstream.script = scripted(*[hang_up, hang_up, right] * MOST_IN_A_ROW, right)
    for _ in range(MOST_IN_A_ROW):
        assert sender.send("GET").status_code == 200


def test_a_part_of_ours_that_is_not_there_is_said_instead(upstream: Upstream) -> None:
    sender = Sender(upstream)
    upstream.script = hang_up

    def gone() -> None:
        raise BrokenError("the recording proxies give no answer")

    session = requests.Session()
    transport = Transport(sender.silences, gone).mount(session)
    with session, pytest.raises(BrokenError, match="the recording proxies give no answer"):
        session.get(sender._url, timeout=0.2)
    assert str(transport.failure) == "the recording proxies give no answer"


def test_paths_are_masked_and_many_are_counted() -> None:
    many = tuple(Silence("GET", f"/m/1391234567{n}", "closed", 1) for n in range(8))
    told = lines(many)
    assert told[0] == Text(zh="GET /m/139****5670：closed", en="GET /m/139****5670: closed")
    assert told[-1] == Text(zh="另有 3 次请求", en="and 3 more requests")
    assert len(told) == 6
