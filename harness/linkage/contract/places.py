"""Where a key of the linkage contract may stand, as its published schema says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from harness.core.platforms import Platforms
from harness.core.text import Text, alternatives
from harness.linkage.contract import words
from harness.linkage.contract.published_schema import published_schema

NAME, PARTICIPANT = "NAME", "PARTICIPANT"
"""Stand for names that the author gives, and for those of participants."""
SHOWN = 2  # places of one key
Path = tuple[str, ...]


def known_at(keys: Path, platforms: Platforms) -> list[str]:
    """The keys that may stand where ``keys`` lead to."""
    parts = [part for part in _walked(keys, platforms) if part.get("properties")]
    names = [name for part in parts for name in part["properties"]]
    if any(isinstance(part.get("additionalProperties"), dict) for part in parts):
        names += platforms.names
    return list(dict.fromkeys(names))


def is_free(keys: Path, platforms: Platforms) -> bool:
    """Whether the last of ``keys`` is a name that the author gives, such as a field's."""
    *above, _ = keys
    return any(_gives_names(part) for part in _walked(tuple(above), platforms))


def belongs(key: str, keys: Path, platforms: Platforms) -> Text | None:
    """Where ``key`` may stand, in words; of several places those that are next to ``keys``. None if nowhere."""
    here = _general(keys, platforms)
    places = [place for place, names in _places() if key in names and place != here]
    if not places:
        return None
    places.sort(key=lambda place: (-_common(place, here), len(place)))
    nearest = [place for place in places if _common(place, here) == _common(places[0], here)]
    within = 2 if here[:2] == ("entities", NAME) else 0
    told = [".".join(place[within:] if place[:2] == here[:2] else place) for place in nearest[:SHOWN]]
    if any(not each for each in told):
        return words.BELONGS_ABOVE.format(key=key)
    return words.BELONGS_IN.format(key=key, places=alternatives(told))


def _walked(keys: Path, platforms: Platforms) -> list[Mapping[str, Any]]:
    """The objects of the schema that ``keys`` lead to."""
    parts = list(_objects(_schema()))
    for key in _named(keys):
        parts = [
            found for part in parts for below in _below(part, key, platforms) for found in _objects(below)
        ]
    return parts


def _below(part: Mapping[str, Any], key: str, platforms: Platforms) -> Iterator[Any]:
    if key in part.get("properties", {}):
        yield part["properties"][key]
    elif isinstance(more := part.get("additionalProperties"), dict) and (
        _gives_names(part) or key in platforms
    ):
        yield more


def _objects(schema: Any) -> Iterator[Mapping[str, Any]]:
    """A schema's objects: itself, those it refers to, those it may be, those of its list."""
    if not isinstance(schema, dict):
        return
    if (name := schema.get("$ref")) is not None:
        yield from _objects(_schema()["$defs"][name.rpartition("/")[2]])
    if schema.get("type") == "object":
        yield schema
    for other in schema.get("anyOf", ()):
        yield from _objects(other)
    yield from _objects(schema.get("items"))


def _gives_names(part: Mapping[str, Any]) -> bool:
    """Whether all keys of an object are the author's: where some are ours, the others are participants."""
    return "properties" not in part


@cache
def _places() -> tuple[tuple[Path, frozenset[str]], ...]:
    """Every object of the format that has keys of its own."""
    found: dict[Path, frozenset[str]] = {}

    def walk(schema: Any, path: Path) -> None:
        for part in _objects(schema):
            own = part.get("properties", {})
            if own:
                found[path] = found.get(path, frozenset()) | frozenset(own)
            for name, below in own.items():
                walk(below, (*path, name))
            walk(part.get("additionalProperties"), (*path, NAME if _gives_names(part) else PARTICIPANT))

    walk(_schema(), ())
    return tuple(found.items())


@cache
def _schema() -> Mapping[str, Any]:
    return published_schema()


def _general(keys: Path, platforms: Platforms) -> Path:
    """``keys`` with the words that stand for names."""
    found: list[str] = []
    keys = _named(keys)
    for number, key in enumerate(keys):
        parts = _walked(keys[:number], platforms)
        ours = any(key in part.get("properties", {}) for part in parts)
        free = any(_gives_names(part) for part in parts)
        found.append(key if ours else NAME if free else PARTICIPANT)
    return tuple(found)


def _named(keys: Path) -> Path:
    """Without the numbers of entries in lists, whose objects are those of the list."""
    return tuple(key for key in keys if not key.isdecimal())


def _common(one: Iterable[str], other: Iterable[str]) -> int:
    """How many keys two paths have in common from the top."""
    number = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        number += 1
    return number
