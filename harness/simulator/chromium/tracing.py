"""Playwright traces as they may be kept: every text in them masked.

Owns what of a trace is text, and where one may be written. What the app and its driver say to each other is in
none: those calls do not pass Playwright. What a screen shows is, as in every screenshot.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

from harness.core.errors import UsageError
from harness.core.masking import mask, mask_body, mask_text

LINES = (".trace", ".network", ".stacks")
TEXTS = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".txt": "text/plain",
    ".xml": "text/xml",
    ".svg": "image/svg+xml",
}
"""Names in a trace that are texts, with their media types."""


def where_to_write(path: Path) -> Path:
    """The path, if a trace can be written there and nothing is lost by it; UsageError otherwise."""
    if not path.is_absolute() or path.suffix != ".zip":
        raise UsageError(f"path: expected an absolute path that ends in .zip, got {path}")
    if not path.parent.is_dir():
        raise UsageError(f"path: there is no folder {path.parent}")
    if path.exists():
        raise UsageError(f"path: {path} is there already")
    return path


def mask_trace(raw: Path, masked: Path) -> None:
    """Copy a trace, its texts masked; what is no text (pictures, fonts) is copied as it is."""
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(masked, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            target.writestr(entry.filename, _masked(entry.filename, source.read(entry)))


def _masked(name: str, body: bytes) -> bytes:
    if name.endswith(LINES):
        text = body.decode("utf-8", "replace")
        return "".join(f"{_masked_line(line)}\n" for line in text.split("\n") if line).encode()
    if name.endswith(tuple(TEXTS)):
        return mask_body(body, TEXTS[Path(name).suffix])
    return body


def _masked_line(line: str) -> str:
    try:
        return json.dumps(mask(json.loads(line)), ensure_ascii=False)
    except ValueError:
        return mask_text(line)
