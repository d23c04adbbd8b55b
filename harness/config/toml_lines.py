"""Where a key stands in TOML text, which :mod:`tomllib` does not tell: for errors with a line."""

from __future__ import annotations

import re
from collections import Counter

Keys = tuple[str, ...]


def line_of(text: str, keys: Keys) -> int:
    """The line of ``keys``, else that of the nearest table around them; 1 where not even that is there.

    An entry of an array of tables is counted from 0: ``("situations", "1", "name")``. A key inside an inline
    table has the line of the key before it.
    """
    section: Keys = ()
    entries: Counter[Keys] = Counter()
    best, at = 1, 0
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*(\[{1,2})\s*([^\]]+?)\s*\]+\s*(?:#.*)?$", line)
        name = ""
        if header:
            section = _names(header[2])
            if header[1] == "[[":
                entries[section] += 1
                section = (*section, str(entries[section] - 1))
            here = section
        else:
            assigned = re.match(
                r"\s*((?:[\w-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[\w-]+|\"[^\"]*\"))*)\s*=", line
            )
            name = assigned[1] if assigned else ""
            here = (*section, *_names(name)) if name else section
        shared = 0
        while shared < min(len(here), len(keys)) and here[shared] == keys[shared]:
            shared += 1
        if shared > at:
            best, at = number, shared
    return best


def _names(dotted: str) -> Keys:
    """``a."b.c"`` → ``("a", "b.c")``."""
    return tuple(
        quoted or bare
        for quoted, bare in re.findall(r"[\"']([^\"']*)[\"']|([\w-]+)", dotted)
        if quoted or bare
    )
