"""What stands behind a ``$``: ids and fields of records, by name.

``$id`` and ``$total`` are the record's own on the participant that is asked; ``$product.id`` and
``$product.price`` those of an entity it needs. Inside a longer text: ``+86${phone}``. ``$$`` at the beginning is
a plain ``$``. ``$unique`` is drawn where it stands: a value that nobody had, or its digits (``TEA-${unique}``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

NAME = r"([A-Za-z_][\w-]*)(?:\.([A-Za-z_][\w-]*))?"
EXPRESSION, INSIDE = re.compile(rf"\${NAME}"), re.compile(rf"\$\{{{NAME}\}}")
UNIQUE = "unique"
Lookup = Callable[[str, str | None], Any]
Spell = Callable[[tuple[str, ...], Any], Any]
"""Writes what stands behind an expression as the place that keys lead to takes it."""
Draw = Callable[[tuple[str, ...], Callable[[str], str] | None], Any]
"""Draws the value of the place that keys lead to; the function spells a longer text around the digits it is given."""


def resolve(
    value: Any,
    lookup: Lookup,
    draw: Draw | None = None,
    spell: Spell = lambda at, value: value,
    at: tuple[str, ...] = (),
) -> Any:
    """``value`` with every expression in it replaced by what ``lookup(name, field)`` gives, as ``spell`` writes it, and
    ``$unique`` by what ``draw`` gives, where there is one.
    """
    if isinstance(value, str):
        return _text(value, lookup, draw, spell, at)
    if isinstance(value, dict):
        return {key: resolve(item, lookup, draw, spell, (*at, str(key))) for key, item in value.items()}
    if isinstance(value, list):
        return [resolve(item, lookup, draw, spell, (*at, str(number))) for number, item in enumerate(value)]
    return value


def _text(value: str, lookup: Lookup, draw: Draw | None, spell: Spell, at: tuple[str, ...]) -> Any:
    if value.startswith("$$"):
        return value[1:]
    match = EXPRESSION.fullmatch(value)
    if match:
        if draw is not None and _is_unique(match):
            return draw(at, None)
        return spell(at, lookup(match[1], match[2]))
    if draw is None or not any(map(_is_unique, INSIDE.finditer(value))):
        return INSIDE.sub(lambda part: str(lookup(part[1], part[2])), value)
    return draw(
        at,
        lambda digits: INSIDE.sub(
            lambda part: digits if _is_unique(part) else str(lookup(part[1], part[2])), value
        ),
    )


def _is_unique(match: re.Match[str]) -> bool:
    return match[1] == UNIQUE and match[2] is None


def names(value: Any) -> list[tuple[str, str | None]]:
    """Every expression in ``value``, as ``(name, field)``."""
    found: list[tuple[str, str | None]] = []

    def note(name: str, field: str | None) -> None:
        found.append((name, field))

    resolve(value, note)
    return found
