"""The shapes a JSON value may have, and the words for a value that has another.

Owns the small type language of ``protocol.yaml`` (see the head of that file) and nothing of the protocol.
A check stops at the first problem: one clear sentence helps more than a list.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from harness.core.nearest import nearest

KINDS = ("null", "boolean", "integer", "number", "string", "array", "object", "any")


class Shape(Protocol):
    """What a value must look like."""

    @property
    def name(self) -> str:
        """The shape in words, for ``expected …``."""
        ...

    def problem(self, value: object, path: str) -> str | None:
        """The first thing wrong with ``value``, or None; ``path`` says where it stands."""
        ...


def kind(value: object) -> str:
    """The JSON kind of a Python value; ``number`` for whole numbers too."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    if isinstance(value, list | tuple):
        return "array"
    return "object" if isinstance(value, Mapping) else type(value).__name__


@dataclass(frozen=True, slots=True)
class Scalar:
    """Any of some JSON kinds, by name."""

    kinds: tuple[str, ...]

    @property
    def name(self) -> str:
        return " or ".join(self.kinds)

    def problem(self, value: object, path: str) -> str | None:
        found = kind(value)
        if "any" in self.kinds:
            return None
        if isinstance(value, int | float) and not _finite(value):
            return f"{path}: expected {self.name}, got number {str(value)[:40]}"
        if found in self.kinds:
            return None
        # JSON has one kind of number: 1.0 is as whole as 1.
        if "integer" in self.kinds and found == "number":
            if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
                return None
            found = f"number {value}"
        return f"{path}: expected {self.name}, got {found}"


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list whose items share one shape."""

    item: Shape

    @property
    def name(self) -> str:
        return f"array of {self.item.name}"

    def problem(self, value: object, path: str) -> str | None:
        if not isinstance(value, list | tuple):
            return f"{path}: expected array, got {kind(value)}"
        problems = (self.item.problem(item, f"{path}[{index}]") for index, item in enumerate(value))
        return next(filter(None, problems), None)


@dataclass(frozen=True, slots=True)
class MapOf:
    """An object with any member names, whose values share one shape."""

    value: Shape

    @property
    def name(self) -> str:
        return f"object of {self.value.name}"

    def problem(self, value: object, path: str) -> str | None:
        if not isinstance(value, Mapping):
            return f"{path}: expected object, got {kind(value)}"
        problems = (self.value.problem(item, _member(path, key)) for key, item in value.items())
        return next(filter(None, problems), None)


@dataclass(frozen=True, slots=True)
class Record:
    """An object with these members and, unless ``open``, no others."""

    required: Mapping[str, Shape]
    optional: Mapping[str, Shape]
    open: bool = False

    @property
    def name(self) -> str:
        return "object"

    def problem(self, value: object, path: str) -> str | None:
        if not isinstance(value, Mapping):
            return f"{path or 'value'}: expected object, got {kind(value)}"
        # Unknown names first: a misspelt name is also a missing one, and the misspelling says more.
        for key, item in value.items():
            known = self.required.get(key) or self.optional.get(key)
            if known is not None:
                if found := known.problem(item, _member(path, key)):
                    return found
            elif not self.open:
                return f"{_member(path, key)}: unknown name{self._nearest(key)}"
        for key, shape in self.required.items():
            if key not in value:
                return f"{_member(path, key)}: expected {shape.name}, got nothing"
        return None

    def _nearest(self, key: str) -> str:
        names = [*self.required, *self.optional]
        close = nearest(key, names)
        if close:
            return f", did you mean {close}?"
        return f", expected one of {', '.join(names)}" if names else ", expected none"


def _finite(value: float) -> bool:
    """Whether a number is one: json.loads makes 1e999 infinite, and reads whole ones no double can hold."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _member(path: str, key: str) -> str:
    key = key if len(key) <= 100 else key[:100] + "…"
    return f"{path}.{key}" if path else key


def parse(written: object, named: Callable[[str], Shape]) -> Shape:
    """Read one type as ``protocol.yaml`` writes it; ``named`` looks up a capitalised name.

    Raises ValueError with the offending text.
    """
    if isinstance(written, list):
        if len(written) != 1:
            raise ValueError(f"a list type has one item type, not {len(written)}: {written!r}")
        return ListOf(parse(written[0], named))
    if isinstance(written, dict):
        if set(written) == {"*"}:
            return MapOf(parse(written["*"], named))
        return record(written, named)
    # YAML reads a bare `null` as nothing.
    text = "null" if written is None else written
    if not isinstance(text, str):
        raise ValueError(f"not a type: {written!r}")
    if text[:1].isupper():
        return named(text)
    kinds = tuple(text.split("|"))
    for part in kinds:
        if part not in KINDS:
            close = nearest(part, KINDS)
            raise ValueError(f"unknown type {part!r}" + (f", did you mean {close!r}?" if close else ""))
    return Scalar(kinds)


def record(written: Mapping[str, object], named: Callable[[str], Shape], *, open: bool = False) -> Record:
    """Read an object type; a member name ending in ``?`` may be absent."""
    required: dict[str, Shape] = {}
    optional: dict[str, Shape] = {}
    for key, value in written.items():
        name, may_miss = (key[:-1], True) if key.endswith("?") else (key, False)
        (optional if may_miss else required)[name] = parse(value, named)
    return Record(required, optional, open)
