"""What a text may stand for, by a schema: every type that the schema allows is tried.

A text of a message has no type. Each way to read it is a *reading*; the first that the schema takes counts, and
where it takes none, the first of all is what a violation shows. Knows nothing of styles.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from math import isfinite
from typing import Any

from harness.contracts import fields
from harness.contracts.contract import Contract
from harness.contracts.dialect import Direction
from harness.contracts.library import Place
from harness.contracts.parameters import types_of
from harness.contracts.schemas import Schema

# The number of RFC 8259: no "1_000", no "٣", no " 1 ", no NaN.
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
STRUCTURES = frozenset({"array", "object"})
TEXT = frozenset({"string"})
Node = Sequence[str] | Mapping[str, "Node"]  # the texts of a name, or what is below it


class NoJson(ValueError):
    """A constant that Python reads and JSON does not have."""


def _no_json(constant: str) -> None:
    raise NoJson(f"{constant} is no JSON")


JSON = json.JSONDecoder(parse_constant=_no_json)


class Undefined(Exception):
    """OpenAPI defines no text for such a value (an object in a list)."""


class Shape:
    """The readings that a schema, with all that it refers to, allows."""

    def __init__(self, contract: Contract, place: Place, direction: Direction) -> None:
        self._contract, self._place, self._direction = contract, place, direction
        self._inner: dict[tuple[str, str], Shape] = {}
        self.types = types_of(contract.library, place)
        self.parts = list(fields.parts(contract.library, place))

    @cached_property
    def _schema(self) -> Schema:
        contract = self._contract
        return Schema(contract.library, self._place, contract.openapi, self._direction)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The properties that the schema declares."""
        found = (name for part in self.parts for name in part.value.get("properties") or ())
        return tuple(dict.fromkeys(found))

    def allows(self, type: str) -> bool:
        """Whether a value may be an array or an object; of a schema without a type, whether it speaks of one."""
        if self.types:
            return type in self.types
        spoken = ("properties", "additionalProperties") if type == "object" else ("items", "prefixItems")
        return any(word in part.value for part in self.parts for word in spoken)

    @property
    def is_scalar(self) -> bool:
        """Whether a value may be something else than an array or an object."""
        return not self.types or bool(self.types - STRUCTURES)

    def pick(self, readings: Sequence[Any]) -> Any:
        """The first reading that the schema takes, or the first of all."""
        if len(readings) == 1:
            return readings[0]
        return next((value for value in readings if self._schema.is_valid(value)), readings[0])

    def takes(self, value: Any) -> bool:
        """Whether the schema takes a value."""
        return self._schema.is_valid(value)

    def read(self, node: Node) -> Any:
        """The value of a node, its readings tried. Undefined where it has none."""
        return self.pick(self.readings(node))

    def readings(self, node: Node) -> list[Any]:
        """The readings of a node. Undefined where there is none."""
        found: list[Any] = []
        if isinstance(node, Mapping):
            if self.allows("array") and all(key.isdigit() or not key for key in node):
                below = list(node.values())
                only = below[0] if len(below) == 1 else None
                is_repeated = not isinstance(only, Mapping) and only is not None and "" in node
                found += self.lists([[text] for text in only] if is_repeated and only else below)
            return [*found, *self.maps(node)]
        if self.allows("array") or (not self.types and len(node) > 1):
            found += self.lists([[text] for text in node])
            if self.types and len(node) > 1:
                return found  # none of several texts is the value alone
        if self.is_scalar:
            found += self.scalars(node[-1])
        elif self.allows("object"):
            found += self.documents(node[-1])
        if not found:
            raise Undefined
        return found

    def scalars(self, text: str) -> list[Any]:
        """The readings of one text, the narrowest type first."""
        types = self.types
        if types == TEXT:
            return [text]
        found: list[Any] = []
        if text in ("", "null") and (not types or "null" in types):
            found.append(None)
        if text in ("true", "false") and (not types or "boolean" in types):
            found.append(text == "true")
        if not types or "integer" in types or "number" in types:
            found += _numbers(text)
        if not found or not types or "string" in types:
            found.append(text)
        return found

    def documents(self, text: str) -> list[Any]:
        """The text as the JSON of an array or an object; nothing where it is none."""
        try:
            value = JSON.decode(text)
        except (ValueError, RecursionError):
            return []
        return [value] if isinstance(value, list | dict) else []

    def lists(self, nodes: Sequence[Node]) -> Iterator[list[Any]]:
        """The readings as an array: by the entries of each alternative."""
        alternatives = [part for part in self.parts if "items" in part.value or "prefixItems" in part.value]
        for part in alternatives:
            first = len(part.value.get("prefixItems") or ())
            yield [
                self._read(part, ("prefixItems", str(number)) if number < first else ("items",), node)
                for number, node in enumerate(nodes)
            ]
        if not alternatives:
            yield [plain(node) for node in nodes]

    def maps(self, nodes: Mapping[str, Node]) -> Iterator[dict[str, Any]]:
        """The readings as an object: by the properties of each alternative, those of the others besides."""
        for order in self.orders():
            yield {name: self.property(order, name, node) for name, node in nodes.items()}

    def orders(self) -> Iterator[list[Place]]:
        """The parts of the schema, each of those that declare properties once before the others."""
        owners = [part for part in self.parts if part.value.get("properties")]
        for owner in owners:
            yield [owner, *(part for part in self.parts if part is not owner)]
        if not owners:
            yield self.parts

    def property(self, order: Iterable[Place], name: str, node: Node) -> Any:
        """The value of a property by the first part of the schema that speaks of it."""
        found = property_of(order, name)
        return plain(node) if found is None else self._at(found).read(node)

    def _read(self, part: Place, tokens: tuple[str, ...], node: Node) -> Any:
        if tokens[0] not in part.value:
            return plain(node)
        return self._at(part.down(*tokens)).read(node)

    def _at(self, place: Place) -> Shape:
        shape = self._inner.get(place.key)
        if shape is None:
            shape = self._inner[place.key] = Shape(self._contract, place, self._direction)
        return shape


def property_of(order: Iterable[Place], name: str) -> Place | None:
    """The schema of a property, by the first part that declares it; else that of any other property."""
    for part in order:
        if name in (part.value.get("properties") or ()):
            return part.down("properties", name)
    for part in order:
        if isinstance(part.value.get("additionalProperties"), dict):
            return part.down("additionalProperties")
    return None


def plain(node: Node) -> Any:
    """A node of which no schema speaks."""
    if isinstance(node, Mapping):
        return {name: plain(below) for name, below in node.items()}
    return node[0] if len(node) == 1 else list(node)


def _numbers(text: str) -> list[int | float]:
    matched = NUMBER.fullmatch(text)
    if matched is None:
        return []
    try:
        value = float(text) if matched.lastindex else int(text)
    except ValueError:  # more digits than Python reads
        return []
    return [value] if isinstance(value, int) or isfinite(value) else []
