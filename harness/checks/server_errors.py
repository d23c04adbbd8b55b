"""Answers of 5xx: one finding for each, though they fail several checks, with what the service logged meanwhile.

The log is looked at once the test is over: what it says often comes after the answer that it explains.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Self

from harness.api.backend import Logged, Window
from harness.checks.finding import Finding
from harness.core.causes import of_error
from harness.core.exchange import Exchange
from harness.core.logged_error import logged_error

SERVER_ERROR = "not_a_server_error"


@dataclass(frozen=True, slots=True)
class ErrorCase:
    """A finding on a 5xx answer of ``service``: which exchange it was, and when that was under way."""

    finding: Finding
    exchange: str
    service: str
    operation: str
    window: Window

    @classmethod
    def of(cls, finding: Finding, exchange: Exchange, operation: str) -> Self:
        """``exchange`` has the times of the wall clock."""
        moved = time.monotonic() - time.time()
        window = exchange.started + moved, exchange.ended + moved
        return cls(finding, exchange.id, exchange.target, operation, window)


def settled(cases: Sequence[ErrorCase], logged: Logged) -> Iterator[Finding]:
    """The findings as they count: of each exchange that is an error of the server, one that names all checks."""
    by_exchange: dict[str, list[ErrorCase]] = defaultdict(list)
    for number, case in enumerate(cases):
        by_exchange[case.exchange or f"case {number}"].append(case)
    errors: list[tuple[ErrorCase, tuple[str, ...]]] = []
    for same in by_exchange.values():
        error = next((case for case in same if case.finding.check == SERVER_ERROR), None)
        if error is None:
            yield from (case.finding for case in same)
        else:
            others = {case.finding.check for case in same} - {SERVER_ERROR}
            errors.append((error, tuple(sorted(others))))
    errors.sort(key=lambda found: found[0].window[1])
    logs = logged([error.window for error, _ in errors]) if errors else []
    for number, (error, also) in enumerate(errors):
        log = None if logs is None else tuple(logs[number])
        status = error.finding.status or 500
        cause = of_error(error.service, error.operation, status, logged_error(log or ()))
        yield replace(error.finding, cause=cause, also=also, log=log)
