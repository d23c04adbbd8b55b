"""All that is contract below a place of a document, by OpenAPI's object types (3.1.1, *Fixed Fields* of each object).

Which key is a keyword and which one a name depends on the object it is in: a property may be called ``example``, and
what stands under ``example`` is data. What OpenAPI does not have (``x-…``, ``definitions``) is looked at where
something refers to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from harness.contracts.dialect import below
from harness.contracts.library import Library, Place
from harness.core.errors import UsageError

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
QUERY = "query"  # of OpenAPI 3.2
Kind = Literal[
    "document",
    "components",
    "path item",
    "operation",
    "callback",
    "parameter",
    "header",
    "request body",
    "response",
    "media type",
    "encoding",
    "link",
    "example",
    "security scheme",
    "schema",
]
ONE: dict[Kind, dict[str, Kind]] = {
    "document": {"components": "components"},
    "path item": dict.fromkeys((*METHODS, QUERY), "operation"),
    "operation": {"requestBody": "request body"},
    "parameter": {"schema": "schema"},
    "header": {"schema": "schema"},
    "media type": {"schema": "schema", "itemSchema": "schema", "itemEncoding": "encoding"},
}
MANY: dict[Kind, dict[str, Kind]] = {
    "path item": {"parameters": "parameter"},
    "operation": {"parameters": "parameter"},
    "media type": {"prefixEncoding": "encoding"},
}
NAMED: dict[Kind, dict[str, Kind]] = {
    "document": {"paths": "path item", "webhooks": "path item"},
    "components": {
        "schemas": "schema",
        "responses": "response",
        "parameters": "parameter",
        "examples": "example",
        "requestBodies": "request body",
        "headers": "header",
        "securitySchemes": "security scheme",
        "links": "link",
        "callbacks": "callback",
        "pathItems": "path item",
        "mediaTypes": "media type",
    },
    "path item": {"additionalOperations": "operation"},
    "operation": {"responses": "response", "callbacks": "callback"},
    "parameter": {"content": "media type", "examples": "example"},
    "header": {"content": "media type", "examples": "example"},
    "request body": {"content": "media type"},
    "response": {"headers": "header", "content": "media type", "links": "link"},
    "media type": {"encoding": "encoding", "examples": "example"},
    "encoding": {"headers": "header"},
}
WITH_EXTENSIONS = frozenset({"paths", "responses"})  # whose names are not free: x-… is none


def walk(place: Place, kind: Kind) -> Iterator[tuple[Place, Kind]]:
    """Every object below a place of a kind, itself first; what it refers to is not below it."""
    if not isinstance(place.value, dict):
        return
    yield place, kind
    for path, inner in children(place.value, kind):
        yield from walk(place.down(*path), inner)


def refers(place: Place) -> bool:
    """Whether an object is a reference to another one of its kind."""
    return isinstance(place.value, dict) and isinstance(place.value.get("$ref"), str)


def reachable(library: Library, place: Place, kind: Kind) -> Iterator[tuple[Place, Kind]]:
    """Every object below a place and in what it refers to, each once. References that lead nowhere are passed over."""
    # Pointers by file and kind: a key for each would take twice as much.
    seen: dict[tuple[str, Kind], set[str]] = {}
    waiting: list[tuple[Place, Kind]] = [(place, kind)]
    while waiting:
        top, its = waiting.pop()
        for inner, kind in walk(top, its):
            file, pointer = inner.key
            known = seen.setdefault((file, kind), set())
            if pointer in known:
                continue
            known.add(pointer)
            yield inner, kind
            if refers(inner):
                try:
                    target = library.target(inner)
                except UsageError:
                    continue  # a flaw of its own
                if target.pointer not in seen.get((target.key[0], kind), ()):
                    waiting.append((target, kind))


def children(value: dict[str, Any], kind: Kind) -> Iterator[tuple[tuple[str | int, ...], Kind]]:
    """Where objects are in the value of an object of a kind, and of which kinds."""
    if kind == "schema":
        for path, _ in below(value):
            if isinstance(value[str(path[0])], list) or isinstance(path[-1], str):
                yield path, "schema"  # else a converter's: it has no name
        return
    if kind == "callback":
        yield from (((name,), "path item") for name in value if name != "$ref" and not name.startswith("x-"))
        return
    for key, inner in ONE.get(kind, {}).items():
        if key in value:
            yield (key,), inner
    for key, inner in MANY.get(kind, {}).items():
        if isinstance(value.get(key), list):
            yield from (((key, number), inner) for number in range(len(value[key])))
    for key, inner in NAMED.get(kind, {}).items():
        if isinstance(value.get(key), dict):
            yield from (
                ((key, name), inner)
                for name in value[key]
                if isinstance(name, str) and not (key in WITH_EXTENSIONS and name.startswith("x-"))
            )
