"""Bodies and media types: which of a message's declared contents a body belongs to, and whether it fits.

JSON (and ``+json``), form fields and text are read; of other media types only the type itself is checked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from harness.contracts import pointers
from harness.contracts.contract import Contract
from harness.contracts.dialect import Direction
from harness.contracts.library import Place
from harness.contracts.raw_values import query_values
from harness.contracts.schemas import Schema
from harness.contracts.styles import UNREAD, Form
from harness.contracts.violations import Code, Violation, violation
from harness.core.media_types import FORM, is_json
from harness.core.text import Text


def _no_json(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


JSON = json.JSONDecoder(parse_constant=_no_json)


class Content:
    """The ``content`` of a request body or a response, each media type compiled when first met."""

    __slots__ = ("_contract", "_direction", "_forms", "_media", "_place", "_schemas")

    def __init__(self, contract: Contract, place: Place, direction: Direction) -> None:
        self._contract, self._place, self._direction = contract, place, direction
        declared = place.value.get("content") or {}
        self._media: dict[str, str] = {media.partition(";")[0].strip().lower(): media for media in declared}
        self._schemas: dict[str, Schema | None] = {}
        self._forms: dict[str, Form] = {}

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
            value = self._form(declared).read(query_values(_text(body)))
            if value is UNREAD:
                return
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
            library, version = self._contract.library, self._contract.openapi
            self._schemas[declared] = (
                Schema(library, holder.down("schema"), version, self._direction)
                if isinstance(holder.value, dict) and "schema" in holder.value
                else None
            )
        return self._schemas[declared]

    def _form(self, declared: str) -> Form:
        if declared not in self._forms:
            holder = self._place.down("content", declared)
            encodings = holder.value.get("encoding") or {}
            schema = holder.down("schema")
            self._forms[declared] = Form(self._contract, schema, "form", self._direction, encodings)
        return self._forms[declared]


def _not_json(text: str, error: ValueError) -> Text:
    why = "不是 JSON"
    if isinstance(error, json.JSONDecodeError):
        why = f"第 {error.lineno} 行第 {error.colno} 列起不是 JSON"
    elif isinstance(error, UnicodeDecodeError):
        why = "不是 UTF-8"
    return Text(zh=f"{text}（{why}）", en=f"{text} ({error})")


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")
