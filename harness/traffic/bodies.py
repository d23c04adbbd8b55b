"""Bodies on their way to the record: collected up to a limit, masked, large ones to a file.

What passes through the proxy is never changed here; only copies are.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from harness.core.exchange import Message
from harness.core.masking import CODE_FIELDS, has_secret_name, mask, mask_text
from harness.core.media_types import FORM
from harness.core.payloads.traffic import Content

BODIES = "bodies"
# Media types whose bytes are no text in any charset.
BINARY = ("image/", "audio/", "video/", "font/", "application/zip", "application/pdf", "application/wasm")

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


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
    """The body without secrets and personal data.

    JSON and forms are masked by the names of their fields; they keep their text where there is nothing to
    mask. Other text is masked by shape, and so are bytes in an unknown charset; images and the like are kept.
    Nothing is kept of what is still in its content coding, or nested too deep: nobody here can tell what it says.
    """
    kind = (message.header("content-type") or "").partition(";")[0].strip().lower()
    if kind.startswith(BINARY):
        return message.body
    try:
        text = message.body.decode()
    except UnicodeDecodeError:
        if message.flaw is not None:
            return b""
        # Latin-1 maps every byte to one character and back: digits and names of fields are found in it.
        return mask_text(message.body.decode("latin-1")).encode("latin-1")
    if kind == FORM:
        return _masked_form(text).encode()
    if kind.endswith("json"):
        try:
            return _masked_json(text).encode()
        except RecursionError:
            return b""
    return mask_text(text).encode()


def masked_query(path: str) -> str:
    """A path whose query is masked by the names of its fields."""
    route, mark, query = path.partition("?")
    return route + mark + _masked_form(query) if mark else path


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


def _masked_json(text: str) -> str:
    lower = text.lower()
    coded = '"code"' in lower and any(f'"{name}"' in lower for name in CODE_FIELDS)
    if not coded and not has_secret_name(lower) and "\\u" not in lower:
        return mask_text(text)  # nothing that is known by its field: no need to read the JSON
    try:
        value = json.loads(text)
    except ValueError:
        return mask_text(text)
    hidden = mask(value)
    if hidden == value:
        return mask_text(text)
    written = _JSON.encode(hidden)
    if not written.isascii() and _has_surrogates(written):
        written = json.dumps(hidden)  # half a character has no UTF-8: it stays the escape that it was
    return mask_text(written)


def _has_surrogates(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _masked_form(text: str) -> str:
    fields = parse_qsl(text, keep_blank_values=True)
    # As one object, so that names that are secret only beside others are known; values may repeat.
    names = {name: "" for name, _ in fields}
    hidden = [(name, mask({**names, name: value})[name]) for name, value in fields]
    return text if hidden == fields else urlencode(hidden, safe="*")
