"""Which operation of which contract answers a request: path templates, concrete before templated."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote

from harness.contracts.contract import Contract, Operation
from harness.contracts.lint import VARIABLE
from harness.contracts.operation_check import OperationCheck
from harness.contracts.undocumented import PathNames


@dataclass(frozen=True, slots=True)
class Found:
    """An operation and the text its path parameters have in this request."""

    operation: Operation
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Template:
    pattern: re.Pattern[str]
    names: tuple[str, ...]
    methods: dict[str, Operation]


class Index:
    """The operations of several contracts; of two equal ones the first contract's counts.

    ``service`` leaves out the operations another service serves (``x-served-by``). Compiled checks are kept
    here, made when first needed. Matching ignores the query; a path is compared as it was sent
    (percent-encoded), HEAD counts as GET where only that is declared (RFC 9110 section 9.3.2).
    """

    def __init__(self, contracts: Iterable[Contract], *, service: str | None = None) -> None:
        self.contracts = tuple(contracts)
        self._concrete: dict[str, dict[str, Operation]] = {}
        templates: dict[str, dict[str, Operation]] = {}
        self._checks: dict[str, OperationCheck] = {}
        for contract in self.contracts:
            for operation in contract.operations:
                if service is None or operation.serves(service):
                    home = templates if "{" in operation.path else self._concrete
                    home.setdefault(operation.path, {}).setdefault(operation.method, operation)
        self._templates: dict[int, list[_Template]] = {}
        for path in sorted(templates, key=_specificity):
            self._templates.setdefault(path.count("/"), []).append(_template(path, templates[path]))

    @property
    def operations(self) -> tuple[Operation, ...]:
        found = [item for methods in self._concrete.values() for item in methods.values()]
        for rows in self._templates.values():
            found += [item for row in rows for item in row.methods.values()]
        return tuple(found)

    def match(self, method: str, path: str) -> Operation | None:
        """The operation for a method and a path (a query is ignored), or None."""
        found = self.find(method, path)
        return None if found is None else found.operation

    def find(self, method: str, path: str) -> Found | None:
        """As :meth:`match`, with the path parameters (percent-decoded)."""
        path = path.partition("?")[0]
        methods = self._concrete.get(path)
        if methods is not None and (operation := _pick(methods, method)) is not None:
            return Found(operation, {})
        for template in self._templates.get(path.count("/"), ()):
            matched = template.pattern.fullmatch(path)
            if matched is not None and (operation := _pick(template.methods, method)) is not None:
                values = (unquote(value) for value in matched.groups())
                return Found(operation, dict(zip(template.names, values, strict=True)))
        return None

    def name(self, method: str, path: str) -> str:
        """What to call a request that matches nothing: ``GET /coupons/{id}``, the same for every id."""
        return self._names.name(method, path)

    @cached_property
    def _names(self) -> PathNames:
        return PathNames(operation.path for operation in self.operations)

    def check_of(self, operation: Operation) -> OperationCheck:
        """The compiled check of an operation."""
        check = self._checks.get(operation.pointer)
        if check is None:
            check = self._checks[operation.pointer] = OperationCheck(operation)
        return check


def _pick(methods: dict[str, Operation], method: str) -> Operation | None:
    operation = methods.get(method)
    return methods.get("GET") if operation is None and method == "HEAD" else operation


def _specificity(path: str) -> tuple[tuple[bool, str], ...]:
    """Templates with a literal where others have a variable come first, segment by segment."""
    return tuple(("{" in segment, segment) for segment in path.split("/"))


def _template(path: str, methods: dict[str, Operation]) -> _Template:
    parts = VARIABLE.split(path)
    pattern = "".join("([^/]+)" if number % 2 else re.escape(part) for number, part in enumerate(parts))
    return _Template(re.compile(pattern), tuple(parts[1::2]), methods)
