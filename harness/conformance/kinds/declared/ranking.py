"""Comparing values of fields the way people filter and sort by them: numbers, moments, texts."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Any

Rank = tuple[int, float | str]


def moment(value: Any) -> datetime | None:
    """The moment an RFC 3339 text says; None where it is none or has no offset."""
    if not isinstance(value, str) or "T" not in value.upper():
        return None
    try:
        found = datetime.fromisoformat(value.upper())
    except ValueError:
        return None
    return found if found.tzinfo else None


def rank(value: Any, *, folded: bool = False) -> Rank | None:
    """A key by which values of one kind compare; None for what has no order (null, lists, objects).

    Texts compare by code point, ``folded`` without regard to case.
    """
    if isinstance(value, bool):
        return 0, float(value)
    if isinstance(value, int | float):
        return 1, value
    found = moment(value)
    if found is not None:
        return 2, found.timestamp()
    if isinstance(value, str):
        return 3, value.casefold() if folded else value
    return None


def ordered(values: list[Any], *, descending: bool) -> bool:
    """Whether the values that have an order are in it; equal ones may stand anywhere among each other."""
    return any(_ordered(values, descending, folded) for folded in (False, True))


def _ordered(values: list[Any], descending: bool, folded: bool) -> bool:
    ranks = [found for value in values if (found := rank(value, folded=folded)) is not None]
    return all((left >= right) if descending else (left <= right) for left, right in pairwise(ranks))
