"""One side of an entry as a message: its headers, and its body as the bytes that were sent, if they were saved."""

from __future__ import annotations

import base64
import binascii
import codecs
import json
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

from harness.core.content_codings import decoded
from harness.core.exchange import Message
from harness.core.media_types import FORM, is_json, media_type
from harness.drift.reading.json_values import LARGEST

Pairs = tuple[tuple[str, str], ...]
SEND = ("POST", "PUT", "PATCH")
UNKNOWN_TYPE = "x-unknown"  # browsers: an answer without a media type


def message_of(side: dict[str, Any], content: dict[str, Any], folder: Path) -> tuple[Message, bool]:
    """The message, and whether the file holds its body."""
    headers = headers_of(side)
    named = next((value for name, value in headers if name.lower() == "content-type"), None)
    kind = words(content.get("mimeType"))
    # What the browser adds below the level it records at; of answers only where no header was saved at all.
    if named is None and kind and kind != UNKNOWN_TYPE and ("method" in side or not headers):
        headers, named = (*headers, ("Content-Type", kind)), kind
    if "body" in side and not content:
        headers, content = _written_plainly(side["body"], headers, named)
        named = next((value for name, value in headers if name.lower() == "content-type"), None)
    body = _body(content, named or kind, folder)
    if body is None:
        missing = _is_missing(side, content, headers)
        return Message(headers, b""), not missing
    message = Message(headers, body)
    coded = _is_base64(content) and message.header("content-encoding") is not None
    if coded:
        opened = decoded(message, LARGEST)
        message = (
            message if opened.flaw else opened
        )  # exporters undo the coding, and most leave its name there
    if coded or len(body) < integer(content.get("size")):
        # Half of it, or compressed still, or a size that counts something else: JSON can tell.
        return message, not is_json(media_type(named or kind).essence) or _is_readable(message.body)
    return message, True


def _body(content: dict[str, Any], kind: str, folder: Path) -> bytes | None:
    """The body; None where the file does not hold it."""
    if content.get("cut"):
        return None
    for key in ("file", "_file"):  # ours; Playwright's
        if isinstance(content.get(key), str):
            return _beside(folder, content[key])
    text = content.get("text")
    if isinstance(text, str) and _is_base64(content):
        try:
            return base64.b64decode(text, validate=True)
        except binascii.Error:
            return None
    if isinstance(text, str) and (text or "params" not in content):
        return _encoded(text, kind)
    params = content.get("params")
    if isinstance(params, list) and params and media_type(kind).essence == FORM:
        pairs = [(words(each.get("name")), words(each.get("value"))) for each in map(mapping, params)]
        return urlencode(pairs).encode()
    return None


def _is_base64(content: dict[str, Any]) -> bool:
    """HAR has no encoding of what was posted: archives of ours say it in the comment."""
    return "base64" in (content.get("encoding"), content.get("comment"))


def _is_missing(side: dict[str, Any], content: dict[str, Any], headers: Pairs) -> bool:
    """Whether there was a body that the file does not hold; where nothing tells its size there may have been one."""
    if isinstance(content.get("text"), str) or content.get("cut"):
        return True  # and could not be read
    told = next((value for name, value in headers if name.lower() == "content-length"), "")
    if told.isdigit():
        return int(told) > 0
    sizes = [integer(where[key]) for where, key in ((content, "size"), (side, "bodySize")) if key in where]
    if any(size > 0 for size in sizes) or content.get("params"):
        return True
    may_have_one = side["method"] in SEND if "method" in side else True
    return may_have_one and 0 not in sizes


def _written_plainly(body: Any, headers: Pairs, named: str | None) -> tuple[Pairs, dict[str, Any]]:
    """``body`` of a simple line: a text as such, any other value in JSON."""
    if body is None:
        return headers, {}
    if isinstance(body, str):
        return headers, {"text": body}
    if named is None:
        headers = (*headers, ("Content-Type", "application/json"))
    return headers, {"text": json.dumps(body)}


def _encoded(text: str, kind: str) -> bytes | None:
    """Text as bytes in the charset that it is said to have; None for what no bytes ever were."""
    media = media_type(kind)
    charset = "utf-8" if is_json(media.essence) else media.parameters.get("charset", "utf-8")
    for name in (charset, "utf-8"):
        try:
            codec = codecs.lookup(name)
            return text.encode(codec.name) if getattr(codec, "_is_text_encoding", True) else text.encode()
        except (LookupError, UnicodeError):
            continue
    return None


def _beside(folder: Path, name: str) -> bytes | None:
    """A body that lies in a file of its own, which must be below the folder."""
    try:
        file = (folder / name).resolve()
        if not file.is_relative_to(folder.resolve()) or file.stat().st_size > LARGEST:
            return None
        return file.read_bytes()
    except (OSError, ValueError):
        return None


def headers_of(side: dict[str, Any]) -> Pairs:
    """Headers of any shape, without HTTP/2's pseudo headers; lines that were joined stand apart again."""
    written, found = side.get("headers"), list[tuple[str, str]]()
    pairs: list[Any] = list(written.items()) if isinstance(written, dict) else []
    for each in written if isinstance(written, list) else ():
        if isinstance(each, dict):
            pairs.append((each.get("name"), each.get("value")))
        elif isinstance(each, list) and len(each) == 2:
            pairs.append(tuple(each))
    for name, value in pairs:
        if isinstance(name, str) and name and not name.startswith(":"):
            values = value if isinstance(value, list) else [value]
            found += [(name, line) for one in values for line in words(one).split("\n")]
    if found and not any(name.lower() in ("cookie", "set-cookie") for name, _ in found):
        found += _cookies(side)
    return tuple(found)


def _cookies(side: dict[str, Any]) -> list[tuple[str, str]]:
    """The cookies that stand apart from the headers."""
    written = side.get("cookies")
    pairs = [
        f"{words(each.get('name'))}={words(each.get('value'))}"
        for each in (map(mapping, written) if isinstance(written, list) else ())
        if each.get("name")
    ]
    if "status" in side:
        return [("Set-Cookie", pair) for pair in pairs]
    return [("Cookie", "; ".join(pairs))] if pairs else []


def _is_readable(body: bytes) -> bool:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True


def mapping(value: Any) -> dict[str, Any]:
    return cast(dict[str, Any], value) if isinstance(value, dict) else {}


def words(value: Any) -> str:
    if value is None or isinstance(value, dict | list):
        return ""
    text = value if isinstance(value, str) else json.dumps(value)
    return text.encode("utf-8", "backslashreplace").decode()


def integer(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return 0


def number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return 0.0
