"""Which operation of which contract answers a request: path templates, concrete before templated."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from string import printable
from urllib.parse import quote

from harness.contracts.addresses import VARIABLE, Query, query_of
from harness.contracts.contract import Contract, Flaw, Operation
from harness.contracts.operation_check import OperationCheck
from harness.contracts.raw_values import RawValues, query_values
from harness.contracts.undocumented import PathNames

TRIPLET = re.compile("%([0-9A-Fa-f]{2})")
UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


@dataclass(frozen=True, slots=True)
class Found:
    """An operation and the raw values its path parameters have in this request."""

    operation: Operation
    values: RawValues


# The operations of a path by method: those that ask for the most of a query first.
_Methods = dict[str, list[tuple[Query, Operation]]]


@dataclass(frozen=True, slots=True)
class _Template:
    pattern: re.Pattern[str]
    names: tuple[str, ...]
    methods: _Methods


class Index:
    """The operations of several contracts; of two equal ones the first contract's counts.

    ``service`` leaves out the operations another service serves (``x-served-by``). Compiled checks are kept
    here, made when first needed. A query counts where paths have one (``addresses``); HEAD counts as GET where only
    that is declared (RFC 9110 section 9.3.2).
    """

    def __init__(self, contracts: Iterable[Contract], *, service: str | None = None) -> None:
        self.contracts = tuple(contracts)
        self._concrete: dict[str, _Methods] = {}
        templates: dict[str, _Methods] = {}
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
            path = path.partition("?")[0]
            home = templates if "{" in path else self._concrete
            known = home.setdefault(normal(path), {}).setdefault(its.method, [])
            query = query_of(its.template)
            if all(other != query for other, _ in known):
                known.append((query, its))
                known.sort(key=lambda each: each[0].extent, reverse=True)
        self._templates: dict[int, list[_Template]] = {}
        for path in sorted(templates, key=_specificity):
            self._templates.setdefault(path.count("/"), []).append(_template(path, templates[path]))

    @property
    def operations(self) -> tuple[Operation, ...]:
        found = [item for methods in self._concrete.values() for its in methods.values() for _, item in its]
        for rows in self._templates.values():
            found += [item for row in rows for its in row.methods.values() for _, item in its]
        # Each once, however many addresses it has; paths may share a path item, and so a pointer.
        return tuple(dict.fromkeys(each for each in found if each.pointer not in self._flaws))

    def flaw_of(self, operation: Operation) -> Flaw | None:
        """Why nothing can be said of an operation's exchanges: what is wrong in its document."""
        return self._flaws.get(operation.pointer)

    def match(self, method: str, path: str) -> Operation | None:
        """The operation for a method and a path with its query, or None."""
        found = self.find(method, path)
        return None if found is None else found.operation

    def find(self, method: str, path: str) -> Found | None:
        """As :meth:`match`, with the path parameters (still percent-encoded)."""
        path, _, query = path.partition("?")
        path = normal(path)
        methods = self._concrete.get(path)
        if methods is not None and (operation := _pick(methods, method, query)) is not None:
            return Found(operation, {})
        for template in self._templates.get(path.count("/"), ()):
            matched = template.pattern.fullmatch(path)
            if matched is not None and (operation := _pick(template.methods, method, query)) is not None:
                values = {name: [text] for name, text in zip(template.names, matched.groups(), strict=True)}
                return Found(operation, values)
        return None

    def name(self, method: str, path: str) -> str:
        """What to call a request that matches nothing: ``GET /coupons/{id}``, the same for every id."""
        return self._names.name(method, path)

    @cached_property
    def _names(self) -> PathNames:
        return PathNames(operation.path.partition("?")[0] for operation in self.operations)

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


def _pick(methods: _Methods, method: str, query: str) -> Operation | None:
    known = methods.get(method) or (methods.get("GET") if method == "HEAD" else None)
    if not known:
        return None
    if not known[0][0].pairs:
        return known[0][1]  # most often: no path has a query
    values = query_values(query)
    return next((operation for wanted, operation in known if wanted.admits(values)), None)


def _specificity(path: str) -> tuple[tuple[bool, str], ...]:
    """Templates with a literal where others have a variable come first, segment by segment."""
    return tuple(("{" in segment, segment) for segment in path.split("/"))


def _template(path: str, methods: _Methods) -> _Template:
    parts = VARIABLE.split(path)
    pattern = "".join("([^/]+)" if number % 2 else re.escape(part) for number, part in enumerate(parts))
    return _Template(re.compile(pattern), tuple(parts[1::2]), methods)
