"""Parameters of an operation: which there are, and which types their schemas ask for.

What a message carries for them, ``styles`` reads.
"""

from __future__ import annotations

from collections.abc import Iterator

from harness.contracts import flaw_words as words
from harness.contracts.contract import Operation
from harness.contracts.fields import parts
from harness.contracts.library import Library, Place
from harness.core.nearest import nearest

LOCATIONS = ("path", "query", "header", "cookie")
IGNORED_HEADERS = frozenset({"accept", "content-type", "authorization"})  # OpenAPI 3.1.1, Parameter Object
TYPES = {
    bool: "boolean",
    int: "integer",
    float: "number",
    list: "array",
    dict: "object",
    type(None): "null",
}


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
            if not isinstance(place.value, dict):
                raise place.refuse(words.MUST_BE_MAPPING)
            name, where = place.value.get("name"), place.value.get("in")
            if not isinstance(name, str):
                raise place.refuse(words.NO_NAME)
            if where == "querystring":
                raise place.refuse(words.WHOLE_QUERY.format(name=name), "in")
            if where not in LOCATIONS:
                raise place.refuse(
                    words.NO_LOCATION.format(name=name, where=where),
                    "in",
                    nearest=nearest(str(where), LOCATIONS),
                )
            if not isinstance(place.value.get("schema", place.value.get("content")), dict | bool):
                raise place.refuse(words.NO_SCHEMA.format(name=name))
            if (where, name) in own:
                raise place.refuse(words.DECLARED_TWICE.format(name=name, where=where))
            own.add((where, name))
            found[where, name] = place
    return list(found.values())


def located(operation: Operation) -> Iterator[tuple[Place, str, str, frozenset[str]]]:
    """The parameters that a request is asked for: place, location, name, and the names of the same location."""
    places = [
        place
        for place in parameters_of(operation)
        if place.value["in"] != "header" or place.value["name"].lower() not in IGNORED_HEADERS
    ]
    names: dict[str, set[str]] = {}
    for place in places:
        names.setdefault(place.value["in"], set()).add(place.value["name"])
    beside = {where: frozenset(its) for where, its in names.items()}
    for place in places:
        where = place.value["in"]
        yield place, where, place.value["name"], beside[where]


def types_of(library: Library, schema: Place) -> frozenset[str]:
    """The JSON types a schema asks for, as far as it says so; empty if it does not.

    An ``enum`` without a type says it too.
    """
    declared: set[str] = set()
    listed: set[str] = set()
    for part in parts(library, schema):
        value = part.value
        types = value.get("type")
        declared |= {types} if isinstance(types, str) else set(types or ())
        if types and value.get("nullable") is True:
            declared.add("null")
        known = value.get("enum")
        for item in (
            *(known if isinstance(known, list) else ()),
            *([value["const"]] if "const" in value else ()),
        ):
            listed.add(TYPES.get(type(item), "string"))
    return frozenset(declared or listed)


def schema_of(place: Place) -> Place | None:
    """The schema of a parameter or header: its ``schema``, or that of its one media type."""
    if "schema" in place.value:
        return place.down("schema")
    for media, content in (place.value.get("content") or {}).items():
        return place.down("content", media, "schema") if "schema" in content else None
    return None
