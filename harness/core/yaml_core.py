"""YAML as version 1.2 means it: only ``true`` and ``false`` are booleans, so that ``no`` and ``on`` may be names."""

from __future__ import annotations

import re
from typing import Any

import yaml


class CoreLoader(yaml.SafeLoader):
    """PyYAML's safe loader with the booleans of YAML 1.2's core schema (section 10.3.2)."""


BOOLEAN = "tag:yaml.org,2002:bool"
CoreLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != BOOLEAN]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
CoreLoader.add_implicit_resolver(BOOLEAN, re.compile("true|True|TRUE|false|False|FALSE"), list("tTfF"))


def constructed(node: yaml.Node) -> Any:
    """The data of a node."""
    return CoreLoader("").construct_document(node)
