"""All that is contract below a place of a document: not what stands under ``example``, ``default``, ``x-…``."""

from __future__ import annotations

from collections.abc import Iterator

from harness.contracts.library import Place

DATA = frozenset({"example", "examples", "default", "enum", "const", "value"})  # not read as contract
NAMES = frozenset({"properties", "patternProperties", "schemas", "$defs", "headers"})


def walk(place: Place, *, names: bool = False) -> Iterator[Place]:
    """Every mapping that is contract; ``names``: the keys of this one are names, none is a keyword."""
    if isinstance(place.value, dict):
        if not names:
            yield place
        for key in place.value:
            if not isinstance(key, str):
                continue  # a converter's: what has no name
            if names or (key not in DATA and not key.startswith("x-")):
                inner = not names and key in NAMES
                yield from walk(place.down(key), names=inner)
    elif isinstance(place.value, list):
        for number in range(len(place.value)):
            yield from walk(place.down(number))
