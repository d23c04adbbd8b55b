"""Parameters of an operation: which there are, and the value a request really carries for each.

Values on the wire are text; they are read as the type the schema asks for (OpenAPI 3.1.1, *Style Values*).
``deepObject`` and other object styles are not read: such a parameter is only checked for being there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from harness.contracts.contract import Operation
from harness.contracts.library import Library, Place
from harness.core.nearest import nearest

LOCATIONS = ("path", "query", "header", "cookie")
DELIMITERS = {"spaceDelimited": " ", "pipeDelimited": "|"}
IGNORED_HEADERS = frozenset({"accept", "content-type", "authorization"})  # OpenAPI 3.1.1, Parameter Object
UNREAD: Any = object()


def parameters_of(operation: Operation) -> list[Place]:
    """The parameters of an operation, those of its path included; the operation's own win.

    UsageError for a parameter that is none.
    """
    found: dict[tuple[str, str], Place] = {}
    library = operation.contract.library
    for owner in (operation.item, operation.place):
        own: set[tuple[str, str]] = set()
        for number in range(len(owner.value.get("parameters") or ())):
            place = library.follow(owner.down("parameters", number))
            name, where = place.value.get("name"), place.value.get("in")
            if not isinstance(name, str):
                raise place.refuse("a parameter needs a name")
            if where not in LOCATIONS:
                raise place.refuse(
                    f"parameter {name!r} is in {where!r}", "in", nearest=nearest(str(where), LOCATIONS)
                )
            if not isinstance(place.value.get("schema", place.value.get("content")), dict | bool):
                raise place.refuse(f"parameter {name!r} needs a schema")
            if (where, name) in own:
                raise place.refuse(f"parameter {name!r} in {where} is declared twice")
            own.add((where, name))
            found[where, name] = place
    return list(found.values())


def types_of(library: Library, schema: Place) -> frozenset[str]:
    """The JSON types a schema asks for, as far as it says so; empty if it does not."""
    schema = library.follow(schema)
    if not isinstance(schema.value, dict):
        return frozenset()
    declared = schema.value.get("type")
    types = {declared} if isinstance(declared, str) else set(declared or ())
    if schema.value.get("nullable") is True and types:
        types.add("null")
    for keyword in ("allOf", "anyOf", "oneOf"):
        for number in range(len(schema.value.get(keyword) or ())):
            types |= types_of(library, schema.down(keyword, number))
    return frozenset(types)


def coerce(text: str, types: frozenset[str]) -> Any:
    """Text of the wire as the first type it can be; otherwise text, which the schema refuses."""
    if "null" in types and text in ("", "null"):
        return None
    if "boolean" in types and text in ("true", "false"):
        return text == "true"
    if "integer" in types or "number" in types:
        number = _number(text)
        if number is not None:
            return number
    return text


def _number(text: str) -> int | float | None:
    try:
        value = json.loads(text)  # the grammar of JSON: no "1_000", no "٣", no " 1 "
    except (ValueError, RecursionError):
        return None
    return value if type(value) in (int, float) else None


class Reader:
    """Reads one parameter from the values its location carries; compiled once per parameter."""

    __slots__ = ("_delimiter", "_item", "_json", "exploded", "name", "types")

    def __init__(self, library: Library, place: Place) -> None:
        value: Mapping[str, Any] = place.value
        self.name: str = value["name"]
        style = value.get("style", "form" if value["in"] in ("query", "cookie") else "simple")
        self.exploded: bool = value.get("explode", style == "form")
        self._delimiter = DELIMITERS.get(style, ",")
        self._json = "schema" not in value
        self._item: frozenset[str] = frozenset()
        schema = schema_of(place)
        self.types = types_of(library, schema) if schema is not None else frozenset()
        if schema is not None and "array" in self.types:
            schema = library.follow(schema)
            if isinstance(schema.value, dict) and "items" in schema.value:
                self._item = types_of(library, schema.down("items"))

    def read(self, values: Sequence[str]) -> Any:
        """The parameter's value; :data:`UNREAD` where its style is not read."""
        if self._json:
            try:
                return json.loads(values[-1])
            except (ValueError, RecursionError):
                return values[-1]
        if "array" in self.types:
            parts = list(values) if self.exploded and len(values) > 1 else self._split(values[-1])
            return [coerce(part, self._item) for part in parts]
        if "object" in self.types:
            return UNREAD
        return coerce(values[-1], self.types)

    def _split(self, text: str) -> list[str]:
        if self.exploded and self._delimiter == ",":
            return [text]
        return text.split(self._delimiter)


def schema_of(place: Place) -> Place | None:
    """The schema of a parameter or header: its ``schema``, or that of its one media type."""
    if "schema" in place.value:
        return place.down("schema")
    for media, content in (place.value.get("content") or {}).items():
        return place.down("content", media, "schema") if "schema" in content else None
    return None
