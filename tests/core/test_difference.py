"""Two values that differ, as a reader sees where and how."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from harness.core.difference import in_words

A, B, C = ({"id": 1, "name": "甲"}, {"id": 2, "name": "乙"}, {"id": 3, "name": "丙"})


@pytest.mark.parametrize(
    ("expected", "seen", "wanted", "found"),
    [
        ("new", "old", '"new"', '"old"'),
        (5, 6, "5", "6"),
        (5, "5", "5 (number)", '"5" (string)'),
        ("5", 5, '"5" (string)', "5 (number)"),
        (5, " 5 ", "5 (number)", '" 5 " (string)'),
        (True, "True", "true (boolean)", '"True" (string)'),
        (None, "", "null (null)", '"" (string)'),
        (None, "null", "null (null)", '"null" (string)'),
        (None, "old", "null", '"old"'),
        (0, False, "0", "false"),
        (Decimal("5.00"), "5.00", "5.00 (number)", '"5.00" (string)'),
        ([1], "[1]", "[1] (list)", '"[1]" (string)'),
        ("a b", "a\u00a0b", '"a b"', '"a\\u00a0b"'),
        ("88", "８８", '"88"', '"\\uff18\\uff18"'),
        ("积分", "积分\u200b", '"\\u79ef\\u5206"', '"\\u79ef\\u5206\\u200b"'),
        ("积分", "积份", '"积分"', '"积份"'),
        ({"a": 1, "b": 2}, {"a": 1, "b": "2"}, "2 (number) at /b", '"2" (string) at /b'),
        ({"a": 1}, {}, "1 at /a", "nothing at /a"),
        ({}, {"a": None}, "nothing at /a", "null at /a"),
        ([A, B], [A, {**B, "name": "丁"}], '"乙" at /1/name', '"丁" at /1/name'),
        ([A, B], [B, A], "1 at /0/id", "2 at /0/id (and 3 more differ)"),
        ((1, 2), [1, 3], "2 at /1", "3 at /1"),
        ([A, B, C], [A, C], "3 entries", '2 entries, without {"id": 2, "name": "乙"}'),
        ([A], [A, B], "1 entry", '2 entries, {"id": 2, "name": "乙"} among them'),
        (
            {"items": [A]},
            {"items": []},
            "1 entry at /items",
            '0 entries, without {"id": 1, "name": "甲"} at /items',
        ),
        ({"items": [A]}, {"items": None}, '[{"id": 1, "name": "甲"}] at /items', "null at /items"),
    ],
)
def test_the_first_place_and_what_tells_them_apart(expected: Any, seen: Any, wanted: str, found: str) -> None:
    assert [text.en for text in in_words(expected, seen)] == [wanted, found]


def test_in_chinese_the_types_are_chinese() -> None:
    assert [text.zh for text in in_words([5], ["5"])] == ["/0 处 5（数字）", '/0 处 "5"（字符串）']


def test_what_is_the_same_is_told_as_it_is() -> None:
    assert [text.en for text in in_words([1], [1])] == ["[1]", "[1]"]


def test_secrets_are_known_by_their_names() -> None:
    wanted, found = in_words({"token": "abcdefgh12"}, {"token": "abcdefgh13"})
    assert "abcdefgh" not in wanted.en + found.en
    assert wanted != found


def test_a_long_value_is_cut() -> None:
    wanted, _ = in_words("x" * 1000, "y")
    assert len(wanted.en) == 200
