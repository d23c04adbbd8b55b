"""The chapter *What needs attention*: the problems of a run, then the tests that did not pass for other reasons.

Owns which tests stand where and which pictures are shown; its look is ``templates/_problems.html.j2``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.core.text import Language, Text
from harness.reporting import problem_lines, view
from harness.reporting.event_records import Step, Verdict
from harness.reporting.figures import RunFigures
from harness.reporting.language import words
from harness.reporting.problems import Problem

VERDICT_ORDER = ("failed", "flaky", "broken", "not run")


@dataclass(frozen=True, slots=True)
class TestView:
    """A test that did not pass, with the pictures of all ends and the step it stopped at."""

    test: Verdict
    screens: list[view.Screen]
    stopped_at: str


@dataclass(frozen=True, slots=True)
class ProblemView:
    """A problem; ``shown`` is the test with most to show: a scenario has pictures and a step."""

    problem: Problem
    details: Text | None
    where: Text
    shown: TestView | None
    log: Sequence[str]


@dataclass(frozen=True, slots=True)
class Attention:
    """``others``: the tests that no problem explains."""

    headline: Text
    problems: list[ProblemView]
    others: list[TestView]

    @property
    def count(self) -> int:
        return len(self.problems) + len(self.others)


def attention(figures: RunFigures, language: Language) -> Attention:
    """Worst first; among equals by priority. Tests that never began are one line of the gate, scenarios excepted."""
    problems = figures.problems
    told = {test.test for problem in problems.all for test in (*problem.tests, *problem.blocked)}
    told |= {test.test for test in figures.never_begun if test.id is None}
    others = sorted(
        (test for test in figures.tests if test.verdict != "passed" and test.test not in told),
        key=lambda test: (
            VERDICT_ORDER.index(test.verdict),
            test.priority or "P9",
            test.id or "~",
            test.test,
        ),
    )
    return Attention(
        problems.headline,
        [_problem(figures, problem, language) for problem in problems.all],
        [_test(figures, test, language) for test in others],
    )


def _problem(figures: RunFigures, problem: Problem, language: Language) -> ProblemView:
    log = problem.log
    told = [problem_lines.NO_LOG.say(language)] if log is None else list(log)
    most = max(problem.tests, key=lambda test: len(figures.steps(test.test)), default=None)
    return ProblemView(
        problem,
        problem_lines.details(problem),
        problem_lines.where(problem),
        None if most is None else _test(figures, most, language),
        told,
    )


def _test(figures: RunFigures, test: Verdict, language: Language) -> TestView:
    stopped = next((step for step in figures.steps(test.test) if step.outcome != "passed"), None)
    where = _stopped(stopped, language) if stopped else ""
    return TestView(test, view.screens(figures, test.test, language), where)


def _stopped(step: Step, language: Language) -> str:
    text = step.text.say(language)
    return words(f"停在第 {step.number} 步：{text}", f"Stopped at step {step.number}: {text}").say(language)
