"""Runs of one system on several machines, told as one: a new run folder made of theirs.

For what only another machine can do, such as driving real WeChat DevTools. The machines' monotonic clocks have
nothing in common, so every run's own is moved by its start's wall clock. The first run is the one the new folder
describes; the others add their tests, traffic, pictures and drivers.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from harness.core.errors import UsageError
from harness.core.events import Event, Kind, raw_events, read_events
from harness.core.payloads import RunEnd, RunStart, Verdict
from harness.reporting import raw_results


def merge(folders: Sequence[Path], runs: Path) -> Path:
    """Make one run folder in ``runs`` of several. UsageError where they are not parts of one whole."""
    if len(folders) < 2:
        raise UsageError("a merge needs two run folders or more")
    parts = [_Part(folder, number) for number, folder in enumerate(folders, 1)]
    first = parts[0]
    for other in parts[1:]:
        if other.started.data.name != first.started.data.name:
            raise UsageError(
                f"a run of {other.started.data.name!r}, not of {first.started.data.name!r}",
                where=str(other.folder),
            )
    _each_test_once(parts)
    target = runs / f"{first.started.run}-merged"
    if target.exists():
        raise UsageError("these runs have been merged: remove the folder to do it again", where=str(target))
    (target / "events").mkdir(parents=True)
    for item in first.folder.iterdir():
        if item.is_file():
            shutil.copy2(item, target / item.name)
    last: Event[Any] = first.started
    for part in parts:
        _copy_files(part, target)
        for event in _events(part, first, target.name, _drivers(parts)):
            last = max(last, event, key=lambda each: each.mono)
            _append(target, event)
    worst = max((part.exit_code for part in parts), key=(0, 2, 1, 3).index)
    ends = {"run": target.name, "source": "merge", "seq": 0, "kind": Kind.RUN_FINISHED}
    whole = last.envelope.model_copy(update={**ends, "scenario": None, "step": None})
    _append(target, Event(whole, {"exit_code": worst}))
    return target


def _append(target: Path, event: Event[Any]) -> None:
    with (target / "events" / f"{event.source}.jsonl").open("ab") as shard:
        shard.write(event.line())


class _Part:
    def __init__(self, folder: Path, number: int) -> None:
        self.folder, self.number = folder, number
        started = next(read_events(folder, RunStart), None)
        if started is None:
            raise UsageError("no run folder: nothing began here", where=str(folder))
        self.started: Event[RunStart] = started
        self.clock = started.wall.timestamp() - started.mono
        finished = next(read_events(folder, RunEnd), None)
        code = finished.data.exit_code if finished else 3
        self.exit_code = code if code in (0, 1, 2, 3) else 3

    def tests(self) -> set[str]:
        return {event.data.test for event in read_events(self.folder, Verdict)}


def _each_test_once(parts: list[_Part]) -> None:
    ran: dict[str, _Part] = {}
    for part in parts:
        for test in sorted(part.tests()):
            if test in ran:
                raise UsageError(
                    f"{test} ran in {ran[test].folder.name} as well: choose what runs where (-k, paths)",
                    where=str(part.folder),
                )
            ran[test] = part


def _drivers(parts: list[_Part]) -> dict[str, str]:
    """Platform → what drove it, on each machine."""
    drivers: dict[str, list[str]] = {}
    for part in parts:
        for platform, driver in part.started.data.drivers.items():
            if driver not in drivers.setdefault(platform, []):
                drivers[platform].append(driver)
    return {platform: " + ".join(names) for platform, names in drivers.items()}


def _events(part: _Part, first: _Part, run: str, drivers: dict[str, str]) -> Iterator[Event[Any]]:
    """A part's events as the whole's: one beginning, no ends, one clock."""
    for event in raw_events(part.folder):
        if event.kind == Kind.RUN_FINISHED or (event.kind == Kind.RUN_STARTED and part is not first):
            continue
        data = event.data
        if event.kind == Kind.RUN_STARTED:
            data = {**data, "drivers": drivers}
        elif event.kind == Kind.EVIDENCE and data.get("file"):
            data = {**data, "file": _evidence(part, data["file"])}
        moved = {
            "run": run,
            "source": f"{part.number}-{event.source}",
            "mono": event.mono + part.clock - first.clock,
        }
        yield Event(event.envelope.model_copy(update=moved), data)


def _evidence(part: _Part, file: str) -> str:
    folder, _, name = file.rpartition("/")
    return f"{folder}/{part.number}-{name}"


def _copy_files(part: _Part, target: Path) -> None:
    for folder, prefix in (
        ("evidence", f"{part.number}-"),
        (raw_results.FOLDER, ""),
        ("logs", f"{part.number}-"),
    ):
        for file in sorted((part.folder / folder).glob("*")):
            if file.is_file():
                (target / folder).mkdir(exist_ok=True)
                shutil.copy2(file, target / folder / f"{prefix}{file.name}")
