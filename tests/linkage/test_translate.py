from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from harness.core.text import Text
from harness.linkage.contract.model import FieldRule
from harness.linkage.contract.translate import Value, equal, holds, value

YUAN = FieldRule(money={"miniprogram": "yuan"})
MILLISECONDS = FieldRule.model_validate({"time": {"miniprogram": "epoch-ms"}, "tolerance": "1s"})
LOCAL = FieldRule.model_validate({"time": {"miniprogram": "local"}, "tolerance": "1s"})
STATES = FieldRule(values={"miniprogram": {10: "unpaid", 20: "paid", 21: "paid", "X": "gone", False: "off"}})
PLAIN = FieldRule()


@pytest.mark.parametrize(
    ("rule", "website", "miniprogram", "same"),
    [
        (YUAN, 1990, "19.90", True),
        (YUAN, 1990, 19.9, True),
        (YUAN, 1990, "19.9", True),
        (YUAN, 1990, 1990, False),
        (YUAN, 1990, "19.905", False),
        (YUAN, 1990, "¥19.90", False),
        (YUAN, 29, 0.29, True),  # 0.29 * 100 is 28.999999999999996 as a float
        (YUAN, 1, True, False),
        (YUAN, 0, None, False),
        (MILLISECONDS, "2026-03-02T08:00:00.125Z", 1772438400125, True),
        (MILLISECONDS, "2026-03-02T16:00:00+08:00", 1772438400000, True),
        (MILLISECONDS, "2026-03-02T08:00:00Z", 1772438402000, False),
        (MILLISECONDS, "2026-03-02T08:00:00", 1772438400000, False),  # whose time is it?
        (LOCAL, "2026-03-02T08:00:00Z", "2026-03-02 16:00:00", True),
        (LOCAL, "2026-03-02T08:00:00Z", "yesterday", False),
        (STATES, "paid", 20, True),
        (STATES, "paid", 21, True),
        (STATES, "unpaid", 20, False),
        (STATES, "off", 0, False),  # 0 is not false
        (STATES, "paid", 99, False),
        (PLAIN, 1, True, False),
        (PLAIN, 1, 1.0, True),
        (PLAIN, "1", 1, False),
        (PLAIN, [1, {"a": True}], [1, {"a": 1}], False),
        (PLAIN, {"a": [1]}, {"a": [1]}, True),
        (PLAIN, None, None, True),
    ],
)
def test_two_participants_say_the_same(rule: FieldRule, website: Any, miniprogram: Any, same: bool) -> None:
    assert equal(rule, value(rule, "website", website), value(rule, "miniprogram", miniprogram)) is same


def test_money_is_exact() -> None:
    assert value(YUAN, "miniprogram", "0.1").canonical == 10
    assert value(YUAN, "miniprogram", "0.001").canonical == Decimal("0.1")


@pytest.mark.parametrize(
    ("sent", "shown", "held"),
    [
        ([{"id": "p", "n": 2}], [{"id": "p", "n": 2, "price": 9}], True),
        ([{"id": "p", "n": 2}], [{"id": "p", "n": 3, "price": 9}], False),
        ([{"id": "p"}], [{"id": "p"}, {"id": "q"}], False),
        ("tea", "tea", True),
        ("tea", "te", False),
    ],
)
def test_a_record_may_be_shown_with_more_than_was_written(sent: Any, shown: Any, held: bool) -> None:
    assert holds(PLAIN, value(PLAIN, "website", sent), value(PLAIN, "website", shown)) is held


def test_what_is_not_there_is_said_in_both_languages() -> None:
    """``nothing`` stood in Chinese findings."""
    said = Text(zh="是 {value}", en="is {value}").format(value=Value(None, None))
    assert said == Text(zh="是 无", en="is nothing")
