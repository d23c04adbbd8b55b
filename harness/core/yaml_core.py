"""YAML as version 1.2 means it: only ``true`` and ``false`` are booleans, so that ``no`` and ``on`` may be names."""

from __future__ import annotations

import re
from typing import Any

import yaml

DEEPEST = 200  # levels; no document has so many, and ten thousand overflow the stack of the parser in C


class TooDeep(yaml.MarkedYAMLError):
    """The document is nested too deep to be read."""


class TooMuch(yaml.MarkedYAMLError):
    """The document stands for more than can be read."""


class DepthLimit:
    """Goes before a loader of PyYAML: both composers, in Python and in C, call these for every node.

    A loader has no path resolvers, which is all that the methods replaced here are for.
    """

    _depth = 0

    def descend_resolver(self, parent: object, index: object) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise TooDeep(problem=f"nested more than {DEEPEST} levels deep")

    def ascend_resolver(self) -> None:
        self._depth -= 1


class CoreLoader(DepthLimit, yaml.SafeLoader):
    """PyYAML's safe loader with the booleans of YAML 1.2's core schema (section 10.3.2)."""


MOST = 500_000  # values of a file that people write, with its aliases written out
DIGITS = 4_000  # of a number
NUMBERS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
BOOLEAN = "tag:yaml.org,2002:bool"
CoreLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != BOOLEAN]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
CoreLoader.add_implicit_resolver(BOOLEAN, re.compile("true|True|TRUE|false|False|FALSE"), list("tTfF"))


def require_bounded(root: yaml.Node | None) -> None:
    """TooMuch where aliases stand for more than anybody reads ("a billion laughs"), or a number has no end."""
    known: dict[int, int] = {}

    def count(node: yaml.Node) -> int:
        if isinstance(node, yaml.ScalarNode):
            if node.tag in NUMBERS and len(node.value) > DIGITS:
                raise TooMuch(problem=f"a number of {len(node.value)} digits", problem_mark=node.start_mark)
            return 1
        if id(node) not in known:
            known[id(node)] = MOST  # until it is counted: an alias within stands for itself without end
            items = node.value
            if isinstance(node, yaml.MappingNode):
                items = [each for pair in node.value for each in pair]
            known[id(node)] = 1 + sum(map(count, items))
        if known[id(node)] > MOST:
            raise TooMuch(problem=f"aliases stand for more than {MOST} values", problem_mark=node.start_mark)
        return known[id(node)]

    if root is not None:
        count(root)


def construct(node: yaml.Node) -> Any:
    """The data of a node."""
    return CoreLoader("").construct_document(node)
