"""Proving the checks: plant faults, run what should find them, and read whether it did.

A fault counts as found when a test its entry names *failed* with a message the entry expects, no other test
failed (the same operation is also tested on the backend without the fault), and nothing was broken. What it made
red must be told as one problem, and two faults as two. Owns that judgement; planting is
:mod:`harness.runs.faults`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from harness.core.payloads import Verdict
from harness.core.text import Language
from harness.reporting.figures import RunFigures
from harness.reporting.problems import Problems
from harness.runs import suite
from harness.runs.faults import Fault, Planting
from harness.runs.run import Run

Outcome = Literal["found", "missed", "listed", "stale", "broken"]
BROKEN = "the run is broken:"
NOTHING_RAN = f"{BROKEN} nothing ran: see pytest.log in the run folder"


@dataclass(frozen=True, slots=True)
class Proof:
    """Faults, planted once; ``problems`` is as how many they were told (None: nothing was red)."""

    planting: Planting
    found: bool
    broken: bool  # the run itself failed: it proves nothing
    reason: str  # why not found, in words
    message: str  # what the finding check said
    seconds: float
    run: str
    warm: bool = False  # planted in a system that ran already
    problems: int | None = None

    @property
    def outcome(self) -> Outcome:
        """*listed*: missed, as its entry says; *stale*: found, though its entry says that it is not."""
        if self.broken:
            return "broken"
        if not self.planting.missed:
            return "found" if self.found else "missed"
        return "stale" if self.found else "listed"

    @property
    def how(self) -> str:
        return "warm" if self.warm else "cold"


def prove(
    config: Path,
    faults: Sequence[Fault],
    *,
    whole: bool = False,
    language: Language | None = None,
    seed: str | None = None,
    profile: str | None = None,
) -> Iterator[Proof]:
    """Plant each of ``faults`` in a run of its own: its system starts with the fault."""
    for fault in faults:
        run = Run.begin(config, language=language, seed=seed, fault=fault.id, profile=profile)
        began = time.monotonic()
        keywords = " or ".join(fault.concerned if whole else fault.keywords)
        suite.run_pytest(run, suite.rooms(run), ["-k", keywords], quiet=True)
        planting = Planting((fault,))
        figures = RunFigures.read(run.folder)
        found, reason, message = judge(planting, figures, run.language, whole=whole)
        yield Proof(
            planting,
            found,
            reason.startswith(BROKEN),
            reason,
            message,
            time.monotonic() - began,
            run.id,
            problems=len(figures.problems.all) or None,
        )


def judge(
    planting: Planting, figures: RunFigures, language: Language, *, whole: bool = False
) -> tuple[bool, str, str]:
    """Whether the tests of a run show what is planted; why not; what a check said.

    ``whole``: all tests concerned ran, of which others may fail as a consequence.
    """
    verdicts = figures.records.verdicts
    failed = [each for each in verdicts if each.verdict == "failed"]
    broken = [each for each in verdicts if each.verdict in ("broken", "flaky")]
    if broken:
        what = f"{BROKEN} {broken[0].test} is {broken[0].verdict}, not failed"
        return False, what, broken[0].message_in(language)
    if not verdicts:
        return False, NOTHING_RAN, ""
    if not failed:
        return False, f"all {len(verdicts)} tests passed with the fault planted", ""
    said = ""
    for fault in planting.faults:
        missed, message = _missed(fault, verdicts, language)
        if missed:
            return False, missed, message
        said = said or message
    blamed = [each.test for each in failed if not planting.names(each.id, each.test)]
    if blamed and not whole:
        return False, f"also blames {', '.join(blamed)}", said
    miscounted = _miscounted(planting, figures.problems, language)
    return (False, miscounted, said) if miscounted else (True, "", said)


def _missed(fault: Fault, verdicts: Sequence[Verdict], language: Language) -> tuple[str, str]:
    """Why a fault was not found ("": it was), and what a check said."""
    failed = [each for each in verdicts if each.verdict == "failed"]
    named = [each for each in failed if fault.names(each.id, each.test)]
    if not named:
        for each in verdicts:
            if each.verdict == "not run" and fault.names(each.id, each.test):
                return f"hidden: {each.test} is not run", each.message_in(language)
        by, names = failed[0], ", ".join(fault.found_by)
        return f"found by {by.test} only, not by {names}", by.message_in(language)
    for each in named:
        if fault.found_in(each):
            return "", each.message_in(language)
    return f"the message does not say /{fault.expect}/", named[0].message_in(language)


def _miscounted(planting: Planting, problems: Problems, language: Language) -> str:
    """Why what is red is told wrongly; "" where it is as many problems as there are faults."""
    if len(problems.all) == planting.problems:
        return ""
    causes = "; ".join(f"{problem.title.say(language)} [{problem.cause}]" for problem in problems.all)
    return f"told as {len(problems.all)} problems, not {planting.problems}: {causes}"
