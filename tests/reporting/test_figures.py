from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.core.platforms import USUAL, Platform
from harness.core.text import Text
from harness.reporting.event_records import Lag
from harness.reporting.figures import Cell, Counts, Crossings, RunFigures
from harness.reporting.language import backend_name, platform_name

LINKAGE = "scenarios/linkage"


@pytest.fixture(scope="module")
def figures(full_run: Path) -> RunFigures:
    return RunFigures.read(full_run)


def test_verdicts_are_counted_once_per_test(figures: RunFigures) -> None:
    assert figures.counts() == Counts(passed=5, failed=2, broken=2, flaky=1, not_run=1)
    assert (figures.counts().total, figures.counts().ran) == (11, 10)


@pytest.mark.parametrize(("choice", "expected"), [
    ({"group": "contract"}, Counts(passed=1, failed=1)),
    ({"group": "linkage"}, Counts(passed=1, failed=1, broken=2, flaky=1, not_run=1)),
    ({"group": "platform"}, Counts(passed=1)),
    ({"group": "experience"}, Counts(passed=1)),
    ({"priority": "P0"}, Counts(passed=1, failed=1, not_run=1)),
    ({"platform": "website"}, Counts(passed=3, failed=1, broken=2, flaky=1, not_run=1)),
    ({"group": "linkage", "platform": "miniprogram"}, Counts(1, 1, 1, 1, 1)),
])  # fmt: skip
def test_verdicts_per_level_platform_and_priority(
    figures: RunFigures, choice: dict[str, str], expected: Counts
) -> None:
    assert figures.counts(**choice) == expected


@pytest.mark.parametrize(("several", "one"), [
    (["passed", "failed"], "flaky"),
    (["failed", "passed"], "flaky"),
    (["passed", "broken"], "broken"),  # its clean-up broke
    (["failed", "broken"], "failed"),
    (["passed", "passed"], "passed"),
    (["not run", "passed"], "passed"),
    (["not run"], "not run"),
    (["flaky"], "flaky"),
])  # fmt: skip
def test_several_verdicts_of_one_test_become_one(sample: Any, several: list[str], one: str) -> None:
    for verdict in several:
        sample.verdict("a.py::b", verdict, message=verdict)
    sample.log.close()
    (test,) = RunFigures.read(sample.folder).tests
    assert test.verdict == one


def test_a_scenario_whose_process_was_killed_is_broken_and_says_so(figures: RunFigures) -> None:
    test = next(test for test in figures.tests if test.id == "L06")
    assert test.verdict == "broken"
    assert test.platforms == ["website"]
    assert test.message is not None
    assert "ended in the middle" in test.message.en


def test_the_matrix_shows_where_a_scenario_stopped(figures: RunFigures) -> None:
    rows = {row.test.id: row for row in figures.matrix}
    assert list(rows) == ["E01", "L01", "L02", "L03", "L04", "L05", "L06", "W01"]
    assert figures.matrix_platforms == ("website", "miniprogram")
    assert rows["L01"].cells == {"website": Cell("passed"), "miniprogram": Cell("passed")}
    assert rows["L02"].cells == {"website": Cell("failed", 2), "miniprogram": Cell("passed")}
    assert rows["L03"].cells == {"website": Cell("passed"), "miniprogram": Cell("broken", 2)}
    assert rows["L04"].cells == {"website": Cell("flaky"), "miniprogram": Cell("flaky")}
    assert rows["L05"].cells == {"website": Cell("not run"), "miniprogram": Cell("not run")}
    assert rows["W01"].cells == {"website": Cell("passed"), "miniprogram": Cell(None)}
    assert [lag.entity for lag in rows["L02"].lags] == ["points"]


def test_a_platform_behind_the_failure_was_not_reached(sample: Any) -> None:
    sample.step("a::b", 1, "website", "一", "one", "failed")
    sample.verdict("a::b", "failed", id="L01", group="linkage", platforms=["website", "miniprogram"])
    sample.log.close()
    (row,) = RunFigures.read(sample.folder).matrix
    assert row.cells == {"website": Cell("failed", 1), "miniprogram": Cell("not reached")}


def test_columns_and_exchanges_are_of_the_platforms_the_run_announces(sample: Any) -> None:
    erp = Platform("erp", Text(zh="ERP", en="ERP"), "none")
    staff = Platform("staff", Text(zh="店员后台", en="staff site"), "website")
    sample.started(platforms=[erp, *USUAL, staff])
    trace = sample.scenario("a::b", "L01", {"zh": "一", "en": "one"})
    sample.step("a::b", 1, "staff", "一", "one")
    sample.exchange(None, trace, "0000000100000001")
    sample.exchange(None, trace, "0000000100000009")  # of a step that never ended
    platforms = ["staff", "api", "website", "erp"]
    sample.verdict("a::b", "passed", id="L01", group="linkage", platforms=platforms)
    sample.log.close()
    figures = RunFigures.read(sample.folder)
    assert figures.matrix_platforms == ("erp", "website", "staff", "api")
    assert [exchange.platform for exchange in figures.records.exchanges] == ["staff", None]
    assert backend_name(figures.platforms, "erp", "en") == "ERP"
    assert backend_name(figures.platforms, "website", "en") == "Website backend"
    assert platform_name(figures.platforms, "api", "zh") == "接口"


def test_contract_tests_are_no_scenarios(sample: Any) -> None:
    sample.verdict("c.yaml::website::op", id="shared::website::op", group="conformance")
    sample.log.close()
    assert RunFigures.read(sample.folder).matrix == ()


@pytest.mark.parametrize(("lower", "upper", "state"), [
    (0.3, 0.6, "in time"), (None, 5.0, "in time"), (4.0, 6.0, "on the edge"), (5.1, 6.0, "late"),
    (5.0, None, "never"),
])  # fmt: skip
def test_a_lag_is_judged_by_both_ends_of_its_interval(
    lower: float | None, upper: float | None, state: str
) -> None:
    lag = Lag(
        test=None, step=None, entity="points", source="website", target="miniprogram",
        title=Text(zh="积分", en="points"), lower=lower, upper=upper, allowed=5.0, reads=3,
    )  # fmt: skip
    assert lag.state == state


def test_crossings_by_state(figures: RunFigures) -> None:
    assert figures.crossings == Crossings(in_time=2, on_the_edge=0, late=0, never=1, slowest=0.62)
    assert figures.crossings.total == 3


def test_traffic_is_counted_per_contract(figures: RunFigures) -> None:
    traffic = figures.traffic
    assert (traffic.recorded, traffic.checked, traffic.attributed, traffic.unanswered) == (6, 6, 6, 0)
    assert traffic.violations == 2
    shared, sync = traffic.contracts
    assert (shared.contract, shared.exchanges, shared.violating, shared.violations) == (
        "shared.yaml",
        5,
        2,
        2,
    )
    assert (sync.contract, sync.exchanges, sync.violating, sync.violations) == ("sync.yaml", 1, 0, 0)
    (distinct,) = traffic.distinct
    assert (distinct.operation, distinct.edge, distinct.times) == (
        "GET /api/member/points", "browser → website", 2,
    )  # fmt: skip
    assert distinct.tests == (f"{LINKAGE}/test_points.py::test_points_after_order",)


def test_traffic_of_generated_tests_and_unchecked_traffic(sample: Any) -> None:
    wrong = [{"code": "undocumented-operation", "message": "not in the contract"}]
    sample.exchange(None, source="harness", violations=wrong)
    sample.exchange(None, violations=wrong, url="/api/secret?x=1", method="POST")
    sample.exchange(None, checked=False, target="wechat")
    sample.exchange(sample.POINTS, status=None)
    sample.log.close()
    traffic = RunFigures.read(sample.folder).traffic
    assert (traffic.recorded, traffic.checked, traffic.unanswered, traffic.violations) == (3, 2, 1, 1)
    assert [contract.contract for contract in traffic.contracts] == ["shared.yaml", None]
    assert traffic.distinct[0].operation == "POST /api/secret"


def test_what_a_stand_in_lacks_is_told_as_ours(sample: Any) -> None:
    sample.started()
    sample.selection(options="", tests=[], catalogue=[], documents=[])
    lacks = {"checked": False, "reason": "not provided", "target": "wechat", "method": "POST"}
    for url in ("/wxa/msg_sec_check?access_token=a", "/wxa/getwxacode", "/wxa/msg_sec_check?access_token=b"):
        sample.exchange(None, source="shop", url=url, **lacks)
    sample.exchange(None, checked=False, reason="undocumented", undocumented="POST /coupons")
    sample.log.close()
    figures = RunFigures.read(sample.folder)
    assert figures.scope.not_provided == (
        "wechat POST /wxa/msg_sec_check ×2",
        "wechat POST /wxa/getwxacode ×1",
    )
    assert [line.en for line in figures.scope.lines if "lack of the harness" in line.en] == [
        "Not provided by a stand-in (a lack of the harness, no fault of the product): "
        "wechat POST /wxa/msg_sec_check ×2, wechat POST /wxa/getwxacode ×1"
    ]
    assert [item.operation for item in figures.undocumented.counted] == ["POST /coupons"]
    assert figures.unchecked.total == 0


def test_the_run_itself(figures: RunFigures) -> None:
    assert figures.name == "橙子小铺"
    assert figures.seconds is not None
    assert 0 < figures.seconds < 60
    assert [process.name for process in figures.died] == ["simulator"]
    assert [finding.expected.en for _, finding in figures.findings] == ["integer"]


def test_a_run_without_an_end_has_no_duration(sample: Any) -> None:
    sample.started()
    sample.log.close()
    assert RunFigures.read(sample.folder).seconds is None
