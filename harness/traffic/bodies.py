"""Bodies on their way to the record: collected up to a limit, masked, large ones to a file.

What passes through the proxy is never changed here; only copies are.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from harness.core.exchange import Message
from harness.core.masking import mask_body
from harness.core.payloads.traffic import Content

BODIES = "bodies"


class Collected:
    """The first ``limit`` bytes of a body as it passes. ``cut`` says that there was more."""

    __slots__ = ("_data", "_limit", "cut")

    def __init__(self, limit: int) -> None:
        self._data, self._limit, self.cut = bytearray(), limit, False

    def take(self, chunk: bytes | bytearray) -> None:
        room = self._limit - len(self._data)
        self.cut = self.cut or len(chunk) > room
        if room > 0:
            self._data += chunk[:room]

    def __len__(self) -> int:
        return len(self._data)

    def __bytes__(self) -> bytes:
        return bytes(self._data)


def masked(message: Message) -> bytes:
    """The body without secrets and personal data, by its media type; images and the like are kept.

    Nothing is kept of an archive, of what is still in its content coding, or nested too deep: nobody here can tell
    what it says.
    """
    if message.flaw is not None and not _is_text(message.body):
        return b""
    return mask_body(message.body, message.header("content-type") or "")


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def put_away(folder: Path, body: bytes) -> dict[str, Any]:
    """Write a large (masked) body to its file; what the event says in its place."""
    name = f"{BODIES}/{hashlib.sha256(body).hexdigest()}.bin"
    file = folder / name
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            file.write_bytes(body)
        except OSError:
            file.unlink(missing_ok=True)  # a part of it would pass for the whole
            raise
    return {"file": name, "size": len(body)}


def recorded_body(folder: Path, content: Content) -> bytes | None:
    """The body that :func:`put_away` wrote; None where it lies in the event itself."""
    return None if content.file is None else (folder / content.file).read_bytes()
