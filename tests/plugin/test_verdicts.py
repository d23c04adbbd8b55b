from __future__ import annotations

from collections import Counter

import pytest

from harness.plugin.verdicts import exit_code


@pytest.mark.parametrize(
    ("verdicts", "pytests", "ours"),
    [
        (["passed"], pytest.ExitCode.OK, 0),
        (["passed", "not run"], pytest.ExitCode.OK, 0),
        (["passed", "failed"], pytest.ExitCode.TESTS_FAILED, 1),
        (["broken"], pytest.ExitCode.TESTS_FAILED, 3),
        (["passed", "flaky"], pytest.ExitCode.TESTS_FAILED, 3),
        (["broken", "failed", "flaky"], pytest.ExitCode.TESTS_FAILED, 1),
        (["failed"], pytest.ExitCode.INTERRUPTED, 2),
        (["broken"], pytest.ExitCode.USAGE_ERROR, 4),
        ([], pytest.ExitCode.NO_TESTS_COLLECTED, 5),
    ],
)
def test_a_product_fault_decides_the_exit_code_and_then_what_is_broken(
    verdicts: list[str], pytests: pytest.ExitCode, ours: int
) -> None:
    assert exit_code(Counter(verdicts), pytests) == ours
