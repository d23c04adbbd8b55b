"""The requests a contract gives as examples. Knows the contract only, sends nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from harness.api.client import Request
from harness.contracts import Operation
from harness.contracts.library import Library, Place
from harness.contracts.parameters import parameters_of, schema_of
from harness.contracts.path_examples import is_elsewhere

ONCE_ONLY = "idempotency-key"  # a header whose value names one request (IETF draft, Idempotency-Key)
CONTENT = ("application/json",)


def from_examples(
    operation: Operation, found: Callable[[str], Sequence[Any]] = lambda name: ()
) -> Iterator[Request]:
    """The requests the contract gives as examples: the first of everything, the second of everything, …

    ``found`` gives values for a parameter of the path without example. None where a required part has no
    value.
    """
    library = operation.contract.library
    parameters = [(place, _values(library, place)) for place in parameters_of(operation)]
    parameters = [
        (
            place,
            values if place.value["in"] != "path" else _of_path(values) or list(found(place.value["name"])),
        )
        for place, values in parameters
    ]
    if any(place.value.get("required") is True and not values for place, values in parameters):
        return
    bodies: list[Any] = []
    if "requestBody" in operation.place.value:
        body = library.follow(operation.place.down("requestBody"))
        bodies = _bodies(library, body)
        if not bodies:
            return
    rows = max([1, len(bodies), *(len(values) for _, values in parameters)])
    for number in range(rows):
        parts: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}, "cookie": {}}
        for place, values in parameters:
            if values:
                parts[place.value["in"]][place.value["name"]] = values[min(number, len(values) - 1)]
        yield Request(
            path=parts["path"],
            query=parts["query"],
            headers=fresh({name: str(value) for name, value in parts["header"].items()}),
            body=bodies[min(number, len(bodies) - 1)] if bodies else None,
        )


def fresh(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers with a new idempotency key where they have one: a sample is a new request."""
    return {
        name: f"harness-{uuid.uuid4()}" if name.lower() == ONCE_ONLY else value
        for name, value in headers.items()
    }


def _values(library: Library, place: Place) -> list[Any]:
    """The examples of a parameter, its schema's included (OpenAPI 3.1.1, *Parameter Object*)."""
    found = _examples(library, place)
    schema = schema_of(place)
    if schema is not None and not found:
        schema = library.follow(schema)
        found = [schema.value[key] for key in ("example", "default") if key in schema.value][:1]
        found = found or list(schema.value.get("examples") or ())
    return found


def _of_path(values: list[Any]) -> list[Any]:
    return [value for value in values if not is_elsewhere(value)]


def _bodies(library: Library, body: Place) -> list[Any]:
    for media_type in body.value.get("content") or ():
        if media_type.partition(";")[0] in CONTENT:
            content = body.down("content", media_type)
            found = _examples(library, content)
            if not found and "schema" in content.value:
                schema = library.follow(content.down("schema"))
                found = [schema.value["example"]] if "example" in schema.value else []
                found = found or list(schema.value.get("examples") or ())
            return found
    return []


def _examples(library: Library, place: Place) -> list[Any]:
    if "example" in place.value:
        return [place.value["example"]]
    found = []
    for name in place.value.get("examples") or ():
        example = library.follow(place.down("examples", name))
        if "value" in example.value:
            found.append(example.value["value"])
    return found
