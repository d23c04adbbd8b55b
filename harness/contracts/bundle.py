"""A contract as one self-contained document: every ``$ref`` to another file becomes one inside.

For tools that read a single document. Components of other files are taken over under their name (with a
number where the name is taken); anything else another file gives (path items, fragments) is written out.
Flawed operations are left out, references that lead nowhere are written as nothing, and harmless flaws are mended.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

from harness.contracts import flaw_words as words
from harness.contracts import pointers
from harness.contracts.contract import Contract
from harness.contracts.dialect import mend, read_patterns
from harness.contracts.library import Place
from harness.contracts.walk import Kind, children, refers
from harness.core.errors import UsageError


def bundle(contract: Contract) -> dict[str, Any]:
    """The contract as parsed JSON without file references. The contract itself is not changed."""
    return _Bundler(contract).run()


class _Bundler:
    def __init__(self, contract: Contract) -> None:
        self._contract, self._library = contract, contract.library
        self._root = contract.library.root
        self._names: dict[tuple[str, str], str] = {}
        self._components: dict[str, dict[str, Any]] = {}
        self._within: list[tuple[str, str]] = []
        self._flawed = {operation.place.key for operation, _ in contract.flawed}
        self._is_sound = not contract.flaws

    def run(self) -> dict[str, Any]:
        document: dict[str, Any] = self._copy(self._root, "document")
        for kind, items in self._components.items():
            document.setdefault("components", {}).setdefault(kind, {}).update(items)
        document["info"] = {"title": self._contract.title, "version": self._contract.version}
        return document

    def _copy(self, place: Place, kind: Kind) -> Any:
        if not isinstance(place.value, dict):
            return deepcopy(place.value)
        return self._reference(place, kind) if refers(place) else self._members(place, kind)

    def _members(self, place: Place, kind: Kind) -> dict[str, Any]:
        """All that an object has, but what it refers to."""
        below: dict[str | int, dict[tuple[str | int, ...], Kind]] = {}
        for path, inner in children(place.value, kind):
            below.setdefault(path[0], {})[path] = inner
        found: dict[str, Any] = {}
        for key, value in place.value.items():
            its = below.get(key, {})
            if (key,) in its:
                if place.down(key).key not in self._flawed:
                    found[key] = self._copy(place.down(key), its[key,])
            elif its and isinstance(value, dict):
                found[key] = {
                    name: self._copy(place.down(key, name), its[key, name])
                    if (key, name) in its
                    else deepcopy(item)
                    for name, item in value.items()
                    if not self._flawed or place.down(key, name).key not in self._flawed
                }
            elif its:
                found[key] = [
                    self._copy(place.down(key, number), its[key, number]) for number in range(len(value))
                ]
            elif key != "$ref":
                found[key] = deepcopy(value)
        if kind == "schema":
            mend(found, self._contract.openapi)
            read_patterns(found, properties=False)
        if kind == "parameter" and found.get("in") == "path":
            found["required"] = True
        return found

    def _reference(self, place: Place, kind: Kind) -> Any:
        try:
            target = self._library.target(place)
        except UsageError:
            if self._is_sound:
                raise
            return {}  # no operation that is left refers to it, or only to show an example
        siblings = self._members(place, kind)
        if kind == "schema" and self._contract.openapi != "3.0" and place.value.get("nullable") is True:
            referred = {key: value for key, value in place.value.items() if key != "nullable"}
            return {"anyOf": [self._copy(replace(place, value=referred), kind), {"type": "null"}]}
        if target.source is self._root.source:
            return {**siblings, "$ref": f"#{target.pointer}"}
        tokens = pointers.split(target.pointer)
        if len(tokens) == 3 and tokens[0] == "components":
            return {**siblings, "$ref": self._take(target, kind, tokens[1], tokens[2])}
        if target.key in self._within:
            raise place.refuse(words.CONTAINS_ITSELF, "$ref")
        self._within.append(target.key)
        copy = self._copy(target, kind)
        self._within.pop()
        return {**copy, **siblings} if isinstance(copy, dict) else copy

    def _take(self, target: Place, its: Kind, kind: str, name: str) -> str:
        if target.key not in self._names:
            own = (self._root.value.get("components") or {}).get(kind) or {}
            home = self._components.setdefault(kind, {})
            free, number = name, 2
            while free in own or free in home:
                free, number = f"{name}_{number}", number + 1
            self._names[target.key] = f"#/components/{kind}/{free}"
            home[free] = None  # before the copy: a component may contain itself
            home[free] = self._copy(target, its)
        return self._names[target.key]
