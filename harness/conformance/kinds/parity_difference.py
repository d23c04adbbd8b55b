"""Where two answers to one request differ in meaning. Knows JSON values only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from harness.contracts import pointers
from harness.core.difference import MISSING

OF_LISTS = ("order", "number of entries", "entries")
ID = re.compile(r"(^|_)id$|Id$")


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. ``at`` is the place in the answer (``/items/3/price``), ``what`` the kind of it.

    ``left`` and ``right`` are what stands there, MISSING where nothing does.
    """

    at: str
    what: str
    left: Any
    right: Any

    @property
    def general(self) -> str:
        """The place with ``*`` for every position in a list: the same for all entries."""
        return generalised(self.at)


def generalised(at: str) -> str:
    """``/items/*/price`` of ``/items/3/price``."""
    return "".join("/*" if token.isdigit() else f"/{token}" for token in at.split("/")[1:])


def differences(left: Any, right: Any, ignored: Mapping[str, str] = {}) -> list[Difference]:
    """All differences; ``ignored`` maps generalised places to the reason they may differ.

    Numbers are compared by value, moments (RFC 3339) by instant, lists by order. Entries that are the same
    in another order are one difference of order, not many of values.
    """
    found = _compare(left, right, "")
    return [item for item in found if not _is_ignored(item.general, ignored)]


def _is_ignored(place: str, ignored: Mapping[str, str]) -> bool:
    return any(place == known or place.startswith(known + "/") for known in ignored)


def _compare(left: Any, right: Any, at: str) -> Iterator[Difference]:
    if isinstance(left, dict) and isinstance(right, dict):
        for name in dict.fromkeys((*left, *right)):
            place = pointers.join(at, name)
            if name not in right:
                yield Difference(place, "only on one end", left[name], MISSING)
            elif name not in left:
                yield Difference(place, "only on one end", MISSING, right[name])
            else:
                yield from _compare(left[name], right[name], place)
    elif isinstance(left, list) and isinstance(right, list):
        yield from _lists(left, right, at)
    elif not _same(left, right):
        yield Difference(at, "value", left, right)


def _lists(left: list[Any], right: list[Any], at: str) -> Iterator[Difference]:
    if len(left) != len(right):
        yield Difference(at, "number of entries", left, right)
        return
    found = [
        item
        for number, pair in enumerate(zip(left, right, strict=True))
        for item in _compare(*pair, f"{at}/{number}")
    ]
    if found and _same_in_other_order(left, right):
        yield Difference(at, "order", left, right)
    elif any(map(_other_entries, left, right)):
        yield Difference(at, "entries", left, right)
    else:
        yield from found


def _same_in_other_order(left: list[Any], right: list[Any]) -> bool:
    rest = list(right)
    for item in left:
        match = next((other for other in rest if not list(_compare(item, other, ""))), rest)
        if match is rest:
            return False
        rest.remove(match)
    return True


def _other_entries(left: Any, right: Any) -> bool:
    """Whether two entries are about different things, and not one thing told differently."""
    if not isinstance(left, dict) or not isinstance(right, dict):
        return False
    ids = [name for name in left.keys() & right.keys() if ID.search(name)]
    return any(not _same(left[name], right[name]) for name in ids)


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left == right
    if isinstance(left, str) and isinstance(right, str) and left != right:
        moments = _moment(left), _moment(right)
        return None not in moments and moments[0] == moments[1]
    return type(left) is type(right) and bool(left == right)


def _moment(text: str) -> datetime | None:
    if "T" not in text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
