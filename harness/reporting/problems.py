"""Problems: what is behind the red tests of a run, one for each cause, whatever shows it.

Two symptoms are of one problem where they say the same cause, or where one is a consequence of what the other
shows. Whatever nothing joins stays apart: two problems that are one cost a look, one that is two hides a fault.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.core.text import Text
from harness.reporting.event_records import Verdict
from harness.reporting.language import words
from harness.reporting.symptoms import Symptom


@dataclass(frozen=True, slots=True)
class Problem:
    """One cause. ``symptoms``: the one that tells most first; ``tests``: those it made red, the first to show it
    first; ``blocked``: those that could not run for it.
    """

    cause: str
    symptoms: tuple[Symptom, ...]
    tests: tuple[Verdict, ...]
    blocked: tuple[Verdict, ...] = ()

    @property
    def main(self) -> Symptom:
        return self.symptoms[0]

    @property
    def title(self) -> Text:
        return self.main.title

    @property
    def priority(self) -> str:
        """That of the most important test it made red."""
        return min((test.priority for test in self.tests if test.priority), default="P9")

    @property
    def log(self) -> tuple[str, ...] | None:
        """What the service logged; None where its log cannot be read."""
        logs = [symptom.log for symptom in self.symptoms]
        return next((log for log in logs if log), None if None in logs else ())

    @property
    def service(self) -> str:
        """Whose fault it is; "" where nothing decides that."""
        return next((symptom.cause.service for symptom in self.symptoms if symptom.cause.service), "")


@dataclass(frozen=True, slots=True)
class Problems:
    """The problems of a run: by priority, then those with most red tests first."""

    all: tuple[Problem, ...]

    @property
    def red(self) -> tuple[Verdict, ...]:
        """The tests that they made red, each once."""
        found = {test.test: test for problem in self.all for test in problem.tests}
        return tuple(found.values())

    def of(self, test: str) -> tuple[Problem, ...]:
        return tuple(
            problem
            for problem in self.all
            if any(one.test == test for one in (*problem.tests, *problem.blocked))
        )

    @property
    def headline(self) -> Text:
        """``2 problems behind 7 red tests``; where one test shows several, ``1 red test shows 2 problems``."""
        count, red = len(self.all), len(self.red)
        problems = "1 problem" if count == 1 else f"{count} problems"
        tests = "1 red test" if red == 1 else f"{red} red tests"
        if count > red:
            show = "shows" if red == 1 else "show"
            return words(f"{red} 个未通过的测试，其中有 {count} 个问题", f"{tests} {show} {problems}")
        return words(f"{red} 个未通过的测试，背后是 {count} 个问题", f"{problems} behind {tests}")


def problems_of(symptoms: Sequence[Symptom], tests: Sequence[Verdict]) -> Problems:
    """``tests`` are the verdicts of the run, in the order of their ends."""
    roots = _roots(symptoms)
    found: dict[str, list[Symptom]] = {}
    for symptom in symptoms:
        found.setdefault(roots[symptom.cause.name], []).append(symptom)
    blocked: dict[str, list[Verdict]] = {}
    for test in tests:
        if test.verdict == "broken" and test.cause is not None:
            names = _names(symptoms)
            cause = next((names[name] for name in test.cause.explained_by if name in names), None)
            if cause is not None:
                blocked.setdefault(roots[cause], []).append(test)
    order = {test.test: number for number, test in enumerate(tests)}
    red = {test.test: test for test in tests if test.verdict == "failed"}

    def problem(cause: str, its: list[Symptom]) -> Problem:
        # Its own words before those of its consequences, and of these who tells best.
        its.sort(key=lambda one: (one.cause.name != cause, one.kind, order.get(one.test or "", 0)))
        names = {one.test for one in its}
        return Problem(
            cause,
            tuple(its),
            tuple(test for test in red.values() if test.test in names),
            tuple(blocked.get(cause, ())),
        )

    problems = [problem(cause, its) for cause, its in found.items()]
    problems.sort(key=lambda each: (each.priority, -len(each.tests), order.get(each.main.test or "", 0)))
    return Problems(tuple(problems))


def _names(symptoms: Sequence[Symptom]) -> dict[str, str]:
    """Every name of every cause. A cause that is no consequence is known by its other names before one that may be,
    and that before one whose reason was seen.
    """
    covered: dict[str, str] = {}
    own = {symptom.cause.name for symptom in symptoms}

    def consequence(symptom: Symptom) -> int:
        explained = symptom.cause.explained_by
        return bool(explained) + any(name in own for name in explained)

    for symptom in sorted(symptoms, key=consequence):
        for name in symptom.cause.covers:
            covered.setdefault(name, symptom.cause.name)
    # Who knows a cause by another name than its own knows less of it than who names it so.
    return {symptom.cause.name: symptom.cause.name for symptom in symptoms} | covered


def _roots(symptoms: Sequence[Symptom]) -> dict[str, str]:
    """The cause at the root of each cause."""
    names = _names(symptoms)
    alone = {symptom.cause.name for symptom in symptoms if not symptom.cause.explained_by}
    above: dict[str, str] = {}
    for symptom in symptoms:
        own = symptom.cause.name
        # What something shows where nothing else explains it is no consequence.
        maybe = () if own in alone else symptom.cause.explained_by
        for name in (own, *maybe):
            if names.get(name, own) != own:
                above.setdefault(own, names[name])
                break
    return {symptom.cause.name: _root(symptom.cause.name, above) for symptom in symptoms}


def _root(name: str, above: dict[str, str]) -> str:
    seen = [name]
    while seen[-1] in above and above[seen[-1]] not in seen:
        seen.append(above[seen[-1]])
    return seen[-1] if seen[-1] not in above else min(seen)
