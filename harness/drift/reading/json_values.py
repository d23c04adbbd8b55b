"""Reading a large JSON file piece by piece: the extent of each value is found in its bytes, none is parsed here.

An archive of 200 MB costs the memory of its largest entry. Knows where it is, so that an error has a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from harness.core.errors import UsageError

PIECE = 1 << 18
LARGEST = 32 << 20  # bytes of one value; a larger one is passed over
DEEPEST = 500

_SPACE = re.compile(rb"[ \t\r\n]*+")
_STRING_END = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
_MARK = re.compile(rb'["{}\[\]]')
_SCALAR = re.compile(rb"[^\s,\]}]*+")
_OPENING, _CLOSING = b"{[", b"}]"


class JsonValues:
    """The bytes of a file in JSON, and how far they are read."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file, self._path = file, path
        self._buffer, self._at, self._ended = b"", 0, False
        self._line = 1

    def refuse(self, problem: str) -> UsageError:
        return UsageError(problem, where=f"{self._path}:{self._line}")

    def peek(self) -> bytes:
        """The next byte that is no space; empty at the end of the file."""
        while True:
            self._pass(_SPACE)
            if self._at < len(self._buffer) or not self._more():
                return self._buffer[self._at : self._at + 1]

    def expect(self, byte: bytes, what: str) -> None:
        seen = self.peek()
        if seen != byte:
            raise self.refuse(f"{what} expected, {_shown(seen)} found")
        self._at += 1

    def keys(self, what: str) -> Iterator[bytes]:
        """The keys of an object, as written; the value of each is read by the caller before the next."""
        self.expect(b"{", what)
        if self.peek() == b"}":
            self._at += 1
            return
        while True:
            if self.peek() != b'"':
                raise self.refuse(f"a key expected, {_shown(self.peek())} found")
            key = self.value()
            self.expect(b":", "':'")
            yield b"" if key is None else key[1:-1]
            if not self._goes_on(b"}"):
                return

    def items(self, what: str) -> Iterator[tuple[int, bytes | None]]:
        """The values of an array with the lines they begin on; None of one that is too large."""
        self.expect(b"[", what)
        if self.peek() == b"]":
            self._at += 1
            return
        while True:
            self.peek()
            line = self._line
            yield line, self.value()
            if not self._goes_on(b"]"):
                return

    def value(self) -> bytes | None:
        """The next value, unparsed; None where it is too large to be kept."""
        first = self.peek()
        if not first or first in b",:}]":
            raise self.refuse(f"a value expected, {_shown(first)} found")
        kept = _Kept()
        if first not in b'"{[':
            while True:
                kept.add(self._pass(_SCALAR))
                if self._at < len(self._buffer) or not self._more():
                    return kept.result
        depth = 0
        while True:
            byte = self._take(kept)
            if byte == b'"':
                self._string(kept)
            elif byte in _OPENING:
                depth += 1
                if depth > DEEPEST:
                    raise self.refuse(f"nested more than {DEEPEST} levels deep")
            else:
                depth -= 1
            if depth <= 0:
                return kept.result
            self._up_to_mark(kept)

    def _goes_on(self, closing: bytes) -> bool:
        seen = self.peek()
        if seen not in (b",", closing) or not seen:
            raise self.refuse(f"',' or '{closing.decode()}' expected, {_shown(seen)} found")
        self._at += 1
        return seen == b","

    def _string(self, kept: _Kept) -> None:
        """What follows an opening quote, up to and with the closing one."""
        while True:
            kept.add(self._pass(_STRING_END))
            if self._buffer[self._at : self._at + 1] == b'"':
                self._take(kept)
                return
            if not self._more():
                raise self.refuse("the file ends in the middle of a text")

    def _up_to_mark(self, kept: _Kept) -> None:
        while True:
            found = _MARK.search(self._buffer, self._at)
            kept.add(self._advance(len(self._buffer) if found is None else found.start()))
            if found is not None:
                return
            if not self._more():
                raise self.refuse("the file ends in the middle of a value")

    def _take(self, kept: _Kept) -> bytes:
        byte = self._advance(self._at + 1)
        kept.add(byte)
        return byte

    def _pass(self, pattern: re.Pattern[bytes]) -> bytes:
        found = pattern.match(self._buffer, self._at)
        assert found is not None  # each of them matches nothing, too
        return self._advance(found.end())

    def _advance(self, end: int) -> bytes:
        passed = self._buffer[self._at : end]
        self._at = end
        self._line += passed.count(b"\n")
        return passed

    def _more(self) -> bool:
        """Read on; False at the end of the file."""
        piece = b"" if self._ended else self._file.read(PIECE)
        self._ended = not piece
        self._buffer, self._at = self._buffer[self._at :] + piece, 0
        return bool(piece)


class _Kept:
    """The bytes of a value, as long as they are not too many."""

    __slots__ = ("_pieces", "_size")

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0

    def add(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > LARGEST:
            self._pieces.clear()
        else:
            self._pieces.append(piece)

    @property
    def result(self) -> bytes | None:
        return None if self._size > LARGEST else b"".join(self._pieces)


def _shown(seen: bytes) -> str:
    return repr(seen.decode("latin-1")) if seen else "the end of the file"
