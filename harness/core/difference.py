"""Two values that should be the same, in words: where they first differ, and how, even if they look alike.

``5 (number)`` and ``"5" (string)``, a no-break space by its number; of lists and objects the place
(``/items/3/price``) and what is missing. Secrets are masked. Knows no meaning: whether
two values may differ is the caller's question.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from harness.core.masking import digest, mask
from harness.core.text import Text, text_of

LONGEST = 200
TYPES: tuple[tuple[type | tuple[type, ...], Text], ...] = (
    (bool, Text(zh="布尔值", en="boolean")),
    ((int, float, Decimal), Text(zh="数字", en="number")),
    (str, Text(zh="字符串", en="string")),
    ((list, tuple), Text(zh="列表", en="list")),
    (dict, Text(zh="对象", en="object")),
    (type(None), Text(zh="空值", en="null")),
)
MISSING = object()
"""No value at all: what one side does not have."""
NOTHING = Text(zh="没有", en="nothing")
AT = Text(zh="{at} 处 {value}", en="{value} at {at}")
WITH = Text(zh="{entries}，其中有 {value}", en="{entries}, {value} among them")
WITHOUT = Text(zh="{entries}，没有 {value}", en="{entries}, without {value}")
MORE = Text(zh="{value}（另有 {count} 处不同）", en="{value} (and {count} more differ)")


@dataclass(frozen=True, slots=True)
class Place:
    """One place at which two values differ; a side without a value there is :data:`MISSING`."""

    at: str
    expected: Any
    seen: Any


def in_words(expected: Any, seen: Any, name: str = "") -> tuple[Text, Text]:
    """What was expected and what was seen instead, at the first place that differs. ``name`` is the field of both."""
    places = list(_places(expected, seen, ""))
    if not places:
        return _words(expected, seen, name), _words(seen, expected, name)
    first, others = places[0], len(places) - 1
    wanted, found = _sides(first, name)
    if first.at:
        wanted, found = (AT.format(at=first.at, value=each) for each in (wanted, found))
    return wanted, MORE.format(value=found, count=others) if others else found


def _sides(place: Place, name: str) -> tuple[Text, Text]:
    if isinstance(place.expected, list) and isinstance(place.seen, list):
        return _of_lists(place.expected, place.seen)
    last = place.at.rpartition("/")[2]
    name = name if last.isdigit() or not last else last
    return _words(place.expected, place.seen, name), _words(place.seen, place.expected, name)


def _of_lists(expected: list[Any], seen: list[Any]) -> tuple[Text, Text]:
    """Two lists of different lengths: how long they are, and one entry that only one of them has."""
    wanted, found = _entries(len(expected)), _entries(len(seen))
    if missing := _without(expected, seen):
        return wanted, WITHOUT.format(entries=found, value=_words(missing[0], MISSING))
    added = _without(seen, expected)
    return wanted, WITH.format(entries=found, value=_words(added[0], MISSING))


def _entries(count: int) -> Text:
    return Text(zh=f"{count} 项", en=f"{count} {'entry' if count == 1 else 'entries'}")


def _without(entries: list[Any], others: list[Any]) -> list[Any]:
    rest, found = list(others), []
    for entry in entries:
        if entry in rest:
            rest.remove(entry)
        else:
            found.append(entry)
    return found


def _places(expected: Any, seen: Any, at: str) -> Iterator[Place]:
    expected, seen = (list(each) if isinstance(each, tuple) else each for each in (expected, seen))
    if isinstance(expected, dict) and isinstance(seen, dict):
        for name in dict.fromkeys((*expected, *seen)):
            yield from _places(expected.get(name, MISSING), seen.get(name, MISSING), f"{at}/{name}")
    elif isinstance(expected, list) and isinstance(seen, list) and len(expected) == len(seen):
        for number, pair in enumerate(zip(expected, seen, strict=True)):
            yield from _places(*pair, f"{at}/{number}")
    elif expected is MISSING or seen is MISSING or expected != seen or type_of(expected) != type_of(seen):
        yield Place(at, expected, seen)


def type_of(value: Any) -> Text:
    """The type of a value, in JSON's words; of anything else its name."""
    found = next((words for types, words in TYPES if isinstance(value, types)), None)
    return found or text_of(type(value).__name__)


def _words(value: Any, other: Any, name: str = "") -> Text:
    """A value as JSON writes it, and what tells it from ``other`` if the two look alike.

    ``name`` is its field, by which secrets are known.
    """
    if value is MISSING:
        return NOTHING
    if (masked := mask(value, name=name)) != value:
        shown = _trim(_written(masked))
        if other is not MISSING and other != value and mask(other, name=name) == masked:
            shown = f"{shown} ({digest(_written(value))})"  # the middle of a phone
        return text_of(shown)
    if isinstance(value, str) and isinstance(other, str):
        return text_of(_trim(_written(value, ascii_only=value != other and _plain(value) == _plain(other))))
    text = _trim(_written(value))
    alike = other is not MISSING and alike_but_for_type(value, other)
    return (
        Text(zh="{text}（{type}）", en="{text} ({type})").format(text=text, type=type_of(value))
        if alike
        else text_of(text)
    )


def alike_but_for_type(one: Any, other: Any) -> bool:
    """Whether a reader could take one for the other: ``5`` and ``"5"``, ``true`` and ``"True"``, null and ``""``."""
    if type_of(one) == type_of(other):
        return False
    texts = [_plain(each if isinstance(each, str) else _written(each)).casefold() for each in (one, other)]
    empty = {"", "null", "none", "undefined"}
    return texts[0] == texts[1] or (None in (one, other) and set(texts) <= empty)


def _plain(text: str) -> str:
    """What is left of a text when all that cannot be seen, or hardly, is taken away."""
    shown = (
        each for each in unicodedata.normalize("NFKC", text) if unicodedata.category(each) not in ("Cf", "Cc")
    )
    return " ".join("".join(shown).split())


def _written(value: Any, *, ascii_only: bool = False) -> str:
    return (
        str(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=ascii_only, default=str)
    )


def _trim(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
