"""Where the places of a file stand in its text, and which keys stand in one mapping twice.

Of YAML that is known from the tree of nodes that the parser composes. Of JSON, whose documents are the largest and
whose parser tells no positions, it is looked for when asked: a mapping on the way is read through once.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import yaml

from harness.contracts import pointers

# What JSON may have and YAML may not: halves of characters, and what does not print. As long as what stands for it.
HALF = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
CONTROL = re.compile("[\t\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
LONG = 200  # characters; in a longer line the column is told


@dataclass(frozen=True, slots=True)
class Repeated:
    """A key that stands twice in the mapping at ``pointer``; ``same``: with the same value."""

    pointer: str
    key: str
    same: bool


def composable(text: str) -> str:
    """A text that the YAML parser takes where it is JSON, with everything at its place."""
    return CONTROL.sub(" ", HALF.sub(r"\\u0020", text))


class Positions:
    """Where the places of a composed text begin."""

    def __init__(self, root: yaml.Node) -> None:
        self._root = root
        self._below: dict[int, dict[str, tuple[yaml.Node, yaml.Node]]] = {}

    def mark(self, pointer: str) -> Any:
        """Where the place begins, or its nearest parent that exists. Of a key that stands twice the last counts."""
        node, mark = self._root, self._root.start_mark
        for token in pointers.split(pointer):
            if isinstance(node, yaml.MappingNode) and (pair := self._pairs(node).get(token)):
                mark, node = pair[0].start_mark, pair[1]
            elif isinstance(node, yaml.SequenceNode) and token.isdigit() and int(token) < len(node.value):
                node = node.value[int(token)]
                mark = node.start_mark
            else:
                break
        return mark

    def _pairs(self, node: yaml.MappingNode) -> dict[str, tuple[yaml.Node, yaml.Node]]:
        """Key and value by name: thousands of paths are asked for, each in a mapping of thousands."""
        if id(node) not in self._below:
            scalar = ((key, value) for key, value in node.value if isinstance(key, yaml.ScalarNode))
            self._below[id(node)] = {key.value: (key, value) for key, value in scalar}
        return self._below[id(node)]


class Mark(NamedTuple):
    """A place of a text; both count from 0."""

    line: int
    column: int


class JsonPositions:
    """Where the places of a JSON text begin that has been read without error."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._below: dict[int, dict[str, tuple[int, int]]] = {}

    def mark(self, pointer: str) -> Mark:
        """As of :class:`Positions`."""
        place = at = self._blank(0)
        for token in pointers.split(pointer):
            found = self._pairs(at).get(token)
            if found is None:
                break
            place, at = found
        number = bisect_right(self._lines, place) - 1
        return Mark(number, place - self._lines[number])

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer("\n", self._text))]

    def _blank(self, at: int) -> int:
        """Where what follows begins."""
        found = BLANK.match(self._text, at)
        assert found is not None
        return found.end()

    def _pairs(self, at: int) -> dict[str, tuple[int, int]]:
        if at not in self._below:
            self._below[at] = dict(self._members(at))
        return self._below[at]

    def _members(self, at: int) -> Iterator[tuple[str, tuple[int, int]]]:
        """What the mapping or list there has: its name, and where that and the value begin."""
        text, opened, number = self._text, self._text[at], 0
        at = self._blank(at + 1)
        while opened in "{[" and text[at] not in "}]":
            place, name = at, str(number)
            if opened == "{":
                name, at = SCANNER.raw_decode(text, at)
                at = self._blank(self._blank(at) + 1)  # behind the colon
            yield name, (place, at)
            at = self._blank(SCANNER.raw_decode(text, at)[1])
            if text[at] == ",":
                at = self._blank(at + 1)
            number += 1


def _nothing(pairs: list[tuple[str, Any]]) -> None:
    """What is read over need not be kept."""


BLANK = re.compile(r"[ \t\n\r]*")
SCANNER = json.JSONDecoder(object_pairs_hook=_nothing)


def repeated(node: yaml.Node | None, pointer: str = "", seen: set[int] | None = None) -> Iterator[Repeated]:
    """All keys that stand twice; what an alias repeats is looked at once."""
    seen = set() if seen is None else seen
    if node is None or id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        first: dict[str, yaml.Node] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                continue
            if key.value in first:
                yield Repeated(pointer, key.value, _same(first[key.value], value))
            first[key.value] = value
            yield from repeated(value, pointers.join(pointer, key.value), seen)
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            yield from repeated(item, pointers.join(pointer, number), seen)


def _same(one: yaml.Node, other: yaml.Node) -> bool:
    return yaml.serialize(one) == yaml.serialize(other)
