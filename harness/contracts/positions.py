"""Where the places of a file stand in its text, and which keys stand in one mapping twice.

Of YAML that is noted while it is parsed. Of JSON, whose documents are the largest and
whose parser tells no positions, it is looked for when asked: a mapping on the way is read through once.
"""

from __future__ import annotations

import json
import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from harness.contracts import pointers

# What JSON may have and YAML may not: halves of characters, and what does not print. As long as what stands for it.
HALF = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
CONTROL = re.compile("[\t\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
SCALAR, SEQUENCE, MAPPING, ALIAS = range(4)
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


class Mark(NamedTuple):
    """A place of a text; both count from 0."""

    line: int
    column: int


class Positions:
    """Where the values of a text begin: for each, in their order, a few numbers instead of a node of the parser."""

    def __init__(self) -> None:
        self._kinds = bytearray()
        self._lines, self._columns = array("I"), array("I")
        self._ends = array(
            "I"
        )  # of each, the number of the first that is not in it; of an alias: what it stands for
        self._names: list[str | None] = []  # of keys
        self._below: dict[int, dict[str, tuple[int, int]]] = {}

    def add(self, kind: int, line: int, column: int, of: int | None = None) -> int:
        """The number of a value that begins; ``of``: what an alias stands for."""
        place = len(self._kinds)
        self._kinds.append(kind)
        self._lines.append(line)
        self._columns.append(column)
        self._ends.append(place + 1 if of is None else of)
        self._names.append(None)
        return place

    def end(self, place: int) -> None:
        """All that is added later is not in ``place``."""
        self._ends[place] = len(self._kinds)

    def name(self, place: int, key: str) -> None:
        self._names[place] = key

    def mark(self, pointer: str) -> Mark | None:
        """Where the place begins, or its nearest parent that exists. Of a key that stands twice the last counts."""
        if not self._kinds:
            return None
        place = begins = 0
        for token in pointers.split(pointer):
            if self._kinds[place] == ALIAS:
                place = self._ends[place]
            found = self._pairs(place).get(token)
            if found is None:
                break
            begins, place = found
        return Mark(self._lines[begins], self._columns[begins])

    def _pairs(self, place: int) -> dict[str, tuple[int, int]]:
        """By name or number: where the key or the item begins, and the value."""
        if place not in self._below:
            found: dict[str, tuple[int, int]] = {}
            at, end = place + 1, self._ends[place]
            if self._kinds[place] == MAPPING:
                while at < end:
                    found[self._names[at] or ""] = (at, at + 1)
                    at = self._after(at + 1)
            elif self._kinds[place] == SEQUENCE:
                while at < end:
                    found[str(len(found))] = (at, at)
                    at = self._after(at)
            self._below[place] = found
        return self._below[place]

    def _after(self, place: int) -> int:
        return place + 1 if self._kinds[place] == ALIAS else self._ends[place]


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
