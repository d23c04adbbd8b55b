"""What is lost of a run's record: a damaged line costs one event, and nothing is lost unnoticed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.core.events import EventLog, raw_events, read_events
from harness.core.payloads import Damage, ProcessExit, ProcessStart, RunEnd, Step
from harness.core.shards import events_written
from harness.core.text import Text

Change = Callable[[list[bytes]], list[bytes]]


def step(seconds: float) -> Step:
    return Step(text=Text(zh="开", en="open"), seconds=seconds, outcome="passed")


@pytest.fixture
def shard(tmp_path: Path) -> Path:
    """Five events of one process; the end of the run, by another, says so."""
    with EventLog(tmp_path, "r", "proxy") as log, EventLog(tmp_path, "r", "pytest") as main:
        for number in range(5):
            log.write(step(number))
        main.write(RunEnd(exit_code=0, events=events_written(tmp_path, but=main.source)))
    (shard,) = (tmp_path / "events").glob("proxy-*")
    return shard


def read(folder: Path) -> tuple[list[float], list[tuple[str, int, str]]]:
    """The steps that can be read, and what is told to be lost."""
    damage: list[Damage] = []
    steps = [event.data.seconds for event in read_events(folder, Step, damage=damage)]
    return steps, [(each.problem, each.events, each.place) for each in damage]


def of(line: bytes, **changes: object) -> bytes:
    return json.dumps({**json.loads(line), **changes}).encode()


@pytest.mark.parametrize(
    ("change", "steps", "lost"),
    [
        (lambda lines: lines, [0, 1, 2, 3, 4], []),
        (lambda lines: [*lines[:4], lines[4][:60]], [0, 1, 2, 3], [("unreadable", 1, "5")]),
        (lambda lines: [*lines[:4], lines[4][:-3]], [0, 1, 2, 3], [("unreadable", 1, "5")]),
        (lambda lines: [lines[0], b"\0" * 99, *lines[2:]], [0, 2, 3, 4], [("unreadable", 1, "2")]),
        (
            lambda lines: [lines[0], lines[1][:80] + lines[2], *lines[3:]],
            [0, 2, 3, 4],
            [("unreadable", 1, "2")],
        ),
        (
            lambda lines: [lines[0], lines[1].replace(b"passed", b"p\xffssed"), *lines[2:]],
            [0, 2, 3, 4],
            [("unreadable", 1, "2")],
        ),
        (lambda lines: [*lines, b"rubbish"], [0, 1, 2, 3, 4], [("unreadable", 1, "6")]),
        (lambda lines: [lines[0], *lines[3:]], [0, 3, 4], [("missing", 2, "1–2")]),
        (lambda lines: lines[1:], [1, 2, 3, 4], [("missing", 1, "0")]),
        (lambda lines: lines[:3], [0, 1, 2], [("missing", 2, "3–4")]),
        (lambda lines: [lines[0], lines[2], lines[4]], [0, 2, 4], [("missing", 2, "1, 3")]),
        (lambda lines: [], [], [("no shard", 5, "")]),
        (lambda lines: [*lines, lines[2]], [0, 1, 2, 3, 4], [("repeated", 1, "")]),
        (lambda lines: [*lines[:4], of(lines[4], v=2)], [0, 1, 2, 3], [("version", 1, "2")]),
        (lambda lines: [*lines[:4], of(lines[4], v=2, more=[])], [0, 1, 2, 3], [("version", 1, "2")]),
        (lambda lines: [*lines[:4], of(lines[4], kind="dream")], [0, 1, 2, 3], [("kind", 1, "dream")]),
        (lambda lines: [*lines, of(lines[0], run="other")], [0, 1, 2, 3, 4], [("foreign", 1, "other")]),
        (lambda lines: [lines[0], b"", *lines[1:]], [0, 1, 2, 3, 4], []),
    ],
    ids=[
        "whole",
        "cut off in its envelope",
        "cut off in its data",
        "overwritten",
        "the next event on a half-written line",
        "a character",
        "rubbish at the end",
        "lines gone",
        "the first line gone",
        "the last lines gone",
        "every other line gone",
        "empty",
        "a line twice",
        "a later version",
        "a later version with more in it",
        "a later kind",
        "of another run",
        "an empty line",
    ],
)
def test_what_is_damaged_costs_itself_and_is_told(
    shard: Path, change: Change, steps: list[float], lost: list[tuple[str, int, str]]
) -> None:
    lines = change(shard.read_bytes().splitlines())
    shard.write_bytes(b"\n".join(lines))  # also without a last newline
    assert read(shard.parents[1]) == (steps, lost)
    assert [event.data.seconds for event in read_events(shard.parents[1], Step)] == steps
    raw = [event.data["seconds"] for event in raw_events(shard.parents[1]) if event.kind == "step"]
    assert raw == steps


def test_a_shard_that_is_gone_is_told(shard: Path) -> None:
    shard.unlink()
    assert read(shard.parents[1]) == ([], [("no shard", 5, "")])


def test_a_copy_of_a_shard_counts_once(shard: Path) -> None:
    shard.with_name("proxy-1 (copy).jsonl").write_bytes(shard.read_bytes())
    assert read(shard.parents[1]) == ([0, 1, 2, 3, 4], [("repeated", 5, "")])


def test_a_renamed_shard_is_the_same(shard: Path) -> None:
    shard.rename(shard.with_name("a.jsonl"))
    assert read(shard.parents[1])[1] == []


def test_a_folder_among_the_shards_is_none(shard: Path) -> None:
    (shard.parent / "old.jsonl").mkdir()
    assert read(shard.parents[1])[1] == []


def test_a_process_that_wrote_nothing_has_lost_nothing(tmp_path: Path) -> None:
    EventLog(tmp_path, "r", "proxy").close()
    with EventLog(tmp_path, "r", "pytest") as main:
        main.write(RunEnd(exit_code=0, events=events_written(tmp_path, but=main.source)))
    assert read(tmp_path)[1] == []


def test_a_start_that_failed_is_no_loss(tmp_path: Path) -> None:
    """The proxies end before they have opened anything."""
    with EventLog(tmp_path, "r", "supervisor") as log:
        log.write(ProcessStart(name="proxies", group="proxy", role="proxy"))
        log.write(ProcessExit(name="website", exit_code=1))
        log.write(ProcessExit(name="proxies", expected=True, signal="SIGTERM"))
    assert read(tmp_path)[1] == []


def test_without_an_end_a_process_that_was_started_is_missed(tmp_path: Path) -> None:
    with EventLog(tmp_path, "r", "supervisor") as log:
        log.write(ProcessStart(name="website", group="service"))
        log.write(ProcessStart(name="proxies", group="proxy", role="proxy"))
    damage: list[Damage] = []
    list(read_events(tmp_path, damage=damage))
    assert [(each.shard, each.problem) for each in damage] == [("proxy", "no shard")]
    EventLog(tmp_path, "r", "proxy").close()
    damage.clear()
    list(read_events(tmp_path, damage=damage))
    assert damage == [], "it has begun and written nothing yet"
