from __future__ import annotations

from harness.checks.item import NOT_TESTED
from harness.core.payloads import Verdict
from harness.core.text import Text
from harness.plugin.broken_lines import broken_lines
from tests.plugin.test_not_run_lines import verdict


def broken(test: str, code: str) -> Verdict:
    problem = Text(
        zh=f"POST /products：409 'this code {code} exists'", en=f"POST /products: 409 '{code} exists'"
    )
    return verdict(test, "broken", NOT_TESTED.format(test=test, problems=problem))


def test_what_broke_several_is_told_once() -> None:
    said = [
        broken("a[appears]", "TEA-100"),
        verdict("b[appears]", "broken", Text(zh="没有响应", en="no answer")),
        broken("c[private]", "TEA-100"),
        broken("d[converges]", "TEA-7"),
        verdict("e[appears]", "passed", None),
    ]
    assert list(broken_lines(said, "en")) == [
        "broken (3 tests, one reason): POST /products: 409 'TEA-100 exists'; the first was a[appears]"
    ]
    assert list(broken_lines(said, "zh")) == [
        "故障（3 个测试，同一原因）：POST /products：409 'this code TEA-100 exists'；首先是 a[appears]"
    ]


def test_another_status_is_another_reason() -> None:
    seen = [("a", 401, 17), ("b", 503, 18), ("c", 401, 201), ("d", 503, 19)]
    said = [
        verdict(test, "broken", Text(zh=f"{status}，编号 n-{number}", en=f"{status} of n-{number}"))
        for test, status, number in seen
    ]
    assert list(broken_lines(said, "en")) == [
        "broken (2 tests, one reason): 401 of n-17; the first was a",
        "broken (2 tests, one reason): 503 of n-18; the first was b",
    ]
