"""How a field of one participant stands on another: samples of the same records, read on both at the same moments.

A pair of pointers is one field where one translation brings every pair of values together, and where the values
are such that chance does not. What only ever had one ordinary value is not sure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.linkage.draft.markers import strong
from harness.linkage.draft.names import alike
from harness.linkage.draft.units import Pair, Units, equal, money, units_of
from harness.linkage.participants.leaves import leaves

NEAR = 0.6  # likeness of two names that perhaps mean one thing


@dataclass(frozen=True, slots=True)
class Sample:
    """One record as two participants show it at one moment."""

    record: str
    left: Any
    right: Any


@dataclass(frozen=True, slots=True)
class Match:
    """``left`` and ``right`` are one field. ``distinct``: by how many different values that was seen."""

    left: str
    right: str
    units: Units
    distinct: int
    strong: int
    likeness: float

    @property
    def sure(self) -> bool:
        return self.strong > 0 or self.distinct >= 2

    @property
    def rank(self) -> tuple[bool, int, float, int]:
        return (self.sure, self.strong, self.likeness, self.distinct)


@dataclass(slots=True)
class Matches:
    """``sure``: by their left pointer; ``unsure``: the nearest candidate of what is not; ``missing``: nothing near."""

    sure: dict[str, Match] = field(default_factory=dict)
    unsure: dict[str, Match] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)


def match(samples: Sequence[Sample], *, one_operation: bool, references: Collection[str] = ()) -> Matches:
    """The fields of the left readings on the right. ``one_operation``: both sides read the same one, so that a
    pointer is the same field where its values are equal. ``references``: texts that say which record is meant.
    """
    records = [sample.record for sample in samples]
    lefts = _series([sample.left for sample in samples])
    rights = _series([sample.right for sample in samples])
    found: list[Match] = []
    for left, values in lefts.items():
        for right, theirs in rights.items():
            if one_operation and left != right:
                continue
            one = _match(left, right, list(zip(values, theirs, strict=True)), records, references)
            if one is not None:
                found.append(one)
    matches = Matches()
    used: set[str] = set()
    for one in sorted(found, key=lambda one: one.rank, reverse=True):
        if one.left in matches.sure or one.left in matches.unsure or one.right in used:
            continue
        certain = one.sure or (one_operation and one.units == Units())
        if certain and not _rivals(one, found, matches.sure.keys(), used):
            matches.sure[one.left] = one
            used.add(one.right)
        elif certain or one.likeness >= NEAR:
            matches.unsure[one.left] = one
    matches.missing = [left for left in lefts if left not in matches.sure and left not in matches.unsure]
    return matches


def _rivals(one: Match, found: list[Match], lefts: Collection[str], rights: Collection[str]) -> bool:
    """Whether another pair is as likely; words need a name that is alike where several fields changed at once."""
    for each in found:
        if each is one or not each.sure or each.left in lefts or each.right in rights:
            continue
        if (each.left == one.left) == (each.right == one.right):
            continue
        if each.rank == one.rank or (one.units.words and each.units.words and one.likeness < NEAR):
            return True
    return False


def score(left: Any, right: Any, without: Sequence[Any] = ()) -> int:
    """By how many strong values two readings show the same record; ``without``: values that were asked with."""
    asked = {str(value) for value in without}
    known = [value for _, value in leaves(left) if strong(value) and str(value) not in asked]
    shown = [value for _, value in leaves(right) if strong(value) and str(value) not in asked]
    return sum(any(equal([(one, other)]) or money([(one, other)]) for other in shown) for one in known)


def _series(readings: Sequence[Any]) -> dict[str, list[Any]]:
    """By pointer the value in each reading; None where there is none."""
    each = [dict(leaves(reading)) for reading in readings]
    names = dict.fromkeys(pointer for one in each for pointer in one if pointer)
    return {pointer: [one.get(pointer) for one in each] for pointer in names}


def _match(
    left: str, right: str, pairs: list[Pair], records: Sequence[str], references: Collection[str]
) -> Match | None:
    filled = [pair for pair in pairs if pair != (None, None)]
    if not filled or any(None in pair for pair in filled):
        return None
    units = units_of(filled)
    if units is None:
        return None
    likeness = alike(left.rpartition("/")[2], right.rpartition("/")[2])
    if units.words is not None:
        distinct = len(units.words) if _changed(pairs, records) else 1
        return Match(left, right, units, distinct, 0, likeness)
    different = list(_different(filled))
    telling = sum(strong(one) or (isinstance(one, str) and one in references) for one, _ in different)
    return Match(left, right, units, len(different), telling, likeness)


def _changed(pairs: Sequence[Pair], records: Sequence[str]) -> bool:
    """Whether both sides changed from one reading of a record to its next."""
    before: dict[str, Pair] = {}
    for record, pair in zip(records, pairs, strict=True):
        last = before.get(record)
        if last is not None and all(repr(one) != repr(other) for one, other in zip(last, pair, strict=True)):
            return True
        before[record] = pair
    return False


def _different(pairs: Sequence[Pair]) -> Iterator[Pair]:
    """Each once, without those that say nothing: 0, empty texts and lists."""
    seen: set[str] = set()
    for pair in pairs:
        if repr(pair) not in seen and repr(pair[0]) not in ("0", "''", "[]", "{}"):
            seen.add(repr(pair))
            yield pair
