"""The checks there are. A check is a function of the probe that gives what it expects and what it saw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from harness.automator.endpoint_checks.probe import Probe


class Seen(NamedTuple):
    """Both sides of a check, as JSON can say them; nothing that differs from run to run."""

    expected: Any
    seen: Any


Check = Callable[[Probe], Seen]


@dataclass(frozen=True, slots=True)
class Entry:
    """``id`` is ``domain.what``; ``claim`` says what holds."""

    id: str
    claim: str
    run: Check

    @property
    def domain(self) -> str:
        return self.id.partition(".")[0]


CHECKS: dict[str, Entry] = {}


def check(id: str, claim: str) -> Callable[[Check], Check]:
    """Register a check; ids are unique."""

    def register(run: Check) -> Check:
        if id in CHECKS:
            raise ValueError(f"two checks are called {id}")
        CHECKS[id] = Entry(id, claim, run)
        return run

    return register
