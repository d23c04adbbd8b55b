"""Bodies and media types: which of a message's declared contents a body belongs to, and whether it fits."""

from __future__ import annotations

from collections.abc import Iterator

from harness.contracts import pointers
from harness.contracts.contract import Contract
from harness.contracts.dialect import Direction
from harness.contracts.library import Place
from harness.contracts.media import TOO_DEEP, TOO_LARGE_NUMBER, Reader, Unread, Unreadable, has_infinity
from harness.contracts.readings import Shape
from harness.contracts.schemas import Schema
from harness.contracts.styles import Form
from harness.contracts.violations import Code, Unchecked, Violation, violation
from harness.core.media_types import MediaType, media_type
from harness.core.text import Text

ITEMS = Text(
    zh="{where}: 逐条校验的流（itemSchema）尚不支持",
    en="{where}: a stream that is described item by item (itemSchema)",
)


class _Media:
    """One declared media type with its schema, compiled when first met."""

    __slots__ = ("_contract", "_direction", "_forms", "_holder", "declared", "reader", "schema", "type")

    def __init__(self, contract: Contract, holder: Place, declared: str, direction: Direction) -> None:
        self._contract, self._holder, self._direction = contract, holder, direction
        self.declared, self.type = declared, media_type(declared)
        self._forms: dict[str, Form] = {}
        self.schema: Schema | None = None
        self.reader: Reader | None = None

    def compile(self) -> None:
        """Make the schema and the reader, where there is a schema."""
        holder = self._holder
        if self.schema is None and isinstance(holder.value, dict) and "schema" in holder.value:
            place, contract = holder.down("schema"), self._contract
            self.schema = Schema(contract.library, place, contract.openapi, self._direction)
            self.reader = Reader(Shape(contract, place, self._direction), self._form)

    @property
    def has_items(self) -> bool:
        """Whether it says what each item of a stream must be (OpenAPI 3.2)."""
        return isinstance(self._holder.value, dict) and "itemSchema" in self._holder.value

    def _form(self, location: str) -> Form:
        if location not in self._forms:
            encodings, schema = self._holder.value.get("encoding") or {}, self._holder.down("schema")
            self._forms[location] = Form(self._contract, schema, location, self._direction, encodings)
        return self._forms[location]

    def likeness(self, sent: MediaType) -> int:
        """How many parameters are the same; -1 where one is another. Any charset may be."""
        own = self.type.parameters
        if not own or not sent.parameters:
            return 0
        shared = [name for name in own if name in sent.parameters and name != "charset"]
        same = sum(own[name] == sent.parameters[name] for name in shared)
        return same if same == len(shared) else -1


class Content:
    """The ``content`` of a request body or a response."""

    __slots__ = ("_media", "_pointer", "media_types")

    def __init__(self, contract: Contract, place: Place, direction: Direction) -> None:
        declared = place.value.get("content") or {}
        self._pointer = f"{place.name}/content"
        self._media: dict[str, list[_Media]] = {}
        for name in declared:
            media = _Media(contract, place.down("content", name), name, direction)
            self._media.setdefault(media.type.essence, []).append(media)
        self.media_types = tuple(self._media)

    @property
    def is_any(self) -> bool:
        """Whether any media type fits, also none."""
        return "*/*" in self._media

    def match(self, sent: MediaType) -> _Media | None:
        """The declared media type of a sent one: the same, with most parameters the same; then ranges."""
        for candidate in (sent.essence, sent.range, "*/*"):
            if declared := self._media.get(candidate):
                best = max(declared, key=lambda media: media.likeness(sent))
                if best.likeness(sent) >= 0:
                    return best
        return None

    def check(
        self, media: _Media, sent: MediaType, body: bytes, code: Code, subject: str
    ) -> Iterator[Violation | Unchecked]:
        """The violations of a body that was sent as a declared media type."""
        media.compile()
        schema, where = media.schema, "response.body" if code == "response-body" else "request.body"
        if schema is None or media.reader is None:
            if media.has_items:
                yield Unchecked(ITEMS.format(where=where))
            return
        try:
            value = media.reader.read(sent, body)
        except Unreadable as flaw:
            yield violation(code, self._pointer, where, flaw.expected, flaw.seen, subject=subject)
            return
        except Unread as gap:
            yield Unchecked(gap.words.map(lambda why: f"{where}: {why}"))
            return
        if schema.is_valid(value):
            return
        if has_infinity(value):
            yield Unchecked(TOO_LARGE_NUMBER.map(lambda why: f"{where}: {why}"))
            return
        try:
            problems = list(schema.problems(value))
        except ValueError:  # jsonschema-rs shows no value that is nested deeper than 255
            expected = Text(zh="符合其 schema", en="what its schema says")
            yield violation(code, self._pointer, where, expected, TOO_DEEP, subject=subject)
            return
        for problem in problems:
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
