"""Runs of one system on several machines, told as one: a new run folder made of theirs.

For what only another machine can do, such as driving real WeChat DevTools. The machines' monotonic clocks have
nothing in common, so every run's own is moved by its start's wall clock. The first run is the one the new folder
describes; the others add their tests, traffic, pictures and drivers.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from harness.core.errors import UsageError
from harness.core.events import Event, Kind, raw_events, read_events
from harness.core.payloads import Damage, RunEnd, RunStart, Verdict
from harness.core.shards import SUFFIX, events_written, shards
from harness.core.text import LANGUAGES, Text
from harness.reporting import raw_results

MERGE = "merge"  # the source of what the whole says itself


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
    whole = _Whole(target)
    for part in parts:
        _copy_files(part, target)
        for shard in shards(part.folder):  # a process that wrote nothing was there, too
            (target / "events" / f"{part.number}-{shard.name}").touch()
        for event in _events(part, first, _drivers(parts)):
            whole.add(event, f"{part.number}-{event.source}")
        for damage in part.damage:
            whole.say(damage.model_copy(update={"shard": f"{part.folder.name}/{damage.shard}"}))
    worst = max((part.exit_code for part in parts), key=(0, 2, 1, 3).index)
    stopped = next((part.stopped for part in parts if part.stopped is not None), None)
    whole.say(RunEnd(exit_code=worst, stopped=stopped, events=events_written(target, but=MERGE)))
    return target


class _Whole:
    """The events of the new folder. They are counted anew: a part's beginning and end are not among them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._counts: Counter[str] = Counter()
        self._last: Event[Any] | None = None

    def add(self, event: Event[Any], source: str) -> None:
        """An event of a part, moved to the clock of the whole."""
        if self._last is None or event.mono > self._last.mono:
            self._last = event
        self._append(event, source=source)

    def say(self, payload: Damage | RunEnd) -> None:
        """Something of the whole itself."""
        assert self._last is not None  # every part has a beginning
        own: dict[str, Any] = dict.fromkeys(("scenario", "step", "actor", "platform"))
        envelope = self._last.envelope.model_copy(update={**own, "kind": payload.kind})
        self._append(Event(envelope, payload.model_dump(mode="json", exclude_unset=True)), source=MERGE)

    def _append(self, event: Event[Any], *, source: str) -> None:
        its = {"run": self.folder.name, "source": source, "seq": self._counts[source]}
        self._counts[source] += 1
        line = Event(event.envelope.model_copy(update=its), event.data).line()
        with (self.folder / "events" / f"{source}{SUFFIX}").open("ab") as shard:
            shard.write(line)


class _Part:
    def __init__(self, folder: Path, number: int) -> None:
        self.folder, self.number = folder, number
        self.damage: list[Damage] = []
        self.events = list(raw_events(folder, self.damage))
        started = next(read_events(folder, RunStart), None)
        if started is None:
            raise UsageError("no run folder: nothing began here", where=str(folder))
        self.started: Event[RunStart] = started
        self.clock = started.wall.timestamp() - started.mono
        finished = next(read_events(folder, RunEnd), None)
        code = finished.data.exit_code if finished else 3
        self.exit_code = code if code in (0, 1, 2, 3) else 3
        self.stopped = finished.data.stopped if finished else killed(folder.name)

    def tests(self) -> set[str]:
        """The tests that ran: what this machine's drivers cannot do another may."""
        verdicts = (event.data for event in read_events(self.folder, Verdict))
        return {verdict.test for verdict in verdicts if verdict.verdict != "not run"}


def killed(part: str) -> Text:
    return Text(zh=f"{part} 的主进程中途退出", en=f"the main process of {part} was killed")


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


def _drivers(parts: list[_Part]) -> dict[str, dict[str, str]]:
    """Platform → what drove it, on each machine."""
    drivers: dict[str, list[Text]] = {}
    for part in parts:
        for platform, driver in part.started.data.drivers.items():
            if driver not in drivers.setdefault(platform, []):
                drivers[platform].append(driver)
    return {
        platform: {language: " + ".join(name.say(language) for name in names) for language in LANGUAGES}
        for platform, names in drivers.items()
    }


def _events(part: _Part, first: _Part, drivers: dict[str, dict[str, str]]) -> Iterator[Event[Any]]:
    """A part's events as the whole's: one beginning, no ends, one clock."""
    for event in part.events:
        if event.kind == Kind.RUN_FINISHED or (event.kind == Kind.RUN_STARTED and part is not first):
            continue
        data = event.data
        if event.kind == Kind.RUN_STARTED:
            data = {**data, "drivers": drivers}
        elif event.kind == Kind.EVIDENCE and data.get("file"):
            data = {**data, "file": _evidence(part, data["file"])}
        elif event.kind == Kind.PROCESS_STARTED and data.get("role"):
            data = {**data, "role": f"{part.number}-{data['role']}"}
        moved = {"mono": event.mono + part.clock - first.clock}
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
