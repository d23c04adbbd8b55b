"""Contract tests on a network that loses answers: begun anew where a request got none, and told either way.

Nothing is begun anew for what an answer said. A test that has findings keeps them, one in which a request was
asked in vain to the end is broken, and what was asked again with success is told with the outcome.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from harness.api.backend import BackendUnderTest
from harness.api.silences import Silence, lines
from harness.checks.outcome import Outcome
from harness.core.errors import NoAnswer
from harness.core.text import Text, joined

BEGINNINGS = 20  # of one test, as far as its time allows


def answered(
    execute: Callable[[], Outcome], backends: Sequence[BackendUnderTest], seconds: float
) -> Callable[[], Outcome]:
    """``execute`` with that added; a test is begun anew only within ``seconds`` of its first beginning."""

    def run() -> Outcome:
        began, silences = time.monotonic(), list[Silence]()
        _take(backends)
        for beginning in range(1, BEGINNINGS + 1):
            try:
                outcome = execute()
            except NoAnswer as error:
                silences += _take(backends)
                late = time.monotonic() - began >= seconds
                if error.lasting or late or beginning == BEGINNINGS:
                    raise _all_said(error, silences, beginning) from None
            else:
                silences += _take(backends)
                return replace(outcome, unanswered=lines(silences))
        raise AssertionError("unreachable")

    return run


def _take(backends: Sequence[BackendUnderTest]) -> list[Silence]:
    return [silence for backend in backends for silence in backend.silences.take()]


def _all_said(error: NoAnswer, silences: Sequence[Silence], beginnings: int) -> NoAnswer:
    said = [error.title]
    if beginnings > 1:
        said.append(Text(zh=f"共开始 {beginnings} 次", en=f"begun {beginnings} times"))
    if others := [line for line in lines(silences) if line.en not in error.title.en]:
        zh, en = "，".join(each.zh for each in others), ", ".join(each.en for each in others)
        said.append(Text(zh=f"始终没有得到响应：{zh}", en=f"no answer in all to {en}"))
    return NoAnswer(joined(said), lasting=error.lasting, advice=error.advice)
