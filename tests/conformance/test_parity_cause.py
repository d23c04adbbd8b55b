from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from harness.conformance.kinds.parity_cause import broken
from harness.conformance.kinds.parity_difference import Difference
from harness.contracts.violations import Code, violation


@pytest.mark.parametrize(
    ("code", "what", "blamed"),
    [
        ("response-body", "status", False),  # what a body is like decides no status
        ("undocumented-content-type", "status", False),
        ("undocumented-status", "status", True),
        ("response-body", "value", True),
        ("undocumented-content-type", "value", True),
    ],
)
def test_only_a_violation_that_makes_the_difference_is_its_cause(code: Code, what: str, blamed: bool) -> None:
    wrong = violation(code, "a.yaml#/paths/~1a", "response", "this", "that", subject="GET /a → 200")
    answer = SimpleNamespace(
        exchange=SimpleNamespace(target="shop"), status=200, checked=SimpleNamespace(violations=(wrong,))
    )
    operation = SimpleNamespace(pointer="a.yaml#/paths/~1a/get")
    found = broken(cast("Any", operation), cast("Any", answer), Difference("", what, 200, 404))
    assert (found is not None) == blamed
