"""The verdict on each test of a run: several of one test made one, those that are missing, those nothing supports.

The plugin decides verdicts while tests run. Here is what can be told only afterwards, from the whole record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from harness.core.payloads.completeness import CatalogueScenario, CollectedTest
from harness.core.payloads.results import VerdictWord
from harness.core.text import Text
from harness.linkage.after_scenario import NO_TRAFFIC
from harness.reporting.event_records import Records, Scenario, Step, Verdict
from harness.reporting.language import words
from harness.reporting.selection import Selected

UNFINISHED = words(
    "测试进行到一半时进程结束，没有得到结论",
    "its process ended in the middle of the test; no verdict was reached",
)
LOST = words(
    "记录已损坏，其中没有这个场景的任何请求：无法知道它们是否符合接口规范",
    "the record is damaged and has no request of this scenario: whether they keep the contracts is not known",
)
UNKNOWN_END = datetime.fromtimestamp(0, UTC)


def merged(several: Sequence[Verdict]) -> Verdict:
    """One verdict of a test that has several: one that both passed and failed is flaky, never green."""
    by_word = {verdict.verdict: verdict for verdict in several}
    if "passed" in by_word and "failed" in by_word:
        return by_word["failed"].model_copy(update={"verdict": "flaky"})
    worst_first: tuple[VerdictWord, ...] = ("failed", "flaky", "broken", "passed", "not run")
    return next(by_word[word] for word in worst_first if word in by_word)


def unfinished(records: Records, scenario: Scenario, steps: Sequence[Step]) -> Verdict:
    """A scenario that began and has no verdict is broken."""
    stopped = records.finished.stopped if records.finished else None
    message = UNFINISHED
    if stopped is not None:
        message = words(
            f"测试进行到一半，没有得到结论：{stopped.zh}",
            f"it ended in the middle, without a verdict: {stopped.en}",
        )
    return Verdict.model_validate(
        {
            "test": scenario.test,
            "at": steps[-1].at if steps else scenario.at,
            "id": scenario.id,
            "title": scenario.title,
            "group": scenario.level or "other",
            "platforms": list(dict.fromkeys(step.platform for step in steps if step.platform)),
            "priority": scenario.priority,
            "verdict": "broken",
            "message": message,
        }
    )


def never_begun(records: Records, selected: Selected, known: Iterable[str]) -> tuple[Verdict, ...]:
    """A test that was selected and of which nothing else is known was not run, for the reason the run ended."""
    there = set(known)
    reason = why_not_begun(records, selected)
    at = records.began or UNKNOWN_END
    return tuple(
        labelled(
            Verdict.model_validate({"test": test.test, "at": at, "verdict": "not run", "message": reason}),
            selected,
        )
        for test in selected.tests.values()
        if test.test not in there
    )


def why_not_begun(records: Records, selected: Selected) -> Text:
    """Why tests that were selected did not run."""
    if selected.errors:
        return words("收集失败，没有开始执行", "nothing was begun, since not all could be collected")
    if records.finished is None:
        return words("主进程中途退出", "the run's main process ended before")
    if records.finished.stopped is not None:
        return records.finished.stopped
    return words("记录中没有它的结论", "its verdict is not in the record")


def labelled(verdict: Verdict, selected: Selected) -> Verdict:
    """The verdict with what the catalogue says of its scenario, where whoever wrote it did not know: of a test
    whose process died, or that never began.
    """
    test: CollectedTest | None = selected.tests.get(verdict.test)
    if test is None or verdict.id is not None:
        return verdict
    if test.group is not None:
        return verdict.model_copy(update={"group": test.group})
    entry: CatalogueScenario | None = selected.scenarios.get(test.scenario or "")
    if entry is None:
        return verdict
    its = {"id": entry.id, "title": entry.title, "group": entry.level, "priority": entry.priority}
    return verdict.model_copy(update={**its, "platforms": entry.platforms})


def supported(
    verdict: Verdict,
    scenario: Scenario | None,
    steps: Sequence[Step],
    has_traffic: Callable[[], bool],
    *,
    damaged: bool = False,
) -> Verdict:
    """A scenario that passed on an end whose requests are recorded, and no request of it is: nothing was checked.

    ``damaged``: something of the record is lost, so that it was perhaps checked.
    """
    if verdict.verdict != "passed" or scenario is None:
        return verdict
    acted = {step.platform for step in steps} & set(scenario.recorded)
    if not acted or has_traffic():
        return verdict
    message = LOST if damaged else NO_TRAFFIC
    return verdict.model_copy(update={"verdict": "broken", "message": message, "fault": "BrokenError"})
