"""One event: what its envelope says, and how a line of a shard becomes an event again.

Owns the envelope's shape and its version. What each kind says is its payload's (:mod:`harness.core.payloads`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import from_json, to_json

from harness.core.payloads import Kind, Payload
from harness.core.validation import first_invalid

VERSION = 1
# No quotation mark stands bare inside JSON text: where this is found first, the envelope ends.
DATA = b',"data":'
BEGINNING = b'{"v":'

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


class NotAnEvent(ValueError):
    """A line that cannot be read. ``version`` and ``kind`` where another version of the harness wrote it.

    ``run``, ``source`` and ``seq`` are which event it is, where that much can be read.
    """

    def __init__(
        self,
        problem: str,
        *,
        version: object = None,
        kind: str | None = None,
        run: str | None = None,
        source: str | None = None,
        seq: int | None = None,
    ) -> None:
        self.version, self.kind = version, kind
        self.run, self.source, self.seq = run, source, seq
        super().__init__(problem)


def is_of(line: bytes, kinds: Collection[Kind]) -> bool:
    """Whether a line may be an event of one of the kinds, told without parsing it."""
    if not line.startswith(BEGINNING):  # by another writer's hand: parsing tells
        return True
    _, _, rest = line[: line.find(DATA)].partition(b'"kind":"')
    return rest.partition(b'"')[0].decode(errors="replace") in kinds


def parse(line: bytes) -> Event[bytes]:
    """The envelope of a line; its data is still JSON. NotAnEvent where it is none."""
    head, mark, data = line.partition(DATA)
    if mark and data.endswith(b"}"):
        head, data = head + b"}", data[:-1]
    else:  # by another writer's hand
        try:
            whole = from_json(line)
        except ValueError as error:
            raise NotAnEvent(str(error)) from None
        if not isinstance(whole, dict):
            raise NotAnEvent("not an object")
        data = to_json(whole.pop("data", {}))
        head = to_json(whole)
    try:
        envelope = Envelope.model_validate_json(head)
    except ValidationError as error:
        raise _unlike(head, str(first_invalid(error))) from None
    if envelope.v != VERSION:
        raise _unlike(head, "another version")
    return Event(envelope, data)


def with_payload(event: Event[bytes], shape: type[P]) -> Event[P]:
    """The event with its data read. NotAnEvent where that has another shape."""
    try:
        # Keys that a later writer added are passed over.
        data = shape.model_validate_json(event.data, extra="ignore")
    except ValidationError as error:
        problem = f"{event.source}#{event.seq} ({event.kind}): {first_invalid(error)}"
        raise NotAnEvent(problem) from None
    return Event(event.envelope, data)


def last_in(line: bytes) -> bytes | None:
    """The event at the end of a line on which another was left half-written, as by a disk that was full."""
    start = line.rfind(BEGINNING)
    return line[start:] if start > 0 else None


def _unlike(head: bytes, problem: str) -> NotAnEvent:
    """Why an envelope is none of ours: whether another version of the harness wrote it."""
    try:
        said: Any = from_json(head)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        return NotAnEvent(problem)
    version, kind = said.get("v", VERSION), said.get("kind")
    return NotAnEvent(
        problem,
        version=None if version == VERSION else version,
        kind=kind if isinstance(kind, str) and kind not in set(Kind) else None,
        run=run if isinstance(run := said.get("run"), str) else None,
        source=source if isinstance(source := said.get("source"), str) else None,
        seq=seq if isinstance(seq := said.get("seq"), int) else None,
    )
