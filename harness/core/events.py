"""The event stream of a run: one envelope, one shard per process, published as a JSON Schema.

Owns how an event is written, masked and read back. It does not know what the kinds mean beyond their names:
each kind's ``data`` belongs to the package that writes it. Every number a person sees is derived from here.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from harness.core.errors import UsageError
from harness.core.masking import mask

VERSION = 1
SCHEMA = Path(__file__).with_name("event.schema.json")


class Kind(StrEnum):
    """What an event says; the writer of each kind is named after it."""

    RUN_STARTED = "run.started"  # runs
    RUN_FINISHED = "run.finished"  # runs
    PROCESS_STARTED = "process.started"  # systems
    PROCESS_EXITED = "process.exited"  # systems
    EXCHANGE = "exchange"  # traffic
    COVERAGE = "coverage"  # traffic: what an exchange showed of its contract for the first time
    CONFORMANCE = "conformance"  # conformance: one operation on one backend, tested
    SCENARIO_STARTED = "scenario.started"  # linkage
    STEP = "step"  # linkage: one step, finished
    LAG = "lag"  # linkage
    EVIDENCE = "evidence"  # platforms: a screenshot, a page's text, console lines
    VERDICT = "verdict"  # plugin: one test's outcome
    FAULT = "fault"  # plugin: what is planted in the running system from here on


class Event(BaseModel):
    """One event. Field order is the order on disk."""

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
    data: dict[str, Any] = Field(default_factory=dict)


class EventLog:
    """Appends events to this process's shard of a run folder; safe to call from several threads.

    Every line is masked, written with one ``write`` and flushed: a killed process loses nothing it said.
    """

    def __init__(self, folder: Path, run: str, role: str) -> None:
        self.folder, self.run = folder, run
        self.source = f"{role}-{os.getpid()}"
        self._lock = threading.Lock()
        self._seq = 0
        shards = folder / "events"
        shards.mkdir(parents=True, exist_ok=True)
        self._file = (shards / f"{self.source}.jsonl").open("ab", buffering=0)

    def write(
        self,
        kind: Kind,
        data: dict[str, Any] | None = None,
        *,
        scenario: str | None = None,
        step: int | None = None,
        actor: str | None = None,
        platform: str | None = None,
    ) -> Event:
        with self._lock:
            event = Event(
                run=self.run,
                source=self.source,
                seq=self._seq,
                wall=datetime.now(UTC),
                mono=time.monotonic(),
                kind=kind,
                scenario=scenario,
                step=step,
                actor=actor,
                platform=platform,
                data=mask(data or {}),
            )
            self._seq += 1
            self._file.write(event.model_dump_json().encode() + b"\n")
        return event

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def read_events(folder: Path, *kinds: Kind, containing: str = "") -> Iterator[Event]:
    """All events of a run folder in order of time, of ``kinds`` only where given, ``containing`` a text.

    A half-written last line (its writer was killed) is left out; any other unreadable line is a UsageError
    with file and line.
    """
    events: list[Event] = []
    text = containing.encode()
    for shard in sorted((folder / "events").glob("*.jsonl")):
        lines = shard.read_bytes().split(b"\n")
        for number, line in enumerate(lines, 1):
            if (
                not line
                or text not in line
                or (kinds and not any(f'"kind":"{kind}"'.encode() in line for kind in kinds))
            ):
                continue
            try:
                event = Event.model_validate_json(line)
            except ValidationError as error:
                if number == len(lines):
                    continue
                problem = error.errors()[0]["msg"]
                raise UsageError(f"not an event: {problem}", where=f"{shard}:{number}") from None
            if not kinds or event.kind in kinds:
                events.append(event)
    yield from sorted(events, key=lambda event: (event.mono, event.source, event.seq))


def published_schema() -> str:
    """The JSON Schema of an event as published in ``event.schema.json`` (a test keeps the two equal)."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Event.model_json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
