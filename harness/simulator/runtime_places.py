"""Names places of the page runtime's bundle by its own source: ``src/builtins/control.ts:99`` for ``host.js:1:5123``.

Owns reading the source map that the build writes beside the bundle (https://tc39.es/ecma426/). It is read when
the first fault of the runtime is told, and never otherwise.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from pathlib import Path

from harness.simulator.build import Bundle

PLACE = re.compile(r"[a-z]+://[^\s()]*/__host/host\.js:(\d+):(\d+)")
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


class RuntimePlaces:
    """Those of one bundle; without a map, places stay as they are."""

    def __init__(self, bundle: Bundle) -> None:
        self._map = bundle.host_js.with_name("host.js.map")

    def named(self, stack: str) -> str:
        """The stack with every place in the bundle under the name of its source."""
        return PLACE.sub(lambda found: self._source(int(found[1]), int(found[2])) or found[0], stack)

    def _source(self, line: int, column: int) -> str | None:
        columns, sources = self._lines.get(line, ([], []))
        at = bisect_right(columns, column - 1) - 1
        return sources[at] if at >= 0 else None

    @cached_property
    def _lines(self) -> dict[int, tuple[list[int], list[str]]]:
        """Line of the bundle → columns where another source begins, and the sources."""
        try:
            told = json.loads(self._map.read_text(encoding="utf-8"))
            names = [_short(name) for name in told["sources"]]
            return dict(enumerate(_decoded(told["mappings"], names), 1))
        except (OSError, ValueError, KeyError, IndexError):
            return {}


def _short(name: str) -> str:
    return Path(name.replace("../", "")).as_posix()


def _decoded(mappings: str, names: list[str]) -> list[tuple[list[int], list[str]]]:
    lines = []
    source = line = 0
    for group in mappings.split(";"):
        segments = [_numbers(segment) for segment in group.split(",") if segment]
        columns = list(accumulate(segment[0] for segment in segments))
        sources = []
        for segment in segments:
            if len(segment) >= 4:
                source, line = source + segment[1], line + segment[2]
            sources.append(f"{names[source]}:{line + 1}")
        lines.append((columns, sources))
    return lines


def _numbers(segment: str) -> list[int]:
    """Base 64 VLQ: five bits a digit, the least first; the lowest of a number is its sign."""
    numbers, value, shift = [], 0, 0
    for digit in map(DIGITS.index, segment):
        value |= (digit & 31) << shift
        shift += 5
        if digit < 32:
            numbers.append(-(value >> 1) if value & 1 else value >> 1)
            value, shift = 0, 0
    return numbers
