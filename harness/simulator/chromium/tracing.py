"""Playwright traces as they may be kept: every text in them masked.

Owns what of a trace is text, and where one may be written. What the app and its driver say to each other is in
none: those calls do not pass Playwright. What a screen shows is, as in every screenshot. Bodies of the network lie in
files whose names end as their media types have it, in .dat where they have none.
"""

from __future__ import annotations

import json
import zipfile
from mimetypes import MimeTypes
from pathlib import Path
from typing import Any

from harness.core.errors import UsageError
from harness.core.masking import digest, mask, mask_body, mask_text
from harness.simulator.chromium.snapshots import Snapshots

LINES = (".trace", ".network", ".stacks")
TYPES = MimeTypes()  # as Python has them: those of the machine differ


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
    pages = Snapshots()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(masked, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            target.writestr(entry.filename, _masked(entry.filename, source.read(entry), pages))


def _masked(name: str, body: bytes, pages: Snapshots) -> bytes:
    if name.endswith(LINES):
        text = body.decode("utf-8", "replace")
        return "".join(f"{_masked_line(line, pages)}\n" for line in text.split("\n") if line).encode()
    return mask_body(body, TYPES.guess_type(name)[0] or "")


def _masked_line(line: str, pages: Snapshots) -> str:
    try:
        return json.dumps(_masked_event(json.loads(line), pages), ensure_ascii=False)
    except ValueError:
        return mask_text(line)


def _masked_event(event: Any, pages: Snapshots) -> Any:
    match event:
        case {"type": "frame-snapshot", "snapshot": {"html": html, **about}}:
            page = pages.mask(str(about.get("frameId")), html)
            return {**mask({**event, "snapshot": None}), "snapshot": {**mask(about), "html": page}}
        case {"method": "keyboardType", "params": {"text": str(text), **about}}:
            # Nothing says into which field.
            return {**mask({**event, "params": None}), "params": {**mask(about), "text": digest(text)}}
    return mask(event)
