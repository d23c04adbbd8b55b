"""The rules of the release gate: what each measures, and what its failure speaks about.

Owns the list of rules and their words. The verdict on a whole run is ``gate``'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from harness.core.text import Language, Text
from harness.reporting import losses, p0_not_run
from harness.reporting.completeness import incomplete
from harness.reporting.event_records import CheckResult
from harness.reporting.figures import Counts, RunFigures
from harness.reporting.language import words
from harness.reporting.settings import GateSettings
from harness.reporting.traffic_figures import Traffic
from harness.reporting.undocumented_table import TITLE as UNDOCUMENTED

Concern = Literal["product", "run"]
SHOWN = 6  # named in an explanation


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, judged.

    ``measured`` None: there was nothing to measure and the rule does not apply; ``limit`` None: it is told,
    not judged. ``concern`` is what a failure speaks about: the product, or the run.
    """

    name: str
    title: Text
    measured: float | None
    limit: float | None
    bound: Literal["max", "min"]
    unit: str
    concern: Concern
    explanation: Text

    @property
    def passed(self) -> bool:
        if self.measured is None or self.limit is None:
            return True
        return self.measured <= self.limit if self.bound == "max" else self.measured >= self.limit

    @property
    def verdict(self) -> Literal["passed", "failed", "not applicable", "not judged"]:
        if self.measured is None:
            return "not applicable"
        if self.limit is None:
            return "not judged"
        return "passed" if self.passed else "failed"


def measure(figures: RunFigures, settings: GateSettings) -> tuple[Rule, ...]:
    """Measure every rule on the figures of a finished run (its ``run.finished`` event is written)."""
    counts, p0 = figures.counts(), figures.p0
    return (
        _at_most(
            "tests_failed",
            words("发现产品缺陷的测试", "Tests that found a product fault"),
            counts.failed,
            settings.tests_failed,
            "product",
            words(f"共执行 {counts.ran} 个测试", f"tests run: {counts.ran}"),
        ),
        _p0(p0, settings),
        _at_most(
            "conformance_findings",
            words("契约测试的发现", "Findings of the contract tests"),
            len(figures.findings),
            settings.conformance_findings,
            "product",
            words(
                f"执行契约测试 {_ran(figures.records.conformance, 'zh')}，共发出 {_cases(figures)} 条请求",
                f"contract tests run: {_ran(figures.records.conformance, 'en')}; requests made: {_cases(figures)}",
            ),
        ),
        _promises(figures, settings),
        _sync_rate(figures, settings),
        _at_most(
            "violations",
            words("真实流量违反接口规范", "Violations of a contract in recorded traffic"),
            figures.traffic.violations,
            settings.violations,
            "product",
            _traffic(figures.traffic),
        ),
        _undocumented(figures, settings),
        *_shown(figures, settings),
        _at_most(
            "flaky",
            words("结果不稳定的测试", "Flaky tests"),
            counts.flaky,
            settings.flaky,
            "run",
            words("同一次运行中既通过又未通过", "they passed and did not pass in the same run"),
        ),
        _at_most(
            "broken",
            words("因环境或工具故障中断的测试", "Tests broken by the harness or the environment"),
            counts.broken,
            settings.broken,
            "run",
            words("这些测试没有给出产品结论", "they say nothing about the product"),
        ),
        Rule(
            "not_run_p0",
            words("未执行的 P0 测试", "P0 tests not run"),
            p0_not_run.count(figures),
            settings.not_run_p0,
            "max",
            "",
            "run",
            p0_not_run.sentence(figures),
        ),
        _at_most(
            "processes_died",
            words("意外退出的进程", "Processes that died"),
            len(figures.died),
            settings.processes_died,
            "run",
            _names(figures),
        ),
        _at_most(
            "run_incomplete",
            words("运行不完整", "Run incomplete"),
            int((reason := incomplete(figures)) is not None),
            0,
            "run",
            reason or words("运行正常结束", "the run ended as it should"),
        ),
        _at_most(
            "events_lost",
            words("丢失或无法读取的事件", "Events lost or unreadable"),
            losses.events_lost(figures.damage),
            settings.events_lost,
            "run",
            losses.sentence(figures.damage),
        ),
        _at_most(
            "unjudged",
            words("检查本身出错的请求", "Exchanges whose check itself failed"),
            figures.traffic.unjudged,
            0,
            "run",
            words("没有检查的绝不算通过", "what is unchecked is never green"),
        ),
        _at_most(
            "lost",
            words("记录中缺失的请求", "Exchanges missing in the record"),
            len(figures.records.lost),
            0,
            "run",
            _lost(figures),
        ),
        Rule(
            "unchecked",
            words("未能校验的请求占比", "Exchanges that could not be checked"),
            figures.unchecked.percent,
            settings.unchecked,
            "max",
            "%",
            "run",
            figures.unchecked.text,
        ),
        Rule(
            "minimum_tests",
            words("执行的测试数", "Tests run"),
            counts.ran,
            settings.minimum_tests,
            "min",
            "",
            "run",
            words("空运行永远不算通过", "an empty run is never green"),
        ),
    )


def _at_most(name: str, title: Text, measured: int, limit: int, concern: Concern, explanation: Text) -> Rule:
    return Rule(name, title, measured, limit, "max", "", concern, explanation)


def _ran(results: Sequence[CheckResult], language: Language) -> str:
    """How many checks ran, and how many could not."""
    return _in_words(language, sum(result.ran for result in results), 0, results)


def _judged(results: Sequence[CheckResult], language: Language) -> str:
    """How many checks came to a result, how many were broken, and how many did not run."""
    judged = sum(result.judged for result in results)
    return _in_words(language, judged, sum(result.ran for result in results) - judged, results)


def _in_words(language: Language, number: int, broken: int, results: Sequence[CheckResult]) -> str:
    left = sum(not result.ran for result in results)
    if language == "zh":
        beside = [f"故障 {broken} 项"] * bool(broken) + [f"未执行 {left} 项"] * bool(left)
        return f"{number} 项" + (f"（{'，'.join(beside)}）" if beside else "")
    beside = [f"broken: {broken}"] * bool(broken) + [f"not run: {left}"] * bool(left)
    return f"{number}" + (f" ({', '.join(beside)})" if beside else "")


def _traffic(traffic: Traffic) -> Text:
    """The exchanges between people and services, and between services."""
    left_out = traffic.left_out
    return words(
        f"校验了 {traffic.checked} 次请求与响应（共记录 {traffic.recorded} 次）"
        + (f"；豁免 {traffic.waived} 处" if traffic.waived else "")
        + (f"；{left_out.zh}" if left_out else ""),
        f"exchanges checked: {traffic.checked}, recorded: {traffic.recorded}"
        + (f"; waived: {traffic.waived}" if traffic.waived else "")
        + (f"; {left_out.en}" if left_out else ""),
    )


def _p0(p0: Counts, settings: GateSettings) -> Rule:
    """A P0 test that is broken or was not run is no pass either, but speaks of the run."""
    return Rule(
        "p0_passed",
        words("P0 测试通过率", "P0 tests passed"),
        100.0 * p0.passed / p0.total if p0.total else None,
        settings.p0_passed,
        "min",
        "%",
        "product" if p0.failed else "run",
        words(f"{p0.passed} / {p0.total} 个 P0 测试通过", f"{p0.passed} of {p0.total} P0 tests passed")
        if p0.total
        else words("本次运行没有 P0 测试", "no P0 test in this run"),
    )


def _promises(figures: RunFigures, settings: GateSettings) -> Rule:
    """The linkage contract, where its checks ran."""
    checks = figures.records.promises
    judged = any(check.judged for check in checks)
    return Rule(
        "promises_broken",
        words("被违反的联动承诺", "Broken promises of the linkage contract"),
        len(figures.promise_findings) if judged else None,
        settings.promises_broken,
        "max",
        "",
        "product",
        words(f"检查承诺 {_judged(checks, 'zh')}", f"promises checked: {_judged(checks, 'en')}")
        if checks
        else words("本次运行没有检查联动契约", "the linkage contract was not checked in this run"),
    )


def _sync_rate(figures: RunFigures, settings: GateSettings) -> Rule:
    """The entity of which least came across in time: one that always fails is not averaged away by the others."""
    rates = {entity: one for entity, one in figures.sync_rates.items() if one.rate is not None}
    shown = ", ".join(f"{entity} {one.crossed}/{one.written}" for entity, one in sorted(rates.items()))
    return Rule(
        "sync_rate",
        words("同步率（最低的实体）", "Sync rate (of the lowest entity)"),
        min((one.rate for one in rates.values() if one.rate is not None), default=None),
        settings.sync_rate,
        "min",
        "%",
        "product",
        words(f"按时到达 / 写入：{shown}", f"seen in time / written: {shown}")
        if shown
        else words("本次运行没有数据跨端", "nothing crossed in this run"),
    )


def _undocumented(figures: RunFigures, settings: GateSettings) -> Rule:
    """Traffic beside the documents, which may be of a part of the API only."""
    found = figures.undocumented
    left = [item.operation for item in found.counted] + [f"{entry.id} ✗" for entry in found.stale]
    names = ", ".join(left[:SHOWN]) + ("…" if len(left) > SHOWN else "")
    excused = len(found.waived)
    return Rule(
        "undocumented_operations",
        UNDOCUMENTED,
        len(left),
        settings.undocumented_operations,
        "max",
        "",
        "product",
        words(
            (names or "录制的流量只用到接口规范中的接口") + (f"；豁免 {excused} 个" if excused else ""),
            (names or "recorded traffic keeps to the documents")
            + (f"; waived: {excused}" if excused else ""),
        ),
    )


def _shown(figures: RunFigures, settings: GateSettings) -> tuple[Rule, ...]:
    """What is documented is brought about, or listed with its reason. Judged of whole runs only."""
    targets = figures.targets
    total = sum(backend.statuses.total for backend in targets.backends)
    unlisted, stale = targets.unlisted, targets.stale
    left = [f"{item.backend} {item.operation} {item.status}" for item in unlisted]
    left += [f"{entry.id} ✗" for entry in stale]
    names = ", ".join(left[:SHOWN]) + ("…" if len(left) > SHOWN else "")
    explanation = words(
        f"接口规范共列出 {total} 个“接口 × 状态码”"
        + (f"；未出现（或清单已过期 ✗）：{names}" if left else ""),
        f"operation × status in the contracts: {total}"
        + (f"; not brought about (or listed in vain ✗): {names}" if left else ""),
    )
    return (
        Rule(
            "statuses_unshown",
            words("接口规范写明却从未出现的状态码", "Documented statuses nothing brought about"),
            len(left) if targets.whole and settings.statuses_unshown is not None else None,
            settings.statuses_unshown or 0,
            "max",
            "",
            "run",
            explanation if targets.whole else words("本次只运行了一部分", "only a part was run"),
        ),
        Rule(
            "not_producible",
            words("列为“无法产生”的状态码", "Statuses listed as not producible"),
            targets.excused if targets.whole else None,
            settings.not_producible,
            "max",
            "%",
            "run",
            words(
                f"清单 not-producible.yaml 共 {len(targets.listed)} 条",
                f"entries of not-producible.yaml: {len(targets.listed)}",
            ),
        ),
    )


def _names(figures: RunFigures) -> Text:
    if not figures.died:
        return words("所有进程都正常结束", "every process ended as it should")
    zh = [f"{died.name}（{died.signal or f'退出码 {died.exit_code}'}）" for died in figures.died]
    en = [f"{died.name} ({died.signal or f'exit code {died.exit_code}'})" for died in figures.died]
    return words("、".join(zh), ", ".join(en))


def _lost(figures: RunFigures) -> Text:
    if not figures.records.lost:
        return words("所有请求都已记录", "every exchange was recorded")
    first = figures.records.lost[0]
    return words(f"第一个：{first}", f"the first: {first}")


def _cases(figures: RunFigures) -> int:
    return sum(item.case_count for item in figures.records.conformance)
