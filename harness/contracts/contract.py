"""A contract: one OpenAPI document with its operations.

Owns what an operation is. Reading a file is ``loading``'s, whether the document makes sense is ``lint``'s,
whether an exchange keeps to it is ``checker``'s.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from harness.contracts.addresses import sent
from harness.contracts.dialect import Version
from harness.contracts.library import Library, Place
from harness.contracts.servers import bases_of
from harness.contracts.walk import METHODS, QUERY
from harness.core.errors import UsageError
from harness.core.text import Text

ADDITIONAL = "additionalOperations"
FLAW = Text(zh="{message}（{pointer}）", en="{message} ({pointer})")
FLAWED = Text(zh="接口规范有误：{flaw}", en="the contract is flawed: {flaw}")


@dataclass(frozen=True, slots=True)
class Flaw:
    """A mistake of a document: the place with this ``key``, its ``pointer``, and what is wrong, with file and line.

    A ``harmless`` one leaves no doubt about what is meant: it is told, and what it concerns is tested.
    """

    key: tuple[str, str]
    pointer: str
    message: Text
    harmless: bool = False

    @property
    def words(self) -> Text:
        return FLAW.format(message=self.message, pointer=self.pointer)

    @property
    def reason(self) -> Text:
        """Why nothing is tested that it concerns."""
        return FLAWED.format(flaw=self.words)

    def is_within(self, key: tuple[str, str]) -> bool:
        """Whether it is at a place or below it."""
        (file, pointer), (path, above) = self.key, key
        return file == path and (pointer == above or pointer.startswith(f"{above}/"))


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a contract.

    ``id`` is its operationId (else ``GET /path``), ``method`` upper case, ``template`` its path as written,
    ``bases`` the base paths of its servers, ``path`` the template with the first of them before it, ``document``
    the file name of the contract it was loaded from, ``pointer`` where it stands
    (``shared.yaml#/paths/~1api~1member/get``), ``owner`` its ``x-owner``, the document's ``x-owner`` or contact
    name. ``served_by`` names the services of ``x-served-by``; empty: all that have this contract.
    """

    id: str
    method: str
    path: str
    document: str
    pointer: str
    summary: str
    owner: str | None
    served_by: tuple[str, ...]
    place: Place = field(compare=False, repr=False)
    item: Place = field(compare=False, repr=False)
    contract: Contract = field(compare=False, repr=False)
    template: str = field(compare=False)
    bases: tuple[str, ...] = field(compare=False)
    line: int | None = field(default=None, compare=False)

    @property
    def base(self) -> str:
        return self.bases[0]

    @property
    def paths(self) -> tuple[str, ...]:
        """Wherever it is served; ``path`` is the first."""
        return tuple(base + sent(self.template) for base in self.bases)

    @property
    def responses(self) -> dict[str, Any]:
        """The documented responses by status; OpenAPI 3.1 lets an operation have none."""
        found: dict[str, Any] = self.place.value.get("responses") or {}
        return found

    @property
    def is_additional(self) -> bool:
        """Whether it is one of the ``additionalOperations`` of OpenAPI 3.2, with a method of its own."""
        return self.method.lower() not in (*METHODS, QUERY)

    @property
    def label(self) -> str:
        return f"{self.method} {self.path}"

    def serves(self, service: str) -> bool:
        return not self.served_by or service in self.served_by


@dataclass(frozen=True)
class Contract:
    """A loaded contract: linted, its ``$ref``s resolvable. ``version`` is ``info.version``.

    ``flaws`` are the mistakes of the document; ``of_operations`` are those that concern an operation, by its
    pointer; ``of_paths`` are those that concern a path and none of the operations read of it: what else the
    path has is unknown.
    """

    path: Path
    title: str
    version: str
    openapi: Version
    library: Library = field(repr=False)
    flaws: tuple[Flaw, ...] = field(default=(), repr=False)
    of_operations: Mapping[str, Flaw] = field(default_factory=dict, repr=False, compare=False)
    of_paths: tuple[Flaw, ...] = field(default=(), repr=False, compare=False)

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def document(self) -> dict[str, Any]:
        """The parsed document, as written."""
        data: dict[str, Any] = self.library.root.value
        return data

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """Those without a flaw, in document order."""
        return tuple(each for each in self._operations if each.pointer not in self.of_operations)

    @cached_property
    def flawed(self) -> tuple[tuple[Operation, Flaw], ...]:
        """Those that a flaw concerns, with the flaw."""
        known = self.of_operations
        return tuple((each, known[each.pointer]) for each in self._operations if each.pointer in known)

    @property
    def is_32(self) -> bool:
        """Whether it may have what OpenAPI 3.2 adds to 3.1."""
        return str(self.document.get("openapi")).startswith("3.2")

    @property
    def ids(self) -> tuple[str, ...]:
        """Those of all operations: one with a flaw has a test, too, which is not run."""
        return tuple(operation.id for operation in self._operations)

    @cached_property
    def _operations(self) -> list[Operation]:
        given = self.document.get("info")
        info = given if isinstance(given, dict) else {}
        owner = self.document.get("x-owner") or info.get("x-owner") or _name(info.get("contact"))
        found = []
        for template in self.document.get("paths") or {}:
            if template.startswith("x-"):
                continue
            try:
                item = self.library.follow(self.library.root.down("paths", template))
            except UsageError:
                continue  # a flaw of the path
            for method, place in self._methods(item):
                bases = bases_of(place, item, self.library.root)
                path = bases[0] + sent(template)
                found.append(
                    Operation(
                        id=place.value.get("operationId") or f"{method} {path}",
                        method=method,
                        path=path,
                        document=self.name,
                        pointer=place.name,
                        summary=place.value.get("summary") or "",
                        owner=place.value.get("x-owner") or item.value.get("x-owner") or owner,
                        served_by=_names(place.value.get("x-served-by")),
                        place=place,
                        item=item,
                        contract=self,
                        template=template,
                        bases=bases,
                        line=place.source.line(place.pointer),
                    )
                )
        return found

    def _methods(self, item: Place) -> Iterator[tuple[str, Place]]:
        """The operations of a path by method; OpenAPI 3.2 has some that 3.1 has not."""
        if not isinstance(item.value, dict):
            return
        known: list[tuple[tuple[str, ...], str]]
        known = [((method,), method.upper()) for method in (*METHODS, *((QUERY,) if self.is_32 else ()))]
        others = item.value.get(ADDITIONAL) if self.is_32 else None
        known += [((ADDITIONAL, name), name) for name in (others if isinstance(others, dict) else ())]
        for path, method in known:
            place = item.down(*path) if path[0] in item.value else None
            if place is not None and isinstance(place.value, dict):
                yield method, place


def _name(contact: Any) -> Any:
    return contact.get("name") if isinstance(contact, dict) else None


def _names(served_by: Any) -> tuple[str, ...]:
    return tuple(served_by) if isinstance(served_by, list) else ()
