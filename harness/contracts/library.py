"""The documents of one contract and the ``$ref``s between them.

Owns finding files and resolving references (OpenAPI 3.1.1, *Reference Object*; RFC 6901 pointers in
relative file references). Refuses the network: a ``$ref`` to ``http(s)`` is an error, nothing phones home. Refuses
files outside the folders that may be read, before it looks whether they are there: who wrote a document must not
learn it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from harness.contracts import flaw_words as words
from harness.contracts import pointers
from harness.contracts.source import Source
from harness.core.errors import UsageError
from harness.core.nearest import nearest
from harness.core.text import Text

LONGEST = 600  # characters of a message that quotes a document
ELSEWHERE = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:|[/\\]"
)  # how what is no relative address begins (RFC 3986, 4.2)
OUTSIDE = Text(
    zh="{what}位于项目之外，不会读取；其他文件夹写在 harness.toml 的 [paths] outside",
    en="{what} is outside the project and not read; [paths] outside of harness.toml names further folders",
)
REFERENCE = Text(zh="$ref {reference!r} 指向的文件", en="the file of $ref {reference!r}")
DOCUMENT = Text(zh="这个文件", en="this file")


class DocumentError(UsageError):
    """A mistake at a place of a document: its ``key``, and its ``name`` as in :class:`Place`."""

    def __init__(
        self, message: Text, *, key: tuple[str, str], name: str, where: str, nearest: str | None
    ) -> None:
        self.key, self.name = key, name
        super().__init__(message, where=where, nearest=nearest)


class OutsideError(DocumentError):
    """A reference leads out of the folders that may be read."""


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

    def refuse(
        self,
        message: Text,
        *below: str | int,
        nearest: str | None = None,
        kind: type[DocumentError] = DocumentError,
    ) -> DocumentError:
        """The error to raise about this place, with file and line."""
        pointer = pointers.join(self.pointer, *below)
        key, name = (str(self.source.path), pointer), f"{self.source.name}#{self.source.origin(pointer)}"
        where = self.source.where(pointer)
        return kind(message.map(_shortened), key=key, name=name, where=where, nearest=nearest)


class Library:
    """All files one contract reads, each parsed once.

    ``readable`` are the folders that documents may be in, beside that of the contract. Without any, whoever names the
    contract means this file, wherever a link leads.
    """

    def __init__(self, path: Path, readable: Sequence[Path] = ()) -> None:
        self._folder = Path(os.path.realpath(path)).parent
        folders = (*readable, path.parent) if readable else (path.parent, self._folder)
        self._readable = tuple(Path(os.path.realpath(each)) for each in folders)
        if not self.may_read(path):
            raise UsageError(OUTSIDE.format(what=DOCUMENT), where=str(path))
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
                raise place.refuse(words.TO_ITSELF, "$ref")
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
        if ELSEWHERE.match(address):
            raise place.refuse(words.REMOTE.format(reference=reference), "$ref")
        if address:
            path = place.source.path.parent / unquote(address)
            if not self.may_read(path):
                outside = OUTSIDE.format(what=REFERENCE.format(reference=_shortened(reference)))
                raise place.refuse(outside, "$ref", kind=OutsideError)
            if not _is_file(path):
                siblings = [item.name for item in path.parent.glob("*")] if path.parent.is_dir() else []
                raise place.refuse(
                    words.NO_FILE.format(reference=reference), "$ref", nearest=nearest(path.name, siblings)
                )
            source = self._open(path)
            if not isinstance(source.data, dict | list):  # whatever it is, a message must not quote it
                raise place.refuse(words.HOLDS_NOTHING.format(reference=reference), "$ref")
        else:
            source = place.source
        pointer = pointers.from_fragment(fragment)
        if pointer and not pointer.startswith("/"):
            if pointer not in source.anchors:
                close = nearest(pointer, source.anchors)
                raise place.refuse(
                    words.NO_ANCHOR.format(reference=reference, file=source.name, anchor=pointer),
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
                known = f"{source.name}#{walked or '/'}"
                message = words.LEADS_NOWHERE.format(reference=reference, token=token, place=known)
                raise place.refuse(message, "$ref", nearest=suggestion) from None
            walked = pointers.join(walked, token)
        return data

    def may_read(self, path: Path) -> bool:
        """Whether a file is where documents may be, with all links followed."""
        try:
            known = Path(os.path.realpath(path))  # not resolve(): links may lead in a circle
        except ValueError:  # a NUL in it: there is no such file
            return True
        return any(known.is_relative_to(folder) for folder in self._readable)

    def _open(self, path: Path) -> Source:
        known = Path(os.path.realpath(path))
        if known not in self._sources:
            name = Path(os.path.relpath(known, self._folder)).as_posix()
            plain = path if not self._sources else Path(os.path.normpath(path))
            if os.path.realpath(plain) != str(known):
                plain = known  # ".." behind a link: only this is the file that may be read
            self._sources[known] = Source(plain, name)
        return self._sources[known]


def _shortened(message: str) -> str:
    if len(message) <= LONGEST:
        return message
    return f"{message[: LONGEST // 2]} … {message[-LONGEST // 2 :]}"


def _leads_somewhere(source: Source, pointer: str) -> bool:
    try:
        pointers.walk(source.data, pointers.split(pointer))
    except KeyError:
        return False
    return True


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name too long for the file system, or with a NUL
        return False
