from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.core.errors import UsageError
from harness.core.events import SCHEMA, EventLog, Kind, published_schema, read_events


@pytest.fixture
def log(tmp_path: Path) -> Iterator[EventLog]:
    with EventLog(tmp_path, "r1", "pytest") as log:
        yield log


def test_the_published_schema_is_the_one_the_code_has() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == published_schema()


def test_what_was_written_is_read_back_in_order(tmp_path: Path, log: EventLog) -> None:
    log.write(Kind.RUN_STARTED, {"name": "shop"})
    log.write(Kind.STEP, {"outcome": "passed"}, scenario="s", step=1, actor="王芳", platform="website")
    events = list(read_events(tmp_path))
    assert [event.kind for event in events] == [Kind.RUN_STARTED, Kind.STEP]
    assert [event.seq for event in events] == [0, 1]
    assert events[1].actor == "王芳"
    assert events[0].mono <= events[1].mono


def test_nothing_is_written_unmasked(tmp_path: Path, log: EventLog) -> None:
    log.write(Kind.VERDICT, {"message": "13812345678 was refused"})
    shard = next((tmp_path / "events").iterdir()).read_text(encoding="utf-8")
    assert "13812345678" not in shard
    assert "138****5678" in shard


def test_a_half_written_last_line_is_left_out(tmp_path: Path, log: EventLog) -> None:
    log.write(Kind.RUN_STARTED)
    shard = next((tmp_path / "events").iterdir())
    with shard.open("ab") as file:
        file.write(b'{"v":1,"run":"r1","ki')
    assert [event.kind for event in read_events(tmp_path)] == [Kind.RUN_STARTED]


def test_any_other_unreadable_line_is_named(tmp_path: Path, log: EventLog) -> None:
    shard = next((tmp_path / "events").iterdir())
    shard.write_bytes(b"rubbish\n")
    log.write(Kind.RUN_STARTED)
    with pytest.raises(UsageError, match=rf"{shard.name}:1: not an event"):
        list(read_events(tmp_path))


def test_only_the_kinds_asked_for_are_read(tmp_path: Path, log: EventLog) -> None:
    log.write(Kind.RUN_STARTED)
    log.write(Kind.VERDICT, {"note": '"kind":"step"'})
    assert [event.kind for event in read_events(tmp_path, Kind.VERDICT)] == [Kind.VERDICT]
    assert list(read_events(tmp_path, Kind.STEP)) == []
