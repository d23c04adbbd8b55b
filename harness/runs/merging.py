"""Runs of one system on several machines, told as one: a new run folder made of theirs.

For what only another machine can do, such as driving real WeChat DevTools. The machines' monotonic clocks have
nothing in common, so every run's own is moved by its start's wall clock. The first run is the one the new folder
describes; the others add their tests, traffic, pictures and drivers.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from harness.core.errors import UsageError
from harness.core.events import Event, Kind, read_events
from harness.reporting import raw_results


def merge(folders: Sequence[Path], runs: Path) -> Path:
    """Make one run folder in ``runs`` of several. UsageError where they are not parts of one whole."""
    if len(folders) < 2:
        raise UsageError("a merge needs two run folders or more")
    parts = [_Part(folder, number) for number, folder in enumerate(folders, 1)]
    first = parts[0]
    for other in parts[1:]:
        if other.started.data["name"] != first.started.data["name"]:
            raise UsageError(
                f"a run of {other.started.data['name']!r}, not of {first.started.data['name']!r}",
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
    last = first.started
    for part in parts:
        _copy_files(part, target)
        for event in _events(part, first, target.name, _drivers(parts)):
            last = max(last, event, key=lambda each: each.mono)
            _append(target, event)
    worst = max((part.exit_code for part in parts), key=(0, 2, 1, 3).index)
    ends = {"kind": Kind.RUN_FINISHED, "source": "merge", "seq": 0, "data": {"exit_code": worst}}
    _append(target, last.model_copy(update={**ends, "run": target.name, "scenario": None, "step": None}))
    return target


def _append(target: Path, event: Event) -> None:
    with (target / "events" / f"{event.source}.jsonl").open("a", encoding="utf-8") as shard:
        shard.write(event.model_dump_json() + "\n")


class _Part:
    def __init__(self, folder: Path, number: int) -> None:
        self.folder, self.number = folder, number
        started = next(read_events(folder, Kind.RUN_STARTED), None)
        if started is None:
            raise UsageError("no run folder: nothing began here", where=str(folder))
        self.started: Event = started
        self.clock = started.wall.timestamp() - started.mono
        finished = next(read_events(folder, Kind.RUN_FINISHED), None)
        code = finished.data.get("exit_code") if finished else None
        self.exit_code = code if code in (0, 1, 2, 3) else 3

    def tests(self) -> set[str]:
        return {str(event.data.get("test")) for event in read_events(self.folder, Kind.VERDICT)}


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
        for platform, driver in (part.started.data.get("drivers") or {}).items():
            if driver not in drivers.setdefault(platform, []):
                drivers[platform].append(driver)
    return {platform: " + ".join(names) for platform, names in drivers.items()}


def _events(part: _Part, first: _Part, run: str, drivers: dict[str, str]) -> Iterator[Event]:
    """A part's events as the whole's: one beginning, no ends, one clock."""
    for event in read_events(part.folder):
        if event.kind == Kind.RUN_FINISHED or (event.kind == Kind.RUN_STARTED and part is not first):
            continue
        data = event.data
        if event.kind == Kind.RUN_STARTED:
            data = {**data, "drivers": drivers}
        elif event.kind == Kind.EVIDENCE and data.get("file"):
            data = {**data, "file": _evidence(part, data["file"])}
        yield event.model_copy(
            update={
                "run": run,
                "source": f"{part.number}-{event.source}",
                "mono": event.mono + part.clock - first.clock,
                "data": data,
            }
        )


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
