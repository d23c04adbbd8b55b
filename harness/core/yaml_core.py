"""YAML as version 1.2 means it: only ``true`` and ``false`` are booleans, so that ``no`` and ``on`` may be names."""

from __future__ import annotations

import re
from typing import Any

import yaml

DEEPEST = 200  # levels; no document has so many, and ten thousand overflow the stack of the parser in C


class TooDeep(yaml.MarkedYAMLError):
    """The document is nested too deep to be read."""


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


BOOLEAN = "tag:yaml.org,2002:bool"
CoreLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != BOOLEAN]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
CoreLoader.add_implicit_resolver(BOOLEAN, re.compile("true|True|TRUE|false|False|FALSE"), list("tTfF"))


def construct(node: yaml.Node) -> Any:
    """The data of a node."""
    return CoreLoader("").construct_document(node)
