"""What reading a big document came to, kept for the next time under the hash of its text.

A YAML document of 11 MB takes seconds to read and its JSON a tenth of one. Kept are the data, the lines that are
always asked for, and whether the lint found it in order. The folder is ``HARNESS_CACHE``, else the user's cache;
where it cannot be used, everything is read anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

FOLDER = "HARNESS_CACHE"
WORTH = 300_000  # characters; smaller documents are read as fast as their cache
FORMAT = "1"  # of what is kept
DEPTH = 4  # levels that are written piece by piece: the text of all would take twice as much as the document

ENCODER = json.JSONEncoder(ensure_ascii=False)


def key(text: str) -> str | None:
    """Under which name a text is kept; None for one that is not worth it."""
    if len(text) < WORTH:
        return None
    return hashlib.sha256(f"{FORMAT} {_version()}\n{text}".encode()).hexdigest()


def read(name: str) -> dict[str, Any] | None:
    """What is kept under a name; None where nothing (or nothing whole) is."""
    try:
        found: dict[str, Any] = json.loads((folder() / f"{name}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found


def keep(name: str, data: dict[str, Any]) -> None:
    """Keep; another process may do the same at the same moment."""
    file = folder() / f"{name}.json"
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("w", encoding="utf-8") as opened:
            opened.writelines(_pieces(data, DEPTH))
        draft.replace(file)
    except (OSError, ValueError):
        with suppress(OSError):
            draft.unlink()


def _pieces(value: Any, depth: int) -> Iterator[str]:
    """The JSON of a value."""
    if depth and isinstance(value, dict):
        before = "{"
        for key, item in value.items():
            yield f"{before}{json.dumps(key)}:"
            yield from _pieces(item, depth - 1)
            before = ","
        yield "}" if value else "{}"
    else:
        yield ENCODER.encode(value)


def folder() -> Path:
    """Where documents are kept."""
    if given := os.environ.get(FOLDER):
        return Path(given)
    if sys.platform == "win32":
        home = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        home = Path.home() / "Library" / "Caches"
    else:
        home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "linkage-harness" / "contracts"


@lru_cache(maxsize=1)
def _version() -> str:
    """The version of the harness and the state of this package: what a lint finds depends on both."""
    newest = max(file.stat().st_mtime_ns for file in Path(__file__).parent.rglob("*.py"))
    try:
        return f"{version('linkage-harness')} {newest}"
    except PackageNotFoundError:
        return str(newest)
