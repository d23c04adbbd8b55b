"""The recording proxy passes on what it gets, as it gets it; raw bytes on both sides."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import zlib

import pytest

from harness.core.exchange import IDEMPOTENT_METHODS
from harness.traffic import exchanges_of
from tests.support.traffic import (
    LIMIT,
    Rig,
    reply,
    say,
)


def test_the_request_arrives_as_it_was_sent(rig: Rig) -> None:
    path = "/%E6%A9%99?q=%7e~+%20a%2Fb&q=2&empty=&x=[1]|'\""
    rig.get(path, "X-cAsE: One", "x-case: two", "Cookie: a=1; b=2", "Accept-Language: zh-CN")
    (request,) = rig.upstream.requests
    lines = request.decode().split("\r\n")
    assert lines[0] == f"GET {path} HTTP/1.1"
    assert set(lines[1:-2]) == {
        "Host: shop.example",
        "X-cAsE: One",
        "X-cAsE: two",
        "Cookie: a=1; b=2",
        "Accept-Language: zh-CN",
    }


def test_a_path_of_the_services_address_goes_before_all_that_is_asked(rig: Rig) -> None:
    rig.get("/gated?q=1", edge="phone")
    assert rig.upstream.requests[0].startswith(b"GET /gw/shop/gated?q=1 HTTP/1.1")
    assert rig.recorded("/gated?q=1").exchange.target == "gateway"  # as documents have it


def test_headers_of_the_connection_stay_on_it(rig: Rig) -> None:
    rig.upstream.script = say(
        reply(b"ok", "Keep-Alive: timeout=5", "Connection: X-Hop", "X-Hop: 1", "X-End: 2")
    )
    lines = [
        "GET /hop HTTP/1.1",
        "Host: a",
        "Connection: close, X-Mine",
        "X-Mine: 1",
        "TE: trailers",
        "Proxy-Connection: keep-alive",
        "Upgrade: h2c",
        "X-Theirs: 2",
    ]
    answer = rig.send("\r\n".join(lines).encode() + b"\r\n\r\n")
    assert rig.upstream.requests[0] == b"GET /hop HTTP/1.1\r\nHost: a\r\nX-Theirs: 2\r\n\r\n"
    assert b"X-End: 2" in answer
    assert b"X-Hop" not in answer
    assert b"timeout=5" not in answer
    assert ("X-Mine", "1") in rig.recorded("/hop").exchange.request.headers


def test_the_response_arrives_as_it_was_sent(rig: Rig) -> None:
    sent = reply(
        b"",
        "LOCATION: /login?next=%2Fa",
        "Set-Cookie: sid=s3cret; Path=/; HttpOnly",
        "Set-Cookie: theme=dark; Expires=Wed, 21 Oct 2026 07:28:00 GMT",
        status="302 Over There",
    )
    rig.upstream.script = say(sent)
    head, body = rig.get("/redirect")
    assert sorted(head.split(b"\r\n")) == sorted(
        [*sent.split(b"\r\n\r\n")[0].split(b"\r\n"), b"Connection: close"]
    )
    assert body == b""
    assert len(rig.upstream.requests) == 1  # not followed
    assert rig.recorded("/redirect").exchange.status == 302
    assert not rig.on_disk(b"s3cret")


def test_connections_to_the_service_are_used_again(rig: Rig) -> None:
    rig.get("/one")
    before = rig.upstream.connections
    for number in range(5):
        rig.get(f"/again/{number}")
    assert rig.upstream.connections == before


def test_two_requests_on_one_client_connection(rig: Rig) -> None:
    with socket.create_connection(("127.0.0.1", rig.ports["browser"]), timeout=5) as connection:
        for _ in range(2):
            connection.sendall(b"GET /kept HTTP/1.1\r\nHost: a\r\n\r\n")
            assert connection.recv(65536).endswith(b"ok")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PURGE"])
def test_every_method_passes(rig: Rig, method: str) -> None:
    assert rig.get(f"/method/{method}", method=method)[1] == b"ok"
    assert rig.upstream.requests[0].startswith(f"{method} /method/{method} HTTP/1.1".encode())
    assert rig.recorded(f"/method/{method}").exchange.method == method


@pytest.mark.parametrize(
    ("method", "answer"),
    [
        ("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 1234\r\nContent-Type: text/html\r\n\r\n"),
        ("HEAD", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
        ("GET", b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n'),
        ("DELETE", b"HTTP/1.1 204 No Content\r\nX-A: b\r\n\r\n"),
    ],
)
def test_responses_without_a_body(rig: Rig, method: str, answer: bytes) -> None:
    rig.upstream.script = say(answer)
    path = f"/nobody/{method}/{zlib.crc32(answer)}"
    head, body = rig.get(path, method=method)
    want = [line for line in answer.split(b"\r\n\r\n")[0].split(b"\r\n") if b"Transfer" not in line]
    assert sorted(head.split(b"\r\n")) == sorted([*want, b"Connection: close"])
    assert body == b""
    response = rig.recorded(path).exchange.response
    assert response is not None
    assert response.body == b""


def test_a_request_body_arrives_whole(rig: Rig) -> None:
    rig.post("/body", "橙子".encode(), "Content-Type: text/plain")
    assert rig.upstream.requests[0].endswith(b"\r\n\r\n" + "橙子".encode())
    assert rig.recorded("/body").exchange.request.body.decode() == "橙子"


def test_chunked_both_ways(rig: Rig) -> None:
    rig.upstream.script = say(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"
    )
    head, body = rig.post("/chunked", b"3\r\nxyz\r\n0\r\n\r\n", "Transfer-Encoding: chunked")
    assert b"Transfer-Encoding: chunked" in head
    assert body.endswith(b"0\r\n\r\n")
    seen = rig.recorded("/chunked").exchange
    assert seen.request.body == b"xyz"
    assert seen.response is not None
    assert seen.response.body == b"abc"
    assert b"Content-Type" not in head  # none was sent, none is added


def test_the_client_may_ask_before_it_sends_its_body(rig: Rig) -> None:
    head = b"POST /expect HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    with socket.create_connection(("127.0.0.1", rig.ports["browser"]), timeout=5) as connection:
        connection.sendall(head)
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"hi")
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")
    assert rig.upstream.requests[0].endswith(b"\r\n\r\nhi")


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_compressed_responses_pass_as_they_are_and_are_recorded_decoded(rig: Rig, coding: str) -> None:
    plain = json.dumps({"points": 7, "name": "橙子"}).encode()
    packed = gzip.compress(plain) if coding == "gzip" else zlib.compress(plain)
    rig.upstream.script = say(reply(packed, f"Content-Encoding: {coding}", "Content-Type: application/json"))
    _, body = rig.get(f"/packed/{coding}")
    assert body == packed
    response = rig.recorded(f"/packed/{coding}").exchange.response
    assert response is not None
    assert response.body == plain


def test_large_bodies_lie_in_files_of_their_own_masked(rig: Rig) -> None:
    rows = [{"phone": "13912345678", "number": number} for number in range(200)]
    rig.upstream.script = say(reply(json.dumps(rows).encode(), "Content-Type: application/json"))
    rig.get("/large")
    seen = rig.recorded("/large")
    content = seen.record.response.content
    assert content.file.startswith("bodies/")
    response = seen.whole(rig.folder).response
    assert response is not None
    assert json.loads(response.body)[199] == {"phone": "139****5678", "number": 199}
    assert not rig.on_disk(b"13912345678")


@pytest.mark.parametrize("chunked", [False, True])
def test_bodies_over_the_limit_pass_whole_and_are_recorded_cut(rig: Rig, chunked: bool) -> None:
    big = bytes(range(256)) * 2000
    assert len(big) > LIMIT
    framed = b"%x\r\n%b\r\n0\r\n\r\n" % (len(big), big)
    if chunked:
        answer = b"HTTP/1.1 200 OK\r\nContent-Type: image/x\r\nTransfer-Encoding: chunked\r\n\r\n" + framed
        rig.upstream.script = say(answer)
        _, body = rig.post("/big/chunked", framed, "Transfer-Encoding: chunked", "Content-Type: image/x")
        assert len(body) > len(big)
    else:
        rig.upstream.script = say(reply(big, "Content-Type: image/x"))
        _, body = rig.post("/big/sized", big, "Content-Type: image/x")
        assert body == big
        assert rig.upstream.requests[0].endswith(big)
    seen = rig.recorded(f"/big/{'chunked' if chunked else 'sized'}")
    whole = seen.whole(rig.folder)
    assert whole.request.body == big[:LIMIT]
    assert whole.response is not None
    assert whole.response.body == big[:LIMIT]
    assert seen.record.response.content.cut is True


def test_the_record_is_there_before_the_response_ends(rig: Rig) -> None:
    # Enough to mask that a record written after the end would be late.
    rows = json.dumps([{"hello": 1, "code": "1", "phone": "13912345678"}] * 1800).encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    pieces = [head, b"%x\r\n%b\r\n" % (len(rows), rows), b"0\r\n\r\n"]
    assert len(rows) < LIMIT
    go_on = threading.Event()

    def slowly(request: bytes, connection: socket.socket) -> None:
        connection.sendall(pieces[0] + pieces[1])
        go_on.wait(5)
        connection.sendall(pieces[2])

    rig.upstream.script = slowly
    with socket.create_connection(("127.0.0.1", rig.ports["browser"]), timeout=5) as connection:
        connection.sendall(b"GET /stream HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        received = b""
        while b"hello" not in received:  # pieces do not wait for the end
            received += connection.recv(100_000)
        assert not [seen for seen in exchanges_of(rig.folder) if seen.exchange.path == "/stream"]
        go_on.set()
        while not received.endswith(b"0\r\n\r\n"):
            received += connection.recv(100_000)
        rig.recorded("/stream")


def closing_when_idle(request: bytes, connection: socket.socket) -> None:
    """Answer as if the connection would stay open, and close it: what a service does to one idle for long."""
    connection.sendall(reply(b"ok"))
    connection.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST", "PATCH"])
def test_a_kept_connection_that_was_closed_costs_no_request(rig: Rig, method: str) -> None:
    rig.upstream.script = closing_when_idle
    for number in range(20):
        head, _ = rig.get(f"/closed/{number}", method=method)
        assert head.startswith(b"HTTP/1.1 200"), (number, head)
    sent = [request for request in rig.upstream.requests if b"/closed/" in request]
    assert len(sent) == 20 or method in IDEMPOTENT_METHODS  # nothing else is ever sent twice


def test_an_answer_of_the_proxys_own_says_so(rig: Rig) -> None:
    rig.upstream.script = lambda request, connection: connection.close()
    head, _ = rig.get("/gone", method="POST")
    assert head.startswith(b"HTTP/1.1 502")
    assert b"X-Harness-Unanswered: " in head
    assert rig.recorded("/gone").record.response is None
    rig.upstream.script = say(reply(b"ok"))
    assert b"X-Harness-Unanswered" not in rig.get("/right")[0]


@pytest.mark.parametrize(("edge", "told"), [("harness", True), ("browser", False)])
def test_what_a_service_asks_in_vain_meanwhile_is_told_to_the_harness(
    rig: Rig, edge: str, told: bool
) -> None:
    def asking(request: bytes, connection: socket.socket) -> None:
        assert rig.get("/stock", edge="website")[0].startswith(b"HTTP/1.1 502")
        connection.sendall(reply(b"no stock known", status="503 Service Unavailable"))

    rig.upstream.script = asking
    head, body = rig.get("/order", edge=edge)
    assert head.startswith(b"HTTP/1.1 503")
    assert body == b"no stock known"
    assert (b"X-Harness-Silence-Behind: no answer to its own GET /stock from erp: erp at" in head) is told
    rig.upstream.script = say(reply(b"ok"))
    assert b"X-Harness-Silence-Behind" not in rig.get("/order", edge=edge)[0]  # that was before
