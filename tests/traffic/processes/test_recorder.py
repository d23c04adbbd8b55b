"""What the recording proxy writes down, judged and masked, also when a side breaks off."""

from __future__ import annotations

import json
import os
import re
import socket
import struct
import sys
import threading
from pathlib import Path
from typing import Any

import psutil
import pytest
from websockets.exceptions import InvalidStatus
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.server import ServerProtocol
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from harness.core.events import read_events
from harness.core.payloads import ExchangeLoss
from harness.core.polling import poll
from harness.processes.health import ask
from harness.processes.ports import free_ports
from harness.traffic import Trace, exchanges_of
from harness.traffic.__main__ import main
from tests.support.traffic import (
    Rig,
    Script,
    proxy_plan,
    reply,
    say,
)


def test_judged_as_it_was_and_written_masked(rig: Rig) -> None:
    rig.upstream.script = say(
        reply(b'{"phone": "13912345678", "points": 5}', "Content-Type: application/json")
    )
    assert b"13912345678" in rig.get("/member/right", edge="api")[1]
    seen = rig.recorded("/member/right")
    assert seen.record.violations == ()  # masked first, the phone would break its pattern
    assert (seen.record.checked, seen.record.operation_id) == (True, "readMember")
    assert seen.record.operation == "shop.yaml#/paths/~1member~1{id}/get"
    assert seen.exchange.response is not None
    assert seen.exchange.response.body == b'{"phone": "139****5678", "points": 5}'
    assert seen.event.platform == "website"
    assert not rig.on_disk(b"13912345678")


def test_a_violation_is_in_the_record(rig: Rig) -> None:
    rig.upstream.script = say(
        reply(b'{"phone": "13912345678", "points": "5"}', "Content-Type: application/json")
    )
    rig.get("/member/wrong", edge="api")
    (violation,) = rig.recorded("/member/wrong").record.violations
    assert violation.code == "response-body"
    assert violation.where == "response.body/points"
    rig.get("/nowhere", edge="api")
    nowhere = rig.recorded("/nowhere").record
    assert (nowhere.violations, nowhere.checked) == ((), False)
    assert nowhere.undocumented == "GET /nowhere"


def test_what_cannot_be_judged_is_not_called_right(rig: Rig) -> None:
    rig.get("/no-contract")
    assert rig.recorded("/no-contract").record.unchecked == "no contract holds on this edge"
    rig.upstream.script = say(reply(b"?", "Content-Encoding: zpaq", "Content-Type: application/json"))
    rig.get("/member/zpaq", edge="api")
    seen = rig.recorded("/member/zpaq")
    assert not seen.record.checked
    assert seen.record.operation_id == "readMember"
    assert "zpaq" in (seen.record.unchecked or "")


def test_secrets_in_queries_and_forms(rig: Rig) -> None:
    form = b"phone=13912345678&code=246810&keep=me"
    rig.post(
        "/login?token=qqqqqqqq&js_code=wwwwwwww&page=2",
        form,
        "Content-Type: application/x-www-form-urlencoded",
    )
    assert rig.upstream.requests[0].endswith(form)
    (seen,) = [seen for seen in exchanges_of(rig.folder) if seen.exchange.path.startswith("/login")]
    assert seen.exchange.path.endswith("&page=2")
    assert b"keep=me" in seen.exchange.request.body
    for secret in (b"13912345678", b"246810", b"qqqqqqqq", b"wwwwwwww"):
        assert not rig.on_disk(secret)


def test_the_step_is_known_by_its_trace(rig: Rig) -> None:
    trace = Trace("4bf92f3577b34da6a3ce929d0e0e4736", 2, 7)
    rig.get("/traced", f"traceparent: {trace.header()}")
    rig.get("/forwarded", f"Traceparent: 00-{trace.trace_id}-00f067aa0ba902b7-01")
    first, second = exchanges_of(rig.folder, trace.trace_id)
    assert (first.exchange.path, first.actor, first.step) == ("/traced", 2, 7)
    assert (second.exchange.path, second.actor, second.step) == ("/forwarded", None, None)


@pytest.mark.parametrize("upgrade", ["websocket", "WebSocket"])
def test_what_is_no_websocket_is_refused_clearly(rig: Rig, upgrade: str) -> None:
    path = f"/socket/{upgrade}"
    head, body = rig.get(path, f"Upgrade: {upgrade}", "Connection: Upgrade", "Sec-WebSocket-Version: 13")
    assert head.startswith(b"HTTP/1.1 501")
    assert "browser→website" in json.loads(body)["detail"]
    assert rig.upstream.requests == []
    seen = rig.recorded(path).exchange
    assert seen.status == 501
    assert "WebSocket" in (seen.error or "")


def echoing(request: bytes, connection: socket.socket) -> None:
    """The other side of a WebSocket: says every text back, closes as it was closed."""
    protocol = ServerProtocol(subprotocols=[Subprotocol("v2.shop")])
    protocol.receive_data(request)
    (asked,) = protocol.events_received()
    assert isinstance(asked, Request)
    protocol.send_response(protocol.accept(asked))
    while True:
        for data in protocol.data_to_send():
            connection.sendall(data)
        if protocol.close_expected():
            return
        if not (piece := connection.recv(65536)):
            return
        protocol.receive_data(piece)
        for frame in protocol.events_received():
            if isinstance(frame, Frame) and frame.opcode is Opcode.TEXT:
                protocol.send_text(b"heard " + bytes(frame.data))


def test_a_websocket_passes_both_ways_and_is_recorded(rig: Rig) -> None:
    rig.upstream.script = echoing
    address = f"ws://127.0.0.1:{rig.ports['browser']}/socket?member=7"
    headers = {"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}
    with connect(
        address, subprotocols=[Subprotocol("v2.shop")], additional_headers=headers, proxy=None
    ) as mine:
        assert mine.subprotocol == "v2.shop"
        for word in ("一", "two"):
            mine.send(word)
            assert mine.recv(timeout=10) == f"heard {word}"
        mine.close(4001, "enough")
    sent = rig.upstream.requests[-1].decode("latin-1").lower()
    assert "get /socket?member=7" in sent
    assert "traceparent: 00-4bf92f35" in sent
    # A close of the client's own is answered before it is known here.
    poll(
        lambda: [each.exchange.path for each in exchanges_of(rig.folder)],
        lambda paths: "/socket?member=7" in paths,
        within=5,
    )
    seen = rig.recorded("/socket?member=7")
    assert (seen.exchange.status, seen.exchange.error) == (101, None)
    assert "two" not in json.dumps(seen.exchange.response and seen.exchange.response.body.decode())


def test_a_target_that_takes_no_websocket(rig: Rig) -> None:
    rig.upstream.script = say(reply(b"no", status="403 Forbidden"))
    with pytest.raises(InvalidStatus, match="HTTP 403"):
        connect(f"ws://127.0.0.1:{rig.ports['browser']}/no-socket", proxy=None)
    assert "took no WebSocket: status 403" in (rig.recorded("/no-socket").exchange.error or "")


def test_a_service_that_is_down(rig: Rig) -> None:
    head, body = rig.get("/orders", edge="website")
    assert head.startswith(b"HTTP/1.1 502")
    assert b"Content-Type: application/problem+json" in head
    problem = json.loads(body)
    assert problem["status"] == 502
    assert problem["edge"] == "website→erp"
    assert "refused" in problem["detail"].lower()
    seen = rig.recorded("/orders").exchange
    assert seen.status is None
    assert seen.response is None
    assert "refused" in (seen.error or "").lower()


def reset(request: bytes, connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def half(request: bytes, connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    connection.close()


def close(request: bytes, connection: socket.socket) -> None:
    connection.close()


@pytest.mark.parametrize(
    ("script", "told"),
    [
        (close, "closed the connection before an answer"),
        (reset, "broke the connection before an answer: Connection reset by peer"),
        (half, "answered 200, and the body ended early: after 4 of 100 bytes"),
        (say(b"not http at all\r\n\r\n"), "what it sent is not HTTP: Bad status line"),
    ],
    ids=["close", "reset", "half", "not HTTP"],
)
@pytest.mark.parametrize("edge", ["api", "browser"])
def test_a_service_that_breaks_off(
    rig: Rig, script: Script, told: str, edge: str, request: pytest.FixtureRequest
) -> None:
    rig.upstream.script = script
    path = f"/member/{request.node.callspec.id.replace(' ', '-')}"
    head, body = rig.get(path, edge=edge)
    assert head.startswith(b"HTTP/1.1 502")
    assert b"X-Harness-Unanswered: website" in head
    assert json.loads(body)["detail"].endswith(told)
    seen = rig.recorded(path)
    assert seen.exchange.status is None
    assert (seen.exchange.error or "").endswith(told)
    assert (seen.record.checked, seen.record.reason) == (False, "no answer")
    assert seen.record.operation_id == ("readMember" if edge == "api" else None)


def test_a_stream_that_breaks_off_is_broken_for_the_client_too(rig: Rig) -> None:
    def broken(request: bytes, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
        connection.close()

    rig.upstream.script = broken
    try:
        assert not rig.get("/torn")[1].endswith(b"0\r\n\r\n")
    except ConnectionResetError:
        pass
    seen = rig.recorded("/torn").exchange
    assert (seen.error or "").endswith(
        "answered 200, and the body ended early: after 5 bytes, without an end"
    )
    assert seen.response is not None
    assert seen.response.body == b"hello"


@pytest.mark.parametrize("streaming", [False, True])
def test_a_request_aborted_by_the_client_is_recorded(rig: Rig, streaming: bool) -> None:
    asked, gone = threading.Event(), threading.Event()

    def waiting(request: bytes, connection: socket.socket) -> None:
        if streaming:
            connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
        asked.set()
        connection.settimeout(5)
        if connection.recv(1) == b"":  # the proxy hangs up as well
            gone.set()

    rig.upstream.script = waiting
    path = f"/aborted/{streaming}"
    with socket.create_connection(("127.0.0.1", rig.ports["browser"]), timeout=5) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        assert asked.wait(5)
    found = poll(
        lambda: [seen for seen in exchanges_of(rig.folder) if seen.exchange.path == path], bool, within=5
    ).value
    assert len(found) == 1
    assert (found[0].exchange.error or "").startswith("aborted")
    assert found[0].exchange.status == (200 if streaming else None)
    assert gone.wait(5)


def test_health_is_answered_on_every_edge_and_not_recorded(rig: Rig) -> None:
    for port in rig.ports.values():
        assert ask(f"http://127.0.0.1:{port}/__edge__/health").healthy
    assert rig.upstream.requests == []
    assert not [seen for seen in exchanges_of(rig.folder) if "__edge__" in seen.exchange.path]


def test_a_taken_port_names_the_edge(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        edges: list[dict[str, object]] = [
            {"source": "a", "target": "b", "port": free_ports(1)[0], "upstream": "http://127.0.0.1:1"},
            {"source": "c", "target": "d", "port": port, "upstream": "http://127.0.0.1:1"},
        ]
        assert main([proxy_plan(tmp_path, edges).command[-1]]) == 3
    said = capsys.readouterr().err
    assert said.startswith(f"edge c→d cannot be opened: port {port} is taken by process {os.getpid()}")
    assert said.count("\n") == 1


def test_a_broken_contract_is_named_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "broken.yaml").write_text("openapi: 3.0.3\npaths: [")
    edge: dict[str, object] = {"source": "a", "target": "b", "port": free_ports(1)[0]}
    edge |= {"upstream": "http://127.0.0.1:1", "contracts": [tmp_path / "broken.yaml"]}
    assert main([proxy_plan(tmp_path, [edge]).command[-1]]) == 2
    assert re.search(r"broken\.yaml:\d", capsys.readouterr().err)


def test_two_edges_cannot_share_a_port(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edge: dict[str, object] = {"source": "a", "target": "b", "port": 1, "upstream": "http://127.0.0.1:1"}
    assert main([proxy_plan(tmp_path, [edge, {**edge, "source": "c"}]).command[-1]]) == 2
    assert "two edges have the same port: 1" in capsys.readouterr().err


def state_of(rig: Rig) -> dict[str, Any]:
    """What the proxies say of themselves."""
    state: dict[str, Any] = json.loads(rig.get("/__edge__/state")[1])
    return state


def test_a_request_without_an_answer_yet_is_known(rig: Rig) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def waiting(request: bytes, connection: socket.socket) -> None:
        asked.set()
        go_on.wait(5)
        connection.sendall(reply(b"late"))

    rig.upstream.script = waiting
    with socket.create_connection(("127.0.0.1", rig.ports["browser"]), timeout=5) as connection:
        connection.sendall(b"GET /silent/13912345678?token=qqqqqqqq HTTP/1.1\r\nHost: a\r\n\r\n")
        assert asked.wait(5)
        (pending,) = state_of(rig)["pending"]
        assert (pending["source"], pending["target"]) == ("browser", "website")
        assert (pending["method"], pending["path"]) == ("GET", "/silent/139****5678")
        assert (pending["status"], pending["received"], pending["endless"]) == (None, 0, False)
        assert 0 <= pending["seconds"] < 5
        go_on.set()
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")
    assert state_of(rig) == {"pending": [], "lost": 0}


def test_an_answer_to_what_is_no_request_says_whose_it_is(rig: Rig) -> None:
    head, body = rig.get("/odd/\udcff")
    assert head.startswith(b"HTTP/1.0 400")
    assert b"X-Harness-Unanswered: website" in head
    assert b"the recording proxy cannot read a request" in body
    assert rig.upstream.requests == []
    assert rig.said().count("\n") == 1  # no traceback


def test_a_long_request_is_the_services_to_refuse(rig: Rig) -> None:
    path = f"/long?q={'a' * 200_000}"
    head, _ = rig.get(path, f"X-Long: {'b' * 200_000}", edge="api")
    assert head.startswith(b"HTTP/1.1 200")
    assert rig.upstream.requests[0].startswith(f"GET {path} HTTP/1.1\r\n".encode())
    rig.upstream.script = say(reply(b"", f"X-Long: {'b' * 200_000}"))
    assert rig.get("/long-answer", edge="api")[0].startswith(b"HTTP/1.1 200")


def room_left(rig: Rig, bytes: int | None) -> None:
    """Let the files of the proxies grow by so much and no more; None: as they like."""
    resource = pytest.importorskip("resource")
    pid = next(
        process.pid
        for process in psutil.process_iter(["cmdline"])  # of other users' and ended ones it is None
        if str(rig.folder / "edges.json") in (process.info["cmdline"] or ())
    )
    size = max(file.stat().st_size for file in (rig.folder / "events").iterdir() if "proxy" in file.name)
    limit = resource.RLIM_INFINITY if bytes is None else size + bytes
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))


@pytest.mark.skipif(sys.platform != "linux", reason="only there the limits of another process can be set")
def test_a_full_disk_changes_no_answer_and_is_told_once_there_is_room(rig: Rig) -> None:
    rig.upstream.script = say(reply(b'{"phone": "13912345678"}', "Content-Type: application/json"))
    poll(lambda: state_of(rig)["pending"], lambda pending: not pending, within=5)
    room_left(rig, 100)
    try:
        for edge in ("api", "browser"):
            head, body = rig.get(f"/member/full-{edge}", edge=edge)
            assert head.startswith(b"HTTP/1.1 200")
            assert b"13912345678" in body
        assert state_of(rig)["lost"] == 2
    finally:
        room_left(rig, None)
    rig.get("/member/room", edge="api")
    lost = [event.data for event in read_events(rig.folder, ExchangeLoss)]
    assert [(each.method, each.path, each.status) for each in lost] == [
        ("GET", "/member/full-api", 200),
        ("GET", "/member/full-browser", 200),
    ]
    assert lost[0].why == "OSError: File too large"
    assert state_of(rig)["lost"] == 0
    assert "not recorded: GET /member/full-api on api→website: OSError" in rig.said()


DEEP = 20_000
UNRECORDABLE = {
    "a lone surrogate": b'{"token": "abcdefgh12", "name": "\\ud800"}',
    "deeper than can be masked": b'{"token": "abcdefgh12", "a": ' + b"[" * 900 + b"]" * 900 + b"}",
    "deeper than can be read": b'{"token": "abcdefgh12", "a": ' + b"[" * DEEP + b"]" * DEEP + b"}",
    "a number of many digits": b'{"token": "abcdefgh12", "n": ' + b"9" * 5000 + b"}",
    "not a number": b'{"token": "abcdefgh12", "n": NaN}',
}


@pytest.mark.parametrize("what", UNRECORDABLE)
@pytest.mark.parametrize("edge", ["api", "browser"])
def test_what_cannot_be_masked_is_passed_on_and_left_out(rig: Rig, what: str, edge: str) -> None:
    body, path = UNRECORDABLE[what], f"/odd/{what.replace(' ', '-')}/{edge}"
    rig.upstream.script = say(reply(body, "Content-Type: application/json"))
    head, answer = rig.get(path, edge=edge)
    assert head.startswith(b"HTTP/1.1 200")
    assert answer == body
    seen = rig.recorded(path)
    assert seen.record.response is not None
    assert seen.record.response.status == 200
    content = seen.record.response.content
    kept = bool(content.text or content.file)
    assert kept or content.cut, "gone without a word"
    assert not seen.record.unjudged
    assert kept is not what.startswith("deeper")
    assert not rig.on_disk(b"abcdefgh12")


def test_a_request_that_cannot_be_recorded_is_passed_on_too(rig: Rig) -> None:
    rig.upstream.script = say(reply(b"{}", "Content-Type: application/json"))
    for number, body in enumerate(UNRECORDABLE.values()):
        head, _ = rig.post(f"/odd/request/{number}", body, "Content-Type: application/json")
        assert head.startswith(b"HTTP/1.1 200")
        assert rig.recorded(f"/odd/request/{number}").record.request.method == "POST"
    assert not rig.on_disk(b"abcdefgh12")
