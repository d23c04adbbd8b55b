"""Right requests to an operation: those its contract gives as examples, then generated ones.

For tests that need a request that should be taken, to change it, repeat it, or send it to two backends.
Equal seeds give equal requests.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from harness.conformance.backend import BackendUnderTest
from harness.conformance.client import Request
from harness.contracts import Operation
from harness.contracts.library import Library, Place
from harness.contracts.parameters import parameters_of, schema_of
from harness.core.errors import BrokenError

GENERATED = 10
ONCE_ONLY = "idempotency-key"  # a header whose value names one request (IETF draft, Idempotency-Key)
CONTENT = ("application/json",)


def samples(operation: Operation, backend: BackendUnderTest, seed: int) -> Iterator[Request]:
    """At least one request; the examples of the contract first. BrokenError where none can be made."""
    examples = list(from_examples(operation))
    yield from examples
    generated = list(islice(_generated(operation, seed), GENERATED))
    if not examples and not generated:
        raise BrokenError(
            f"{operation.label}: no request could be made from the contract; give it an example"
        )
    # What is generated takes the places of objects from the examples: random ids name nothing.
    known = examples[0].path if examples else {}
    for request in generated:
        yield Request(
            path={**request.path, **known},
            query=request.query,
            headers=request.headers,
            body=request.body,
            media_type=request.media_type,
        )


def from_examples(operation: Operation) -> Iterator[Request]:
    """The requests the contract gives as examples: the first of everything, the second of everything, …

    None where a required part has no example.
    """
    library = operation.contract.library
    parameters = [(place, _values(library, place)) for place in parameters_of(operation)]
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


def _generated(operation: Operation, seed: int) -> Iterator[Request]:
    from harness.conformance.generation import positive_cases  # imports schemathesis

    for case in positive_cases(operation, seed, GENERATED):
        yield Request(
            path=case.path_parameters or {},
            query=case.query or {},
            headers=fresh({name: str(value) for name, value in (case.headers or {}).items()}),
            body=case.body,
            media_type=case.media_type or "application/json",
        )
