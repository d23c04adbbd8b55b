"""Proving the checks: plant each fault, run what should find it, and read whether it did.

A fault counts as found when a test its entry names *failed* with a message the entry expects, no other test
failed (the same operation is also tested on the backend without the fault), and nothing was broken. Owns that
judgement; planting is :mod:`harness.runs.faults`.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.core.events import read_events
from harness.core.payloads import Verdict
from harness.core.text import Language
from harness.runs import suite
from harness.runs.faults import Fault
from harness.runs.run import Run

BROKEN = "the run is broken:"


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


def prove(
    config: Path,
    faults: Sequence[Fault],
    *,
    language: Language | None = None,
    seed: str | None = None,
    profile: str | None = None,
) -> Iterator[Proof]:
    """Plant each of ``faults`` in a run of its own."""
    for fault in faults:
        run = Run.begin(config, language=language, seed=seed, fault=fault.id, profile=profile)
        paths, began = run.settings.paths, time.monotonic()
        keywords = " or ".join(name.rpartition("::")[2] for name in fault.found_by)
        suite.run_pytest(run, [paths.contracts, paths.scenarios], ["-k", keywords], quiet=True)
        found, reason, message = _judge(fault, run)
        yield Proof(
            fault, found, reason.startswith(BROKEN), reason, message, time.monotonic() - began, run.id
        )


def _judge(fault: Fault, run: Run) -> tuple[bool, str, str]:
    verdicts = [event.data for event in read_events(run.folder, Verdict)]
    failed = [each for each in verdicts if each.verdict == "failed"]
    broken = [each for each in verdicts if each.verdict in ("broken", "flaky")]
    named = [each for each in failed if any(name == each.id or name in each.test for name in fault.found_by)]

    def message(verdict: Verdict) -> str:
        return verdict.message.say(run.language) if verdict.message else ""

    said = next((message(each) for each in named if re.search(fault.expect, message(each))), None)
    if broken:
        what = f"{BROKEN} {broken[0].test} is {broken[0].verdict}, not failed"
        return False, what, message(broken[0])
    if not verdicts:
        return False, f"{BROKEN} nothing ran: see pytest.log in the run folder", ""
    if not failed:
        return False, f"all {len(verdicts)} tests passed with the fault planted", ""
    if not named:
        return (
            False,
            f"found by {failed[0].test} only, not by {', '.join(fault.found_by)}",
            message(failed[0]),
        )
    if len(failed) > len(named):
        others = ", ".join(each.test for each in failed if each not in named)
        return False, f"also blames {others}", message(named[0])
    if said is None:
        return False, f"the message does not say /{fault.expect}/", message(named[0])
    return True, "", said
