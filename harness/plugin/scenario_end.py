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
from harness.core.polling import poll
from harness.core.text import Text
from harness.linkage import after_scenario
from harness.linkage.stage import Stage
from harness.linkage.thrown import exception_of, with_note
from harness.platforms.session import Thrown
from harness.plugin.verdicts import FLAKY
from harness.runs.run import Run

# Seconds from the end of its connections until a process is gone, and from then until the supervisor tells it.
GONE_WITHIN, NOTICE_WITHIN = 0.1, 0.6


def after_the_steps(stage: Stage) -> None:
    """Every message delivered, nothing thrown since, traffic seen, and every exchange true to its contract."""
    stage.doing = ""
    stage.outboxes.drained()
    stage.nothing_thrown()
    after_scenario.traffic_seen(stage)
    after_scenario.contract_kept(stage)


def explained(run: Run, stage: Stage, error: Exception) -> Exception:
    """The error to show: a death explains all else, and a fault of ours all but a death.

    Without this a dead backend would look like a page that shows nothing, which is the product's fault.
    """
    if isinstance(error, ProcessDied):
        return error
    died = _death(run)
    if died is not None:
        return died
    thrown = stage.thrown_meanwhile()
    if not isinstance(error, HarnessFault) and (ours := _own_fault(run, thrown)) is not None:
        seen = error.title if isinstance(error, Explained) else _same(str(error).partition("\n")[0])
        return stage.explain(
            with_note(ours, Text(zh=f"当时看到：{seen.zh}", en=f"what was seen then: {seen.en}"))
        )
    if isinstance(error, ProductFault):
        also = None if isinstance(error, ContractViolation) else after_scenario.contract_fault(stage)
        if also is not None:
            title, where = also.title, also.evidence.pointer
            with_note(error, Text(zh=f"途中：{title.zh}（{where}）", en=f"on the way: {title.en} ({where})"))
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


def _same(words: str) -> Text:
    return Text(zh=words, en=words)


def _death(run: Run) -> ProcessDied | None:
    """What died of the run; where all of it runs, nobody is kept waiting for its death."""

    def look() -> ProcessDied | None:
        try:
            run.check()
        except ProcessDied as died:
            return died
        return None

    for within in (GONE_WITHIN, NOTICE_WITHIN):
        died = poll(look, lambda died: died is not None, within=within, every=0.1).value
        if died is not None or run.is_whole():
            return died
    return None
