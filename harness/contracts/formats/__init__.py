"""Documents that are no OpenAPI 3, read as one: Swagger 2.0, YApi and Apifox exports.

A conversion keeps, for every place it makes, the place it comes from, so that whatever is said about the
converted document points into the file people have.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.contracts.formats import apifox, swagger2, yapi
from harness.contracts.formats.origins import Converted

__all__ = ["Converted", "convert"]

FORMATS: tuple[tuple[Callable[[Any], bool], Callable[[Any], Converted]], ...] = (
    (swagger2.is_one, swagger2.convert),
    (yapi.is_one, yapi.convert),
    (apifox.is_one, apifox.convert),
)


def convert(data: Any) -> Converted | None:
    """The document as OpenAPI 3.0 with the origins of its places; None where it needs no conversion."""
    for is_one, converted in FORMATS:
        if is_one(data):
            return converted(data)
    return None
