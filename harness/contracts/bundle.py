"""A contract as one self-contained document: every ``$ref`` to another file becomes one inside.

For tools that read a single document. Components of other files are taken over under their name (with a
number where the name is taken); anything else another file gives (path items, fragments) is written out.
Flawed operations are left out, and references that lead nowhere are written as nothing.
"""

from __future__ import annotations

from typing import Any

from harness.contracts import pointers
from harness.contracts.contract import Contract
from harness.contracts.library import Place
from harness.core.errors import UsageError


def bundle(contract: Contract) -> dict[str, Any]:
    """The contract as parsed JSON without file references. The contract itself is not changed."""
    return _Bundler(contract).run()


class _Bundler:
    def __init__(self, contract: Contract) -> None:
        self._library = contract.library
        self._root = contract.library.root
        self._names: dict[tuple[str, str], str] = {}
        self._components: dict[str, dict[str, Any]] = {}
        self._within: list[tuple[str, str]] = []
        self._flawed = {operation.place.key for operation, _ in contract.flawed}
        self._is_sound = not contract.flaws

    def run(self) -> dict[str, Any]:
        document: dict[str, Any] = self._copy(self._root)
        for kind, items in self._components.items():
            document.setdefault("components", {}).setdefault(kind, {}).update(items)
        return document

    def _copy(self, place: Place) -> Any:
        value = place.value
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                return self._reference(place)
            if not self._flawed:
                return {key: self._copy(place.down(key)) for key in value}
            below = {key: place.down(key) for key in value}
            return {key: self._copy(item) for key, item in below.items() if item.key not in self._flawed}
        if isinstance(value, list):
            return [self._copy(place.down(number)) for number in range(len(value))]
        return value

    def _reference(self, place: Place) -> Any:
        try:
            target = self._library.target(place)
        except UsageError:
            if self._is_sound:
                raise
            return {}  # no operation that is left refers to it
        siblings = {key: self._copy(place.down(key)) for key in place.value if key != "$ref"}
        if target.source is self._root.source:
            return {**siblings, "$ref": f"#{target.pointer}"}
        tokens = pointers.split(target.pointer)
        if len(tokens) == 3 and tokens[0] == "components":
            return {**siblings, "$ref": self._take(target, tokens[1], tokens[2])}
        if target.key in self._within:
            raise place.refuse("this $ref contains itself; put it under components of its document", "$ref")
        self._within.append(target.key)
        copy = self._copy(target)
        self._within.pop()
        return {**copy, **siblings} if isinstance(copy, dict) else copy

    def _take(self, target: Place, kind: str, name: str) -> str:
        if target.key not in self._names:
            own = (self._root.value.get("components") or {}).get(kind) or {}
            home = self._components.setdefault(kind, {})
            free, number = name, 2
            while free in own or free in home:
                free, number = f"{name}_{number}", number + 1
            self._names[target.key] = f"#/components/{kind}/{free}"
            home[free] = None  # before the copy: a component may contain itself
            home[free] = self._copy(target)
        return self._names[target.key]
