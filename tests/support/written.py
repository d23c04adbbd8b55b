"""What stands in what was written, however it stands there: escaped, encoded, in base64, in another charset."""

from __future__ import annotations

import base64
import binascii
import gzip
import html
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

DEPTH = 4
"""How often one way of writing may stand in another."""
LONG = 8
"""A shorter value may stand in a number by chance, so it is looked for in texts only."""
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{12,}")
ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
CHARSETS = ("utf-8", "utf-16-le", "utf-16-be", "utf-32", "gb18030")


def standing(values: list[str], folder: Path) -> list[str]:
    """Those of the values that stand somewhere in the folder."""
    files = [file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()]
    texts = {reading for file in files for text in _texts(file) for reading in readings(text)}
    raw = [file.decode("utf-8", "replace") for file in files]
    return [
        value
        for value in values
        if any(value in text for text in texts) or (len(value) >= LONG and any(value in text for text in raw))
    ]


def readings(text: str, depth: int = DEPTH) -> set[str]:
    """The text, and whatever it says to somebody who takes its escapes and codings away."""
    found, new = {text}, {text}
    for _ in range(depth):
        new = {reading for each in new for reading in _read(each)} - found
        found |= new
    return found


def _read(text: str) -> Iterator[str]:
    yield unquote_plus(text)
    yield html.unescape(text)
    yield text.replace("\0", "")  # UTF-16 that was taken for bytes of ASCII
    yield ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), text).replace('\\"', '"').replace("\\\\", "\\")
    for piece in BASE64.findall(text):
        whole = piece.replace("-", "+").replace("_", "/") + "=" * (-len(piece) % 4)
        try:
            data = base64.b64decode(whole)
        except binascii.Error:
            continue
        for inner in (data, *_unpacked(data)):
            for charset in CHARSETS:
                try:
                    yield inner.decode(charset)
                except UnicodeDecodeError:
                    continue


def _unpacked(data: bytes) -> list[bytes]:
    """What is in a zip, or in gzip."""
    try:
        if data.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                return [archive.read(name) for name in archive.namelist()]
        return [gzip.decompress(data)] if data.startswith(b"\x1f\x8b") else []
    except (zipfile.BadZipFile, OSError, EOFError):
        return []


def _texts(file: bytes) -> Iterator[str]:
    """The strings of a shard of events, one by one; of another file its whole text, in each charset."""
    lines = file.splitlines()
    try:
        for line in lines:
            yield from _strings(json.loads(line)["data"])
    except (ValueError, KeyError, TypeError):
        for charset in CHARSETS:
            yield file.decode(charset, "replace")


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
