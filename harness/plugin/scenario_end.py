"""The end of a scenario: what must still hold, and whose fault it was when something did not."""

from __future__ import annotations

from dataclasses import replace

from harness.core.errors import BrokenError, ContractViolation, HarnessError, ProcessDied, ProductFault
from harness.core.polling import poll
from harness.linkage import after_scenario
from harness.linkage.stage import Stage
from harness.plugin.verdicts import FLAKY
from harness.runs.run import Run

NOTICE_WITHIN = 0.6  # seconds until the supervisor has noticed that a process is gone


def after_the_steps(stage: Stage) -> None:
    """Every message delivered, nothing thrown since, traffic seen, and every exchange true to its contract."""
    stage.doing = ""
    stage.outboxes.drained()
    stage.nothing_thrown()
    after_scenario.traffic_seen(stage)
    after_scenario.contract_kept(stage)


def explained(run: Run, stage: Stage, error: Exception) -> Exception:
    """The error to show: a death explains all else.

    Without this a dead backend would look like a page that shows nothing, which is the product's fault.
    """
    if isinstance(error, ProcessDied):
        return error
    died = _death(run)
    if died is not None:
        return died
    if isinstance(error, ProductFault):
        also = None if isinstance(error, ContractViolation) else after_scenario.contract_fault(stage)
        if also is not None:
            notes = (
                *error.evidence.notes,
                f"on the way: {also.title.say(run.language)} ({also.evidence.pointer})",
            )
            error.evidence = replace(error.evidence, notes=notes)
        return stage.explain(error)
    if isinstance(error, HarnessError | AssertionError) or type(error).__name__ in FLAKY:
        return error
    return BrokenError(f"{type(error).__name__}: {error}").with_traceback(error.__traceback__)


def _death(run: Run) -> ProcessDied | None:
    def look() -> ProcessDied | None:
        try:
            run.check()
        except ProcessDied as died:
            return died
        return None

    return poll(look, lambda died: died is not None, within=NOTICE_WITHIN, every=0.1).value
