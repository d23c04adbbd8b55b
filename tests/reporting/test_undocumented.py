from __future__ import annotations

from typing import Any

import pytest

from harness.core.payloads.run import WaiverEntry
from harness.core.text import Language
from harness.reporting import overview
from harness.reporting.figures import RunFigures
from harness.reporting.gate import judge
from harness.reporting.gate_markdown import as_markdown
from harness.reporting.rules import Rule
from harness.reporting.settings import GateSettings
from harness.reporting.undocumented import Undocumented, accepts
from tests.support.sample import OPERATIONS, Sample

COUPON, SEARCH = "GET /api/coupons/{id}", "GET /api/member/point"


def waiver(undocumented: str, expires: str = "2999-12-31", service: str | None = None) -> dict[str, Any]:
    return {
        "id": "W7",
        "undocumented": undocumented,
        "service": service,
        "reason": "the document of coupons comes in May",
        "owner": "li",
        "expires": expires,
    }


def written(sample: Sample, *waivers: dict[str, Any]) -> Sample:
    """Half of a shop is documented; a scenario and others use the other half as well."""
    sample.started(operations=OPERATIONS, waivers=list(waivers))
    sample.verdict("a.py::test_good", priority="P0")
    trace = sample.scenario("a.py::test_good", "L01", {"zh": "好", "en": "good"})
    sample.exchange(sample.POINTS)
    for number in range(3):
        sample.exchange(None, trace, undocumented=COUPON, url=f"/api/coupons/{number}", source="phone")
    sample.exchange(None, undocumented=COUPON, status=None)
    sample.exchange(None, undocumented=COUPON, target="miniprogram", status=500)
    sample.exchange(None, undocumented=SEARCH, status=404)
    sample.exchange(None, undocumented="GET /contract/tests", source="harness")
    sample.exchange(None, checked=False, unchecked="a page or a file, not the API")
    sample.finished()
    sample.log.close()
    return sample


def found(sample: Sample) -> Undocumented:
    return RunFigures.read(sample.folder).undocumented


def rule(sample: Sample, **limits: Any) -> tuple[Rule, int]:
    result = judge(sample.folder, GateSettings(**limits))
    return next(rule for rule in result.rules if rule.name == "undocumented_operations"), result.exit_code


def test_each_is_told_once_with_who_calls_it_and_what_came_back(sample: Sample) -> None:
    mistyped, first, *others = found(written(sample)).operations
    assert (mistyped.operation, mistyped.statuses) == (SEARCH, {404: 1})
    assert (first.service, first.operation, first.times) == ("website", COUPON, 4)
    assert (first.edges, first.statuses) == (("phone → website", "browser → website"), {200: 3, None: 1})
    assert first.tests == ("a.py::test_good",)
    assert [(other.service, other.operation) for other in others] == [("miniprogram", COUPON)]


def test_one_that_the_service_has_neither_is_told_with_the_nearest(sample: Sample) -> None:
    near = {item.operation: item.nearest for item in found(written(sample)).operations}
    assert near == {COUPON: None, SEARCH: "GET /api/member/points"}


def test_they_are_no_violations_and_not_checked(sample: Sample) -> None:
    traffic = RunFigures.read(written(sample).folder).traffic
    assert (traffic.violations, traffic.checked, traffic.recorded) == (0, 1, 8)
    assert [contract.contract for contract in traffic.contracts] == ["shared.yaml"]


def test_without_a_limit_they_are_told_and_not_judged(sample: Sample) -> None:
    judged, exit_code = rule(written(sample))
    assert (judged.measured, judged.limit, judged.verdict, exit_code) == (3, None, "not judged", 0)
    assert COUPON in judged.explanation.zh


@pytest.mark.parametrize(("limit", "verdict", "code"), [(0, "failed", 1), (2, "failed", 1), (3, "passed", 0)])
def test_a_limit_makes_it_a_rule_about_the_product(
    sample: Sample, limit: int, verdict: str, code: int
) -> None:
    judged, exit_code = rule(written(sample), undocumented_operations=limit)
    assert (judged.verdict, exit_code) == (verdict, code)


def test_a_waiver_accepts_one_until_its_day(sample: Sample) -> None:
    accepted = found(written(sample, waiver("GET /api/coupons/{code}", service="website")))
    assert [(item.service, item.operation) for item in accepted.counted] == [
        ("website", SEARCH),
        ("miniprogram", COUPON),
    ]
    assert [item.waiver.id for item in accepted.waived if item.waiver] == ["W7"]
    assert rule(sample, undocumented_operations=2)[0].passed
    assert "豁免 1 个" in rule(sample)[0].explanation.zh


def test_an_expired_waiver_accepts_nothing_and_is_named(sample: Sample) -> None:
    expired = found(written(sample, waiver(COUPON, "2020-01-31")))
    assert len(expired.counted) == 3
    assert "waiver W7 expired on 2020-01-31" in as_markdown(judge(sample.folder, GateSettings()), "en")


def test_a_waiver_of_what_is_documented_by_now_is_stale(sample: Sample) -> None:
    stale = found(written(sample, waiver("GET /api/member/points")))
    assert [entry.id for entry in stale.stale] == ["W7"]
    assert rule(sample, undocumented_operations=3)[0].verdict == "failed"
    assert "waiver W7 is stale" in as_markdown(judge(sample.folder, GateSettings()), "en")


@pytest.mark.parametrize(
    ("pattern", "operation", "accepted"),
    [
        (COUPON, COUPON, True),
        ("GET /api/{any}/{any}", COUPON, True),
        ("GET /api/coupons/{slug}", "GET /api/coupons/spring-sale", True),
        ("GET /api/coupons/{slug}", "GET /api/coupons/spring-sale/uses", False),
        ("POST /api/coupons/{id}", COUPON, False),
        ("GET /api/coupons/a.b", "GET /api/coupons/aXb", False),
    ],
)
def test_what_a_waiver_is_about(pattern: str, operation: str, accepted: bool) -> None:
    entry = WaiverEntry.model_validate(waiver(pattern))
    assert accepts(entry, "website", operation) is accepted
    assert not accepts(entry.model_copy(update={"service": "phone"}), "website", operation)


@pytest.mark.parametrize(
    ("language", "title"), [("zh", "接口规范中没有的接口"), ("en", "Undocumented operations")]
)
def test_pages_name_them(sample: Sample, language: Language, title: str) -> None:
    result = judge(written(sample, waiver(SEARCH)).folder, GateSettings())
    for page in (as_markdown(result, language), overview.render(result, language, details=None)):
        assert page.count(title) >= 2  # the rule and the table
        assert COUPON in page
        assert "W7" in page


def test_pages_of_a_run_without_any_have_no_table(sample: Sample) -> None:
    sample.started()
    sample.verdict("a.py::test_good")
    sample.finished()
    sample.log.close()
    result = judge(sample.folder, GateSettings())
    assert as_markdown(result, "en").count("Undocumented operations") == 1
    assert overview.render(result, "en", details=None).count("Undocumented operations") == 1


def test_a_long_list_is_cut_and_says_so(sample: Sample) -> None:
    sample.started()
    for number in range(35):
        sample.exchange(None, undocumented=f"GET /api/report-{chr(97 + number % 26)}{number // 26 * 'x'}")
    sample.log.close()
    assert "\n5 more\n" in as_markdown(judge(sample.folder, GateSettings()), "en")
