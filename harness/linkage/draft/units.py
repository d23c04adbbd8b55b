"""What translates a field of one participant to that of another: the one way that brings all pairs of values to one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from harness.linkage.contract import translate
from harness.linkage.contract.model import FieldRule

Pair = tuple[Any, Any]
PATTERNS = ("%Y%m%d%H%M%S", "%Y/%m/%d %H:%M:%S", "%Y年%m月%d日 %H:%M:%S")
TOLERANCE = 1.0  # seconds: what is lost between milliseconds and seconds
FEW = 8  # values of a field that is of few
YEARS = 20 * 366 * 24 * 3600  # about now: numbers that far from it are no times


@dataclass(frozen=True, slots=True)
class Units:
    """What a participant writes a field in; None: as the other one does."""

    money: tuple[str, str] | None = None
    time: tuple[str, str] | None = None
    words: tuple[tuple[Any, Any], ...] | None = None
    """Pairs of what stands here and there."""
    number: bool = False
    """Whether a number is written as text on one side."""
    exact: bool = False
    """Whether times were seen to be equal to the millisecond; whole seconds do not show it."""


def translation(home: str, reader: str, units: Units) -> dict[str, Any]:
    """The keys of a field that say so, as the linkage contract has them."""
    if units.number:
        return {"number": True}
    if units.words is not None:
        return {"values": {reader: {there: here for here, there in units.words}}}
    if units.money is not None:
        named = {name: unit for name, unit in zip((home, reader), units.money, strict=True) if unit != "fen"}
        return {"money": named or {reader: "fen"}}
    if units.time is not None:
        named = {
            name: unit for name, unit in zip((home, reader), units.time, strict=True) if unit != "rfc3339"
        }
        if units.exact:
            return {"time": named or {reader: "rfc3339"}}
        return {**({"time": named} if named else {}), "tolerance": "1s"}
    return {}


def units_of(pairs: Sequence[Pair]) -> Units | None:
    """The one translation that brings all pairs together; None where none does."""
    tests: tuple[Callable[[Sequence[Pair]], Units | None], ...] = (equal, _number, money, _time, _words)
    return next((units for test in tests if (units := test(pairs)) is not None), None)


def equal(pairs: Sequence[Pair]) -> Units | None:
    rule = FieldRule()
    same = all(
        translate.equal(rule, translate.Value(one, one), translate.Value(other, other))
        for one, other in pairs
    )
    return Units() if same else None


def _number(pairs: Sequence[Pair]) -> Units | None:
    """Whole numbers, as text on one side."""
    if not all({type(one), type(other)} == {int, str} for one, other in pairs):
        return None
    return Units(number=True) if all(_amount(one, 1) == _amount(other, 1) for one, other in pairs) else None


def money(pairs: Sequence[Pair]) -> Units | None:
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
            moments = [(_moment(ours, one), _moment(theirs, other)) for one, other in pairs]
            known = [(one, other) for one, other in moments if one is not None and other is not None]
            if known == moments and all(abs(one - other) <= TOLERANCE for one, other in known):
                exact = all(one == other for one, other in known) and any(one % 1 for one, _ in known)
                return Units(time=(ours, theirs), exact=exact)
    return None


def _formats(value: Any) -> list[str]:
    if isinstance(value, str) and len(value) >= len("2026-01-01T00:00"):
        try:
            return ["rfc3339" if datetime.fromisoformat(value).tzinfo else "local"]
        except ValueError:
            pass
    if isinstance(value, str) and (forms := [form for form in PATTERNS if _fits(form, value)]):
        return forms
    try:
        number = float(value) if not isinstance(value, bool) else 0.0
    except (TypeError, ValueError):
        return []
    now = datetime.now().timestamp()
    if abs(number - now) < YEARS:
        return ["epoch-s"]
    return ["epoch-ms"] if abs(number / 1000 - now) < YEARS else []


def _fits(form: str, value: str) -> bool:
    try:
        datetime.strptime(value, form)
    except ValueError:
        return False
    return True


def _moment(unit: str, raw: Any) -> float | None:
    """Seconds since 1970; None for what is no time in this unit."""
    moment = translate.value(FieldRule.model_construct(time={"there": unit}), "there", raw).canonical
    return moment if isinstance(moment, float) else None


def _words(pairs: Sequence[Pair]) -> Units | None:
    """Every value there means one here; one side at least has words, not numbers that are counted."""
    known: list[Pair] = []
    for pair in pairs:
        if not all(is_word(value) for value in pair):
            return None
        same = [(repr(one) == repr(pair[0]), repr(other) == repr(pair[1])) for one, other in known]
        if any(ours != theirs for ours, theirs in same):
            return None
        if not any(ours for ours, _ in same):
            known.append(pair)
    wordy = any(all(isinstance(pair[side], str | bool) for pair in known) for side in (0, 1))
    return Units(words=tuple(known)) if wordy and len(known) <= FEW else None


def is_word(value: Any) -> bool:
    """Whether a value may be one of few: true or false, a short word, a small number."""
    if isinstance(value, bool):
        return True
    if isinstance(value, int):
        return abs(value) < 100_000
    return isinstance(value, str) and value.replace("_", "").replace("-", "").isalnum() and len(value) <= 24
