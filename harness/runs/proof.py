"""Proving the checks: plant each fault, run what should find it, and read whether it did.

A fault counts as found when a test its entry names *failed* with a message the entry expects, no other test
failed (the same operation is also tested on the backend without the fault), and nothing was broken. Owns that
judgement; planting is :mod:`harness.runs.faults`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from harness.core.events import read_events
from harness.core.payloads import Verdict
from harness.core.text import Language
from harness.runs import suite
from harness.runs.faults import Fault
from harness.runs.run import Run

Outcome = Literal["found", "missed", "listed", "stale", "broken"]
BROKEN = "the run is broken:"
NOTHING_RAN = f"{BROKEN} nothing ran: see pytest.log in the run folder"


@dataclass(frozen=True, slots=True)
class Proof:
    """One fault, planted once."""

    fault: Fault
    found: bool
    broken: bool  # the run itself failed: it proves nothing
    reason: str  # why not found, in words
    message: str  # what the finding check said
    seconds: float
    run: str
    warm: bool = False  # planted in a system that ran already

    @property
    def outcome(self) -> Outcome:
        """*listed*: missed, as its entry says; *stale*: found, though its entry says that it is not."""
        if self.broken:
            return "broken"
        if self.fault.missed is None:
            return "found" if self.found else "missed"
        return "stale" if self.found else "listed"

    @property
    def how(self) -> str:
        return "warm" if self.warm else "cold"


def prove(
    config: Path,
    faults: Sequence[Fault],
    *,
    language: Language | None = None,
    seed: str | None = None,
    profile: str | None = None,
) -> Iterator[Proof]:
    """Plant each of ``faults`` in a run of its own: its system starts with the fault."""
    for fault in faults:
        run = Run.begin(config, language=language, seed=seed, fault=fault.id, profile=profile)
        began = time.monotonic()
        keywords = " or ".join(fault.keywords)
        suite.run_pytest(run, suite.rooms(run), ["-k", keywords], quiet=True)
        verdicts = [event.data for event in read_events(run.folder, Verdict)]
        found, reason, message = judge(fault, verdicts, run.language)
        yield Proof(
            fault, found, reason.startswith(BROKEN), reason, message, time.monotonic() - began, run.id
        )


def judge(fault: Fault, verdicts: Sequence[Verdict], language: Language) -> tuple[bool, str, str]:
    """Whether the verdicts of a run with the fault planted show it found; why not; what the check said."""
    failed = [each for each in verdicts if each.verdict == "failed"]
    broken = [each for each in verdicts if each.verdict in ("broken", "flaky")]
    named = [each for each in failed if fault.names(each.id, each.test)]
    messages = [each.message_in(language) for each in named]
    said = next((each.message_in(language) for each in named if fault.found_in(each, language)), None)
    if broken:
        what = f"{BROKEN} {broken[0].test} is {broken[0].verdict}, not failed"
        return False, what, broken[0].message_in(language)
    if not verdicts:
        return False, NOTHING_RAN, ""
    if not failed:
        return False, f"all {len(verdicts)} tests passed with the fault planted", ""
    if not named:
        return (
            False,
            f"found by {failed[0].test} only, not by {', '.join(fault.found_by)}",
            failed[0].message_in(language),
        )
    if len(failed) > len(named):
        others = ", ".join(each.test for each in failed if each not in named)
        return False, f"also blames {others}", messages[0]
    if said is None:
        return False, f"the message does not say /{fault.expect}/", messages[0]
    return True, "", said
