"""Which operation of which contract answers a request: path templates, concrete before templated."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from string import printable
from urllib.parse import quote

from harness.contracts.contract import Contract, Flaw, Operation
from harness.contracts.lint import VARIABLE
from harness.contracts.operation_check import OperationCheck
from harness.contracts.raw_values import RawValues
from harness.contracts.undocumented import PathNames

TRIPLET = re.compile("%([0-9A-Fa-f]{2})")
UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


@dataclass(frozen=True, slots=True)
class Found:
    """An operation and the raw values its path parameters have in this request."""

    operation: Operation
    values: RawValues


@dataclass(frozen=True, slots=True)
class _Template:
    pattern: re.Pattern[str]
    names: tuple[str, ...]
    methods: dict[str, Operation]


class Index:
    """The operations of several contracts; of two equal ones the first contract's counts.

    ``service`` leaves out the operations another service serves (``x-served-by``). Compiled checks are kept
    here, made when first needed. Matching ignores the query; HEAD counts as GET where only that is declared
    (RFC 9110 section 9.3.2).
    """

    def __init__(self, contracts: Iterable[Contract], *, service: str | None = None) -> None:
        self.contracts = tuple(contracts)
        self._concrete: dict[str, dict[str, Operation]] = {}
        templates: dict[str, dict[str, Operation]] = {}
        self._checks: dict[str, OperationCheck] = {}
        self._flaws: dict[str, Flaw] = {}
        for contract in self.contracts:
            self._flaws |= contract.of_operations
        every = [
            operation
            for contract in self.contracts
            for operation in (*contract.operations, *(flawed for flawed, _ in contract.flawed))
            if service is None or operation.serves(service)
        ]
        # Where the first server of one has what another server of another has, the first counts.
        for path, its in (
            *((operation.path, operation) for operation in every),
            *((path, operation) for operation in every for path in operation.paths[1:]),
        ):
            home = templates if "{" in path else self._concrete
            home.setdefault(normal(path), {}).setdefault(its.method, its)
        self._templates: dict[int, list[_Template]] = {}
        for path in sorted(templates, key=_specificity):
            self._templates.setdefault(path.count("/"), []).append(_template(path, templates[path]))

    @property
    def operations(self) -> tuple[Operation, ...]:
        found = [item for methods in self._concrete.values() for item in methods.values()]
        for rows in self._templates.values():
            found += [item for row in rows for item in row.methods.values()]
        return tuple(
            {each.pointer: each for each in found if each.pointer not in self._flaws}.values()
        )  # each once, however many addresses it has

    def flaw_of(self, operation: Operation) -> Flaw | None:
        """Why nothing can be said of an operation's exchanges: what is wrong in its document."""
        return self._flaws.get(operation.pointer)

    def match(self, method: str, path: str) -> Operation | None:
        """The operation for a method and a path (a query is ignored), or None."""
        found = self.find(method, path)
        return None if found is None else found.operation

    def find(self, method: str, path: str) -> Found | None:
        """As :meth:`match`, with the path parameters (still percent-encoded)."""
        path = normal(path.partition("?")[0])
        methods = self._concrete.get(path)
        if methods is not None and (operation := _pick(methods, method)) is not None:
            return Found(operation, {})
        for template in self._templates.get(path.count("/"), ()):
            matched = template.pattern.fullmatch(path)
            if matched is not None and (operation := _pick(template.methods, method)) is not None:
                values = {name: [text] for name, text in zip(template.names, matched.groups(), strict=True)}
                return Found(operation, values)
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


def normal(path: str) -> str:
    """The path as all that are equivalent to it are written (RFC 3986, 6.2.2; RFC 3987, 3.1)."""
    if "%" in path:
        path = TRIPLET.sub(_normal_triplet, path)
    return path if path.isascii() else quote(path, safe=printable)


def _normal_triplet(matched: re.Match[str]) -> str:
    character = chr(int(matched[1], 16))
    return character if character in UNRESERVED else matched[0].upper()


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
