from __future__ import annotations

from typing import Any

from harness.core.payloads import Verdict
from harness.core.text import Text
from harness.plugin.not_run_lines import not_run_lines

DRAIN = Text(zh="没有写明 drain", en="nothing tells when no data is under way")


def verdict(test: str, word: Any, message: Text | None) -> Verdict:
    return Verdict(
        test=test,
        id=None,
        title=Text(zh=test, en=test),
        group="other",
        platforms=[],
        priority=None,
        verdict=word,
        message=message,
        fault=None,
        seconds=0.0,
        reproduce="",
        seed=1,
    )


def test_each_reason_is_told_once_with_its_tests() -> None:
    said = [
        verdict("a[converges]", "not run", DRAIN),
        verdict("b[appears]", "passed", None),
        verdict("c[private]", "not run", Text(zh="只有一个用户", en="there is one user")),
        verdict("d[converges]", "not run", DRAIN),
    ]
    assert list(not_run_lines(said, "en")) == [
        "not run (2): nothing tells when no data is under way",
        "  a[converges]",
        "  d[converges]",
        "not run (1): there is one user",
        "  c[private]",
    ]
    assert "未执行（2）：没有写明 drain" in list(not_run_lines(said, "zh"))
