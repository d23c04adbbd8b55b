"""Marks on schemas: what a value must be beyond its type. Where they stand, and which values they are about.

``x-money: fen``: a whole number of the smallest unit, written without fraction or exponent. ``x-sum:
[/items/*/subtotal, -/discount]``: the sum of fields of the object it is a field of. ``x-now: true``: a time
that the server sets while it answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from harness.contracts import declaration_words as words
from harness.contracts import fields, pointers
from harness.contracts.contract import Contract, Operation
from harness.contracts.library import Library, Place
from harness.contracts.parameters import types_of
from harness.contracts.schemas import Schema
from harness.core.nearest import nearest
from harness.core.text import alternatives

MONEY, SUM, NOW = MARKS = ("x-money", "x-sum", "x-now")
UNITS = ("fen", "cent", "minor-unit")


@dataclass(frozen=True, slots=True)
class Marked:
    """A value with a mark. ``at`` is its place in the body, ``parent`` the object it is a field of."""

    mark: str
    place: Place
    at: str
    value: Any
    parent: Any

    @property
    def pointer(self) -> str:
        """Where the mark stands: ``shared.yaml#/components/schemas/Order/properties/total/x-sum``."""
        return f"{self.place.name}/{self.mark}"


@lru_cache(maxsize=64)
def has_marks(contract: Contract) -> bool:
    """Whether any of the documents has a mark at all."""
    return any(_mentions(source.data) for source in contract.library.sources)


def marked_operation(operation: Operation) -> bool:
    """Whether a successful answer of the operation has values with marks."""
    if not has_marks(operation.contract):
        return False
    library, seen = operation.contract.library, set[tuple[str, str]]()
    return any(_reaches(library, place, seen) for place in fields.answer_schemas(operation).values())


class Finder:
    """Finds marked values in JSON of one contract; keeps what it compiled."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._library = contract.library
        self._compiled: dict[tuple[str, str], Schema] = {}

    def marked(self, schema: Place, value: Any) -> Iterator[Marked]:
        """Every marked value, each mark once. Of alternatives, those count that the value keeps to."""
        seen: set[tuple[str, str, str]] = set()
        for item in self._walk(schema, value, "", None):
            key = (*item.place.key, f"{item.mark} {item.at}")
            if key not in seen:
                seen.add(key)
                yield item

    def _walk(self, schema: Place, value: Any, at: str, parent: Any) -> Iterator[Marked]:
        for place in self._about(schema, value):
            for mark in MARKS:
                if place.value.get(mark):
                    yield Marked(mark, place, at, value, parent)
            if isinstance(value, dict):
                for name, item in value.items():
                    if name in (place.value.get("properties") or ()):
                        below = place.down("properties", name)
                    elif isinstance(place.value.get("additionalProperties"), dict):
                        below = place.down("additionalProperties")
                    else:
                        continue
                    yield from self._walk(below, item, pointers.join(at, name), value)
            elif isinstance(value, list) and isinstance(place.value.get("items"), dict):
                for number, item in enumerate(value):
                    yield from self._walk(place.down("items"), item, f"{at}/{number}", parent)

    def _about(self, schema: Place, value: Any) -> Iterator[Place]:
        """The schemas that say something about this value."""
        if not isinstance(schema.value, dict):
            return
        yield schema
        if isinstance(schema.value.get("$ref"), str):
            yield from self._about(self._library.target(schema), value)
        for number in range(len(schema.value.get("allOf") or ())):
            yield from self._about(schema.down("allOf", number), value)
        for keyword in ("anyOf", "oneOf"):
            for number in range(len(schema.value.get(keyword) or ())):
                branch = schema.down(keyword, number)
                if self._is_valid(branch, value):
                    yield from self._about(branch, value)

    def _is_valid(self, place: Place, value: Any) -> bool:
        if place.key not in self._compiled:
            self._compiled[place.key] = Schema(self._library, place, self._contract.openapi, "response")
        return bool(self._compiled[place.key].is_valid(value))


def lint(contract: Contract) -> None:
    """Raise the first mark that makes no sense, as a UsageError with file and line."""
    if not has_marks(contract):
        return
    library = contract.library
    for source in library.sources:
        for place, owner in _marked_places(Place(source, "", source.data), None, None):
            types = types_of(library, place)
            if MONEY in place.value:
                _lint_money(place, types)
            if place.value.get(NOW, True) is not True:
                raise place.refuse(words.NOT_TRUE.format(mark=NOW), NOW)
            if NOW in place.value and types and "string" not in types:
                raise place.refuse(words.OF_TEXT.format(mark=NOW, types=alternatives(sorted(types))), NOW)
            if SUM in place.value:
                _lint_sum(library, place, owner)


def _lint_money(place: Place, types: frozenset[str]) -> None:
    unit = place.value[MONEY]
    if unit not in UNITS:
        raise place.refuse(
            words.NO_UNIT.format(mark=MONEY, units=", ".join(UNITS), unit=unit),
            MONEY,
            nearest=nearest(str(unit), UNITS),
        )
    if types and not types <= {"integer", "null"}:
        message = words.OF_WHOLE_NUMBER.format(mark=MONEY, types=alternatives(sorted(types)))
        raise place.refuse(message, MONEY)


def _lint_sum(library: Library, place: Place, owner: Place | None) -> None:
    terms = place.value[SUM]
    if not isinstance(terms, list) or not terms or not all(isinstance(term, str) for term in terms):
        raise place.refuse(words.NO_TERMS.format(mark=SUM), SUM)
    if owner is None:
        raise place.refuse(words.NO_OWNER.format(mark=SUM), SUM)
    for number, term in enumerate(terms):
        pointer = term.removeprefix("-")
        if not pointer.startswith("/"):
            message = words.NO_POINTER.format(term=term)
            raise place.refuse(message, SUM, number, nearest=f"/{pointer}")
        try:
            fields.find(library, _whole(owner), pointer)
        except fields.NoField as error:
            message = words.NO_TERM.format(mark=SUM, token=error.token, pointer=pointer)
            raise place.refuse(message, SUM, number, nearest=error.nearest) from None


def _whole(owner: Place) -> Place:
    """The schema an ``allOf`` adds to: the terms may stand in another part of it."""
    pointer = owner.pointer.partition("/allOf/")[0]
    return Place(owner.source, pointer, pointers.walk(owner.source.data, pointers.split(pointer)))


def _marked_places(
    place: Place, owner: Place | None, key: str | None
) -> Iterator[tuple[Place, Place | None]]:
    """Every schema with a mark, with the schema of the object it is a field of."""
    if isinstance(place.value, dict):
        is_names = key == "properties"
        if not is_names and not place.value.keys().isdisjoint(MARKS):
            yield place, owner
        for name in place.value:
            if is_names or not (name.startswith("x-") or name in ("example", "examples")):
                inner = place if name == "properties" and not is_names else owner
                yield from _marked_places(place.down(name), inner, None if is_names else name)
    elif isinstance(place.value, list):
        for number in range(len(place.value)):
            yield from _marked_places(place.down(number), owner, None)


def _mentions(data: Any) -> bool:
    if isinstance(data, dict):
        return not data.keys().isdisjoint(MARKS) or any(_mentions(item) for item in data.values())
    return isinstance(data, list) and any(_mentions(item) for item in data)


def _reaches(library: Library, schema: Place, seen: set[tuple[str, str]]) -> bool:
    for place in fields.parts(library, schema):
        if place.key in seen:
            continue
        seen.add(place.key)
        if not place.value.keys().isdisjoint(MARKS):
            return True
        below = [place.down("properties", name) for name in place.value.get("properties") or ()]
        below += [place.down(key) for key in ("items", "additionalProperties") if key in place.value]
        if any(_reaches(library, item, seen) for item in below):
            return True
    return False
