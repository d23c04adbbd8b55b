"""Which language a text is in: for checks that no report mixes two."""

from __future__ import annotations

import re

# A command in a text of either language is written as it is typed.
COMMAND = re.compile(r"(?:apt|npm|pip|playwright|harness|pytest) [\w -]+")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def english(text: str, words: int = 3) -> str | None:
    """The first English sentence in a text: so many words in a row, since one may be a name or a keyword."""
    row = rf"(?<![\w/.:$}}{{-])[A-Za-z][a-z']*(?: [a-z][a-z']*){{{words - 1},}}"
    found = re.search(row, COMMAND.sub("", text))
    return found[0] if found else None


def chinese(text: str) -> str | None:
    found = CHINESE.search(text)
    return found[0] if found else None
