"""Bodies on their way to the record: collected up to a limit, decoded, masked, large ones to a file.

What passes through the proxy is never changed here; only copies are.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable
from importlib import import_module
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


def decoded(message: Message, limit: int) -> tuple[Message, str | None]:
    """The message with its content-encoding undone, and why that could not be done (None: it was).

    RFC 9110 section 8.4. Knows gzip and deflate, and br where the ``brotli`` package is installed. What
    cannot be decoded, or grows beyond ``limit`` bytes, stays as it was.
    """
    header = message.header("content-encoding") or ""
    body = message.body
    for coding in reversed([name.strip().lower() for name in header.split(",") if name.strip()]):
        undo = _CODINGS.get(coding)
        if undo is None:
            return message, f"its content-encoding {coding} cannot be undone here"
        try:
            body = undo(body, limit) if body else body
        except (zlib.error, ValueError) as error:
            return message, f"it is not {coding}: {error}"
    return (message if body is message.body else Message(message.headers, body)), None


def masked(message: Message) -> bytes:
    """The body without secrets and personal data.

    JSON and forms are masked by the names of their fields; they keep their text where there is nothing to
    mask. Other text is masked by shape, and so are bytes in an unknown charset; images and the like are kept.
    """
    kind = (message.header("content-type") or "").partition(";")[0].strip().lower()
    if kind.startswith(BINARY):
        return message.body
    try:
        text = message.body.decode()
    except UnicodeDecodeError:
        # Latin-1 maps every byte to one character and back: digits and names of fields are found in it.
        return mask_text(message.body.decode("latin-1")).encode("latin-1")
    if kind == FORM:
        return _masked_form(text).encode()
    if kind.endswith("json"):
        return _masked_json(text).encode()
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


def _unzipped(wbits: int) -> Callable[[bytes, int], bytes]:
    def undo(body: bytes, limit: int) -> bytes:
        data = b""
        while body:
            decoder = zlib.decompressobj(wbits)
            data += decoder.decompress(body, limit - len(data) + 1)
            if len(data) > limit:
                raise ValueError(f"more than {limit} bytes")
            if not decoder.eof:
                raise ValueError("it ends too early")
            # A gzip stream is a series of members (RFC 1952, 2.2); zeros after the last are padding.
            body = decoder.unused_data.lstrip(b"\0")
        return data

    return undo


def _inflated(body: bytes, limit: int) -> bytes:
    # "deflate" means the zlib format; some servers send the bare one all the same (RFC 9110 section 8.4.1.2).
    try:
        return _unzipped(zlib.MAX_WBITS)(body, limit)
    except zlib.error:
        return _unzipped(-zlib.MAX_WBITS)(body, limit)


_CODINGS: dict[str, Callable[[bytes, int], bytes]] = {
    "identity": lambda body, limit: body,
    "gzip": _unzipped(16 + zlib.MAX_WBITS),
    "x-gzip": _unzipped(16 + zlib.MAX_WBITS),
    "deflate": _inflated,
}


def _optional_brotli() -> None:
    try:
        brotli = import_module("brotli")
    except ImportError:
        return

    def undo(body: bytes, limit: int) -> bytes:
        try:
            data: bytes = brotli.decompress(body)
        except brotli.error as error:
            raise ValueError(str(error)) from None
        if len(data) > limit:
            raise ValueError(f"more than {limit} bytes")
        return data

    _CODINGS["br"] = undo


_optional_brotli()
