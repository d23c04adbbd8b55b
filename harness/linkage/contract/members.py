"""What the schema of a body or of an answer says of the value at a pointer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.contracts import Operation, fields, pointers
from harness.contracts.library import Place
from harness.contracts.schemas import Schema
from harness.core.nearest import ANY, nearest
from harness.core.text import Text


@dataclass(frozen=True, slots=True)
class Member:
    """The value at one place; without ``schemas`` it may be any."""

    schemas: tuple[Schema, ...]
    words: tuple[Any, ...] = ()

    def takes(self, value: Any) -> bool:
        return not self.schemas or any(schema.is_valid(value) for schema in self.schemas)

    def expected(self, value: Any) -> Text:
        """What should stand there instead of a value that it does not take."""
        return next(problem.expected for schema in self.schemas for problem in schema.problems(value))

    def nearest(self, value: Any) -> str | None:
        return nearest(str(value), [str(word) for word in self.words], alike=ANY) if self.words else None


def sent(operation: Operation, pointer: str) -> Member:
    """A member of its body. NoField where the body has none there."""
    schema = fields.body_schema(operation)
    places = [] if schema is None else fields.find(operation.contract.library, schema, pointer)
    return _member(operation, places, "request")


def left_out(
    operation: Operation, said: Any, at: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], bool]]:
    """The members of its body that ``said`` takes out by null, as a JSON merge patch does (RFC 7396), and whether the
    schema requires each. Where it takes null, and where it names no such member, null is a value.
    """
    for name, item in said.items() if isinstance(said, Mapping) else ():
        path = (*at, str(name))
        if isinstance(item, Mapping):
            yield from left_out(operation, item, path)
        elif item is None and not _takes_null(operation, path):
            yield path, _required(operation, path)


def _takes_null(operation: Operation, path: tuple[str, ...]) -> bool:
    try:
        return sent(operation, pointers.join("", *path)).takes(None)
    except fields.NoField:
        return True


def _required(operation: Operation, path: tuple[str, ...]) -> bool:
    library, schema = operation.contract.library, fields.body_schema(operation)
    above = [] if schema is None else fields.find(library, schema, pointers.join("", *path[:-1]))
    return bool(above) and all(path[-1] in fields.required(library, place) for place in above)


def shown(operation: Operation, pointer: str) -> Member:
    """A member of its successful answers."""
    places: list[Place] = []
    for schema in fields.answer_schemas(operation).values():
        try:
            places += fields.find(operation.contract.library, schema, pointer)
        except fields.NoField:
            continue
    return _member(operation, places, "response")


def _member(operation: Operation, places: Iterable[Place], direction: str) -> Member:
    contract = operation.contract
    words = [fields.keyword(contract.library, place, "enum") or () for place in places]
    return Member(
        tuple(
            Schema(
                contract.library, place, contract.openapi, "request" if direction == "request" else "response"
            )
            for place in places
        ),
        tuple(word for each in words for word in each),
    )
