from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.core.envelope import parse
from harness.core.errors import BrokenError
from harness.core.events import SCHEMA, EventLog, Kind, published_schema, raw_events, read_events
from harness.core.payloads import Damage, RunStart, Step, Verdict
from harness.core.text import Text

STEP = Step(text=Text(zh="打开", en="opens"), seconds=0.5, outcome="passed")


@pytest.fixture
def log(tmp_path: Path) -> Iterator[EventLog]:
    with EventLog(tmp_path, "r1", "pytest") as log:
        yield log


def test_the_published_schema_is_the_one_the_code_has() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == published_schema()


def test_what_was_written_is_read_back_in_order(tmp_path: Path, log: EventLog) -> None:
    log.write(RunStart(name="shop"))
    log.write(STEP, scenario="s", step=1, actor="王芳", platform="website")
    events = list(read_events(tmp_path))
    assert [event.kind for event in events] == [Kind.RUN_STARTED, Kind.STEP]
    assert [event.seq for event in events] == [0, 1]
    assert events[1].actor == "王芳"
    assert events[0].mono <= events[1].mono


def test_nothing_is_written_unmasked(tmp_path: Path, log: EventLog) -> None:
    log.write(Verdict(test="t", verdict="failed", message="13812345678 was refused"))
    shard = next((tmp_path / "events").iterdir()).read_text(encoding="utf-8")
    assert "13812345678" not in shard
    assert "138****5678" in shard


def test_a_test_is_called_the_same_wherever_it_is_named(tmp_path: Path, log: EventLog) -> None:
    """Its envelope was not masked: a scenario with a phone in its name had begun and got no verdict."""
    test = "scenarios/test_a.py::test_login[13812345678]"
    log.write(Verdict(test=test, verdict="passed"), scenario=test)
    (event,) = read_events(tmp_path, Verdict)
    assert event.scenario == event.data.test == "scenarios/test_a.py::test_login[138****5678]"


def test_a_half_written_last_line_is_left_out(tmp_path: Path, log: EventLog) -> None:
    log.write(RunStart(name="shop"))
    shard = next((tmp_path / "events").iterdir())
    with shard.open("ab") as file:
        file.write(b'{"v":1,"run":"r1","ki')
    assert [event.kind for event in read_events(tmp_path)] == [Kind.RUN_STARTED]


class FullDisk:
    """A file that takes ``room`` more bytes."""

    def __init__(self, file: Any, room: int) -> None:
        self._file, self.room = file, room

    def write(self, data: bytes) -> int:
        if not self.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        taken = data[: self.room]
        self.room -= len(taken)
        return int(self._file.write(taken))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def test_a_full_disk_leaves_no_half_line_and_takes_no_number(tmp_path: Path, log: EventLog) -> None:
    log.write(RunStart(name="shop"))
    disk = log._file = FullDisk(log._file, 30)  # type: ignore[assignment]
    with pytest.raises(OSError, match="No space left"):
        log.write(STEP)
    disk.room = 10**6
    log.write(STEP)
    assert [(event.seq, event.kind) for event in read_events(tmp_path)] == [
        (0, Kind.RUN_STARTED),
        (1, Kind.STEP),
    ]


def test_half_a_line_that_cannot_be_taken_back_spoils_no_other(tmp_path: Path, log: EventLog) -> None:
    class Stuck(FullDisk):
        def truncate(self, size: int) -> None:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    disk = log._file = Stuck(log._file, 30)  # type: ignore[assignment]
    with pytest.raises(OSError, match="No space left"):
        log.write(STEP)
    disk.room = 10**6
    log.write(RunStart(name="shop"))
    half, whole = next((tmp_path / "events").iterdir()).read_bytes().splitlines()
    assert len(half) == 30
    assert parse(whole).kind is Kind.RUN_STARTED


def test_what_is_kept_while_the_disk_is_full_is_written_with_the_next_event(tmp_path: Path) -> None:
    with EventLog(tmp_path, "r1", "pytest", keep=True) as log:
        log.write(RunStart(name="shop"))
        disk = log._file = FullDisk(log._file, 30)  # type: ignore[assignment]
        log.write(STEP)
        log.write(STEP)
        assert log.unwritten() == (2, str(log._path), "No space left on device")
        disk.room = 10**6
        log.write(Verdict(test="t", verdict="passed"))
        assert log.unwritten() is None
    damage: list[Damage] = []
    events = list(read_events(tmp_path, damage=damage))
    assert [event.seq for event in events] == [0, 1, 2, 3]
    assert damage == []


def test_of_more_than_can_be_kept_it_is_seen_that_they_are_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.core.events.MOST_KEPT", 2)
    with EventLog(tmp_path, "r1", "pytest", keep=True) as log:
        disk = log._file = FullDisk(log._file, 0)  # type: ignore[assignment]
        for _ in range(4):
            log.write(STEP)
        disk.room = 10**6
        assert log.unwritten() is None
        log.write(STEP)
    damage: list[Damage] = []
    assert [event.seq for event in read_events(tmp_path, damage=damage)] == [0, 1, 4]
    assert [(each.problem, each.events) for each in damage] == [("missing", 2)]


def test_a_folder_that_cannot_be_written_to_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "events").touch()
    with pytest.raises(BrokenError, match=r"no events can be written to .*events: File exists"):
        EventLog(tmp_path, "r1", "pytest")


def test_what_cannot_be_written_as_text_takes_no_number(tmp_path: Path, log: EventLog) -> None:
    with pytest.raises(ValueError, match="surrogates"):
        log.write(RunStart(name="\ud800"))
    log.write(RunStart(name="shop"))
    assert [event.seq for event in read_events(tmp_path)] == [0]


@pytest.mark.skipif(os.name == "nt", reason="an open file cannot be removed there")
def test_nothing_is_written_into_a_folder_that_is_gone(tmp_path: Path, log: EventLog) -> None:
    log.write(RunStart(name="shop"))
    shutil.rmtree(tmp_path / "events")
    with pytest.raises(FileNotFoundError):
        log.write(STEP)
    (tmp_path / "events").mkdir()
    log.write(STEP)
    assert [event.seq for event in read_events(tmp_path)] == [1]  # that one is missing can be seen


def test_only_the_kinds_asked_for_are_read(tmp_path: Path, log: EventLog) -> None:
    log.write(RunStart(name="shop"))
    log.write(Verdict(test='"kind":"step"', verdict="passed"))
    assert [event.kind for event in read_events(tmp_path, Verdict)] == [Kind.VERDICT]
    assert list(read_events(tmp_path, Step)) == []


def test_a_line_cut_off_inside_its_data_is_left_out(tmp_path: Path, log: EventLog) -> None:
    log.write(STEP)
    log.write(STEP)
    shard = next((tmp_path / "events").iterdir())
    whole = shard.read_bytes()
    for cut in range(whole.index(b"\n") + 1, len(whole) - 1):
        shard.write_bytes(whole[:cut])
        assert len(list(read_events(tmp_path))) == 1
        assert len(list(read_events(tmp_path, Step))) == 1


def test_an_event_as_another_hand_writes_it_is_read(tmp_path: Path, log: EventLog) -> None:
    log.write(STEP)
    shard = next((tmp_path / "events").iterdir())
    written = json.loads(shard.read_text(encoding="utf-8"))
    shard.write_text(json.dumps({"data": written.pop("data"), **written}), encoding="utf-8")
    (event,) = read_events(tmp_path)
    assert event.data == STEP


def test_raw_events_keep_what_a_later_writer_added(tmp_path: Path, log: EventLog) -> None:
    log.write(STEP)
    shard = next((tmp_path / "events").iterdir())
    shard.write_bytes(shard.read_bytes().replace(b'"seconds"', b'"more":[1],"seconds"'))
    (event,) = raw_events(tmp_path)
    assert event.data["more"] == [1]
