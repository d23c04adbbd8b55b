"""Do the declarations of a contract name what is there? The first that does not is a UsageError with file
and line and, where there is one, the nearest valid name.

A declaration that names nothing would be tested by nobody and stay green.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from harness.contracts import declaration_words as words
from harness.contracts import expressions, fields, pointers, schema_extensions
from harness.contracts.contract import Contract, Operation
from harness.contracts.declarations import NAMES, REQUEST, Declarations, declarations, query_schema
from harness.contracts.library import Library, Place
from harness.contracts.other_documents import NoOperation, operation_named
from harness.contracts.parameters import parameters_of, types_of
from harness.core.nearest import nearest
from harness.core.text import Text

ALIKE = 0.9  # as like as this, an x-field is a slip of one of ours rather than another tool's


def lint(contract: Contract) -> None:
    """Raise the first mistake in a declaration of the contract, if there is one."""
    for operation in contract.operations:
        if any(key.startswith("x-") for key in operation.place.value):
            _Linter(operation).run()
    schema_extensions.lint(contract)


class _Linter:
    """The declarations of one operation."""

    def __init__(self, operation: Operation) -> None:
        self._operation = operation
        self._library = operation.contract.library
        self._place = operation.place

    def run(self) -> None:
        for key in self._place.value:
            close = nearest(key, NAMES, alike=ALIKE)
            if close and key not in NAMES:
                raise self._place.refuse(words.NO_DECLARATION.format(key=key), key, nearest=close)
        declared = declarations(self._operation)
        self._pagination(declared)
        self._filters(declared)
        self._sorting(declared)
        self._reads_back(declared)
        self._idempotency(declared)

    def _pagination(self, declared: Declarations) -> None:
        if declared.pagination is None:
            return
        place = self._place.down("x-pagination")
        self._query(place, declared.pagination.limit, "limit")
        self._query(place, declared.pagination.parameter, declared.pagination.key)
        items = self._answered(place, declared.pagination.items, "items")
        self._typed(place, items, "array", words.NO_LIST, "items")
        if declared.pagination.total is not None:
            total = self._answered(place, declared.pagination.total, "total")
            self._typed(place, total, "integer", words.NO_WHOLE_NUMBER, "total")

    def _filters(self, declared: Declarations) -> None:
        for name, rule in declared.filters.items():
            place = self._place.down("x-filters", name)
            self._query(place, name)
            self._of_item(declared, place, rule.field, "field")

    def _sorting(self, declared: Declarations) -> None:
        sorting = declared.sorting
        if sorting is None:
            return
        place = self._place.down("x-sorting")
        self._query(place, sorting.parameter, "parameter")
        taken = declared.sort_values
        for value, pointer in sorting.by.items():
            if value not in taken and f"-{value}" not in taken:
                schema = query_schema(self._operation, sorting.parameter)
                known = None if schema is None else fields.keyword(self._library, schema, "enum")
                message = words.NO_SORT_VALUE.format(name=sorting.parameter, value=value)
                raise place.refuse(message, "by", value, nearest=nearest(value, known or ()))
            self._of_item(declared, place, pointer.removeprefix("-"), "by", value)
        if sorting.default is not None and sorting.default.removeprefix("-") not in sorting.by:
            close = nearest(sorting.default, sorting.by)
            message = words.DEFAULT_UNSORTED.format(value=sorting.default)
            raise place.refuse(message, "default", nearest=close)

    def _reads_back(self, declared: Declarations) -> None:
        reads_back = declared.reads_back
        if reads_back is None:
            return
        place = self._place.down("x-reads-back")
        try:
            reader = operation_named(self._operation.contract, reads_back.operation)
        except NoOperation as error:
            raise place.refuse(error.text, "operation", nearest=error.nearest) from None
        parameters = {item.value["name"]: item.value for item in parameters_of(reader)}
        for name, value in reads_back.parameters.items():
            if name not in parameters:
                close = nearest(name, parameters)
                message = words.NO_PARAMETER.format(name=name, operation=reader.label)
                raise place.refuse(message, "parameters", name, nearest=close)
            self._expression(place, value, "parameters", name)
        for name, parameter in parameters.items():
            if parameter.get("required") is True and name not in reads_back.parameters:
                message = words.PARAMETER_NEEDED.format(operation=reader.label, name=name)
                raise place.refuse(message, "parameters")
        listed = isinstance(reads_back.same, list)
        for number, (written, read) in enumerate(reads_back.pairs):
            below = ("same", number if listed else written)
            answers = words.ANSWER.format(operation=reader.label)
            self._one_of(place, _answers(reader), read, answers, *below, library=reader.contract.library)
            if written.startswith(REQUEST):
                body = fields.body_schema(self._operation)
                where = words.BODY.format(operation=self._operation.label)
                pointer = written[len(REQUEST) :]
                self._one_of(place, [] if body is None else [body], pointer, where, *below)
            else:
                self._answered(place, written, *below)

    def _idempotency(self, declared: Declarations) -> None:
        idempotency = declared.idempotency
        if idempotency is None:
            return
        place, status = self._place.down("x-idempotency"), str(idempotency.conflict)
        headers = [item.value["name"] for item in self._parameters("header")]
        if idempotency.header.lower() not in {name.lower() for name in headers}:
            close = nearest(idempotency.header, headers)
            message = words.NO_HEADER.format(name=idempotency.header, operation=self._operation.label)
            raise place.refuse(message, "header", nearest=close)
        documented = self._place.value.get("responses") or {}
        if documented.keys().isdisjoint({status, f"{status[0]}XX", "default"}):
            close = nearest(status, documented)
            message = words.NO_STATUS.format(operation=self._operation.label, status=status)
            raise place.refuse(message, "conflict", nearest=close)
        if idempotency.identity is not None:
            self._answered(place, idempotency.identity, "identity")

    def _expression(self, place: Place, value: Any, *below: str) -> None:
        if not expressions.is_expression(value):
            return
        if not expressions.well_formed(value):
            message = words.NO_EXPRESSION.format(value=value)
            raise place.refuse(message, *below, nearest="$response.body#/field")
        pointer = expressions.answer_pointer(value)
        if pointer is not None:
            self._answered(place, pointer, *below)

    def _query(self, place: Place, name: str, *below: str) -> None:
        known = [item.value["name"] for item in self._parameters("query")]
        if name not in known:
            message = words.NO_QUERY.format(name=name, operation=self._operation.label)
            raise place.refuse(message, *below, nearest=nearest(name, known))

    def _parameters(self, where: str) -> list[Place]:
        return [item for item in parameters_of(self._operation) if item.value["in"] == where]

    def _answered(self, place: Place, pointer: str, *below: str | int) -> list[Place]:
        where = words.ANSWER.format(operation=self._operation.label)
        return self._one_of(place, _answers(self._operation), pointer, where, *below)

    def _of_item(self, declared: Declarations, place: Place, pointer: str, *below: str) -> None:
        if declared.items is None:
            raise place.refuse(words.WHICH_LIST.format(operation=self._operation.label))
        whole = declared.items + pointers.join("", fields.EVERY) + pointer
        where = words.ITEM.format(operation=self._operation.label)
        self._one_of(place, _answers(self._operation), whole, where, *below, shown=pointer)

    def _one_of(
        self,
        place: Place,
        schemas: Iterable[Place],
        pointer: str,
        where: Text,
        *below: str | int,
        shown: str | None = None,
        library: Library | None = None,
    ) -> list[Place]:
        """What ``pointer`` leads to in those of the schemas that have it; refused where none has."""
        shown, close = pointer if shown is None else shown, None
        found, known = list[Place](), False
        for schema in schemas:
            try:
                found += fields.find(library or self._library, schema, pointer)
                known = True
            except fields.NoField as error:
                hidden = pointer.removesuffix(shown)
                close = close or (error.nearest.removeprefix(hidden) if error.nearest else None)
        if not known:
            message = words.NOT_THERE.format(where=where, pointer=shown or "JSON")
            raise place.refuse(message, *below, nearest=close)
        return found

    def _typed(self, place: Place, found: list[Place], kind: str, otherwise: Text, below: str) -> None:
        types = {item for schema in found for item in types_of(self._library, schema)}
        if types and kind not in types:
            raise place.refuse(otherwise.format(pointer=place.value[below]), below)


def _answers(operation: Operation) -> list[Place]:
    return list(fields.answer_schemas(operation).values())
