"""Bodies and media types: which of a message's declared contents a body belongs to, and whether it fits.

JSON (and ``+json``), form fields and text are read; of other media types only the type itself is checked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

from harness.contracts import pointers
from harness.contracts.dialect import Direction, Version
from harness.contracts.library import Library, Place
from harness.contracts.parameters import coerce, types_of
from harness.contracts.schemas import Schema
from harness.contracts.violations import Code, Violation, violation
from harness.core.media_types import FORM, is_json
from harness.core.text import Text


def _no_json(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


JSON = json.JSONDecoder(parse_constant=_no_json)


class Content:
    """The ``content`` of a request body or a response, each media type compiled when first met."""

    __slots__ = ("_direction", "_library", "_media", "_place", "_schemas", "_version")

    def __init__(self, library: Library, place: Place, version: Version, direction: Direction) -> None:
        self._library, self._place, self._version, self._direction = library, place, version, direction
        declared = place.value.get("content") or {}
        self._media: dict[str, str] = {media.partition(";")[0].strip().lower(): media for media in declared}
        self._schemas: dict[str, Schema | None] = {}

    @property
    def media_types(self) -> tuple[str, ...]:
        return tuple(self._media)

    def match(self, content_type: str) -> str | None:
        """The declared media type (as written) for a Content-Type header: exact, then ranges."""
        media = content_type.partition(";")[0].strip().lower()
        for candidate in (media, media.partition("/")[0] + "/*", "*/*"):
            if candidate in self._media:
                return self._media[candidate]
        return None

    def check(
        self, declared: str, content_type: str, body: bytes, code: Code, subject: str
    ) -> Iterator[Violation]:
        """The violations of a body sent as the ``declared`` media type."""
        schema = self._schema(declared)
        if schema is None:
            return
        where = "response.body" if code == "response-body" else "request.body"
        media = content_type.partition(";")[0].strip().lower()
        if is_json(media):
            try:
                value = JSON.decode(body.decode())
            except ValueError as error:
                pointer, seen = f"{self._place.name}/content", _not_json(_text(body), error)
                yield violation(code, pointer, where, "JSON", seen, subject=subject)
                return
        elif media == FORM:
            value = self._form(declared, body)
        elif media.startswith("text/"):
            value = _text(body)
        else:
            return
        if schema.is_valid(value):
            return
        for problem in schema.problems(value):
            path = "".join(f"/{token}" for token in problem.at)
            name = str(problem.at[-1]) if problem.at else ""
            field = problem.at if problem.name is None else (*problem.at, problem.name)
            yield violation(
                code,
                problem.pointer,
                where + path,
                problem.expected,
                problem.seen,
                subject=subject,
                name=name,
                type=problem.type,
                at=pointers.general(field),
            )

    def _schema(self, declared: str) -> Schema | None:
        if declared not in self._schemas:
            holder = self._place.down("content", declared)
            self._schemas[declared] = (
                Schema(self._library, holder.down("schema"), self._version, self._direction)
                if isinstance(holder.value, dict) and "schema" in holder.value
                else None
            )
        return self._schemas[declared]

    def _form(self, declared: str, body: bytes) -> dict[str, Any]:
        schema = self._library.follow(self._place.down("content", declared, "schema"))
        fields: dict[str, Any] = {}
        for name, values in parse_qs(_text(body), keep_blank_values=True).items():
            try:
                types = types_of(self._library, schema.down("properties", name))
            except KeyError:
                types = frozenset()
            fields[name] = values if "array" in types else coerce(values[-1], types)
        return fields


def _not_json(text: str, error: ValueError) -> Text:
    why = "不是 JSON"
    if isinstance(error, json.JSONDecodeError):
        why = f"第 {error.lineno} 行第 {error.colno} 列起不是 JSON"
    elif isinstance(error, UnicodeDecodeError):
        why = "不是 UTF-8"
    return Text(zh=f"{text}（{why}）", en=f"{text} ({error})")


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")
