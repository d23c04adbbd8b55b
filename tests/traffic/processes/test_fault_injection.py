"""Deliveries of one trace are lost, come twice or come late; all others pass."""

from __future__ import annotations

import json
import secrets
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.core.errors import BrokenError
from harness.core.polling import poll
from harness.traffic import exchanges_of
from harness.traffic.fault_injection import FaultKind, InjectedFault, happened, inject
from harness.traffic.obstruction import Obstruction, set_obstructed
from tests.support.traffic import Rig, reply, say


@pytest.fixture
def trace() -> str:
    return secrets.token_hex(16)


def url(rig: Rig) -> str:
    return f"http://127.0.0.1:{rig.ports['browser']}"


def deliver(rig: Rig, trace: str, method: str = "POST") -> bytes:
    header = f"traceparent: 00-{trace}-{secrets.token_hex(8)}-01"
    if method == "GET":
        return rig.get(f"/d/{trace}", header)[0].split(b"\r\n")[0]
    return rig.post(f"/d/{trace}", b"data", header)[0].split(b"\r\n")[0]


def arrived(rig: Rig, trace: str) -> int:
    return sum(f"/d/{trace}".encode() in request for request in rig.upstream.requests)


@pytest.mark.parametrize(
    ("kind", "status", "sent"),
    [("lose", b"502", 0), ("lose-answer", b"502", 1), ("delay", b"200", 1), ("duplicate", b"200", 2)],
)
def test_what_happens_to_the_first_delivery(
    rig: Rig, trace: str, kind: FaultKind, status: bytes, sent: int
) -> None:
    inject(url(rig), InjectedFault(trace_id=trace, kind=kind, seconds=0.2))
    began = time.monotonic()
    assert status in deliver(rig, trace)
    took = time.monotonic() - began
    assert (took >= 0.2) is (kind == "delay")
    assert poll(lambda: arrived(rig, trace), lambda count: count == sent, within=3).value == sent
    assert happened(url(rig), trace) == 1
    assert b"200" in deliver(rig, trace)  # the next one passes
    assert arrived(rig, trace) == sent + 1


def test_others_and_reads_pass(rig: Rig, trace: str) -> None:
    inject(url(rig), InjectedFault(trace_id=trace, kind="lose"))
    other = secrets.token_hex(16)
    assert b"200" in deliver(rig, other)
    assert b"200" in deliver(rig, trace, "GET")
    assert (arrived(rig, other), arrived(rig, trace), happened(url(rig), trace)) == (1, 1, 0)


def test_a_later_delivery_or_a_read_may_be_meant(rig: Rig, trace: str) -> None:
    inject(url(rig), InjectedFault(trace_id=trace, kind="lose", skip=1))
    inject(url(rig), InjectedFault(trace_id=trace, kind="lose", reads=True))
    statuses = [deliver(rig, trace)[9:12] for _ in range(3)]
    reads = [deliver(rig, trace, "GET")[9:12] for _ in range(2)]
    assert (statuses, reads) == ([b"200", b"502", b"200"], [b"502", b"200"])


def test_the_record_tells_what_was_sent(rig: Rig, trace: str) -> None:
    inject(url(rig), InjectedFault(trace_id=trace, kind="lose"))
    deliver(rig, trace)
    inject(url(rig), InjectedFault(trace_id=trace, kind="lose-answer"))
    deliver(rig, trace)
    lost, unheard = [one.record for one in exchanges_of(rig.folder) if one.record.path == f"/d/{trace}"]
    assert (lost.status, lost.reason) == (None, "made unreachable")
    assert unheard.status == 200


def test_a_proxy_that_is_not_there_is_broken(trace: str) -> None:
    with pytest.raises(BrokenError, match="does not answer"):
        inject("http://127.0.0.1:9", InjectedFault(trace_id=trace, kind="lose"))


def test_a_request_that_is_cut_arrives_in_half(rig: Rig, trace: str) -> None:
    inject(url(rig), InjectedFault(trace_id=trace, kind="truncate"))
    assert b"502" in deliver(rig, trace)
    assert poll(lambda: cut(rig, trace), bool, within=3).value == [b"da"]
    [record] = [one.record for one in exchanges_of(rig.folder) if one.record.path == f"/d/{trace}"]
    assert (record.status, record.reason, happened(url(rig), trace)) == (None, "made unreachable", 1)


def waiting(rig: Rig, trace: str) -> bool:
    return trace in str(json.loads(rig.get("/__edge__/state")[1])["pending"])


def cut(rig: Rig, trace: str) -> list[bytes]:
    return [
        sent.partition(b"\r\n\r\n")[2] for sent in rig.upstream.requests if f"/d/{trace}".encode() in sent
    ]


def test_an_answer_that_is_cut_arrives_in_half(rig: Rig, trace: str) -> None:
    inject(url(rig), InjectedFault(trace_id=trace, kind="truncate-answer"))
    header = f"traceparent: 00-{trace}-{secrets.token_hex(8)}-01"
    head, body = rig.post(f"/d/{trace}", b"data", header)
    assert b"200" in head.splitlines()[0]
    assert b"Content-Length: 2" in head
    assert body == b"o"
    assert (arrived(rig, trace), happened(url(rig), trace)) == (1, 1)


def test_a_request_is_overtaken_by_the_next(rig: Rig, trace: str) -> None:
    inject(url(rig), InjectedFault(trace_id=trace, kind="reorder", seconds=5))
    with ThreadPoolExecutor() as pool:
        first = pool.submit(deliver, rig, trace)
        assert poll(lambda: waiting(rig, trace), bool, within=3).satisfied
        assert arrived(rig, trace) == 0
        assert b"200" in deliver(rig, trace)
        assert b"200" in first.result()
    assert (arrived(rig, trace), happened(url(rig), trace)) == (2, 1)


def test_where_none_follows_none_was_overtaken(rig: Rig, trace: str) -> None:
    inject(url(rig), InjectedFault(trace_id=trace, kind="reorder", seconds=0.1))
    assert b"200" in deliver(rig, trace)
    assert happened(url(rig), trace) == 0


def test_a_slow_service_has_done_its_work_in_time(rig: Rig, trace: str) -> None:
    slow = Obstruction(kind="slow", trace_id=trace, seconds=0.5)
    set_obstructed(url(rig), on=True, obstruction=slow)
    began = time.monotonic()
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(deliver, rig, trace)
        assert poll(lambda: arrived(rig, trace), bool, within=3).first_with is not None
        assert not answer.done()
        assert b"200" in answer.result()
    assert time.monotonic() - began >= 0.5
    assert set_obstructed(url(rig), on=False, obstruction=slow) == 1
    assert b"200" in deliver(rig, trace)


def test_a_refusing_service_refuses_one_trace(rig: Rig, trace: str) -> None:
    refusing = Obstruction(kind="refusing", trace_id=trace, status=503)
    set_obstructed(url(rig), on=True, obstruction=refusing)
    other = secrets.token_hex(16)
    statuses = [deliver(rig, one)[9:12] for one in (trace, other)]
    assert statuses == [b"503", b"200"]
    assert (arrived(rig, trace), arrived(rig, other)) == (0, 1)
    assert set_obstructed(url(rig), on=False, obstruction=refusing) == 1
    assert b"200" in deliver(rig, trace)


@pytest.mark.parametrize("answer", [reply(b""), reply(b"", status="204 No Content")])
def test_an_answer_without_a_body_is_cut_before_its_head(rig: Rig, trace: str, answer: bytes) -> None:
    rig.upstream.script = say(answer)
    inject(url(rig), InjectedFault(trace_id=trace, kind="truncate-answer"))
    assert deliver(rig, trace) == b""
    assert (arrived(rig, trace), happened(url(rig), trace)) == (1, 1)


def test_two_requests_are_overtaken_one_after_the_other(rig: Rig, trace: str) -> None:
    inject(url(rig), InjectedFault(trace_id=trace, kind="reorder", seconds=5, times=2))
    with ThreadPoolExecutor() as pool:
        for count in (1, 2):
            held = pool.submit(deliver, rig, trace)
            assert poll(lambda: waiting(rig, trace), bool, within=3).satisfied
            assert b"200" in deliver(rig, trace)
            assert b"200" in held.result()
            assert (arrived(rig, trace), happened(url(rig), trace)) == (2 * count, count)


def test_what_goes_wrong_on_the_way_to_a_slow_service_is_late_as_well(rig: Rig, trace: str) -> None:
    slow = Obstruction(kind="slow", trace_id=trace, seconds=0.5)
    set_obstructed(url(rig), on=True, obstruction=slow)
    inject(url(rig), InjectedFault(trace_id=trace, kind="lose-answer"))
    began = time.monotonic()
    assert b"502" in deliver(rig, trace)
    assert time.monotonic() - began >= 0.5
    assert set_obstructed(url(rig), on=False, obstruction=slow) == 1


def test_a_service_that_is_cut_off_is_as_a_dead_one(rig: Rig, trace: str) -> None:
    set_obstructed(url(rig), on=True)
    assert b"502" in deliver(rig, trace)
    assert set_obstructed(url(rig), on=False) == 1
    assert arrived(rig, trace) == 0


def test_an_answer_that_comes_in_pieces_is_not_cut_and_does_not_count(rig: Rig, trace: str) -> None:
    rig.upstream.script = say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")
    inject(url(rig), InjectedFault(trace_id=trace, kind="truncate-answer"))
    header = f"traceparent: 00-{trace}-{secrets.token_hex(8)}-01"
    head, body = rig.post(f"/d/{trace}", b"data", header)
    assert (head[9:12], b"ok" in body) == (b"200", True)
    assert (arrived(rig, trace), happened(url(rig), trace)) == (1, 0)
