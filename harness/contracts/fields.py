"""Where a JSON pointer into a value leads in the schema of that value.

Pointers here are RFC 6901 with one addition: the token ``*`` stands for every entry of a list. ``$ref``s are
followed with their siblings, ``allOf``, ``anyOf`` and ``oneOf`` are all looked into.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from harness.contracts import pointers
from harness.contracts.contract import Operation
from harness.contracts.library import Library, Place
from harness.core.media_types import holds_json
from harness.core.nearest import nearest

EVERY = "*"
COMBINED = ("allOf", "anyOf", "oneOf")
SHAPES = frozenset("properties items prefixItems additionalProperties patternProperties".split())


class NoField(LookupError):
    """The schema has no such field. ``nearest`` is the pointer that was perhaps meant."""

    def __init__(self, pointer: str, token: str, known: list[str], walked: str) -> None:
        super().__init__(f"{token!r} of {pointer} is not in the schema")
        self.token = token
        close = nearest(token, known)
        self.nearest = None if close is None else pointers.join(walked, close)


def parts(library: Library, schema: Place, keywords: Iterable[str] = COMBINED) -> Iterator[Place]:
    """Every schema that says something about the same value as ``schema``, itself first; ``keywords`` combine them."""
    seen: set[tuple[str, str]] = set()
    waiting = [schema]
    while waiting:
        place = waiting.pop(0)
        if place.key in seen or not isinstance(place.value, dict):
            continue
        seen.add(place.key)
        yield place
        if isinstance(place.value.get("$ref"), str):
            waiting.append(library.target(place))
        for keyword in keywords:
            waiting += [place.down(keyword, number) for number in range(len(place.value.get(keyword) or ()))]


def find(library: Library, schema: Place, pointer: str) -> list[Place]:
    """The schemas of the field; empty where the schema leaves it open. NoField where there is none.

    ValueError where ``pointer`` is no pointer.
    """
    places, walked = [schema], ""
    for token in pointers.split(pointer):
        known = [part for place in places for part in parts(library, place)]
        found = [item for part in known for item in below(part, token)]
        if not found:
            if not any(SHAPES & part.value.keys() for part in known):
                return []
            names = [name for part in known for name in part.value.get("properties") or ()]
            raise NoField(pointer, token, names, walked)
        places, walked = found, pointers.join(walked, token)
    return places


def declares(library: Library, schema: Place, pointer: str) -> bool:
    """Whether a schema names the field; one that leaves it open does not."""
    try:
        return bool(find(library, schema, pointer))
    except NoField:
        return False


def required(library: Library, schema: Place) -> set[str]:
    """The members that an object must have, whichever of its alternatives it is."""
    return {name for part in parts(library, schema, ("allOf",)) for name in part.value.get("required") or ()}


def keyword(library: Library, schema: Place, name: str) -> Any:
    """What the schema says under a keyword (``maximum``), wherever it says it; None where it does not."""
    return next((part.value[name] for part in parts(library, schema) if name in part.value), None)


def values(data: Any, pointer: str) -> list[Any]:
    """The values of the field in ``data``: one, or with ``*`` as many as there are; empty where none is."""
    found = [data]
    for token in pointers.split(pointer):
        found = [item for value in found for item in _below(value, token)]
    return found


def answer_schemas(operation: Operation) -> dict[str, Place]:
    """The schema of the JSON of each successful answer, by status as written (``200``, ``2XX``)."""
    library = operation.contract.library
    found: dict[str, Place] = {}
    for status in operation.responses:
        if status.startswith("2"):
            schema = _json_schema(library.follow(operation.place.down("responses", status)))
            if schema is not None:
                found[status] = schema
    return found


def body_schema(operation: Operation) -> Place | None:
    """The schema of the JSON of the request, where it has one."""
    if "requestBody" not in operation.place.value:
        return None
    body = operation.contract.library.follow(operation.place.down("requestBody"))
    return _json_schema(body)


def _json_schema(place: Place) -> Place | None:
    for media_type, content in (place.value.get("content") or {}).items():
        if holds_json(media_type) and "schema" in content:
            return place.down("content", media_type, "schema")
    return None


def below(place: Place, token: str) -> Iterable[Place]:
    """The schemas one token down in what ``place`` itself says."""
    value = place.value
    if token in (value.get("properties") or ()):
        yield place.down("properties", token)
    elif isinstance(value.get("additionalProperties"), dict) and token != EVERY:
        yield place.down("additionalProperties")
    if token == EVERY or token.isdigit():
        if "items" in value:
            yield place.down("items")
        for number in range(len(value.get("prefixItems") or ())):
            if token in (EVERY, str(number)):
                yield place.down("prefixItems", number)


def _below(value: Any, token: str) -> list[Any]:
    if token == EVERY:
        return value if isinstance(value, list) else []
    try:
        return [pointers.step(value, token)]
    except KeyError:
        return []
