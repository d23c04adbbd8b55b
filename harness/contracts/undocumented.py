"""What an operation that no document holds is called: its method and its path, ids left open.

Owns which parts of a path are ids, so that requests for five hundred coupons are one operation. Where the
documents have a variable at a place, its name stands there; elsewhere the look of the text decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from harness.contracts.addresses import VARIABLE
from harness.core.masking import mask_text

ANY = "{id}"
VERSION = re.compile(r"v\d+(\.\d+)*", re.IGNORECASE)
# order-7, t_12; P001, SO12, but not mp3 or top10
NUMBERED = re.compile(r"[A-Za-z]+[-_]\d+|[A-Za-z]{1,2}\d{2,}")
MIXED = re.compile(r"\w*(?:\d+[A-Za-z]+\d|[A-Za-z]\d+[A-Za-z])\w*")  # aZ3k9Q, and too short: i18n
SHORTEST_MIXED = 6
DIGITS = 4  # as many make an id of any text: dates, UUIDs, order numbers, tokens


@dataclass(slots=True)
class _Node:
    """A place in the documented paths: what may follow it, and the variable that may."""

    literals: dict[str, _Node] = field(default_factory=dict)
    variable: tuple[str, _Node] | None = None


class PathNames:
    """Names paths by what the documented ``templates`` have at the same places."""

    def __init__(self, templates: Iterable[str]) -> None:
        self._root = _Node()
        for template in templates:
            node = self._root
            for segment in template.split("/")[1:]:
                if not VARIABLE.fullmatch(segment):
                    node = node.literals.setdefault(segment, _Node())
                    continue
                if node.variable is None:
                    node.variable = (segment, _Node())
                node = node.variable[1]

    def name(self, method: str, path: str) -> str:
        """``GET /coupons/{id}``, masked; a query is left out."""
        named: list[str] = []
        node: _Node | None = self._root
        for segment in path.partition("?")[0].split("/")[1:]:
            node, segment = _step(node, segment, first=not named)
            named.append(segment)
        return f"{method} /{mask_text('/'.join(named))}"


def _step(node: _Node | None, segment: str, *, first: bool) -> tuple[_Node | None, str]:
    """Where a segment leads, and what it is called. A variable that begins all paths says nothing of one."""
    if node is not None and segment in node.literals:
        return node.literals[segment], segment
    if node is not None and node.variable is not None and segment and not first:
        return node.variable[1], node.variable[0]
    return None, ANY if _is_id(segment) else segment


def _is_id(segment: str) -> bool:
    if VERSION.fullmatch(segment):
        return False
    if not segment.isascii() or "%" in segment or "@" in segment:
        return True
    digits = sum(character.isdigit() for character in segment)
    if not digits:
        return False
    if digits >= DIGITS or not any(character.isalpha() for character in segment):
        return True
    return bool(NUMBERED.fullmatch(segment)) or (
        len(segment) >= SHORTEST_MIXED and digits > 1 and MIXED.fullmatch(segment) is not None
    )
