"""Reading the shards of a run folder: its events in order of time, and what of its record is gone.

A line that cannot be read costs one event and never the run. Owns how a loss is noticed: every process counts its
events up by one, the end of the run says how many each had written, and the start of a process says that it
writes any. A run that still goes on is read by :mod:`harness.core.event_reader`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self, TypeVar, overload

from pydantic_core import from_json

from harness.core.envelope import Event, NotAnEvent, is_of, last_in, parse, with_payload
from harness.core.payloads import (
    PAYLOADS,
    Damage,
    EventPayload,
    Kind,
    Payload,
    ProcessExit,
    ProcessStart,
    RunEnd,
)
from harness.core.payloads.completeness import Problem

SUFFIX = ".jsonl"
SHOWN = 5  # lines or stretches named of a shard
P = TypeVar("P", bound=Payload)
Shapes = Mapping[Kind, type[Payload]]


@overload
def read_events(folder: Path, *, damage: list[Damage] | None = None) -> Iterator[Event[EventPayload]]: ...
@overload
def read_events(folder: Path, *kinds: type[P], damage: list[Damage] | None = None) -> Iterator[Event[P]]: ...
def read_events(
    folder: Path, *kinds: type[Payload], damage: list[Damage] | None = None
) -> Iterator[Event[Any]]:
    """All events of a run folder in order of time, of ``kinds`` only where given.

    What cannot be read is left out: a line cut off or overwritten, data of another shape, an event that another
    version of the harness wrote. ``damage`` gets all that is known to be lost, which takes looking at every line.
    """
    shapes: Shapes = {model.kind: model for model in kinds or PAYLOADS.values()}
    reading = _Reading.of(folder, shapes, quick=bool(kinds) and damage is None)
    if damage is not None:
        damage += reading.damage()
    yield from reading.in_order()


def raw_events(folder: Path, damage: list[Damage] | None = None) -> Iterator[Event[Any]]:
    """The same with data as it was written: keys of a later writer stay."""
    reading = _Reading.of(folder, {}, quick=False)
    if damage is not None:
        damage += reading.damage()
    for event in reading.in_order():
        yield replace(event, data=from_json(event.data))


def shards(folder: Path) -> list[Path]:
    """The files events were written to, one for each process."""
    return sorted(path for path in (folder / "events").glob(f"*{SUFFIX}") if path.is_file())


def events_written(folder: Path, *, but: str = "") -> dict[str, int]:
    """How many events each process has written so far, ``but`` one: what the end of a run says."""
    return {shard.stem: _written(shard.read_bytes()) for shard in shards(folder) if shard.stem != but}


def _written(text: bytes) -> int:
    """One more than the number of the last event that can be read."""
    for line in reversed(text.split(b"\n")):
        try:
            return parse(line).seq + 1
        except NotAnEvent:
            continue
    return 0


@dataclass(slots=True)
class _Source:
    """What was found of one process: the numbers of its events, and how many stand there twice."""

    shard: str
    seen: set[int] = field(default_factory=set)
    repeated: int = 0

    def missing(self, written: int) -> list[int]:
        """The numbers not found, of those up to the last one found and of ``written``."""
        count = max(written, max(self.seen) + 1)
        return sorted(set(range(count)) - self.seen) if count > len(self.seen) else []


@dataclass(slots=True)
class _Reading:
    """One pass over the shards of a folder; ``quick``: only the lines of the kinds asked for are parsed."""

    name: str
    shapes: Shapes
    quick: bool
    events: list[Event[Any]] = field(default_factory=list)
    files: set[str] = field(default_factory=set)  # a process may have written nothing yet
    sources: dict[tuple[str, str], _Source] = field(default_factory=dict)  # by run and name
    unreadable: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))  # shard → lines
    nameless: Counter[str] = field(default_factory=Counter)  # of these, where the number is not known either
    strange: Counter[tuple[str, Problem, str]] = field(default_factory=Counter)  # by another version
    ends: list[Event[RunEnd]] = field(default_factory=list)
    roles: list[Event[ProcessStart]] = field(default_factory=list)
    exits: list[Event[ProcessExit]] = field(default_factory=list)

    @classmethod
    def of(cls, folder: Path, shapes: Shapes, *, quick: bool) -> Self:
        reading = cls(folder.name, shapes, quick)
        for shard in shards(folder):
            reading.files.add(shard.stem)
            for number, line in enumerate(shard.read_bytes().split(b"\n"), 1):
                if line and not (quick and not is_of(line, shapes)):
                    reading._read(shard.name, number, line)
        return reading

    def in_order(self) -> list[Event[Any]]:
        mine = (event for event in self.events if event.run == self.run)
        return sorted(mine, key=lambda event: (event.mono, event.source, event.seq))

    @property
    def run(self) -> str:
        """The run of the folder: the one called like it, else the one with the most events."""
        counts = Counter({run: 0 for run, _ in self.sources})
        for (run, _), source in self.sources.items():
            counts[run] += len(source.seen)
        if self.name in counts or not counts:
            return self.name
        return counts.most_common(1)[0][0]

    def _read(self, shard: str, number: int, line: bytes) -> None:
        try:
            event = parse(line)
        except NotAnEvent as error:
            if error.version is not None or error.kind is not None:
                problem: Problem = "kind" if error.version is None else "version"
                place = str(error.kind if error.version is None else error.version)
                self.strange[shard, problem, place] += 1
                if error.run and error.source and error.seq is not None:
                    self._source(shard, error.run, error.source).seen.add(error.seq)
                return
            self.unreadable[shard].append(number)
            self.nameless[shard] += 1
            if (last := last_in(line)) is not None:
                self._read_last(shard, last)
            return
        self._take(shard, number, event)

    def _read_last(self, shard: str, line: bytes) -> None:
        try:
            self._take(shard, 0, parse(line))
        except NotAnEvent:
            return

    def _take(self, shard: str, number: int, event: Event[bytes]) -> None:
        source = self._source(shard, event.run, event.source)
        if event.seq in source.seen:
            source.repeated += 1
            return
        source.seen.add(event.seq)
        try:
            if not self.quick and event.kind == Kind.RUN_FINISHED:
                self.ends.append(with_payload(event, RunEnd))
            elif not self.quick and event.kind == Kind.PROCESS_STARTED:
                self.roles.append(with_payload(event, ProcessStart))
            elif not self.quick and event.kind == Kind.PROCESS_EXITED:
                self.exits.append(with_payload(event, ProcessExit))
            if not self.shapes:
                from_json(event.data)
                self.events.append(event)
            elif event.kind in self.shapes:
                self.events.append(with_payload(event, self.shapes[event.kind]))
            else:
                from_json(event.data)
        except ValueError:
            self.unreadable[shard].append(number)

    def _source(self, shard: str, run: str, name: str) -> _Source:
        return self.sources.setdefault((run, name), _Source(shard))

    # what is lost

    def damage(self) -> Iterator[Damage]:
        for shard, lines in self.unreadable.items():
            yield Damage(shard=shard, problem="unreadable", events=len(lines), place=_stretches(lines))
        for (shard, problem, place), count in self.strange.items():
            yield Damage(shard=shard, problem=problem, events=count, place=place)
        run = self.run
        written = {
            name: count for end in self.ends if end.run == run for name, count in end.data.events.items()
        }
        for (of, name), source in self.sources.items():
            if of != run:
                yield Damage(shard=source.shard, problem="foreign", events=len(source.seen), place=of)
                continue
            if source.repeated:
                yield Damage(shard=source.shard, problem="repeated", events=source.repeated)
            missing = source.missing(written.get(name, 0))
            if more := missing[self.nameless[source.shard] :]:
                yield Damage(shard=source.shard, problem="missing", events=len(more), place=_stretches(more))
        yield from self._without_shard(written)

    def _without_shard(self, written: Mapping[str, int]) -> Iterator[Damage]:
        """Processes that wrote events, and no shard of them is there."""
        found = {name for run, name in self.sources if run == self.run}
        gone = {
            name: count
            for name, count in written.items()
            if name not in found and (count or name not in self.files)
        }
        for name, count in gone.items():
            yield Damage(shard=name + SUFFIX, problem="no shard", events=count)
        if any(end.run == self.run and not end.data.expected for end in self.exits):
            return  # a start that failed ends all before they have written anything; the death is told
        known = Counter(role_of(name) for name in found | self.files | gone.keys())
        announced = Counter(
            start.data.role for start in self.roles if start.run == self.run and start.data.role
        )
        for role, count in (announced - known).items():
            yield Damage(shard=role, problem="no shard", place=str(count))


def role_of(source: str) -> str:
    """The role of a process, as its source says it: ``proxy`` of ``proxy-4711``."""
    return source.rpartition("-")[0]


def _stretches(numbers: Sequence[int]) -> str:
    """``3, 7–9``: numbers in order, those that follow each other as one."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    words = [f"{first}" if first == last else f"{first}–{last}" for first, last in found]
    return ", ".join(words[:SHOWN]) + (", …" if len(words) > SHOWN else "")
