from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.core import event_reader
from harness.core.event_reader import EventReader
from harness.core.events import EventLog
from harness.core.payloads import ExchangeRecord, ExchangeSummary, RunStart, Step, Verdict
from harness.core.text import Text


@pytest.fixture
def log(tmp_path: Path) -> Iterator[EventLog]:
    with EventLog(tmp_path, "r1", "pytest") as log:
        yield log


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The lines that were parsed."""
    lines: list[bytes] = []

    def parse(line: bytes) -> Any:
        lines.append(line)
        return original(line)

    original = event_reader.parse
    monkeypatch.setattr(event_reader, "parse", parse)
    return lines


def step(seconds: float) -> Step:
    return Step(text=Text(zh="开", en="open"), seconds=seconds, outcome="passed")


def exchange(id: str, body: str = "") -> ExchangeRecord:
    message = {"headers": [["A", "b"]], "content": {"text": body}}
    return ExchangeRecord.model_validate(
        {
            "id": id,
            "source": "browser",
            "target": "website",
            "request": {"method": "GET", "url": "/", **message},
            "response": {"status": 200, **message},
            "started": 0,
            "ended": 1,
            "error": None,
            "operation": None,
            "operation_id": None,
            "violations": [],
            "checked": False,
        }
    )


def seconds(reader: EventReader) -> list[float]:
    return [event.data.seconds for event in reader.new(Step)]


def test_only_what_is_new_is_returned_and_parsed(tmp_path: Path, log: EventLog, parsed: list[bytes]) -> None:
    reader = EventReader(tmp_path)
    assert seconds(reader) == []
    log.write(step(1))
    log.write(step(2))
    assert seconds(reader) == [1, 2]
    log.write(step(3))
    assert seconds(reader) == [3]
    assert seconds(reader) == []
    assert len(parsed) == 3


def test_other_kinds_are_not_parsed_and_come_when_they_are_asked_for(
    tmp_path: Path, log: EventLog, parsed: list[bytes]
) -> None:
    reader = EventReader(tmp_path)
    log.write(RunStart(name="shop"))
    log.write(step(1))
    assert seconds(reader) == [1]
    assert len(parsed) == 1
    log.write(step(2))
    assert [event.data.name for event in reader.new(RunStart)] == ["shop"]
    assert [event.kind for event in reader.new(RunStart, Step)] == ["step"]
    assert [event.kind for event in reader.new()] == []


def test_a_kind_named_in_the_data_of_another_is_not_taken_for_it(tmp_path: Path, log: EventLog) -> None:
    log.write(Verdict(test='"kind":"step"', verdict="passed"))
    shard = next((tmp_path / "events").iterdir())
    text = shard.read_text(encoding="utf-8").replace('"test"', '"more":{"kind":"step"},"test"')
    shard.write_text(text, encoding="utf-8")
    assert seconds(EventReader(tmp_path)) == []


def test_a_half_written_line_comes_once_it_is_whole(tmp_path: Path, log: EventLog) -> None:
    log.write(step(1))
    log.write(step(2))
    shard = next((tmp_path / "events").iterdir())
    whole = shard.read_bytes()
    for cut in range(1, len(whole), 9):
        reader = EventReader(tmp_path)
        shard.write_bytes(whole[:cut])
        first = seconds(reader)
        shard.write_bytes(whole)
        assert first + seconds(reader) == [1, 2], cut


def test_shards_that_appear_are_read_too_and_all_in_order_of_time(tmp_path: Path) -> None:
    reader = EventReader(tmp_path)
    assert reader.new() == []
    logs = [EventLog(tmp_path, "r1", role) for role in ("pytest", "proxy", "supervisor")]
    for number, log in enumerate([*logs, *reversed(logs)]):
        log.write(step(number))
    assert seconds(reader) == [0, 1, 2, 3, 4, 5]
    with EventLog(tmp_path, "r1", "another") as another:
        another.write(step(6))
        logs[0].write(step(7))
    assert seconds(reader) == [6, 7]
    for log in logs:
        log.close()


def test_one_writers_shard_can_be_read_alone(tmp_path: Path, log: EventLog) -> None:
    with EventLog(tmp_path, "r1", "other") as other:
        reader = EventReader(tmp_path, source=other.source)
        log.write(step(1))
        other.write(step(2))
        assert seconds(reader) == [2]
    assert EventReader(tmp_path, source="nobody-1").new() == []


def test_what_was_written_before_can_be_passed_over(
    tmp_path: Path, log: EventLog, parsed: list[bytes]
) -> None:
    log.write(step(1))
    reader = EventReader(tmp_path, from_now=True)
    log.write(step(2))
    with EventLog(tmp_path, "r1", "later") as later:
        later.write(step(3))
    assert seconds(reader) == [2, 3]
    assert len(parsed) == 2


@pytest.mark.parametrize("block", [1, 7, 10**6])
def test_a_line_that_was_being_written_is_no_line_from_before(
    tmp_path: Path, log: EventLog, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(event_reader, "BLOCK", block)
    log.write(step(1))
    log.write(step(2))
    shard = next((tmp_path / "events").iterdir())
    whole = shard.read_bytes()
    for cut in (len(whole) // 2 + 1, len(whole) - 1):
        shard.write_bytes(whole[:cut])
        reader = EventReader(tmp_path, from_now=True)
        assert seconds(reader) == []
        shard.write_bytes(whole)
        assert seconds(reader) == [2]


def test_lines_without_a_word_are_not_parsed(tmp_path: Path, log: EventLog, parsed: list[bytes]) -> None:
    reader = EventReader(tmp_path)
    for id in ("mine-1", "yours-1", "mine-2"):
        log.write(exchange(id))
    found = reader.new(ExchangeRecord, containing="mine")
    assert [event.data.id for event in found] == ["mine-1", "mine-2"]
    assert len(parsed) == 2


def test_a_summary_is_read_without_headers_and_bodies(tmp_path: Path, log: EventLog) -> None:
    log.write(exchange("1", "a body"))
    (event,) = EventReader(tmp_path).new(ExchangeSummary)
    assert (event.data.method, event.data.status, event.data.seconds) == ("GET", 200, 1)
    assert "a body" not in repr(event)
    (whole,) = EventReader(tmp_path).new(ExchangeRecord)
    assert whole.data.request.content.text == "a body"


@pytest.mark.parametrize(
    "damaged",
    [
        b'rubbish "kind":"step"',
        b'{"v":1,"run":"r1","source":"a-1","seq":7,"kind":"step","data":{"sec',
        b'{"v":1,"run":"r1","source":"a-1","seq":7,"wall":"2026-01-01T00:00:00Z","mono":1,"kind":"step","data":{}}',
    ],
    ids=["rubbish", "cut off", "data of another shape"],
)
def test_a_line_that_cannot_be_read_is_counted_and_costs_no_other(
    tmp_path: Path, log: EventLog, damaged: bytes
) -> None:
    log.write(step(1))
    reader = EventReader(tmp_path)
    shard = next((tmp_path / "events").iterdir())
    with shard.open("ab") as file:
        file.write(damaged + b"\n")
    log.write(step(2))
    assert seconds(reader) == [1, 2]
    assert reader.unreadable == 1
    log.write(step(3))
    assert seconds(reader) == [3]
    assert reader.unreadable == 1


def test_an_event_on_a_line_that_was_begun_before_is_read(tmp_path: Path, log: EventLog) -> None:
    """What a disk leaves that was full for a moment."""
    log.write(step(1))
    shard = next((tmp_path / "events").iterdir())
    with shard.open("ab") as file:
        file.write(shard.read_bytes()[:100])
    log.write(step(2))
    reader = EventReader(tmp_path)
    assert seconds(reader) == [1, 2]
    assert reader.unreadable == 1


def test_an_event_of_an_unknown_kind_is_counted_where_all_are_asked_for(
    tmp_path: Path, log: EventLog
) -> None:
    log.write(step(1))
    shard = next((tmp_path / "events").iterdir())
    with shard.open("ab") as file:
        file.write(shard.read_bytes().replace(b'"kind":"step"', b'"kind":"dream"'))
    assert seconds(EventReader(tmp_path)) == [1]
    reader = EventReader(tmp_path)
    assert [event.data.seconds for event in reader.new()] == [1]  # type: ignore[union-attr]
    assert reader.unreadable == 1
