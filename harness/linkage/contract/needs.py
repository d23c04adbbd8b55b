"""Names under ``needs``: an entity, or ``product-2``, another record of it.

What ``stock-2`` needs itself is of the same number: its product is ``product-2``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

NUMBERED = re.compile(r"(.+)(-[2-9])")
T = TypeVar("T")


def entity_of(name: str, entities: Mapping[str, object]) -> str:
    """The entity that a name under ``needs`` is of; the name itself where it is of none."""
    return name.removesuffix(number_of(name, entities))


def number_of(name: str, entities: Mapping[str, object]) -> str:
    """``-2`` of ``product-2``; empty for an entity's own name."""
    match = NUMBERED.fullmatch(name)
    return match[2] if match and name not in entities and match[1] in entities else ""


def of_number(found: Mapping[str, T], number: str) -> dict[str, T]:
    """Those of one number, by their entities' names."""
    return {name.removesuffix(number): one for name, one in found.items() if name.endswith(number)}
