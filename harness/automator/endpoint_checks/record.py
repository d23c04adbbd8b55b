"""The record of a conformance run: a JSON file, and what two of them agree on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from harness.core.errors import UsageError
from harness.core.validation import first_invalid

Outcome = Literal["passed", "failed", "not run"]


class Result(BaseModel):
    """One check. ``seen`` of a check that could not be carried out says why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    claim: str
    outcome: Outcome
    expected: Any = None
    seen: Any = None


class Record(BaseModel):
    """What an endpoint did, with its own version as it reports it. ``format`` is this file's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    endpoint: Literal["simulator", "devtools"]
    tool: str
    sdk: str
    suite: str
    date: str
    results: tuple[Result, ...]

    @property
    def name(self) -> str:
        return (
            f"{'the simulator' if self.endpoint == 'simulator' else 'DevTools'} {self.tool}, SDK {self.sdk}"
        )

    def count(self, outcome: Outcome) -> int:
        return sum(result.outcome == outcome for result in self.results)

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.model_dump(mode="json"), ensure_ascii=False, indent=1)
        path.write_text(text + "\n", encoding="utf-8")


def read(path: Path) -> Record:
    """Read a record. UsageError with the place of what is wrong."""
    try:
        return Record.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot be read: {error}", where=str(path)) from None
    except ValidationError as error:
        raise UsageError(
            f"not a record of endpoint checks: {first_invalid(error)}", where=str(path)
        ) from None


@dataclass(frozen=True, slots=True)
class Difference:
    """A check two endpoints answered differently, or only one of them was asked."""

    id: str
    claim: str
    one: str
    other: str


def compare(one: Record, other: Record) -> Iterator[Difference]:
    """Where two records differ, in the order of the first."""
    theirs = {result.id: result for result in other.results}
    for result in one.results:
        counterpart = theirs.pop(result.id, None)
        if counterpart is None:
            yield Difference(result.id, result.claim, say(result), "not in this record")
        elif say(result) != say(counterpart):
            yield Difference(result.id, result.claim, say(result), say(counterpart))
    for left in theirs.values():
        yield Difference(left.id, left.claim, "not in this record", say(left))


def confirmed(ours: Record, devtools: Record) -> tuple[int, int]:
    """How many of our checks DevTools answered as we do, and how many there are."""
    theirs = {result.id: say(result) for result in devtools.results if result.outcome != "not run"}
    agreed = sum(
        theirs.get(result.id) == say(result) for result in ours.results if result.outcome == "passed"
    )
    return agreed, len(ours.results)


def say(result: Result) -> str:
    """What was seen, in one line."""
    seen = json.dumps(result.seen, ensure_ascii=False, sort_keys=True)
    return seen if result.outcome != "not run" else f"not run: {result.seen}"
