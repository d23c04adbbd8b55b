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
