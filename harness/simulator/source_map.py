"""Reads a source map (https://tc39.es/ecma426/): which place of a source a place of generated code was made from.

Owns the format, index maps included. It reads no files, and does not know whose the map is.
"""

from __future__ import annotations

import json
import posixpath
from array import array
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

DIGITS = {
    digit: value
    for value, digit in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
}
MAX_LINES, MAX_MAPPINGS = 1_000_000, 16 * 1024 * 1024
NO_SOURCE = -1


@dataclass(frozen=True, slots=True)
class Source:
    """``name`` as the map has it, with its ``sourceRoot``; ``content`` if the map holds it."""

    name: str
    content: str | None


@dataclass(frozen=True, slots=True)
class Original:
    """A place in a source; line and column count from 1."""

    source: Source
    line: int
    column: int


class SourceMap:
    """One map. Errors: ValueError where the text is none."""

    def __init__(self, text: str) -> None:
        self.sources: list[Source] = []
        # By line of the generated code: its columns, and for each of them source, line and column of the original.
        self._columns: list[array[int]] = []
        self._originals: list[array[int]] = []
        try:
            # The first line may keep the map from running as a script.
            told = json.loads(text.partition("\n")[2] if text.startswith(")]}") else text)
            self._read(told)
        except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
            raise ValueError(f"{type(error).__name__}: {error}") from None

    def original(self, line: int, column: int) -> Original | None:
        """What a place of the generated code, counted from 1, was made from."""
        if not 0 < line <= len(self._columns):
            return None
        at = bisect_right(self._columns[line - 1], column - 1) - 1
        if at < 0:
            return None
        source, its_line, its_column = self._originals[line - 1][3 * at : 3 * at + 3]
        if source == NO_SOURCE:
            return None
        return Original(self.sources[source], its_line + 1, its_column + 1)

    def _read(self, told: Mapping[str, Any]) -> None:
        sections = told.get("sections")
        if sections is None:
            self._add(told, 0, 0)
            return
        for section in sections:
            offset = section["offset"]
            self._add(section["map"], int(offset["line"]), int(offset["column"]))

    def _add(self, told: Mapping[str, Any], down: int, right: int) -> None:
        """A map whose generated code begins at a line and a column."""
        if len(told["mappings"]) > MAX_MAPPINGS:
            raise ValueError(f"mappings of more than {MAX_MAPPINGS // 1024**2} MB")
        first = len(self.sources)
        root, contents = told.get("sourceRoot") or "", told.get("sourcesContent") or []
        for number, name in enumerate(told["sources"]):
            content = contents[number] if number < len(contents) else None
            joined = posixpath.join(root, name or "")
            self.sources.append(Source(joined, content if isinstance(content, str) else None))
        source = line = column = 0
        for row, group in enumerate(told["mappings"].split(";"), down):
            columns, originals = self._row(row)
            at = right if row == down else 0
            for text in group.split(",") if group else ():
                numbers = _numbers(text)
                at += numbers[0]
                if len(numbers) >= 4:
                    source, line, column = source + numbers[1], line + numbers[2], column + numbers[3]
                    if not 0 <= source < len(self.sources) - first or line < 0 or column < 0:
                        raise ValueError(f"{text} leads nowhere")
                columns.append(at)
                originals.extend((first + source if len(numbers) >= 4 else NO_SOURCE, line, column))

    def _row(self, number: int) -> tuple[array[int], array[int]]:
        if not 0 <= number < MAX_LINES:
            raise ValueError(f"line {number}")
        while len(self._columns) <= number:
            self._columns.append(array("i"))
            self._originals.append(array("i"))
        return self._columns[number], self._originals[number]


@lru_cache(maxsize=10_000)
def _numbers(segment: str) -> tuple[int, ...]:
    """Base 64 VLQ: five bits a digit, the least first; the lowest of a number is its sign."""
    numbers, value, shift = [], 0, 0
    for digit in segment:
        part = DIGITS[digit]
        value |= (part & 31) << shift
        shift += 5
        if shift > 35:
            raise ValueError(f"{segment[:20]!r} is too large a number")
        if part < 32:
            numbers.append(-(value >> 1) if value & 1 else value >> 1)
            value, shift = 0, 0
    if not numbers:
        raise ValueError(f"{segment!r} says nothing")
    return tuple(numbers)
