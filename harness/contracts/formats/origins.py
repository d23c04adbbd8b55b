"""Where the places of a converted document come from."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from harness.contracts import pointers


@dataclass(frozen=True)
class Converted:
    """A document and the origins of its places: converted pointer → original pointer.

    A place that is not listed comes from below the origin of the nearest place above it that is.
    """

    data: Any
    origins: dict[str, str] = field(default_factory=dict)

    def origin(self, pointer: str) -> str:
        """The original place of a converted one."""
        above, rest = pointer, ""
        while above and above not in self.origins:
            above, _, token = above.rpartition("/")
            rest = f"/{token}{rest}"
        return self.origins.get(above, above) + rest

    def converted(self, origin: str) -> str:
        """The first converted place that comes from an original one."""
        above, rest = origin, ""
        while above and above not in self._converted:
            above, _, token = above.rpartition("/")
            rest = f"/{token}{rest}"
        return self._converted.get(above, above) + rest

    @cached_property
    def _converted(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for converted, original in self.origins.items():
            found.setdefault(original, converted)
        return found


class Builder:
    """Collects origins while a document is put together."""

    def __init__(self) -> None:
        self.origins: dict[str, str] = {}

    def note(self, converted: tuple[str | int, ...], original: tuple[str | int, ...]) -> None:
        """The place ``converted`` comes from ``original``."""
        self.origins[pointers.join("", *converted)] = pointers.join("", *original)


SCHEMA_PREFIX = "#/components/schemas/"


def references(value: Any, renamed: dict[str, str]) -> Any:
    """A copy of ``value`` with the beginnings of its local ``$ref``s replaced."""
    if isinstance(value, dict):
        copy = {key: references(item, renamed) for key, item in value.items()}
        if isinstance(value.get("$ref"), str):
            for old, new in renamed.items():
                if value["$ref"].startswith(old):
                    copy["$ref"] = new + value["$ref"].removeprefix(old)
                    break
        return copy
    if isinstance(value, list):
        return [references(item, renamed) for item in value]
    return value
