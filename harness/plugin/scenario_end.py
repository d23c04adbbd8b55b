"""The end of a scenario: what must still hold, and whose fault it was when something did not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.core.errors import (
    BrokenError,
    ContractViolation,
    Explained,
    HarnessError,
    HarnessFault,
    ProcessDied,
    ProductFault,
)
from harness.core.text import Text
from harness.linkage import after_scenario
from harness.linkage.stage import Stage
from harness.linkage.thrown import exception_of, with_note
from harness.platforms.session import Thrown
from harness.plugin import service_errors
from harness.plugin.silent_parts import missing_part, seen_then
from harness.plugin.verdicts import FLAKY
from harness.runs.parts import silent_requests
from harness.runs.run import Run


def after_the_steps(stage: Stage) -> None:
    """Every message delivered, nothing thrown since, traffic seen, every exchange true to its contract, and what was
    to go wrong did.
    """
    stage.doing = ""
    stage.outboxes.drained()
    stage.nothing_thrown()
    after_scenario.traffic_seen(stage)
    after_scenario.contract_kept(stage)
    if stage.world is not None:
        stage.world.require_happened()


def explained(run: Run, stage: Stage, error: Exception) -> Exception:
    """The error to show: a death explains all else, and a fault of ours all but a death.

    Without this a dead backend would look like a page that shows nothing, which is the product's fault.
    """
    if isinstance(error, ProcessDied):
        return error
    if (part := missing_part(run, error)) is not None:
        return part
    thrown = stage.thrown_meanwhile()
    if not isinstance(error, HarnessFault) and (ours := _own_fault(run, thrown)) is not None:
        return stage.explain(with_note(ours, seen_then(error)))
    if isinstance(error, AssertionError) and not isinstance(error, ContractViolation):
        waiting = [each.text for each in silent_requests(run, stage.trace_id)]
        if (unanswered := after_scenario.no_answer(stage)) is not None:
            return stage.explain(with_note(unanswered, seen_then(error)))
        if isinstance(error, Explained):
            with_note(error, *waiting)
        elif waiting:
            error.args = ("\n".join([str(error), *(each.say(run.language) for each in waiting)]),)
    if isinstance(error, ProductFault):
        also = None if isinstance(error, ContractViolation) else after_scenario.contract_fault(stage)
        if also is not None:
            title, where = also.title, also.evidence.pointer
            with_note(error, Text(zh=f"途中：{title.zh}（{where}）", en=f"on the way: {title.en} ({where})"))
        with_note(error, *service_errors.tell(run, stage))
        return stage.explain(with_note(error, *_exceptions(run, thrown)))
    if isinstance(error, HarnessError | AssertionError) or type(error).__name__ in FLAKY:
        return error
    return BrokenError(f"{type(error).__name__}: {error}").with_traceback(error.__traceback__)


def _own_fault(run: Run, thrown: Mapping[str, list[Thrown]]) -> HarnessFault | None:
    for platform, found in thrown.items():
        error = exception_of(found, platform, run.settings.known_platforms.title(platform)) if found else None
        if isinstance(error, HarnessFault):
            return error
    return None


def _exceptions(run: Run, thrown: Mapping[str, list[Thrown]]) -> Iterator[Text]:
    """Of the product's own code: they may be why it does not do what it must."""
    for platform, found in thrown.items():
        title = run.settings.known_platforms.title(platform)
        for each in found[:1]:
            place = f" ({each.place})" if each.place else ""
            yield Text(
                zh=f"{title.zh}自身的代码抛出异常：{each.message}{place}",
                en=f"the {title.en}'s own code threw: {each.message}{place}",
            )
