"""A check as pytest sees it: one item for every kind, from the outcome to the verdict's words.

Owns the order of things: what the environment forbids is not sent, what waivers excuse is set aside, one
event is recorded, then the item passes, fails (the product), is broken (ours) or is not run. What is tested
is a :class:`harness.checks.test.CheckTest`'s.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

import pytest

from harness.api.client import Answer
from harness.api.replay import Replay
from harness.checks.finding import Finding
from harness.checks.outcome import Outcome
from harness.checks.skipping import skip
from harness.checks.test import CheckTest
from harness.checks.waivers import Waivers, judge
from harness.core.errors import BrokenError, Evidence, HarnessError, NotRun, ProductFault
from harness.core.payloads import CheckResult
from harness.core.payloads import Finding as FoundEvent
from harness.core.text import Language, Text, joined

OUT_OF_TIME = Text(
    zh="{test}：发出 {made} 条请求后 {seconds} 秒已到，没有全部测试；请调大 [conformance] 的 seconds",
    en="{test}: {seconds} s were over after {made} requests, not all was tested; raise 'seconds' in [conformance]",
)
NOT_TESTED = Text(zh="{test} 无法测试：{problems}", en="{test} could not be tested: {problems}")
NO_REQUEST = Text(
    zh="{test}：{seconds} 秒内没有发出任何请求", en="{test}: no request was made within {seconds} s"
)
NOT_ALL = Text(zh="没有全部测试：{problem}", en="not all was tested: {problem}")
NO_ANSWER = Text(zh="没有响应：{request}", en="no answer: {request}")
SEED_OPTION = "--harness-seed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckContext:
    """What the checks of a run share.

    ``record`` gets the result of each test that ran. ``seconds`` is the budget of one test, ``total_seconds``
    that of all of them in this process.
    """

    record: Callable[[CheckResult], None]
    waivers: Waivers
    seed: int
    seconds: int
    total_seconds: int | None = None
    request_timeout: float = 10.0
    language: Language = "zh"


def without_repetition(node: str) -> str:
    """The id of the test that a repetition (``--harness-repeat``) repeats."""
    return re.sub(r"\[run\d+\]$|-run\d+(?=\])|(?<=\[)run\d+-", "", node)


@lru_cache(maxsize=1)
def _first_test() -> float:
    """When the first check of this process began: its clock then."""
    return time.monotonic()


class CheckItem(pytest.Item):
    """One test of a check."""

    test: CheckTest
    context: CheckContext

    @classmethod
    def of(cls, parent: pytest.Collector, test: CheckTest, context: CheckContext) -> Self:
        item: Self = cls.from_parent(parent, name=test.name)
        item.test, item.context = test, context
        return item

    @property
    def title(self) -> str:
        return self.test.title(self.context.language)

    @property
    def harness_labels(self) -> dict[str, Any]:
        """What the event of the verdict says about this test, beside its outcome."""
        return {
            "id": self.id,
            "title": {"zh": self.test.title("zh"), "en": self.test.title("en")},
            "group": self.test.group,
            "platforms": self.test.platforms,
        }

    @property
    def alone(self) -> bool:
        """Whether nothing else may run at the same time."""
        return self.test.alone

    @property
    def id(self) -> str:
        """``shared.yaml::website::getPoints``: what waivers and planted faults call this test."""
        return f"{self.test.document}::{self.end}::{self.test.name}"

    @property
    def end(self) -> str:
        """The collector the test stands under: a backend, or ``parity``."""
        return self.parent.name if self.parent is not None else ""

    @property
    def reproduce(self) -> str:
        return f"pytest '{without_repetition(self.nodeid)}' {SEED_OPTION}={self.context.seed}"

    def runtest(self) -> None:
        _first_test()
        outcome = self._outcome()
        self.context.record(self._result(outcome))
        if outcome.findings:
            raise self._fault(outcome)
        if outcome.out_of_time:
            made = sum(outcome.cases.values())
            raise BrokenError(OUT_OF_TIME.format(test=self.nodeid, seconds=self.context.seconds, made=made))
        if outcome.broken:
            raise BrokenError(NOT_TESTED.format(test=self.nodeid, problems=joined(outcome.broken)))
        if outcome.not_run:
            skip(joined(outcome.not_run), self.context.language)
        if not sum(outcome.cases.values()):
            raise BrokenError(NO_REQUEST.format(test=self.nodeid, seconds=self.context.seconds))

    def _outcome(self) -> Outcome:
        """What the test came to; what the environment forbids is not sent, and the test not run."""
        reason = self.test.refusal() or self._over_budget()
        if reason is not None:
            return Outcome((), {}, {}, 0.0, not_run=(reason,))
        try:
            outcome = judge(
                self.context.waivers, self.test.pointer, self.id, self.test.execute(), self._again
            )
            explained = tuple(
                replace(finding, variables=self.test.variables(finding.curl)) for finding in outcome.findings
            )
            return replace(outcome, findings=explained)
        except NotRun as refused:
            return Outcome((), {}, {}, 0.0, not_run=(refused.text,))

    def _over_budget(self) -> Text | None:
        """Why the test is not begun: all checks together have had their time (of this process)."""
        budget = self.context.total_seconds
        if budget is None or time.monotonic() - _first_test() < budget:
            return None
        return Text(
            zh=f"[conformance] total_seconds 的 {budget} 秒已用完",
            en=f"the {budget} s of [conformance] total_seconds are over",
        )

    def _again(self, case: Replay) -> Answer | None:
        return self.test.send_again(case, self.context.request_timeout)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Our own errors say it all in their message; anything else keeps its traceback."""
        if isinstance(excinfo.value, ProductFault | HarnessError):
            return excinfo.value.say(self.context.language)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where a reader finds what is tested; pytest counts lines from 0."""
        path, line = self.test.place
        return path, None if line is None else line - 1, self.title

    def _platform(self, finding: Finding) -> str | None:
        """Whose fault it is; of a test of several backends only where the finding decides that."""
        if len(self.test.platforms) < 2:
            return str(self.test.facts["platform"])
        return finding.cause.service or " / ".join(self.test.platforms)

    def _result(self, outcome: Outcome) -> CheckResult:
        return CheckResult(
            test=self.nodeid,
            check_kind=self.test.kind,
            **self.test.facts,
            cases=outcome.cases,
            statuses=outcome.statuses,
            seconds=outcome.seconds,
            seed=self.context.seed,
            out_of_time=outcome.out_of_time,
            broken=list(outcome.broken),
            not_run=list(outcome.not_run),
            unanswered=[each.en for each in outcome.unanswered],
            findings=[FoundEvent.model_validate(finding.to_json()) for finding in outcome.findings],
            waived=[finding.identity for finding in outcome.waived],
        )

    def _fault(self, outcome: Outcome) -> ProductFault:
        test, first = self.test, outcome.findings[0]
        what, number = first.title, len(outcome.findings)
        if number > 1:
            what = Text(zh=f"{number} 个发现", en=f"{number} findings")
        fault = test.fault(
            Text(
                zh=f"{test.title('zh')}：{test.label} {test.complaint.zh}：{what.zh}",
                en=f"{test.title('en')}: {test.label} {test.complaint.en}: {what.en}",
            ),
            Evidence(
                platform=self._platform(first),
                pointer=first.pointer,
                expected=first.expected,
                seen=first.seen,
                seed=str(self.context.seed),
                reproduce=self.reproduce,
                notes=(
                    first.headline,
                    *first.remarks,
                    first.asked,
                    *_lines(first.variables),
                    *(finding.lines() for finding in outcome.findings[1:]),
                    *(NOT_ALL.format(problem=problem) for problem in outcome.broken),
                    *(NO_ANSWER.format(request=request) for request in outcome.unanswered),
                ),
            ),
        )
        fault.language = self.context.language
        return fault


def _lines(text: Text | None) -> list[Text]:
    if text is None:
        return []
    return [Text(zh=zh, en=en) for zh, en in zip(text.zh.splitlines(), text.en.splitlines(), strict=True)]
