from __future__ import annotations

from typing import Any

import pytest

from harness.conformance.kinds.parity_difference import differences, generalised


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ({"a": 1, "b": [1, 2]}, {"b": [1, 2], "a": 1}),
        (1, 1.0),
        ("2026-01-01T08:00:00Z", "2026-01-01T16:00:00+08:00"),
        (None, None),
    ],
)
def test_the_same_in_meaning(left: Any, right: Any) -> None:
    assert differences(left, right) == []


@pytest.mark.parametrize(
    ("left", "right", "what", "at"),
    [
        ({"a": 1}, {"a": "1"}, "value", "/a"),
        ({"a": True}, {"a": 1}, "value", "/a"),
        ({"a": None}, {"a": 0}, "value", "/a"),
        ({"a": 1}, {}, "only on one end", "/a"),
        ({}, {"a": 1}, "only on one end", "/a"),
        ({"l": [1, 2]}, {"l": [2, 1]}, "order", "/l"),
        ({"l": [1, 2]}, {"l": [1]}, "number of entries", "/l"),
        ({"l": [{"p": 1}, {"p": 2}]}, {"l": [{"p": 1}, {"p": 3}]}, "value", "/l/1/p"),
        ("2026-01-01T08:00:00Z", "2026-01-01T08:00:01Z", "value", ""),
        ("2026-01-01", "2026-01-02", "value", ""),
    ],
)
def test_a_difference_names_its_place_and_kind(left: Any, right: Any, what: str, at: str) -> None:
    (found,) = differences(left, right)
    assert (found.what, found.at) == (what, at)


def test_declared_differences_are_left_out_at_any_position() -> None:
    left, right = {"l": [{"p": {"q": 1}, "r": 1}]}, {"l": [{"p": {"q": 2}, "r": 2}]}
    assert [item.at for item in differences(left, right, {"/l/*/p": "their own"})] == ["/l/0/r"]
    assert generalised("/l/12/p") == "/l/*/p"
