"""A contract: one OpenAPI document with its operations.

Owns what an operation is. Reading a file is ``loading``'s, whether the document makes sense is ``lint``'s,
whether an exchange keeps to it is ``checker``'s.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from harness.contracts.dialect import Version
from harness.contracts.library import Library, Place

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a contract.

    ``id`` is its operationId (else ``GET /path``), ``method`` upper case, ``path`` the template with the
    server's base path before it, ``document`` the file name of the contract it was loaded from, ``pointer``
    where it stands (``shared.yaml#/paths/~1api~1member/get``), ``owner`` its ``x-owner``, the document's
    ``x-owner`` or contact name. ``served_by`` names the services of ``x-served-by``; empty: all that have
    this contract.
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
    line: int | None = field(default=None, compare=False)

    @property
    def label(self) -> str:
        return f"{self.method} {self.path}"

    def serves(self, service: str) -> bool:
        return not self.served_by or service in self.served_by


@dataclass(frozen=True)
class Contract:
    """A loaded contract: linted, its ``$ref``s resolvable. ``version`` is ``info.version``."""

    path: Path
    title: str
    version: str
    openapi: Version
    library: Library = field(repr=False)

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def document(self) -> dict[str, Any]:
        """The parsed document, as written."""
        data: dict[str, Any] = self.library.root.value
        return data

    @cached_property
    def base(self) -> str:
        """The path of the first server's URL, without the slash at the end; most often empty."""
        servers = self.document.get("servers")
        if not isinstance(servers, list) or not servers:
            return ""
        url = str(servers[0].get("url", ""))
        for name, variable in (servers[0].get("variables") or {}).items():
            url = url.replace("{" + name + "}", str(variable.get("default", "")))
        return urlsplit(url).path.rstrip("/")

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """In document order."""
        return tuple(self._operations())

    def _operations(self) -> list[Operation]:
        info = self.document.get("info", {})
        owner = self.document.get("x-owner") or info.get("x-owner") or (info.get("contact") or {}).get("name")
        found = []
        for template in self.document.get("paths") or {}:
            if template.startswith("x-"):
                continue
            item = self.library.follow(self.library.root.down("paths", template))
            for method in METHODS:
                if method not in item.value:
                    continue
                place = item.down(method)
                label = f"{method.upper()} {self.base}{template}"
                found.append(
                    Operation(
                        id=place.value.get("operationId") or label,
                        method=method.upper(),
                        path=self.base + template,
                        document=self.name,
                        pointer=place.name,
                        summary=place.value.get("summary") or "",
                        owner=place.value.get("x-owner") or item.value.get("x-owner") or owner,
                        served_by=tuple(place.value.get("x-served-by") or ()),
                        place=place,
                        item=item,
                        contract=self,
                        line=place.source.line(place.pointer),
                    )
                )
        return found
