from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from rich.console import Console

from harness.core.payloads import ProcessExit
from harness.core.text import Language
from harness.reporting import gate_json, gate_markdown
from harness.reporting.gate import GateResult, judge
from harness.reporting.gate_markdown import as_markdown
from harness.reporting.gate_table import table
from harness.reporting.outputs import draw
from harness.reporting.rules import Rule
from harness.reporting.settings import GateSettings, ReportingSettings


def rule(result: GateResult, name: str) -> Rule:
    return next(rule for rule in result.rules if rule.name == name)


def judged(
    sample: Any, write: Callable[[Any], None], exit_code: int | None = 0, **limits: float
) -> GateResult:
    """A run of one passed P0 test, and what ``write`` adds."""
    sample.started()
    sample.verdict("a.py::test_good", priority="P0")
    write(sample)
    if exit_code is not None:
        sample.finished(exit_code)
    sample.log.close()
    return judge(sample.folder, GateSettings.model_validate(limits))


def nothing(sample: Any) -> None:
    pass


def violation(sample: Any) -> None:
    sample.exchange(sample.POINTS, violations=[{"code": "response-body"}])


def finding(sample: Any) -> None:
    sample.conformance("website", sample.POINTS, 3, {"title": "Server error"})


def death(sample: Any) -> None:
    sample.log.write(ProcessExit(name="website", exit_code=1, expected=False))


def ending(verdict: str, priority: str = "P1") -> Callable[[Any], None]:
    return lambda sample: sample.verdict("a.py::test_bad", verdict, priority=priority)


def test_a_clean_run_passes_every_rule(sample: Any) -> None:
    result = judged(sample, nothing)
    assert [rule.name for rule in result.failed] == []
    assert (result.exit_code, result.verdict) == (0, "passed")
    assert result.title.en.startswith("Passed, of what was run")  # it does not say what was selected


@pytest.mark.parametrize(("write", "pytest_exit", "failing", "exit_code"), [
    (ending("failed"), 1, {"tests_failed": 1}, 1),
    (ending("failed", "P0"), 1, {"tests_failed": 1, "p0_passed": 50.0}, 1),
    (ending("broken"), 3, {"broken": 1}, 3),
    (ending("broken", "P0"), 3, {"broken": 1, "p0_passed": 50.0}, 3),
    (ending("flaky"), 3, {"flaky": 1}, 3),
    (ending("not run", "P0"), 0, {"not_run_p0": 1, "p0_passed": 50.0}, 3),
    (violation, 0, {"violations": 1}, 1),
    (finding, 0, {"conformance_findings": 1}, 1),
    (death, 0, {"processes_died": 1}, 3),
    (nothing, None, {"run_incomplete": 1}, 3),
    (nothing, 1, {"run_incomplete": 1}, 3),
    (nothing, 3, {"run_incomplete": 1}, 3),
    (ending("failed"), 2, {"tests_failed": 1, "run_incomplete": 1}, 1),
])  # fmt: skip
def test_each_rule_fails_alone(
    sample: Any,
    write: Callable[[Any], None],
    pytest_exit: int | None,
    failing: dict[str, float],
    exit_code: int,
) -> None:
    result = judged(sample, write, pytest_exit)
    assert {rule.name: rule.measured for rule in result.failed} == failing
    assert result.exit_code == exit_code


@pytest.mark.parametrize(("write", "limits"), [
    (ending("failed"), {"tests_failed": 1}),
    (ending("failed", "P0"), {"tests_failed": 1, "p0_passed": 50}),
    (ending("broken"), {"broken": 1}),
    (ending("flaky"), {"flaky": 1}),
    (ending("not run", "P0"), {"not_run_p0": 1, "p0_passed": 50}),
    (violation, {"violations": 1}),
    (finding, {"conformance_findings": 1}),
    (death, {"processes_died": 1}),
])  # fmt: skip
def test_every_limit_can_be_moved(
    sample: Any, write: Callable[[Any], None], limits: dict[str, float]
) -> None:
    assert judged(sample, write, **limits).failed == ()


def test_too_few_tests_and_an_empty_run_are_never_green(sample: Any) -> None:
    assert rule(judged(sample, nothing, minimum_tests=2), "minimum_tests").verdict == "failed"
    with pytest.raises(ValidationError):
        GateSettings(minimum_tests=0)


def test_a_run_of_nothing_is_broken(sample: Any) -> None:
    sample.log.close()
    result = judge(sample.folder, GateSettings())
    assert {rule.name for rule in result.failed} == {"run_incomplete", "minimum_tests"}
    assert (result.exit_code, result.verdict) == (3, "broken")


def test_without_p0_tests_their_share_does_not_apply(sample: Any) -> None:
    sample.started()
    sample.verdict("a.py::b")
    sample.finished()
    sample.log.close()
    share = rule(judge(sample.folder, GateSettings()), "p0_passed")
    assert (share.measured, share.verdict) == (None, "not applicable")


def test_product_and_run_are_both_named_and_the_product_decides(full_run: Path) -> None:
    result = judge(full_run, GateSettings())
    assert {rule.name: rule.measured for rule in result.rules} == {
        "tests_failed": 2, "p0_passed": pytest.approx(100 / 3), "conformance_findings": 1,
        "violations": 2, "flaky": 1, "broken": 2, "not_run_p0": 1, "processes_died": 1, "run_incomplete": 0,
        "events_lost": 0, "unjudged": 0, "lost": 0, "unchecked": 0, "minimum_tests": 10, "undocumented_operations": 0,
        "statuses_unshown": None, "not_producible": None, "promises_broken": None, "sync_rate": 0,
    }  # fmt: skip
    assert (result.exit_code, result.verdict) == (1, "product fault")
    assert "the product is at fault (5 rules failed)" in result.title.en
    assert "this run cannot be fully trusted (4 rules failed)" in result.title.en


def test_what_could_not_be_judged_is_not_green(sample: Any) -> None:
    sample.started()
    sample.verdict("a.py::b")
    sample.exchange(None, checked=False, unchecked="the check itself failed: KeyError: 'x'")
    sample.exchange(None, checked=False, unchecked="a page or a file, not the API")
    sample.finished()
    sample.log.close()
    result = judge(sample.folder, GateSettings())
    assert rule(result, "unjudged").measured == 1
    assert result.exit_code == 3


def test_the_share_of_unchecked_exchanges_is_limited_and_its_reasons_told(sample: Any) -> None:
    sample.started()
    sample.verdict("a.py::b")
    for _ in range(17):
        sample.exchange(sample.POINTS)
    sample.exchange(sample.POINTS, source="harness", status=None, checked=False, reason="no answer")
    sample.exchange(sample.POINTS, checked=False, reason="encoding", unchecked="its content-encoding x")
    sample.exchange(None, checked=False, reason="no contract")  # from here on: none of a contract
    sample.exchange(None, checked=False, reason="client left")
    sample.exchange(sample.POINTS, checked=False, reason="refused")
    sample.exchange(sample.POINTS, status=None, checked=False, reason="made unreachable")
    sample.loss("disk full")
    sample.finished()
    sample.log.close()
    result = judge(sample.folder, GateSettings(unchecked=15))
    share = rule(result, "unchecked")
    assert share.measured == pytest.approx(15)
    assert share.passed
    assert share.explanation.en == (
        "of 20 exchanges of documented operations (1 of them sent by contract tests and linkage "
        "checks), 3 could not be checked: its encoding cannot be undone 1, "
        "missing in the record 1, no answer 1"
    )
    assert share.explanation.zh.endswith(
        "20 次请求与响应（其中 1 次由契约测试与联动检查自身发出）中"
        "有 3 次没有校验：无法解码 1、记录中缺失 1、没有响应 1"
    )
    assert (rule(result, "lost").measured, rule(result, "lost").concern) == (1, "run")
    assert "GET /api/x on browser→website: disk full" in rule(result, "lost").explanation.en
    limited = judge(sample.folder, GateSettings(unchecked=14.9))
    assert {each.name for each in limited.failed} == {"lost", "unchecked"}
    assert limited.exit_code == 3


@pytest.mark.parametrize(("language", "expected"), [
    ("zh", ["不可发布", "P0 测试通过率", "33.3%", "未通过"]),
    ("en", ["Do not release", "P0 tests passed", "33.3%", "simulator (SIGKILL)"]),
])  # fmt: skip
def test_the_table_speaks_both_languages(full_run: Path, language: Language, expected: list[str]) -> None:
    shown = StringIO()
    Console(file=shown, width=160).print(table(judge(full_run, GateSettings()), language))
    assert [words for words in expected if words not in shown.getvalue()] == []


def written(result: GateResult) -> None:
    assert draw(result, ReportingSettings(language="en"), [gate_json.OUTPUT, gate_markdown.OUTPUT]) == ()


def test_gate_files(sample: Any) -> None:
    written(judged(sample, ending("failed"), 1))
    document = json.loads((sample.folder / "gate.json").read_text(encoding="utf-8"))
    assert (document["verdict"], document["exit_code"], document["run"]) == (
        "product fault", 1, sample.folder.name,
    )  # fmt: skip
    assert document["tests"] == {"passed": 1, "failed": 1, "broken": 0, "flaky": 0, "not_run": 0}
    first = document["rules"][0]
    assert (first["name"], first["measured"], first["limit"], first["verdict"]) == (
        "tests_failed", 1, 0, "failed",
    )  # fmt: skip
    markdown = (sample.folder / "gate.md").read_text(encoding="utf-8")
    assert "## ❌ Do not release: the product is at fault (1 rule failed)" in markdown
    assert "| Tests that found a product fault | 1 | ≤ 0 | failed | tests run: 2 |" in markdown
    assert "| Other | 1 | 1 | 0 | 0 | 0 |" in markdown


def test_a_share_is_never_rounded_up(sample: Any) -> None:
    for number in range(2999):
        sample.verdict(f"a.py::test_{number}", priority="P0", result=False)
    result = judged(sample, ending("failed", "P0"), 1)
    assert "| 99.9% | ≥ 100% | failed |" in as_markdown(result, "en")
