"""Reading a run's events while the run goes on: each question costs only what is new.

Owns the position in every shard. A run that has ended is read by :mod:`harness.core.shards`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar, overload

from harness.core.envelope import Event, NotAnEvent, is_of, last_in, parse, with_payload
from harness.core.payloads import PAYLOADS, EventPayload, Kind, Payload

P = TypeVar("P", bound=Payload)
SUFFIX = ".jsonl"
BLOCK = 64 * 1024


class EventReader:
    """The events of a run folder as they come. Not shared between threads.

    ``source`` reads one writer's shard only; ``from_now`` passes over all that was written before.
    """

    def __init__(self, folder: Path, *, source: str | None = None, from_now: bool = False) -> None:
        self._shards = folder / "events"
        self._only = None if source is None else str(self._shards / (source + SUFFIX))
        self.unreadable = 0
        """How many lines could not be read so far, of those that had to be."""
        # Where in a shard the next event of a kind may stand; without an entry, at the shard's start.
        self._positions: dict[tuple[str, Kind], int] = {}
        self._starts = {shard: _whole(shard, size) for shard, size in self._sizes()} if from_now else {}

    @overload
    def new(self, *, containing: str = "") -> list[Event[EventPayload]]: ...
    @overload
    def new(self, *kinds: type[P], containing: str = "") -> list[Event[P]]: ...
    def new(self, *kinds: type[Payload], containing: str = "") -> list[Event[Any]]:
        """What was written since the last call that asked for the same kinds, in order of time.

        Lines of other kinds, or without ``containing`` anywhere in them, are not parsed. A half-written last
        line comes once it is whole; any other that cannot be read is counted and left out.
        """
        shapes = {model.kind: model for model in kinds or PAYLOADS.values()}
        needle = containing.encode()
        positions = dict(self._positions)
        found: list[Event[Any]] = []
        for shard, size in self._sizes():
            start = min(self._position(shard, kind) for kind in shapes)
            if size <= start:
                continue
            with open(shard, "rb") as file:
                file.seek(start)
                text = file.read()
            text = text[: text.rfind(b"\n") + 1]
            for place, line in _lines(text, start) if needle in text else ():
                if not line or needle not in line or (kinds and not is_of(line, shapes)):
                    continue
                found += self._events(shard, place, line, shapes)
            for kind in shapes:
                positions[shard, kind] = max(start + len(text), self._position(shard, kind))
        self._positions = positions
        return sorted(found, key=lambda event: (event.mono, event.source, event.seq))

    def _events(
        self, shard: str, place: int, line: bytes, shapes: Mapping[Kind, type[Payload]]
    ) -> Iterator[Event[Any]]:
        """The event of a line; where it cannot be read, the one after it that a writer put on the same line."""
        try:
            event = parse(line)
            if event.kind in shapes and place >= self._position(shard, event.kind):
                yield with_payload(event, shapes[event.kind])
        except NotAnEvent:
            self.unreadable += 1
            if (last := last_in(line)) is not None:
                yield from self._events(shard, place, last, shapes)

    def _position(self, shard: str, kind: Kind) -> int:
        return self._positions.get((shard, kind), self._starts.get(shard, 0))

    def _sizes(self) -> list[tuple[str, int]]:
        """The shards and how long they are now."""
        try:
            if self._only is not None:
                return [(self._only, os.stat(self._only).st_size)]
            with os.scandir(self._shards) as entries:
                return [(each.path, each.stat().st_size) for each in entries if each.name.endswith(SUFFIX)]
        except FileNotFoundError:
            return []


def _whole(shard: str, size: int) -> int:
    """Where the last whole line of a shard ends: its writer may be in the middle of the next."""
    with open(shard, "rb") as file:
        while size > 0:
            block = min(size, BLOCK)
            file.seek(size - block)
            newline = file.read(block).rfind(b"\n")
            if newline >= 0:
                return size - block + newline + 1
            size -= block
    return 0


def _lines(text: bytes, place: int) -> Iterator[tuple[int, bytes]]:
    """Whole lines, each with its place in the shard."""
    for line in text.split(b"\n")[:-1]:
        yield place, line
        place += len(line) + 1
