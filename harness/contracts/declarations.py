"""Declarations: what an operation promises that no schema can say. Their shapes, read from ``x-…`` fields.

``x-pagination: {limit: limit, offset: offset, items: /items, total: /total}`` names query parameters and
fields of the answer; ``{limit: pageSize, page: page, first: 1, items: /list}`` does where pages have numbers.
``x-filters: {min_price: {field: /price, is: at-least}}`` and ``x-sorting: {parameter: sort, by: {price: /price},
default: -price}`` speak of fields of an item. ``x-reads-back: {operation: getOrder, parameters: {order_id:
$response.body#/order_id}, same: [/total]}``: what is written is read. ``x-idempotency: {header: Idempotency-Key,
conflict: 409}``: a request sent twice happens once. Whether what they name is there is ``declaration_lint``'s;
whether it holds is tested by ``harness.conformance.kinds.declared``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from harness.contracts import declaration_words as words
from harness.contracts import fields
from harness.contracts.contract import Operation
from harness.contracts.library import Place
from harness.contracts.parameters import parameters_of, schema_of, types_of
from harness.contracts.pointers import existing
from harness.contracts.schemas import Schema
from harness.core.nearest import nearest
from harness.core.validation import MISSING, PLACED, UNKNOWN_KEY, InvalidInput, first_invalid

Pointer = Annotated[str, Field(pattern=r"^(/.*)?$", description="JSON pointer (RFC 6901); * is every entry")]
Rule = Literal["equal", "at-least", "at-most", "contains"]
REQUEST = "request:"
NAMES = ("x-pagination", "x-filters", "x-sorting", "x-reads-back", "x-idempotency")
M = TypeVar("M", bound=BaseModel)


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Pagination(_Model):
    """``limit`` and ``offset`` or ``page`` are query parameters, ``items`` and ``total`` fields of the answer.

    ``page`` is a number, and that of the first page is ``first``.
    """

    limit: str
    offset: str | None = None
    page: str | None = None
    first: int = 1
    items: Pointer
    total: Pointer | None = None

    @model_validator(mode="after")
    def _begin_once(self) -> Pagination:
        if (self.offset is None) == (self.page is None):
            raise InvalidInput(words.ONE_BEGINNING)
        return self

    @property
    def key(self) -> Literal["offset", "page"]:
        """What says where a page begins."""
        return "offset" if self.page is None else "page"

    @property
    def parameter(self) -> str:
        """The query parameter that says where a page begins."""
        return self.offset or self.page or ""

    def query(self, size: int, offset: int) -> dict[str, int]:
        """What asks for the page of ``size`` entries that begins at ``offset``, a multiple of it."""
        begin = offset if self.page is None else self.first + offset // size
        return {self.limit: size, self.parameter: begin}


class Filter(_Model):
    """A query parameter that leaves only items whose ``field`` is equal to (at least, …) its value."""

    field: Pointer
    rule: Rule = Field(alias="is")


class Sorting(_Model):
    """``by``: a value of ``parameter`` and the field it sorts by; ``-`` before either is descending."""

    parameter: str
    by: dict[str, str] = Field(min_length=1)
    default: str | None = None

    def order(self, value: str) -> tuple[str, bool]:
        """The field a value sorts by, and whether descending. KeyError for a value that is not declared."""
        pointer = self.by[value] if value in self.by else self.by[value.removeprefix("-")]
        turned = value not in self.by
        return pointer.removeprefix("-"), pointer.startswith("-") != turned


class ReadsBack(_Model):
    """``parameters`` of the reading ``operation`` (in another document: ``shared.yaml#getOrder``) by runtime
    expressions; ``same``: pointers of both answers, or written → read, where ``request:/nickname`` is a field
    of the body that was sent.
    """

    operation: str
    parameters: dict[str, Any] = Field(default_factory=dict)
    same: list[Pointer] | dict[str, Pointer] = Field(min_length=1)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What was written and where it is read."""
        if isinstance(self.same, dict):
            return list(self.same.items())
        return [(pointer, pointer) for pointer in self.same]


class Idempotency(_Model):
    """``header`` names a request; the same name with another content is answered with ``conflict``.

    ``identity`` is the field of the answer that tells one object from another; else it is found.
    """

    header: str = "Idempotency-Key"
    conflict: int = Field(ge=400, le=499)
    identity: Pointer | None = None


@dataclass(frozen=True)
class Declarations:
    """What one operation declares; None where it says nothing."""

    operation: Operation
    pagination: Pagination | None
    filters: Mapping[str, Filter]
    sorting: Sorting | None
    reads_back: ReadsBack | None
    idempotency: Idempotency | None

    @cached_property
    def items(self) -> str | None:
        """The pointer of the list in the answer: as declared, else the answer itself or its only list."""
        return self.pagination.items if self.pagination else list_pointer(self.operation)

    @property
    def sort_values(self) -> list[str]:
        """The values of the sorting parameter that are declared and that its schema takes."""
        if self.sorting is None:
            return []
        schema = query_schema(self.operation, self.sorting.parameter)
        values = [value for name in self.sorting.by for value in (name, f"-{name}")]
        if schema is None:
            return values
        contract = self.operation.contract
        takes = Schema(contract.library, schema, contract.openapi, "request").is_valid
        return [value for value in values if takes(value)]


def declarations(operation: Operation) -> Declarations:
    """The declarations of an operation. UsageError with file and line for one of a wrong shape."""
    place = operation.place
    filters = {}
    if "x-filters" in place.value:
        below = place.down("x-filters")
        if not isinstance(below.value, dict) or not below.value:
            raise below.refuse(words.NO_FILTERS)
        filters = {name: _read(below.down(name), Filter) for name in below.value}
    return Declarations(
        operation=operation,
        pagination=_read_at(place, "x-pagination", Pagination),
        filters=filters,
        sorting=_read_at(place, "x-sorting", Sorting),
        reads_back=_read_at(place, "x-reads-back", ReadsBack),
        idempotency=_read_at(place, "x-idempotency", Idempotency),
    )


def list_pointer(operation: Operation) -> str | None:
    """Where the list of a reading operation is: the answer itself, or the one field of it that is a list."""
    library = operation.contract.library
    for schema in fields.answer_schemas(operation).values():
        if "array" in types_of(library, schema):
            return ""
        names = dict.fromkeys(
            name for part in fields.parts(library, schema) for name in part.value.get("properties") or ()
        )
        lists = [
            f"/{name}"
            for name in names
            if any("array" in types_of(library, item) for item in fields.find(library, schema, f"/{name}"))
        ]
        return lists[0] if len(lists) == 1 else None
    return None


def query_schema(operation: Operation, name: str) -> Place | None:
    """The schema of a query parameter; None where there is no such parameter or it has none."""
    for place in parameters_of(operation):
        if (place.value["in"], place.value["name"]) == ("query", name):
            return schema_of(place)
    return None


def _read_at(place: Place, name: str, model: type[M]) -> M | None:
    return _read(place.down(name), model) if name in place.value else None


def _read(place: Place, model: type[M]) -> M:
    try:
        return model.model_validate(place.value)
    except ValidationError as error:
        first = first_invalid(error)
        loc = list(first.keys)
        known = [item.alias or name for name, item in model.model_fields.items()]
        name = "x-" + place.pointer.rpartition("/x-")[2].partition("/")[0]
        message = PLACED.format(
            place=name, what=PLACED.format(place=first.place or words.WHOLE, what=first.message)
        )
        close = None
        if first.kind == UNKNOWN_KEY:
            message, close = words.HAS_NO.format(name=name, key=loc[-1]), nearest(loc[-1], known)
        elif first.kind == MISSING:
            message = words.NEEDS.format(name=name, key=loc[-1])
        elif first.kind == "literal_error":
            close = nearest(str(first.value), ("equal", "at-least", "at-most", "contains"))
        raise place.refuse(message, *existing(place.value, loc), nearest=close) from None
