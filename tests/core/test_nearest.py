from __future__ import annotations

import pytest

from harness.core.nearest import ANY, nearest


@pytest.mark.parametrize(
    ("word", "alike", "found"),
    [("websit", 0.6, "website"), ("erp", 0.6, None), ("erp", ANY, "website"), ("", 0.6, None)],
)
def test_the_word_that_was_meant(word: str, alike: float, found: str | None) -> None:
    assert nearest(word, ["website", "miniprogram"], alike=alike) == found


def test_nothing_is_near_where_nothing_is_known() -> None:
    assert nearest("website", [], alike=ANY) is None


def test_a_huge_word_costs_no_time() -> None:
    assert nearest("w" * 10_000_000, ["website"]) is None
