"""Where the places of a file stand in its text, and which keys stand in one mapping twice.

Owns the tree of nodes that the YAML parser composes, for JSON too: the JSON parser of the standard library tells no
positions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

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
