from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from harness.core.payloads import Lag
from harness.core.text import Text
from harness.reporting import overview
from harness.reporting.figures import RunFigures
from harness.reporting.gate import judge
from harness.reporting.gate_markdown import as_markdown
from harness.reporting.rules import measure
from harness.reporting.settings import GateSettings
from tests.support.sample import Sample

PRODUCT = Text(zh="商品", en="product")


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    made = Sample(tmp_path)
    made.started()
    return made


def id_of(promise: str, entity: str) -> str:
    """The test that a verdict is of."""
    return f"contracts/linkage.yaml::{entity}::website→miniprogram[{promise}]"


def check(
    sample: Sample,
    promise: str,
    verdict: str,
    *uppers: float | None,
    entity: str = "product",
    not_run: Sequence[dict[str, str]] = (),
    broken: Sequence[dict[str, str]] = (),
) -> None:
    test = id_of(promise, entity)
    cell = {
        "entity": entity,
        "title": PRODUCT,
        "writer": "website",
        "reader": "miniprogram",
        "promise": promise,
    }
    finding = {
        "check": promise,
        "title": "product: lost",
        "pointer": "linkage.yaml#/entities/product/promises/appears",
        "expected": "there",
        "seen": "nothing",
        "curl": "curl",
    }
    findings = [finding] if verdict == "failed" else []
    sample.conformance(
        "website", None, 3, *findings, test=test, kind="linkage", cell=cell, not_run=not_run, broken=broken
    )
    for upper in uppers:
        lag = Lag(
            entity=entity,
            source="website",
            target="miniprogram",
            title=PRODUCT,
            lower=0.0 if upper else 5.0,
            upper=upper,
            allowed=5.0,
            reads=2,
        )
        sample.log.write(lag, scenario=test)
    sample.verdict(test, verdict, id=test, group="promise", platforms=["website", "miniprogram"])


def finished(sample: Sample) -> Path:
    sample.finished()
    sample.log.close()
    return sample.folder


def figures(sample: Sample) -> RunFigures:
    return RunFigures.read(finished(sample))


def test_a_row_has_its_promises_and_the_lags_of_its_direction(sample: Sample) -> None:
    check(sample, "appears", "passed", *[hundredth / 100 for hundredth in range(1, 101)])
    check(sample, "last-write-wins", "failed", None)
    (row,) = figures(sample).linkage
    assert [(promise, verdict) for promise, verdict, _ in row.promises] == [
        ("appears", "passed"),
        ("last-write-wins", "failed"),
    ]
    assert (row.crossing.crossed, row.crossing.written) == (100, 101)
    assert (row.crossing.median, row.crossing.p95, row.crossing.worst) == (0.5, 0.95, 1.0)


def test_checks_of_the_linkage_contract_are_no_contract_tests_and_no_scenarios(sample: Sample) -> None:
    check(sample, "appears", "failed", None)
    found = figures(sample)
    assert (len(found.findings), len(found.promise_findings)) == (0, 1)
    assert found.scenarios == ()
    assert found.counts(group="promise").failed == 1


def test_the_entity_of_which_least_crosses_decides(sample: Sample) -> None:
    check(sample, "appears", "passed", *[0.1] * 50)
    check(sample, "appears", "failed", 0.1, None, entity="order")
    rules = {rule.name: rule for rule in measure(figures(sample), GateSettings())}
    assert rules["sync_rate"].measured == 50
    assert not rules["sync_rate"].passed
    assert rules["sync_rate"].explanation.en == "seen in time / written: order 1/2, product 50/50"
    assert (rules["promises_broken"].measured, rules["promises_broken"].passed) == (1, False)


def test_figures_say_what_they_count_and_agree(sample: Sample) -> None:
    """Beside "exchanges checked: 0" stood 1,232 that could be checked, and beside 29 promises 25 that ran."""
    for number in range(5):
        check(sample, "appears", "passed", entity=f"thing-{number}")
        sample.exchange(sample.POINTS, source="harness")
    refusal = {"zh": "没有时间", "en": "no time"}
    for number in range(2):
        check(sample, "private", "not run", entity=f"thing-{number}", not_run=[refusal])
    tests = [
        id_of(promise, f"thing-{n}")
        for promise, times in (("appears", 5), ("private", 2))
        for n in range(times)
    ]
    sample.selection(tests=[{"test": test, "document": "linkage.yaml", "group": "promise"} for test in tests])
    result = judge(finished(sample), GateSettings())
    rules = {rule.name: rule for rule in result.rules}
    assert rules["promises_broken"].explanation == Text(
        zh="检查承诺 5 项（未执行 2 项）", en="promises checked: 5 (not run: 2)"
    )
    assert rules["violations"].explanation == Text(
        zh="校验了 0 次请求与响应（共记录 0 次）；契约测试与联动检查自身发出的 5 次不计入",
        en="exchanges checked: 0, recorded: 0; not counted: 5 that contract tests and linkage checks sent themselves",
    )
    assert rules["unchecked"].explanation.en.startswith(
        "of 5 exchanges of documented operations (5 of them sent by "
    )
    for language, ran, sent in (
        ("en", "7 of 7 selected, 5 ran", "5 that contract tests"),
        ("zh", "执行 5 个", "自身发出的 5 次"),
    ):
        page = overview.render(result, language, details=None)
        for shown in (as_markdown(result, language), page):
            assert ran in shown
            assert sent in shown


def test_promises_of_which_none_could_be_checked_are_not_kept(sample: Sample) -> None:
    check(sample, "private", "not run", not_run=[{"zh": "没有时间", "en": "no time"}])
    rules = {rule.name: rule for rule in measure(figures(sample), GateSettings())}
    assert rules["promises_broken"].verdict == "not applicable"
    assert rules["promises_broken"].explanation.en == "promises checked: 0 (not run: 1)"


NO_ANSWER = [{"zh": "没有回答", "en": "no answer"}]


def test_promises_that_the_harness_could_not_check_are_not_kept(sample: Sample) -> None:
    """Of a backend that is down, all promises were "checked", and none broken."""
    check(sample, "private", "broken", broken=NO_ANSWER)
    rules = {rule.name: rule for rule in measure(figures(sample), GateSettings())}
    assert rules["promises_broken"].verdict == "not applicable"
    assert rules["promises_broken"].explanation.en == "promises checked: 0 (broken: 1)"


def test_promises_that_the_harness_could_not_check_are_told_apart(sample: Sample) -> None:
    check(sample, "private", "broken", broken=NO_ANSWER)
    check(sample, "appears", "passed")
    check(sample, "converges", "failed", 0.1, None, broken=NO_ANSWER)  # what was found counts
    check(sample, "conserved", "not run", not_run=[{"zh": "没有时间", "en": "no time"}])
    rules = {rule.name: rule for rule in measure(figures(sample), GateSettings())}
    assert rules["promises_broken"].explanation == Text(
        zh="检查承诺 2 项（故障 1 项，未执行 1 项）", en="promises checked: 2 (broken: 1, not run: 1)"
    )


def test_a_promise_broken_before_the_rest_could_not_run_counts(sample: Sample) -> None:
    check(sample, "private", "failed", not_run=[{"zh": "没有时间", "en": "no time"}])
    rules = {rule.name: rule for rule in measure(figures(sample), GateSettings())}
    assert (rules["promises_broken"].measured, rules["promises_broken"].passed) == (1, False)
    assert rules["promises_broken"].explanation.en == "promises checked: 1"


def test_a_run_without_linkage_is_not_judged_by_it(sample: Sample) -> None:
    rules = {rule.name: rule for rule in measure(figures(sample), GateSettings())}
    assert rules["sync_rate"].verdict == "not applicable"
    assert rules["promises_broken"].verdict == "not applicable"
