from __future__ import annotations

from pathlib import Path

import pytest

from harness.core.payloads import Lag
from harness.core.text import Text
from harness.reporting.figures import RunFigures
from harness.reporting.rules import measure
from harness.reporting.settings import GateSettings
from tests.support.sample import Sample

PRODUCT = Text(zh="商品", en="product")


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    made = Sample(tmp_path)
    made.started()
    return made


def check(sample: Sample, promise: str, verdict: str, *uppers: float | None, entity: str = "product") -> None:
    test = f"contracts/linkage.yaml::{entity}::website→miniprogram[{promise}]"
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
    sample.conformance("website", None, 3, *findings, test=test, kind="linkage", cell=cell)
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


def figures(sample: Sample) -> RunFigures:
    sample.finished()
    sample.log.close()
    return RunFigures.read(sample.folder)


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


def test_a_run_without_linkage_is_not_judged_by_it(sample: Sample) -> None:
    rules = {rule.name: rule for rule in measure(figures(sample), GateSettings())}
    assert rules["sync_rate"].verdict == "not applicable"
    assert rules["promises_broken"].verdict == "not applicable"
