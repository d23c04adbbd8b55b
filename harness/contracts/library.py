"""The documents of one contract and the ``$ref``s between them.

Owns finding files and resolving references (OpenAPI 3.1.1, *Reference Object*; RFC 6901 pointers in
relative file references). Refuses the network: a ``$ref`` to ``http(s)`` is an error, nothing phones home.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from harness.contracts import pointers
from harness.contracts.source import Source
from harness.core.errors import UsageError
from harness.core.nearest import nearest

LONGEST = 600  # characters of a message that quotes a document


class DocumentError(UsageError):
    """A mistake at a place of a document: its ``key``, and its ``name`` as in :class:`Place`."""

    def __init__(
        self, message: str, *, key: tuple[str, str], name: str, where: str, nearest: str | None
    ) -> None:
        self.key, self.name = key, name
        super().__init__(message, where=where, nearest=nearest)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a document; ``value`` is what stands there."""

    source: Source
    pointer: str
    value: Any

    @property
    def name(self) -> str:
        """``shared.yaml#/components/schemas/Points``: where it stands in the file."""
        return f"{self.source.name}#{self.source.origin(self.pointer)}"

    @property
    def key(self) -> tuple[str, str]:
        return (str(self.source.path), self.pointer)

    def down(self, *tokens: str | int) -> Place:
        """The place below; KeyError where there is none."""
        value = pointers.walk(self.value, map(str, tokens))
        return Place(self.source, pointers.join(self.pointer, *tokens), value)

    def refuse(self, message: str, *below: str | int, nearest: str | None = None) -> DocumentError:
        """The error to raise about this place, with file and line."""
        if len(message) > LONGEST:
            message = f"{message[: LONGEST // 2]} … {message[-LONGEST // 2 :]}"
        pointer = pointers.join(self.pointer, *below)
        key, name = (str(self.source.path), pointer), f"{self.source.name}#{self.source.origin(pointer)}"
        where = self.source.where(pointer)
        return DocumentError(message, key=key, name=name, where=where, nearest=nearest)


class Library:
    """All files one contract reads, each parsed once."""

    def __init__(self, path: Path) -> None:
        self._folder = Path(os.path.realpath(path)).parent
        self._sources: dict[Path, Source] = {}
        self._targets: dict[tuple[str, str], Place] = {}
        self.root = Place(source := self._open(path), "", source.data)

    @property
    def sources(self) -> tuple[Source, ...]:
        return tuple(self._sources.values())

    def follow(self, place: Place) -> Place:
        """The place itself, or where its ``$ref`` leads in the end. UsageError where it leads nowhere."""
        seen: set[tuple[str, str]] = set()
        while isinstance(place.value, dict) and isinstance(place.value.get("$ref"), str):
            if place.key in seen:
                raise place.refuse("this $ref leads back to itself", "$ref")
            seen.add(place.key)
            place = self.target(place)
        return place

    def target(self, place: Place) -> Place:
        """Where the ``$ref`` in ``place`` points, one hop. UsageError with the nearest valid name."""
        key = (str(place.source.path), place.value["$ref"])
        if key not in self._targets:
            self._targets[key] = self._target(place)
        return self._targets[key]

    def _target(self, place: Place) -> Place:
        reference: str = place.value["$ref"]
        address, _, fragment = reference.partition("#")
        if "://" in address or address.startswith("/"):
            raise place.refuse(f"remote $ref {reference!r} is not loaded; keep the document beside", "$ref")
        if address:
            path = place.source.path.parent / unquote(address)
            if not _is_file(path):
                siblings = [item.name for item in path.parent.glob("*")] if path.parent.is_dir() else []
                raise place.refuse(
                    f"$ref {reference!r}: no such file", "$ref", nearest=nearest(path.name, siblings)
                )
            source = self._open(path)
            if not isinstance(source.data, dict | list):  # whatever it is, a message must not quote it
                raise place.refuse(f"$ref {reference!r}: the file holds no mapping", "$ref")
        else:
            source = place.source
        pointer = pointers.from_fragment(fragment)
        if pointer and not pointer.startswith("/"):
            if pointer not in source.anchors:
                close = nearest(pointer, source.anchors)
                raise place.refuse(
                    f"$ref {reference!r}: {source.name} has no one schema with the $anchor {pointer!r}",
                    "$ref",
                    nearest=close and f"#{close}",
                )
            pointer = source.anchors[pointer]
        if source is not place.source and not _leads_somewhere(source, pointer):
            pointer = source.converted(pointer)  # other files refer to what stands in this one
        return Place(source, pointer, self._value(place, source, pointer, reference))

    def _value(self, place: Place, source: Source, pointer: str, reference: str) -> Any:
        data, walked = source.data, ""
        for token in pointers.split(pointer):
            try:
                data = pointers.step(data, token)
            except KeyError:
                close = nearest(token, data) if isinstance(data, dict) else None
                suggestion = f"{source.name}#{pointers.join(walked, close)}" if close else None
                if close and source is place.source:
                    suggestion = f"#{pointers.join(walked, close)}"
                raise place.refuse(
                    f"$ref {reference!r} leads nowhere: {token!r} is not in {source.name}#{walked or '/'}",
                    "$ref",
                    nearest=suggestion,
                ) from None
            walked = pointers.join(walked, token)
        return data

    def _open(self, path: Path) -> Source:
        known = Path(os.path.realpath(path))  # not resolve(): links may lead in a circle
        if known not in self._sources:
            name = Path(os.path.relpath(known, self._folder)).as_posix()
            self._sources[known] = Source(path if not self._sources else Path(os.path.normpath(path)), name)
        return self._sources[known]


def _leads_somewhere(source: Source, pointer: str) -> bool:
    try:
        pointers.walk(source.data, pointers.split(pointer))
    except KeyError:
        return False
    return True


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name too long for the file system
        return False
