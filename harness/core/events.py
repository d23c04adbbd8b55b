"""The event stream of a run: one envelope, one shard per process, published as a JSON Schema.

Owns how an event is written, masked and read back. What each kind says is its payload's
(:mod:`harness.core.payloads`). Every number a person sees is derived from here.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Generic, Self, TypeVar, overload

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.json_schema import models_json_schema
from pydantic_core import from_json, to_json

from harness.core.errors import BrokenError, UsageError
from harness.core.payloads import PAYLOADS, EventPayload, Kind, Payload, masked

__all__ = ["SCHEMA", "VERSION", "Event", "EventLog", "Kind", "published_schema", "raw_events", "read_events"]

VERSION = 1
SCHEMA = Path(__file__).with_name("event.schema.json")
# No quotation mark stands bare inside JSON text: where this is found first, the envelope ends.
DATA = b',"data":'

D = TypeVar("D")
P = TypeVar("P", bound=Payload)


class Envelope(BaseModel):
    """What every event says. Field order is the order on disk."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    v: int = Field(default=VERSION, description="version of this schema")
    run: str = Field(description="run id; equal in all shards of a run")
    source: str = Field(description="writing process: role and process id; unique in the run")
    seq: int = Field(ge=0, description="counts up by one within the source")
    wall: datetime = Field(description="UTC, of the writing machine")
    mono: float = Field(description="seconds of the monotonic clock; comparable on one machine only")
    kind: Kind
    scenario: str | None = Field(default=None, description="test id of the scenario, where there is one")
    step: int | None = Field(default=None, ge=1, description="number of the step in its scenario")
    actor: str | None = Field(default=None, description="alias of the person acting")
    platform: str | None = Field(default=None, description="a platform of harness.toml, or a service's name")


@dataclass(frozen=True, slots=True)
class Event(Generic[D]):
    """One event; ``data`` is the payload of its kind."""

    envelope: Envelope
    data: D

    @property
    def run(self) -> str:
        return self.envelope.run

    @property
    def source(self) -> str:
        return self.envelope.source

    @property
    def seq(self) -> int:
        return self.envelope.seq

    @property
    def wall(self) -> datetime:
        return self.envelope.wall

    @property
    def mono(self) -> float:
        return self.envelope.mono

    @property
    def kind(self) -> Kind:
        return self.envelope.kind

    @property
    def scenario(self) -> str | None:
        return self.envelope.scenario

    @property
    def step(self) -> int | None:
        return self.envelope.step

    @property
    def actor(self) -> str | None:
        return self.envelope.actor

    @property
    def platform(self) -> str | None:
        return self.envelope.platform

    def line(self) -> bytes:
        """As it stands in a shard; ``data`` is JSON already."""
        return self.envelope.model_dump_json().encode()[:-1] + DATA + to_json(self.data) + b"}\n"


class EventLog:
    """Appends events to this process's shard of a run folder; safe to call from several threads.

    Every line is masked, written with one ``write`` and flushed: a killed process loses nothing it said. What
    cannot be written (OSError: the disk is full, the folder is gone) leaves nothing behind and takes no number.
    """

    def __init__(self, folder: Path, run: str, role: str) -> None:
        self.folder, self.run = folder, run
        self.source = f"{role}-{os.getpid()}"
        self._lock = threading.Lock()
        self._seq = 0
        shards = folder / "events"
        shards.mkdir(parents=True, exist_ok=True)
        self._path = shards / f"{self.source}.jsonl"
        self._file = self._path.open("ab", buffering=0)
        self._torn = False  # half a line stands at the end, and could not be taken back

    def write(
        self,
        payload: EventPayload,
        *,
        scenario: str | None = None,
        step: int | None = None,
        actor: str | None = None,
        platform: str | None = None,
    ) -> None:
        if type(payload) is not PAYLOADS.get(payload.kind):
            raise TypeError(f"no payload of an event: {type(payload).__name__}")
        data = masked(payload)
        with self._lock:
            envelope = Envelope(
                run=self.run,
                source=self.source,
                seq=self._seq,
                wall=datetime.now(UTC),
                mono=time.monotonic(),
                kind=payload.kind,
                scenario=scenario,
                step=step,
                actor=actor,
                platform=platform,
            )
            self._append(Event(envelope, data).line())
            self._seq += 1

    def _append(self, line: bytes) -> None:
        """The whole line, or nothing of it."""
        if os.fstat(self._file.fileno()).st_nlink == 0 and not self._path.exists():
            # Written on, it would be gone without an error. Where the folder is back, so is the shard.
            gone, self._file = self._file, self._path.open("ab", buffering=0)
            gone.close()
            self._torn = False
        before = os.fstat(self._file.fileno()).st_size
        left = b"\n" + line if self._torn else line
        try:
            while left:
                left = left[self._file.write(left) or 0 :]
        except OSError:
            try:
                self._file.truncate(before)
            except OSError:
                self._torn = True
            raise
        self._torn = False

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@overload
def read_events(folder: Path) -> Iterator[Event[EventPayload]]: ...
@overload
def read_events(folder: Path, *kinds: type[P]) -> Iterator[Event[P]]: ...
def read_events(folder: Path, *kinds: type[Payload]) -> Iterator[Event[Any]]:
    """All events of a run folder in order of time, of ``kinds`` only where given.

    A half-written last line (its writer was killed) is left out; any other unreadable line is a UsageError
    with file and line. Data of another shape is a BrokenError that names the event.
    """
    shapes = {model.kind: model for model in kinds or PAYLOADS.values()}
    for event in _in_order(_raw_lines(folder, shapes if kinds else None)):
        if event.kind in shapes:
            yield with_payload(event, shapes[event.kind])


def raw_events(folder: Path) -> Iterator[Event[Any]]:
    """All events in order of time, their data as it was written: keys of a later writer stay."""
    for event in _in_order(_raw_lines(folder, None)):
        yield replace(event, data=from_json(event.data))


def is_of(line: bytes, kinds: Collection[Kind]) -> bool:
    """Whether a line may be an event of one of the kinds, told without parsing it."""
    if not line.startswith(b'{"v":'):  # by another writer's hand: parsing tells
        return True
    _, _, rest = line[: line.find(DATA)].partition(b'"kind":"')
    return rest.partition(b'"')[0].decode(errors="replace") in kinds


def parse(line: bytes) -> Event[bytes]:
    """The envelope of a line; its data is still JSON. ValueError where it is no event."""
    head, mark, data = line.partition(DATA)
    if mark and data.endswith(b"}"):
        head, data = head + b"}", data[:-1]
    else:  # by another writer's hand
        whole = from_json(line)
        if not isinstance(whole, dict):
            raise ValueError("not an object")
        data = to_json(whole.pop("data", {}))
        head = to_json(whole)
    return Event(Envelope.model_validate_json(head), data)


def with_payload(event: Event[bytes], shape: type[P]) -> Event[P]:
    """The event with its data read. BrokenError where that has another shape."""
    try:
        # Keys that a later writer added are passed over.
        data = shape.model_validate_json(event.data, extra="ignore")
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "data"
        raise BrokenError(
            f"event {event.source}#{event.seq} ({event.kind}) cannot be read: {place}: {first['msg']}"
        ) from None
    return Event(event.envelope, data)


def not_an_event(error: ValueError, where: str) -> UsageError:
    """What is said of a line that cannot be read."""
    problem = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
    return UsageError(f"not an event: {problem}", where=where)


def _raw_lines(folder: Path, kinds: Collection[Kind] | None) -> Iterator[Event[bytes]]:
    for shard in sorted((folder / "events").glob("*.jsonl")):
        lines = shard.read_bytes().split(b"\n")
        for number, line in enumerate(lines, 1):
            if not line or (kinds is not None and not is_of(line, kinds)):
                continue
            try:
                if number == len(lines):
                    from_json(line)  # its writer may have been killed in the middle of the data
                event = parse(line)
            except ValueError as error:  # pydantic's is one
                if number == len(lines):
                    continue
                raise not_an_event(error, f"{shard}:{number}") from None
            yield event


def _in_order(events: Iterator[Event[bytes]]) -> list[Event[bytes]]:
    return sorted(events, key=lambda event: (event.mono, event.source, event.seq))


def published_schema() -> str:
    """The JSON Schema of an event as published in ``event.schema.json`` (a test keeps the two equal).

    The kind decides which of the shapes ``data`` has; the shapes are those that a writer must keep.
    """
    models: list[type[BaseModel]] = [*PAYLOADS.values(), Envelope]
    places, shapes = models_json_schema([(model, "validation") for model in models])
    envelope = shapes["$defs"].pop("Envelope")
    kinds = [
        {"title": kind, "properties": {"kind": {"const": kind}, "data": places[model, "validation"]}}
        for kind, model in PAYLOADS.items()
    ]
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Event",
        "description": "One event of a run.",
        "type": "object",
        "properties": {**envelope["properties"], "data": {"type": "object"}},
        "required": [*envelope["required"], "data"],
        "additionalProperties": False,
        "discriminator": {"propertyName": "kind"},
        "oneOf": kinds,
        "$defs": shapes["$defs"],
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
