"""Names the place in a mini-program's own files where paused code is: a function and ``file:line``.

Owns reading a paused stack: modules are named by the debugger; templates and WXS run as one generated script,
in which only the text tells which file a place belongs to. It talks to no debugger.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

NAMELESS = "a function without a name"
# How the WXML compiler begins a template, and a WXS module (with `#name` when it stands in the template).
TEMPLATE = re.compile(r'G\["([^"]+)"\]=')
WXS = re.compile(r"D\('([^']+)',\(require,exports,module\)=>\{")
# What `wrap` of modules.ts puts before a module.
MODULE = re.compile(r"\(function\([^()]*\)\{return \(function\([^()]*\)\{")
WXS_END = "$wxsFailed($e,"


@dataclass(frozen=True, slots=True)
class Spot:
    """One frame of a stack. ``url`` is empty for generated code; ``line`` and ``column`` count from 0."""

    function: str
    script: str
    url: str
    line: int
    column: int

    @property
    def path(self) -> str:
        """The file in the mini-program, for a script that has one."""
        return self.url.partition("://")[2].partition("/")[2] or self.url


def in_module(spot: Spot, files: Mapping[str, str], source: str | None = None) -> str | None:
    """``name (file:line)`` for code of a module of the app, which was made from the place ``source``."""
    if spot.path not in files:
        return None
    return f"{spot.function or NAMELESS} ({source or f'{spot.path}:{spot.line + 1}'})"


def column_in_module(spot: Spot, script: str) -> int:
    """The column in the file, counted from 1: before a module's first line stands what the page runtime adds."""
    return spot.column + 1 - (len(head[0]) if spot.line == 0 and (head := MODULE.match(script)) else 0)


def in_template(spot: Spot, source: str, files: Mapping[str, str]) -> str | None:
    """The same for generated code, whose text is ``source``; a template is named by its file only."""
    lines = source.split("\n")
    before = "\n".join([*lines[: spot.line], lines[spot.line][: spot.column]])
    template = _last(TEMPLATE, before)
    script = _last(WXS, before)
    if script is not None and before.rfind(WXS_END) < script.start():
        bare = script[1].partition("#")[0]
        path = f"{bare}.wxml" if "#" in script[1] else f"{bare.removesuffix('.wxs')}.wxs"
        place = _line_of(lines[spot.line], files.get(path, ""))
        return f"{spot.function or NAMELESS} ({path}{place})"
    if template is not None and f"{template[1]}.wxml" in files:
        return f"drawing {template[1]}.wxml"
    return None


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    return next(reversed(list(pattern.finditer(text))), None)


def _line_of(text: str, file: str) -> str:
    """``:line`` of the file's line that stands in the generated ``text``; empty when none does."""
    for number, line in enumerate(file.split("\n"), 1):
        if line.strip() and line.strip() in text:
            return f":{number}"
    return ""
