"""Whether what a call sends is what its operation takes: the names of its query, and the keys of its body."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from harness.contracts import Operation, fields, pointers
from harness.contracts.library import Place
from harness.contracts.parameters import parameters_of
from harness.core.errors import UsageError
from harness.core.nearest import ANY, nearest
from harness.core.text import Text
from harness.linkage.contract import members, words
from harness.linkage.contract.reading import Document
from harness.linkage.contract.shape import BaseCall

UNNAMED = Text(
    zh="{where}：{operation} 的请求体规范没有 {place}，但允许其他键",
    en="{where}: the schema of the body of {operation} does not name {place}, and lets other keys in",
)
MEANT = Text(zh="{what}；是不是 {near}？", en="{what}; did you mean {near!r}?")


def lint_keys(document: Document, operation: Operation, call: BaseCall, keys: tuple[str, ...]) -> None:
    """UsageError for the first name that the OpenAPI document does not let be sent."""
    known = [place.value["name"] for place in parameters_of(operation) if place.value["in"] == "query"]
    for name in call.query:
        if name not in known and not _spread(operation):
            raise UsageError(
                words.NO_PARAMETER.format(operation=operation.label, name=name),
                where=document.where(*keys, "query", name),
                nearest=nearest(name, known, alike=ANY),
            )
    schema = fields.body_schema(operation)
    for path, closed, near in () if schema is None else _strange(operation, schema, call.body):
        if closed:
            raise UsageError(
                words.NOT_IN_BODY.format(operation=operation.label, place=pointers.join("", *path)),
                where=document.where(*keys, "body", *path),
                nearest=near,
            )
    for path, required in members.left_out(operation, call.body):
        if required:
            raise UsageError(
                words.NULL_REQUIRED.format(operation=operation.label, place=pointers.join("", *path)),
                where=document.where(*keys, "body", *path),
            )


def unnamed_keys(
    document: Document, operation: Operation, call: BaseCall, keys: tuple[str, ...]
) -> Iterator[Text]:
    """What a call sends in its body though the schema, which lets more in, does not name it: perhaps a typo."""
    schema = fields.body_schema(operation)
    for path, closed, near in () if schema is None else _strange(operation, schema, call.body):
        if not closed:
            said = UNNAMED.format(
                where=document.where(*keys, "body", *path),
                operation=operation.label,
                place=pointers.join("", *path),
            )
            yield said if near is None else MEANT.format(what=said, near=near)


def _spread(operation: Operation) -> bool:
    """Whether a parameter is an object whose properties are the names in the query."""
    library = operation.contract.library
    return any(
        place.value["in"] == "query"
        and "schema" in place.value
        and fields.keyword(library, place.down("schema"), "type") == "object"
        for place in parameters_of(operation)
    )


def _strange(
    operation: Operation, schema: Place, body: Any
) -> Iterator[tuple[tuple[str, ...], bool, str | None]]:
    """What the schema does not name: its path, whether the schema is closed to it, and the nearest name."""
    library = operation.contract.library
    waiting: list[tuple[tuple[str, ...], list[Place], Any]] = [((), [schema], body)]
    for path, places, value in waiting:
        parts = [part for place in places for part in fields.parts(library, place)]
        if isinstance(value, Mapping):
            names = [name for part in parts for name in part.value.get("properties") or ()]
            named = [part.value for part in parts if "properties" in part.value]
            closed = all(_closed(part) for part in named)  # of several, one that is open takes it
            for name, item in value.items():
                below = [place for part in parts for place in fields.below(part, str(name))]
                if below:
                    waiting.append(((*path, str(name)), below, item))
                elif named and not any(_may_be_any(part.value) for part in parts):
                    yield (*path, str(name)), closed, nearest(str(name), names, alike=ANY)
        elif isinstance(value, list | tuple):
            for number, item in enumerate(value):
                below = [place for part in parts for place in fields.below(part, str(number))]
                if below:
                    waiting.append(((*path, str(number)), below, item))


def _closed(schema: Mapping[str, Any]) -> bool:
    return False in (schema.get("additionalProperties"), schema.get("unevaluatedProperties"))


def _may_be_any(schema: Mapping[str, Any]) -> bool:
    """Whether it says that it takes names that it does not list."""
    return bool(schema.get("patternProperties")) or schema.get("additionalProperties") is True
