"""What stands in files, however deep it lies there: archives, gzip, base64, data of pages, texts of pictures."""

from __future__ import annotations

import base64
import gzip
import html
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

DEPTH = 3
BASE64 = re.compile(rb"[A-Za-z0-9+/]{16,}={0,2}")
CHARSETS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")


def standing(values: Iterable[str], files: Iterable[Path]) -> dict[str, list[str]]:
    """The values that stand somewhere, and in which files."""
    written = {value: forms(value) for value in values}
    found: dict[str, list[str]] = {}
    for file in files:
        for content in contents(file.read_bytes()):
            for value, each in written.items():
                if any(form in content for form in each):
                    found.setdefault(value, []).append(str(file))
    return {value: sorted(set(names)) for value, names in found.items()}


def forms(value: str) -> set[bytes]:
    """How a value may be written as bytes."""
    texts = {value, json.dumps(value)[1:-1], html.escape(value), quote(value), quote(value, safe="")}
    return {text.encode(charset) for text in texts for charset in CHARSETS} | {
        text.replace("%", "%25").encode() for text in texts
    }


def contents(data: bytes, depth: int = DEPTH) -> Iterator[bytes]:
    """The bytes of a file, and of whatever is packed into them."""
    yield data
    if depth == 0:
        return
    for inner in _inside(data):
        yield from contents(inner, depth - 1)


def _inside(data: bytes) -> Iterator[bytes]:
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in archive.infolist():
                yield entry.filename.encode()
                yield archive.read(entry)
        return
    if data.startswith(b"\x1f\x8b"):
        yield gzip.decompress(data)
        return
    if data.startswith(b"\x89PNG\r\n"):
        yield from _png(data)
        return
    for found in BASE64.findall(data):
        try:
            yield base64.b64decode(found + b"=" * (-len(found) % 4))
        except ValueError:
            continue


def _png(data: bytes) -> Iterator[bytes]:
    """The chunks that hold texts (PNG, 11.3.3)."""
    place = 8
    while place + 8 <= len(data):
        size, kind = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8]
        chunk = data[place + 8 : place + 8 + size]
        if kind in (b"tEXt", b"iTXt", b"eXIf"):
            yield chunk
        elif kind == b"zTXt":
            yield zlib.decompress(chunk.partition(b"\0")[2][1:])
        place += 12 + size
