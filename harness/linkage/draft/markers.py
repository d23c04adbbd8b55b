"""Marker values: texts and numbers so unlikely that whoever shows them shows this record.

Laid over a body that the OpenAPI document gives, as far as its schema takes them. Equal seeds make equal markers.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from harness.contracts import Operation, fields, pointers
from harness.contracts.library import Place
from harness.contracts.schemas import Schema
from harness.linkage.contract import translate
from harness.linkage.draft.names import is_id, words
from harness.linkage.participants.leaves import put

KEPT = frozenset(
    "phone mobile tel email mail code password token url link image picture avatar openid".split()
)
"""Words of fields whose value the document's example knows better."""
STRONG_NUMBER, STRONG_TEXT = 100, 5
SYLLABLES = [first + second for first in "bdfgklmnprstvz" for second in "aeiou"]


def marked(operation: Operation, body: Any, *, seed: str, number: int, optional: bool = True) -> Any:
    """``body`` with the ``number``-th markers of its fields; what the schema does not take stays as it is.

    ``optional``: fields that it does not have yet get one, too.
    """
    schema = fields.body_schema(operation)
    if schema is None or not isinstance(body, dict):
        return body
    contract = operation.contract
    takes = Schema(contract.library, schema, contract.openapi, "request").is_valid
    for pointer, places in list(_members(operation, schema, body, "")):
        if not optional and translate.at(body, pointer) is None:
            continue
        chance = random.Random(f"{seed} {pointer} {number}")
        better = (put(body, pointer, value) for value in _candidates(operation, places, chance, number))
        body = next((one for one in better if takes(one)), body)
    return body


def toggled(operation: Operation) -> list[tuple[str, Any]]:
    """Fields of a body that are either of few values, each with all of them: ``(pointer, value)``."""
    schema = fields.body_schema(operation)
    found: list[tuple[str, Any]] = []
    if schema is None:
        return found
    library = operation.contract.library
    for part in fields.parts(library, schema):
        for name in part.value.get("properties") or ():
            place = part.down("properties", name)
            values = fields.keyword(library, place, "enum")
            if fields.keyword(library, place, "type") == "boolean":
                values = [False, True]
            for value in values if isinstance(values, list) and len(values) <= FEW else ():
                found.append((pointers.join("", name), value))
    return found


FEW = 6


def strong(value: Any) -> bool:
    """Whether a value says by itself where it is from."""
    if isinstance(value, bool) or value is None:
        return False
    if isinstance(value, int | float):
        return abs(value) >= STRONG_NUMBER
    if isinstance(value, list | dict):
        return any(strong(item) for item in (value.values() if isinstance(value, dict) else value))
    return isinstance(value, str) and len(value) >= STRONG_TEXT


def _members(operation: Operation, schema: Place, body: Any, at: str) -> Iterator[tuple[str, list[Place]]]:
    """The members of a body, those of objects in it and of the first entry of each list: pointer and schema."""
    library = operation.contract.library
    names = dict.fromkeys(
        name for part in fields.parts(library, schema) for name in part.value.get("properties") or ()
    )
    for name in names:
        try:
            places = fields.find(library, schema, pointers.join("", name))
        except fields.NoField:
            continue
        value = body.get(name) if isinstance(body, dict) else None
        pointer = pointers.join(at, name)
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for place in places:
                for entry in fields.find(library, place, "/0"):
                    yield from _members(operation, entry, value[0], f"{pointer}/0")
        elif isinstance(value, dict):
            for place in places:
                yield from _members(operation, place, value, pointer)
        elif not is_id(name) and not KEPT & set(words(name)):
            yield pointer, places


def _candidates(
    operation: Operation, places: list[Place], chance: random.Random, number: int
) -> Iterator[Any]:
    library = operation.contract.library

    def said(keyword: str) -> Any:
        return next(
            (value for place in places if (value := fields.keyword(library, place, keyword)) is not None),
            None,
        )

    kind = said("type")
    kinds = kind if isinstance(kind, list) else [kind]
    if said("enum") is not None or said("const") is not None or said("format") is not None:
        return
    if "string" in kinds:
        yield from _texts(chance, said("maxLength"), said("minLength"))
    elif "integer" in kinds or "number" in kinds:
        yield from _numbers(chance, said("minimum"), said("maximum"), said("multipleOf"), number)


def _texts(chance: random.Random, longest: Any, shortest: Any) -> Iterator[str]:
    first, second, third = ("".join(chance.choices(SYLLABLES, k=3)) for _ in range(3))
    text = f"{first} {second}".title()
    most = longest if isinstance(longest, int) else 40
    least = shortest if isinstance(shortest, int) else 0
    if least > len(text):
        text = (f"{text} " * (least // len(text) + 1))[:least].rstrip().ljust(least, "o")
    yield text[:most].strip()
    yield (first + second + third)[: min(most, 18)]
    yield "".join(chance.choices("橙柚柠柑橘枣杏李梅桃", k=min(most, 8)))
    yield "".join(chance.choices("0123456789abcdef", k=min(most, 16)))
    yield "".join(chance.choices("123456789", k=min(most, 10)))


def _numbers(chance: random.Random, least: Any, most: Any, step: Any, number: int) -> Iterator[int]:
    low = int(least) if isinstance(least, int | float) else 0
    high = int(most) if isinstance(most, int | float) else 99_989
    if high - low < STRONG_NUMBER:
        yield low + 1 + number % max(1, high - low)
        yield low + number % max(1, high - low + 1)
        return
    low, high = max(low, min(1013, high // 3)), min(high, 99_989)
    for _ in range(8):
        value = chance.randint(low, high)
        if step:
            yield int(value // step * step)
        else:
            yield value - value % 10 + chance.choice((1, 3, 7, 9))
