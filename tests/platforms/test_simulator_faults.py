"""Faults of the simulator: each is told when it comes, and again when it comes again."""

from __future__ import annotations

from typing import Any

import pytest

from harness.platforms.simulator_faults import Faults, first_frame


def fault(message: str, times: int = 1) -> dict[str, Any]:
    return {"message": message, "stack": "", "page": "pages/a", "at": "", "times": times}


def new_of(faults: Faults, *all_so_far: dict[str, Any]) -> list[str]:
    return [each.message for each in faults.new({"faults": list(all_so_far)})]


def test_only_what_is_new_is_told() -> None:
    faults = Faults()
    assert new_of(faults) == []
    assert new_of(faults, fault("a")) == ["a"]
    assert new_of(faults, fault("a")) == []
    assert new_of(faults, fault("a"), fault("b")) == ["b"]
    assert new_of(faults, fault("a", times=3), fault("b")) == ["a"]


@pytest.mark.parametrize(
    ("stack", "place"),
    [
        (
            "TypeError: x\n    at get dom (src/builtins/control.ts:99)\n    at tap (pages/a.js:1:2)",
            "src/builtins/control.ts:99",
        ),
        ("TypeError: x\n    at src/wx/calls.ts:3", "src/wx/calls.ts:3"),
        ("TypeError: x\n    at async src/wx/calls.ts:3", "src/wx/calls.ts:3"),
        ("TypeError: x", ""),
        ("", ""),
    ],
)
def test_the_place_is_the_first_of_the_stack(stack: str, place: str) -> None:
    assert first_frame(stack) == place
