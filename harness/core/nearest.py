"""The word somebody most likely meant: for errors about a name that is not known."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

ANY = 0.0
"""Name one in any case: for short lists, where even a strange wish helps the reader on."""


def nearest(word: str, known: Iterable[object], *, alike: float = 0.6) -> str | None:
    """The one of ``known`` that is most like ``word``; None where none is at least ``alike`` (0 to 1)."""
    return next(iter(get_close_matches(word[:200], [str(item) for item in known], n=1, cutoff=alike)), None)
