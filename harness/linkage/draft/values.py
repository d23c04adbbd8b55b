"""How a field of one participant stands on another: samples of the same records, read on both at the same moments.

A pair of pointers is one field where one translation brings every pair of values together, and where the values
are such that chance does not. What only ever had one ordinary value is not sure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from harness.linkage.contract import translate
from harness.linkage.contract.model import FieldRule
from harness.linkage.draft.markers import strong
from harness.linkage.draft.names import alike
from harness.linkage.participants.leaves import leaves

Pair = tuple[Any, Any]
TimeUnit = Literal["rfc3339", "epoch-s", "epoch-ms", "local"]
TOLERANCE = 1.0  # seconds: what is lost between milliseconds and seconds
FEW = 8  # values of a field that is of few
NEAR = 0.6  # likeness of two names that perhaps mean one thing
MONTH = 31 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Sample:
    """One record as two participants show it at one moment."""

    record: str
    left: Any
    right: Any


@dataclass(frozen=True, slots=True)
class Units:
    """What a participant writes a field in; None: as the other one does."""

    money: tuple[str, str] | None = None
    time: tuple[TimeUnit, TimeUnit] | None = None
    words: tuple[tuple[Any, Any], ...] | None = None
    """Pairs of what stands here and there."""


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


def match(samples: Sequence[Sample], *, one_operation: bool) -> Matches:
    """The fields of the left readings on the right. ``one_operation``: both sides read the same one, so that a
    pointer is the same field where its values are equal.
    """
    records = [sample.record for sample in samples]
    lefts = _series([sample.left for sample in samples])
    rights = _series([sample.right for sample in samples])
    found: list[Match] = []
    for left, values in lefts.items():
        for right, theirs in rights.items():
            if one_operation and left != right:
                continue
            one = _match(left, right, list(zip(values, theirs, strict=True)), records)
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
    return sum(any(_equal([(one, other)]) or _money([(one, other)]) for other in shown) for one in known)


def _series(readings: Sequence[Any]) -> dict[str, list[Any]]:
    """By pointer the value in each reading; None where there is none."""
    each = [dict(leaves(reading)) for reading in readings]
    names = dict.fromkeys(pointer for one in each for pointer in one if pointer)
    return {pointer: [one.get(pointer) for one in each] for pointer in names}


def _match(left: str, right: str, pairs: list[Pair], records: Sequence[str]) -> Match | None:
    filled = [pair for pair in pairs if pair != (None, None)]
    if not filled or any(None in pair for pair in filled):
        return None
    units = _units(filled)
    if units is None:
        return None
    likeness = alike(left.rpartition("/")[2], right.rpartition("/")[2])
    if units.words is not None:
        distinct = len(units.words) if _changed(pairs, records) else 1
        return Match(left, right, units, distinct, 0, likeness)
    different = list(_different(filled))
    return Match(left, right, units, len(different), sum(strong(one) for one, _ in different), likeness)


def _changed(pairs: Sequence[Pair], records: Sequence[str]) -> bool:
    """Whether both sides changed from one reading of a record to the next."""
    steps = zip(zip(records, pairs, strict=True), list(zip(records, pairs, strict=True))[1:], strict=False)
    return any(
        one == other and repr(before[0]) != repr(after[0]) and repr(before[1]) != repr(after[1])
        for (one, before), (other, after) in steps
    )


def _different(pairs: Sequence[Pair]) -> Iterator[Pair]:
    """Each once, without those that say nothing: 0, empty texts and lists."""
    seen: set[str] = set()
    for pair in pairs:
        if repr(pair) not in seen and repr(pair[0]) not in ("0", "''", "[]", "{}"):
            seen.add(repr(pair))
            yield pair


def _units(pairs: Sequence[Pair]) -> Units | None:
    """The one translation that brings all pairs together; None where none does."""
    tests: tuple[Callable[[Sequence[Pair]], Units | None], ...] = (_equal, _money, _time, _words)
    return next((units for test in tests if (units := test(pairs)) is not None), None)


def _equal(pairs: Sequence[Pair]) -> Units | None:
    rule = FieldRule()
    same = all(
        translate.equal(rule, translate.Value(one, one), translate.Value(other, other))
        for one, other in pairs
    )
    return Units() if same else None


def _money(pairs: Sequence[Pair]) -> Units | None:
    for units in (("fen", "yuan"), ("yuan", "fen"), ("fen", "fen"), ("yuan", "yuan")):
        factors = [100 if unit == "yuan" else 1 for unit in units]
        if all(_amount(one, factors[0]) == _amount(other, factors[1]) is not None for one, other in pairs):
            return Units(money=units) if any(_amount(one, 1) for one, _ in pairs) else None
    return None


def _amount(value: Any, factor: int) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        amount = Decimal(str(value)) * factor
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def _time(pairs: Sequence[Pair]) -> Units | None:
    for ours in _formats(pairs[0][0]):
        for theirs in _formats(pairs[0][1]):
            gaps = [_gap(ours, one, theirs, other) for one, other in pairs]
            if all(gap is not None and gap <= TOLERANCE for gap in gaps):
                return Units(time=(ours, theirs))
    return None


def _formats(value: Any) -> list[TimeUnit]:
    if isinstance(value, str) and len(value) >= len("2026-01-01T00:00"):
        try:
            return ["rfc3339" if datetime.fromisoformat(value).tzinfo else "local"]
        except ValueError:
            pass
    try:
        number = float(value) if not isinstance(value, bool) else 0.0
    except (TypeError, ValueError):
        return []
    now = datetime.now().timestamp()
    if abs(number - now) < MONTH:
        return ["epoch-s"]
    return ["epoch-ms"] if abs(number / 1000 - now) < MONTH else []


def _gap(ours: TimeUnit, one: Any, theirs: TimeUnit, other: Any) -> float | None:
    moments = [
        translate.value(FieldRule.model_construct(time={"there": unit}), "there", raw).canonical
        for unit, raw in ((ours, one), (theirs, other))
    ]
    if not all(isinstance(moment, float) for moment in moments):
        return None
    return float(abs(moments[0] - moments[1]))


def _words(pairs: Sequence[Pair]) -> Units | None:
    """Every value there means one here; one side at least has words, not numbers that are counted."""
    known: list[Pair] = []
    for pair in pairs:
        if not all(_word(value) for value in pair):
            return None
        same = [(repr(one) == repr(pair[0]), repr(other) == repr(pair[1])) for one, other in known]
        if any(ours != theirs for ours, theirs in same):
            return None
        if not any(ours for ours, _ in same):
            known.append(pair)
    wordy = any(all(isinstance(pair[side], str | bool) for pair in known) for side in (0, 1))
    return Units(words=tuple(known)) if wordy and len(known) <= FEW else None


def _word(value: Any) -> bool:
    if isinstance(value, bool):
        return True
    if isinstance(value, int):
        return abs(value) < 100_000
    return isinstance(value, str) and value.replace("_", "").replace("-", "").isalnum() and len(value) <= 24
