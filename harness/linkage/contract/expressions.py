"""What stands behind a ``$``: ids and fields of records, by name.

``$id`` and ``$total`` are the record's own on the participant that is asked; ``$product.id`` and
``$product.price`` those of an entity it needs. Inside a longer text: ``+86${phone}``. ``$$`` at the beginning is
a plain ``$``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

NAME = r"([A-Za-z_][\w-]*)(?:\.([A-Za-z_][\w-]*))?"
EXPRESSION, INSIDE = re.compile(rf"\${NAME}"), re.compile(rf"\$\{{{NAME}\}}")


def resolve(value: Any, lookup: Callable[[str, str | None], Any]) -> Any:
    """``value`` with every expression in it replaced by what ``lookup(name, field)`` gives."""
    if isinstance(value, str):
        if value.startswith("$$"):
            return value[1:]
        match = EXPRESSION.fullmatch(value)
        if match:
            return lookup(match[1], match[2])
        return INSIDE.sub(lambda part: str(lookup(part[1], part[2])), value)
    if isinstance(value, dict):
        return {key: resolve(item, lookup) for key, item in value.items()}
    if isinstance(value, list):
        return [resolve(item, lookup) for item in value]
    return value


def names(value: Any) -> list[tuple[str, str | None]]:
    """Every expression in ``value``, as ``(name, field)``."""
    found: list[tuple[str, str | None]] = []

    def note(name: str, field: str | None) -> None:
        found.append((name, field))

    resolve(value, note)
    return found
