"""Nothing that fails while an exchange is recorded reaches the exchange, and none is gone without a word."""

from __future__ import annotations

import asyncio
import errno
import gzip
import json
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest

from harness.core.codec import Codec
from harness.core.events import EventLog, read_events
from harness.core.payloads import ExchangeLoss, ExchangeRecord
from harness.traffic import bodies, judging, recorder
from harness.traffic.edges import Edge
from harness.traffic.judging import Judge, Unchecked, judges
from harness.traffic.recorder import LARGE, Recorder
from harness.traffic.settings import TrafficSettings
from tests.support.traffic import CONTRACT

ANSWER = b'{"phone": "13912345678", "points": 5}'
HEADERS = (("Content-Type", "application/json"),)
TRACE = (("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000100000001-01"),)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[EventLog]:
    with EventLog(tmp_path, "r1", "proxy") as log:
        yield log


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> tuple[Edge, Judge]:
    contract = tmp_path_factory.mktemp("contract") / "shop.yaml"
    contract.write_text(CONTRACT)
    edge = Edge(source="browser", target="website", port=1, upstream="http://a", contracts=[contract])
    return edge, judges([edge])[edge.name]


def record(recorder: Recorder, judge: tuple[Edge, Judge], answer: bytes = ANSWER) -> None:
    """One exchange passes."""
    recording = recorder.begin(*judge, "GET", "/member/7?token=abc", TRACE)
    recording.answered(200, HEADERS)
    recording.response_body.take(answer)
    asyncio.run(recording.finish())


def raising(error: BaseException) -> Callable[..., Any]:
    def fail(*_: Any, **__: Any) -> Any:
        raise error

    return fail


PLACES = [
    (recorder, "decoded"),
    (bodies, "masked"),
    (recorder, "mask_query"),
    (recorder, "parse"),
    (recorder.Recording, "_event"),
    (judging, "check"),
    (Judge, "__call__"),
    (Judge, "covered"),
]


@pytest.mark.parametrize("error", [KeyError("x"), RecursionError(), MemoryError()], ids=type)
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place[1])
def test_what_fails_on_the_way_to_the_record_is_told(
    tmp_path: Path,
    log: EventLog,
    judge: tuple[Edge, Judge],
    place: tuple[Any, str],
    error: Exception,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(*place, raising(error))
        record(Recorder(log, TrafficSettings()), judge)
    words = [str(each.data.unchecked) for each in read_events(tmp_path, ExchangeRecord) if each.data.unjudged]
    words += [each.data.why for each in read_events(tmp_path, ExchangeLoss)]
    assert len(words) == 1
    assert type(error).__name__ in words[0]


def test_a_large_one_is_told_too_where_no_thread_can_be_started(
    tmp_path: Path, log: EventLog, judge: tuple[Edge, Judge], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = ANSWER + b" " * LARGE
    with monkeypatch.context() as patched:
        patched.setattr(bodies, "masked", raising(KeyError("x")))
        record(Recorder(log, TrafficSettings()), judge, answer)
    monkeypatch.setattr(asyncio, "to_thread", raising(RuntimeError("can't start new thread")))
    record(Recorder(log, TrafficSettings()), judge, answer)
    assert [each.data.reason for each in read_events(tmp_path, ExchangeRecord)] == ["not recordable", None]


def test_few_bytes_that_decode_to_many_are_large(
    log: EventLog, judge: tuple[Edge, Judge], monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[str] = []
    write = recorder.Recording._write

    def noted(self: recorder.Recording, *given: Any) -> None:
        threads.append(threading.current_thread().name)
        write(self, *given)

    monkeypatch.setattr(recorder.Recording, "_write", noted)
    for size in (10, LARGE + 1):
        recording = Recorder(log, TrafficSettings()).begin(*judge, "GET", "/member/7", TRACE)
        recording.answered(200, (*HEADERS, ("Content-Encoding", "gzip")))
        recording.response_body.take(gzip.compress(bytes(size)))
        asyncio.run(recording.finish())
    assert [name == "MainThread" for name in threads] == [True, False]


class Hexadecimal:
    """A codec."""

    def open(self, body: bytes, headers: dict[str, str]) -> bytes:
        return bytes.fromhex(body.decode())

    def seal(self, body: bytes, headers: dict[str, str]) -> bytes:
        return body.hex().encode()


@pytest.mark.parametrize("reason", ["too large", "client left"])
@pytest.mark.parametrize("how", ["coded", "sealed"])
def test_nothing_is_kept_of_half_a_body_that_cannot_be_opened_nor_is_the_codec_to_blame(
    tmp_path: Path,
    log: EventLog,
    judge: tuple[Edge, Judge],
    how: str,
    reason: Literal["too large", "client left"],
) -> None:
    edge, _ = judge
    of_edge = judges([edge])[edge.name]
    coding: tuple[tuple[str, str], ...] = (("Content-Encoding", "gzip"),)
    body = gzip.compress(ANSWER)
    if how == "sealed":
        of_edge.codec, coding, body = Codec("ours:make", Hexadecimal()), (), ANSWER.hex().encode()
    is_large = reason == "too large"
    limits = TrafficSettings(body_limit=21 if is_large else 1000)
    recording = Recorder(log, limits).begin(edge, of_edge, "GET", "/member/7", TRACE)
    recording.answered(200, (*HEADERS, *coding))
    recording.response_body.take(body if is_large else body[:21])
    recording.finish_now(None if is_large else Unchecked(reason, "the client left"))
    [event] = read_events(tmp_path, ExchangeRecord)
    assert event.data.reason == reason
    assert event.data.response is not None
    content = event.data.response.content
    assert (content.cut, content.text or "") == (True, "")


def full(*_: Any, **__: Any) -> Any:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_losses_are_told_in_order_as_soon_as_there_is_room(
    tmp_path: Path, log: EventLog, judge: tuple[Edge, Judge], monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder(log, TrafficSettings())
    with monkeypatch.context() as patched:
        patched.setattr(log, "_append", full)
        record(recorder, judge)
        record(recorder, judge)
        assert recorder.state()["lost"] == 2
    record(recorder, judge)
    lost = [each.data for each in read_events(tmp_path, ExchangeLoss)]
    assert [each.id.rpartition("-")[2] for each in lost] == ["1", "2"]
    assert {each.why for each in lost} == {"OSError: No space left on device"}
    assert [each.trace and each.trace.trace_id for each in lost] == [TRACE[0][1][3:35]] * 2
    assert recorder.state() == {"pending": [], "lost": 0}
    assert len(list(read_events(tmp_path, ExchangeRecord))) == 1


def test_losses_that_never_can_be_told_are_the_last_words(
    log: EventLog,
    judge: tuple[Edge, Judge],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    recorder = Recorder(log, TrafficSettings())
    assert recorder.record.losses.last_words() is None
    monkeypatch.setattr(log, "_append", full)
    record(recorder, judge)
    assert recorder.record.losses.last_words() == (
        "1 exchanges are not in the record, nor that they are missing; the first: GET /member/7 on browser→website: "
        "OSError: No space left on device"
    )
    assert "not recorded: GET /member/7 on browser→website" in capsys.readouterr().err


def test_a_part_of_a_large_body_does_not_pass_for_the_whole(
    tmp_path: Path, log: EventLog, judge: tuple[Edge, Judge], monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder, answer = Recorder(log, TrafficSettings()), json.dumps({"phone": "1" * LARGE}).encode()

    def half(file: Path, data: bytes) -> None:
        with file.open("wb") as opened:
            opened.write(data[:100])
        full()

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", half)
        record(recorder, judge, answer)
    record(recorder, judge, answer)
    first, second = [each.data for each in read_events(tmp_path, ExchangeRecord)]
    assert (first.reason, second.reason) == ("not recordable", None)
    assert second.response is not None
    assert second.response.content.file is not None
    assert (tmp_path / second.response.content.file).stat().st_size == second.response.content.size
