"""What a write moved elsewhere, as arithmetic over the record: ``stock.left`` fell by its ``quantity``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from harness.linkage.draft.study import Moved
from harness.linkage.participants.leaves import leaves

SHARES = (10, 100, 1000)
TELLING = 100  # a difference seen once only says something from here on


def effects(moved: Sequence[Moved], names: dict[str, str]) -> dict[str, str]:
    """By ``entity.field`` what each of ``moved`` did to it: the simplest formula that holds every time.

    ``names`` are the names of the record's fields by pointer. What was seen once must be more than chance.
    """
    found: dict[str, str] = {}
    places = {(entity, pointer) for one in moved for entity, pointer, _ in _differences(one)}
    for entity, pointer in sorted(places):
        deltas = [_delta(one, entity, pointer) for one in moved]
        if any(not delta for delta in deltas):
            continue
        every = [
            set(formulas(one.record, delta or 0, names)) for one, delta in zip(moved, deltas, strict=True)
        ]
        common = set.intersection(*every)
        first = moved[0]
        best = [text for text in formulas(first.record, deltas[0] or 0, names) if text in common]
        if len(set(deltas)) < 2 and abs(deltas[0] or 0) < TELLING:  # a field has such a number by chance, too
            best = (
                [f"{deltas[0]:+d}".replace("+", "+ ").replace("-", "- ")]
                if len(deltas) > 1 and not best
                else []
            )
        if best:
            found[_place(entity, pointer)] = best[0]
    return found


def _place(entity: str, pointer: str) -> str:
    return f"{entity}{pointer.replace('/', '.')}"


def supplies(moved: Sequence[Moved]) -> list[str]:
    """By ``entity.field`` what each of ``moved`` took from, though no formula may say how much."""
    found = [{(entity, at) for entity, at, delta in _differences(one) if delta < 0} for one in moved]
    common = set.intersection(*found) if found else set()
    return [_place(entity, pointer) for entity, pointer in sorted(common)]


def sums(records: Sequence[Any], names: dict[str, str]) -> list[str]:
    """``balance == sum(entries.amount)``: what held in every reading, and in one by more than chance."""
    found = []
    for total, name in names.items():
        for pointer, several in names.items():
            values = [dict(leaves(record)) for record in records]
            first: list[Any] = next(
                (one[pointer] for one in values if isinstance(one.get(pointer), list) and one[pointer]), []
            )
            for member in first[0] if first and isinstance(first[0], dict) else ():
                pairs = [(one.get(total), _sum(one.get(pointer), member)) for one in values]
                if all(type(left) is int and left == right for left, right in pairs) and any(
                    isinstance(left, int) and abs(left) >= TELLING for left, _ in pairs
                ):
                    found.append(f"{name} == sum({several}.{member})")
    return found


def _sum(entries: Any, member: str) -> int | None:
    counts = [entry.get(member) if isinstance(entry, dict) else None for entry in entries or ()]
    whole = [count for count in counts if type(count) is int]
    return sum(whole) if len(whole) == len(counts) else None


def formulas(record: Any, delta: int, names: dict[str, str]) -> Iterator[str]:
    """What makes ``delta`` of the record, the simplest first."""
    sign, size = ("+" if delta > 0 else "-"), abs(delta)
    numbers: list[tuple[str, int]] = []
    for pointer, value in leaves(record):
        if type(value) is int and value and pointer in names:
            numbers.append((names[pointer], value))
        elif isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            for member in value[0]:
                counts = [item.get(member) for item in value]
                if pointer in names and all(type(count) is int for count in counts):
                    numbers.append((f"sum({names[pointer]}.{member})", sum(counts)))
    yield from (f"{sign} {name}" for name, value in numbers if value == size)
    for share in SHARES:
        yield from (f"{sign} {name} // {share}" for name, value in numbers if value // share == size >= 10)


def _differences(one: Moved) -> Iterator[tuple[str, str, int]]:
    for entity, after in one.after.items():
        before = dict(leaves(one.before.get(entity)))
        for pointer, value in leaves(after):
            if type(value) is int and type(before.get(pointer)) is int and value != before[pointer]:
                yield entity, pointer, value - before[pointer]


def _delta(one: Moved, entity: str, pointer: str) -> int | None:
    return next((delta for name, at, delta in _differences(one) if (name, at) == (entity, pointer)), None)
