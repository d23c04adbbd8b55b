"""References by ``$id``, ``$anchor`` and ``$dynamicAnchor`` (JSON Schema 2020-12 core, 8.2) as plain JSON pointers.

Everything after this knows pointers only. What cannot be written as one stays as it is, and the lint tells it:
a ``$dynamicRef`` with several anchors, an anchor that is not there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from harness.contracts import pointers
from harness.contracts.dialect import NAMED

MARKS = re.compile(
    r"\$(?:id|anchor|dynamic|recursive|self)"
)  # what is in the text of a document that has any
DATA = frozenset({"example", "examples", "default", "enum", "const", "value"})
NAMES = frozenset(NAMED) | {
    *(
        "schemas",
        "responses",
        "parameters",
        "requestBodies",
        "headers",
        "callbacks",
        "pathItems",
        "mediaTypes",
    ),
    "encoding",
}


@dataclass(slots=True)
class _Schema:
    """A mapping that may be a schema: where it is, in which resource, and the last schema above that says
    ``$recursiveAnchor``.
    """

    value: dict[str, Any]
    pointer: str
    resource: str
    recursive: str | None


@dataclass(slots=True)
class _Known:
    bases: dict[str, str]
    """Of each resource, by its pointer."""
    anchors: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    dynamic: dict[str, list[str]] = field(default_factory=dict)

    @property
    def resources(self) -> dict[str, str]:
        return {base: pointer for pointer, base in self.bases.items() if base}


def resolve(data: Any) -> dict[str, str]:
    """Write the references of a document as pointers, in place; gives the places of the anchors of the document."""
    if not isinstance(data, dict):
        return {}
    own = data.get("$self")
    known = _Known({"": own if isinstance(own, str) else ""})
    schemas = list(_schemas(data, "", "", None, known))
    for schema in schemas:
        _resolve(schema, known, data)
    for schema in schemas:
        for keyword in ("$id", "$anchor", "$dynamicAnchor", "$recursiveAnchor"):
            if isinstance(schema.value.get(keyword), str | bool):
                del schema.value[keyword]
    return {
        name: found[0]
        for (resource, name), found in known.anchors.items()
        if not resource and len(found) == 1
    }


def _schemas(
    value: Any, pointer: str, resource: str, recursive: str | None, known: _Known, *, names: bool = False
) -> Iterator[_Schema]:
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from _schemas(item, pointers.join(pointer, number), resource, recursive, known)
    if not isinstance(value, dict):
        return
    if not names:
        own = value.get("$id")
        if isinstance(own, str) and not own.startswith("#"):
            base = urljoin(known.bases[resource], own.removesuffix("#"))
            resource = pointer
            known.bases[resource] = base
        if value.get("$recursiveAnchor") is True:
            recursive = pointer
        for keyword in ("$anchor", "$dynamicAnchor"):
            if isinstance(name := value.get(keyword), str):
                known.anchors.setdefault((resource, name), []).append(pointer)
                if keyword == "$dynamicAnchor":
                    known.dynamic.setdefault(name, []).append(pointer)
        yield _Schema(value, pointer, resource, recursive)
    for key, item in value.items():
        if isinstance(key, str) and (names or (key not in DATA and not key.startswith("x-"))):
            inner = pointers.join(pointer, key)
            yield from _schemas(item, inner, resource, recursive, known, names=key in NAMES and not names)


def _resolve(schema: _Schema, known: _Known, data: Any) -> None:
    value = schema.value
    if isinstance(reference := value.get("$ref"), str):
        found = _pointer(reference, schema.resource, known, data)
        if found is not None:
            value["$ref"] = f"#{found}"
        return
    dynamic = value.get("$dynamicRef")
    if isinstance(dynamic, str):
        places = known.dynamic.get(dynamic.rpartition("#")[2], [])
        found = places[0] if len(places) == 1 else None
        if not places:
            found = _pointer(dynamic, schema.resource, known, data)
            if found is None and dynamic.startswith("#/"):
                found = dynamic[1:]
        if found is not None:
            value["$ref"] = f"#{found}"
            del value["$dynamicRef"]
    elif value.get("$recursiveRef") == "#" and schema.recursive is not None:
        value["$ref"] = f"#{schema.recursive}"
        del value["$recursiveRef"]


def _pointer(reference: str, resource: str, known: _Known, data: Any) -> str | None:
    """Where a reference leads within the document, if not as it stands."""
    address, _, fragment = reference.partition("#")
    if address:
        home = known.resources.get(urljoin(known.bases[resource], address))
        if home is None:
            return None
        resource = home
    fragment = pointers.from_fragment(fragment)
    if fragment and not fragment.startswith("/"):
        places = known.anchors.get((resource, fragment), [])
        return places[0] if len(places) == 1 else None
    found = resource + fragment
    try:
        pointers.walk(data, pointers.split(found))
    except KeyError:
        return None  # some mean the document where they stand in a resource of its own
    return found
