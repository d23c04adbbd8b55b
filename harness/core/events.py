"""The event stream of a run: one envelope, one shard per process, published as a JSON Schema.

Owns how an event is written and masked; reading the shards back is :mod:`harness.core.shards`'. What each kind
says is its payload's (:mod:`harness.core.payloads`). Every number a person sees is derived from here.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections import deque
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, Self

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from harness.core.envelope import VERSION, Envelope, Event
from harness.core.errors import BrokenError
from harness.core.masking import mask_text
from harness.core.payloads import PAYLOADS, EventPayload, Kind, masked
from harness.core.shards import raw_events, read_events
from harness.core.text import Text

__all__ = ["SCHEMA", "VERSION", "Event", "EventLog", "Kind", "published_schema", "raw_events", "read_events"]

MOST_KEPT = 10_000  # events that wait for a disk with room
SCHEMA = Path(__file__).with_name("event.schema.json")


class Unwritten(NamedTuple):
    """Events that could not be written so far."""

    events: int
    path: str
    reason: str

    @property
    def text(self) -> Text:
        return Text(
            zh=f"{self.events} 条事件无法写入 {self.path}：{self.reason}",
            en=f"{self.events} events could not be written to {self.path}: {self.reason}",
        )


class EventLog:
    """Appends events to this process's shard of a run folder; safe to call from several threads.

    Every line is masked, written with one ``write`` and flushed: a killed process loses nothing it said. What
    cannot be written (OSError: the disk is full, the folder is gone) leaves nothing behind and takes no number.
    With ``keep`` it is kept instead, and goes before the next event: then :meth:`unwritten` is to be asked at the end.

    BrokenError where the folder cannot be written to at all.
    """

    def __init__(self, folder: Path, run: str, role: str, *, keep: bool = False) -> None:
        self.folder, self.run = folder, run
        self.source = f"{role}-{os.getpid()}"
        self._lock = threading.Lock()
        self._seq = 0
        shards = folder / "events"
        self._path = shards / f"{self.source}.jsonl"
        try:
            shards.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("ab", buffering=0)
        except OSError as error:
            words = Text(
                zh="无法把事件写入 {folder}：{error}", en="no events can be written to {folder}: {error}"
            )
            raise BrokenError(words.format(folder=shards, error=error.strerror)) from None
        self._torn = False  # half a line stands at the end, and could not be taken back
        self._keep, self._kept = keep, deque[bytes]()
        self._problem: OSError | None = None

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
                scenario=None if scenario is None else mask_text(scenario),
                step=step,
                actor=actor,
                platform=platform,
            )
            line = Event(envelope, data).line()
            if not self._keep:
                self._append(line)
            elif len(self._kept) < MOST_KEPT:  # one more would be missed by its number
                self._kept.append(line)
            self._seq += 1
            self._write_kept()

    def unwritten(self) -> Unwritten | None:
        """What is kept because it could not be written; None where all was."""
        with self._lock:
            self._write_kept()
            if not self._kept:
                return None
            return Unwritten(len(self._kept), str(self._path), str(self._problem and self._problem.strerror))

    def _write_kept(self) -> None:
        while self._kept:
            try:
                self._append(self._kept[0])
            except OSError as error:
                self._problem = error
                return
            self._kept.popleft()

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
