"""Where a request says what it is about: in its path, its query, or the body of a read.

Many backends have reads that are POST requests, with ids in their bodies. Which operation is one is said by its verb.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from harness.api.client import Request
from harness.api.examples import from_examples
from harness.contracts import Operation, fields
from harness.contracts.addresses import VARIABLE
from harness.contracts.parameters import parameters_of, schema_of, types_of
from harness.linkage.draft import names

WRITING = names.SETTING | names.MAKING | names.REMOVING


def reading(operation: Operation) -> bool:
    """Whether an operation reads: a GET, or a POST whose verbs only say that it reads, or which sends nothing and is
    called after what it answers with.
    """
    if operation.method == "GET":
        return True
    last = names.without_extension(operation.path.rpartition("/")[2])
    verbs = {*names.words(operation.id), *names.words(last)}
    asks = bool(verbs & names.READING) or (bool(verbs & names.STATEMENTS) and not members(operation))
    return operation.method == "POST" and asks and not verbs & WRITING


def members(operation: Operation) -> list[str]:
    """The members of the body."""
    schema = fields.body_schema(operation)
    if schema is None:
        return []
    parts = fields.parts(operation.contract.library, schema)
    return list(dict.fromkeys(name for part in parts for name in part.value.get("properties") or ()))


def optional(operation: Operation, body: Any) -> list[str]:
    """The members of the body that a request may leave out, and that ``body`` lacks."""
    schema = fields.body_schema(operation)
    needed = set() if schema is None else fields.required(operation.contract.library, schema)
    return (
        [name for name in members(operation) if name not in needed and name not in body]
        if isinstance(body, dict)
        else []
    )


def in_no_example(operation: Operation, body: Any) -> list[str]:
    """The members of the body that a request may leave out, as ``body`` and each example do."""
    examples = (one.body for one in from_examples(operation, lambda name: ["-"]))
    said = {name for one in (body, *examples) if isinstance(one, dict) for name in one}
    return optional(operation, dict.fromkeys(said))


def required(operation: Operation) -> list[str]:
    """What a request must say, in order: parameters of path and query, and ids in the body of a read."""
    found = VARIABLE.findall(operation.path)
    for place in parameters_of(operation):
        if place.value["in"] == "query" and place.value.get("required") is True:
            found.append(place.value["name"])
    return [*found, *(name for name in _required_members(operation) if names.is_id(name))]


def filters(operation: Operation) -> list[str]:
    """What a read may say to be shown one record only: optional ids in its query or body."""
    query = [place.value["name"] for place in parameters_of(operation) if place.value["in"] == "query"]
    asked = set(required(operation))
    found = [*query, *(members(operation) if _by_body(operation) else ())]
    return [name for name in found if names.is_id(name) and name not in asked]


def types(operation: Operation, name: str) -> frozenset[str]:
    """The JSON types that a parameter, or a member of the body, may have; empty where nothing is said."""
    library = operation.contract.library
    for place in parameters_of(operation):
        if place.value["name"] == name and place.value["in"] in ("path", "query"):
            schema = schema_of(place)
            return types_of(library, schema) if schema is not None else frozenset()
    body = fields.body_schema(operation)
    if body is None or name not in members(operation):
        return frozenset()
    return frozenset().union(*(types_of(library, one) for one in fields.find(library, body, f"/{name}")))


def textual(operation: Operation, name: str) -> bool:
    """Whether a member of the body takes texts only; what path and query have is text, whatever it is."""
    addressed = {place.value["name"] for place in parameters_of(operation)} | set(
        VARIABLE.findall(operation.path)
    )
    return name not in addressed and types(operation, name) - {"null"} == {"string"}


def split(operation: Operation, values: Mapping[str, Any]) -> Request:
    """A request that says ``values``, each in its place. The body of a read has what it must have beside them, as the
    OpenAPI document's example has it, and nothing else: a filter more would hide the record.
    """
    variables = VARIABLE.findall(operation.path)
    query = [place.value["name"] for place in parameters_of(operation) if place.value["in"] == "query"]
    inside = [name for name in values if name not in variables and name not in query]
    said = {
        name: str(values[name])
        if isinstance(values[name], int) and textual(operation, name)
        else values[name]
        for name in inside
    }
    return Request(
        path={name: value for name, value in values.items() if name in variables},
        query={name: value for name, value in values.items() if name in query},
        body={**_example(operation), **said} if _by_body(operation) else None,
    )


def _by_body(operation: Operation) -> bool:
    return operation.method != "GET" and reading(operation)


def _required_members(operation: Operation) -> Iterator[str]:
    schema = fields.body_schema(operation) if _by_body(operation) else None
    if schema is not None:
        for part in fields.parts(operation.contract.library, schema):
            yield from part.value.get("required") or ()


def _example(operation: Operation) -> dict[str, Any]:
    """What the body of a read must have and is no id, such as the number of a page."""
    example = next(from_examples(operation, lambda name: ["-"]), Request()).body
    known = example if isinstance(example, dict) else {}
    return {
        name: known[name] for name in _required_members(operation) if name in known and not names.is_id(name)
    }
