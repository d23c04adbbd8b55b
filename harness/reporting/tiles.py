"""The numbers on top of the overview: six of them, each with what it is made of.

Owns which numbers and their words; the page's look is the template's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from harness.core.text import Language, Text
from harness.reporting.figures import Counts, RunFigures
from harness.reporting.language import LAG_STATES, VERDICTS, seconds, words

State = Literal["good", "bad", "plain"]


@dataclass(frozen=True, slots=True)
class Tile:
    """One number; ``note`` says what stands behind it, ``state`` how it is coloured."""

    title: Text
    number: str
    note: Text
    state: State


def tiles(figures: RunFigures) -> list[Tile]:
    return [
        _tests(figures),
        _p0(figures),
        _crossings(figures),
        _violations(figures),
        _operations(figures),
        _processes(figures),
    ]


def _tests(figures: RunFigures) -> Tile:
    counts = figures.counts()
    whole = figures.scope.whole or not figures.scope.known
    everything = words("全部", "all of them") if whole else words("选定的全部", "all that were selected")
    note = words(_lesser(counts, "zh") or everything.zh, _lesser(counts, "en") or everything.en)
    if not counts.total:
        note = words("没有执行任何测试", "nothing ran")
    number = f"{counts.passed}/{counts.total}"
    state: State = _state(counts.passed == counts.total > 0)
    if counts.not_run and counts.passed + counts.not_run == counts.total:
        state = "plain"  # what was not run is neither good nor bad; the gate says whether it had to
    return Tile(words("测试通过", "Tests passed"), number, note, state)


def _p0(figures: RunFigures) -> Tile:
    counts = figures.p0
    title = words("P0 通过", "P0 passed")
    if not counts.total:
        there = any(each.scenario.priority == "P0" for each in figures.selected.left_out)
        none = words("没有选定 P0 场景", "no P0 scenario was selected")
        return Tile(title, "–", none if there else words("没有 P0 测试", "no P0 test"), "plain")
    number = f"{counts.passed}/{counts.total}"
    note = words("最高优先级", "highest priority")
    if counts.not_run:
        note = words(f"未执行 {counts.not_run}", f"not run {counts.not_run}")
    return Tile(title, number, note, _state(counts.passed == counts.total))


def _crossings(figures: RunFigures) -> Tile:
    """A lag on the edge is neither good nor bad: its reads cannot tell."""
    crossings = figures.crossings
    title = words("联动按时到达", "Crossed in time")
    if not crossings.total:
        return Tile(title, "–", words("没有联动数据", "nothing crossed"), "plain")
    parts = []
    if crossings.slowest is not None:
        slowest = seconds(crossings.slowest)
        parts.append(words(f"最慢 {slowest} 秒", f"slowest {slowest} s"))
    states = {"on the edge": crossings.on_the_edge, "late": crossings.late, "never": crossings.never}
    for state, number in states.items():
        if number:
            parts.append(words(f"{LAG_STATES[state].zh} {number}", f"{LAG_STATES[state].en} {number}"))
    note = words(" · ".join(part.zh for part in parts), " · ".join(part.en for part in parts))
    bad, good = crossings.late + crossings.never > 0, crossings.in_time == crossings.total
    return Tile(
        title, f"{crossings.in_time}/{crossings.total}", note, "bad" if bad else "good" if good else "plain"
    )


def _violations(figures: RunFigures) -> Tile:
    traffic = figures.traffic
    beside, left = len(figures.undocumented.counted), figures.unchecked.count
    note = words(
        f"校验 {traffic.checked} 次请求与响应"
        + (f"（{traffic.left_out.zh}）" if traffic.left_out else "")
        + (f" · 未能校验 {left}" if left else "")
        + (f" · 规范中没有的接口 {beside}" if beside else ""),
        f"in {traffic.checked} exchanges checked"
        + (f" ({traffic.left_out.en})" if traffic.left_out else "")
        + (f" · {left} could not be" if left else "")
        + (f" · undocumented operations: {beside}" if beside else ""),
    )
    state: Literal["good", "bad", "plain"] = (
        _state(traffic.violations == 0) if traffic.checked or traffic.violations else "plain"
    )
    return Tile(words("违反接口规范", "Contract violations"), str(traffic.violations), note, state)


def _operations(figures: RunFigures) -> Tile:
    total = sum(backend.total for backend in figures.coverage)
    exercised = sum(backend.exercised for backend in figures.coverage)
    declared = all(backend.declared for backend in figures.coverage)
    findings = len(figures.findings)
    note = words(
        f"由场景与契约测试；契约测试发现 {findings} 个问题",
        f"by scenarios and contract tests; findings: {findings}",
    )
    complete = declared and 0 < exercised == total
    return Tile(
        words("接口已验证", "Operations exercised"),
        f"{exercised}/{total}" if declared else str(exercised),
        note,
        "bad" if findings else "good" if complete else "plain",
    )


def _processes(figures: RunFigures) -> Tile:
    names = ", ".join(process.name for process in figures.died)
    note = words(names or "全部正常", names or "none")
    return Tile(
        words("进程意外退出", "Processes died"), str(len(figures.died)), note, _state(not figures.died)
    )


def _state(good: bool) -> Literal["good", "bad"]:
    return "good" if good else "bad"


def _lesser(counts: Counts, language: Language) -> str:
    """The verdicts that are not *passed*, counted; those nobody got are left out."""
    numbers = {
        "failed": counts.failed,
        "broken": counts.broken,
        "flaky": counts.flaky,
        "not run": counts.not_run,
    }
    return " · ".join(
        f"{VERDICTS[word].say(language)} {number}" for word, number in numbers.items() if number
    )
