"""Values that nobody had before: keys that the client gives, and ``$unique``, drawn within their schema.

The system is not reset between runs, and checks, workers and runs draw at once: so a value follows from the trace of
its check, not from the seed alone. It looks like the one of the OpenAPI document: other digits, then other letters.
"""

from __future__ import annotations

import random
import string
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from harness.api.examples import from_examples
from harness.contracts import Operation, fields, pointers
from harness.contracts.library import Place
from harness.contracts.parameters import parameters_of
from harness.contracts.schemas import Schema
from harness.core.errors import BrokenError
from harness.core.text import Text
from harness.linkage.contract import translate
from harness.linkage.participants.leaves import put

DIGITS = 9  # that nobody else draws
ENOUGH = 6
TRIES = 40  # values of a narrow schema, until one is new here
NO_VALUE = Text(
    zh="{operation}：{place} 的规范中找不到一个没有用过的值：请在接口规范中给出示例，或在联动契约中写出它的形式，如 "
    "“前缀-${{unique}}”",
    en="{operation}: no value that is new fits the schema of {place}: give it an example in the OpenAPI document, or "
    "write in the linkage contract what it looks like, such as 'PREFIX-${{unique}}'",
)
Takes = Callable[[Any], bool]
Spelled = Callable[[str], str]
"""Writes a text around drawn digits: ``TEA-${unique}``."""
_count = count()
_drawn: set[tuple[str, str, Any]] = set()
_drawing = threading.Lock()


@dataclass(slots=True)
class Draw:
    """New values for one operation. ``trace`` is that of the check, which no other has."""

    operation: Operation
    service: str
    seed: int
    trace: str
    _schema: Schema | None = field(default=None, init=False)

    def member(self, body: Any, pointer: str, spelled: Spelled | None = None) -> Any:
        """A new value for a member of ``body``."""
        schema = fields.body_schema(self.operation)
        takes = self._takes(schema, body, pointer)
        places = [] if schema is None else self._places(schema, pointer)
        example = next(from_examples(self.operation, lambda name: ["-"]), None)
        shown = [translate.at(one, pointer) for one in (example.body if example else None, body)]
        return self._new(pointer, [*self._said(places), *shown, *self._zero(places)], takes, spelled)

    def parameter(self, kind: str, name: str, spelled: Spelled | None = None) -> Any:
        """A new value for a parameter; ``kind`` is ``path`` or ``query``."""
        found = [
            one
            for one in parameters_of(self.operation)
            if (one.value["in"], one.value["name"]) == (kind, name)
        ]
        places = [one.down("schema") for one in found if "schema" in one.value]
        takes = self._valid(places[0]) if places else _anything
        shown = [one.value.get("example") for one in found]
        return self._new(f"{{{name}}}", [*shown, *self._said(places), *self._zero(places)], takes, spelled)

    def _new(self, place: str, shown: list[Any], takes: Takes, spelled: Spelled | None) -> Any:
        """``shown``: values that are right there, those that people wrote first."""
        base = next((value for value in shown if value is not None), "")
        for _ in range(TRIES):
            chance = random.Random(f"{self.seed} {self.trace} {next(_count)}")
            value = _spelled(spelled, takes, chance) if spelled else _other(base, takes, chance)
            key = (f"{self.service} {self.operation.pointer}", place, value)
            with _drawing:
                if value is not None and value != base and key not in _drawn:
                    _drawn.add(key)
                    return value
        raise BrokenError(NO_VALUE.format(operation=self.operation.label, place=place))

    def _places(self, schema: Place, pointer: str) -> list[Place]:
        try:
            return fields.find(self.operation.contract.library, schema, pointer)
        except fields.NoField:
            return []

    def _said(self, places: list[Place]) -> Iterator[Any]:
        library = self.operation.contract.library
        for place in places:
            yield fields.keyword(library, place, "example")
            yield next(iter(fields.keyword(library, place, "examples") or ()), None)

    def _zero(self, places: list[Place]) -> Iterator[int]:
        library = self.operation.contract.library
        if any(fields.keyword(library, place, "type") in ("integer", "number") for place in places):
            yield 0

    def _takes(self, schema: Place | None, body: Any, pointer: str) -> Takes:
        """Whether the whole body is taken with a value there, where it is without; else the member alone decides."""
        if schema is None:
            return _anything
        if self._schema is None:
            contract = self.operation.contract
            self._schema = Schema(contract.library, schema, contract.openapi, "request")
        whole = self._schema.is_valid
        if whole(body):
            return lambda value: whole(put(body, pointer, value))
        parts = [self._valid(place) for place in self._places(schema, pointer)]
        return (lambda value: any(valid(value) for valid in parts)) if parts else _anything

    def _valid(self, place: Place) -> Takes:
        contract = self.operation.contract
        return Schema(contract.library, place, contract.openapi, "request").is_valid


def _of_few_values(operation: Operation, pointer: str) -> bool:
    """Whether the schema of a body names the values of a member, or leaves it to the server."""
    schema, library = fields.body_schema(operation), operation.contract.library
    places = [] if schema is None else fields.find(library, schema, pointer)
    return any(
        fields.keyword(library, place, name) not in (None, False)
        for place in places
        for name in ("enum", "const", "readOnly")
    )


def given(operation: Operation, pointer: str | None) -> str | None:
    """Where a body has what an answer shows at ``pointer``: there, or without what is above it; None where nowhere."""
    schema, library = fields.body_schema(operation), operation.contract.library
    tokens = pointers.split(pointer or "")
    if schema is None:
        return None
    for number in range(len(tokens)):
        place = pointers.join("", *tokens[number:])
        try:
            found = fields.find(library, schema, place)
        except fields.NoField:
            continue
        if found and not _of_few_values(operation, place):
            return place
    return None


def _anything(value: Any) -> bool:
    return True


def _spelled(spelled: Spelled, takes: Takes, chance: random.Random) -> str | None:
    """A text with as many digits as it may have."""
    for length in range(DIGITS, 0, -1):
        if takes(text := spelled(_digits(chance, length))):
            return text
    return None


def _other(base: Any, takes: Takes, chance: random.Random) -> Any:
    """A value like ``base``; None where its schema takes none that is."""
    if isinstance(base, str):
        return _text(base, takes, chance)
    if isinstance(base, int) and not isinstance(base, bool):
        numbers = (chance.randrange(10 ** (length - 1), 10**length) for length in range(DIGITS, 0, -1))
        return next(filter(takes, numbers), None)
    return None


def _text(base: str, takes: Takes, chance: random.Random) -> str | None:
    text, drawn = _changed(base, str.isdecimal, string.digits, takes, chance, DIGITS)
    for length in range(DIGITS - drawn, 0, -1):
        head, at, tail = text.partition("@")  # of an address the name becomes another
        if takes(longer := f"{head}{_digits(chance, length)}{at}{tail}"):
            text, drawn = longer, drawn + length
            break
    for kind, letters in ((str.isupper, string.ascii_uppercase), (str.islower, string.ascii_lowercase)):
        if drawn < ENOUGH:
            text, more = _changed(text, kind, letters, takes, chance, DIGITS - drawn)
            drawn += more
    return text if takes(text) else None


def _changed(
    text: str, kind: Callable[[str], bool], letters: str, takes: Takes, chance: random.Random, most: int
) -> tuple[str, int]:
    """``text`` with up to ``most`` of its characters of a kind drawn anew, the last ones first; and how many were."""
    drawn = 0
    for at in range(len(text) - 1, -1, -1):
        if kind(text[at]) and drawn < most:
            for letter in chance.sample(letters, len(letters)):
                if takes(other := f"{text[:at]}{letter}{text[at + 1 :]}"):
                    drawn, text = drawn + (letter != text[at]), other
                    break
    return text, drawn


def _digits(chance: random.Random, length: int) -> str:
    return "".join(chance.choices(string.digits, k=length))
