"""How many schemas one value is judged by, with all ``$ref``s written out.

A page of text can ask for more than any machine does in a year; it is counted without doing so.
"""

from __future__ import annotations

from collections.abc import Iterator

from harness.contracts import flaw_words as words
from harness.contracts.library import Library, Place

MOST = 1_000_000
Key = tuple[str, str]


class Expansion:
    """A schema, and those that it applies to the same value; each counted once."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known: dict[Key, int] = {}

    def check(self, schema: Place) -> None:
        """UsageError where they are too many to be asked."""
        waiting = [(schema, False)]
        while waiting:
            place, is_counted = waiting.pop()
            if is_counted:
                self._known[place.key] = 1 + sum(
                    self._known.get(each.key, 0) for each in self._applied(place)
                )
                if self._known[place.key] > MOST:
                    many, self._known[place.key] = self._known[place.key], 1  # a flaw of this place alone
                    raise place.refuse(words.EXPANDS.format(many=f"{many:,}", most=f"{MOST:,}"))
            elif place.key not in self._known:
                self._known[place.key] = 0  # what leads back here adds nothing
                waiting.append((place, True))
                waiting += [(each, False) for each in self._applied(place)]

    def _applied(self, place: Place) -> Iterator[Place]:
        value = place.value
        if not isinstance(value, dict):
            return
        if isinstance(value.get("$ref"), str):
            yield self._library.target(place)
        for keyword in ("allOf", "anyOf", "oneOf"):
            items = value.get(keyword)
            for number in range(len(items) if isinstance(items, list) else 0):
                yield place.down(keyword, number)
        for keyword in ("not", "if", "then", "else"):
            if isinstance(value.get(keyword), dict):
                yield place.down(keyword)
