"""Bodies by their media type and charset: JSON, forms, multipart, markup, other text.

What a sender calls JSON or text is looked at as what it is: JSON is often declared as something else.
"""

from __future__ import annotations

import codecs
import re
from email.message import Message as Headers

from harness.core.masking.columns import is_table, mask_table
from harness.core.masking.digests import is_sendable
from harness.core.masking.forms import mask_form
from harness.core.masking.pairs import mask_code, mask_text
from harness.core.masking.shapes import NOBODYS_PHONE, PHONE
from harness.core.masking.values import mask, mask_json

FORM = "application/x-www-form-urlencoded"
# Media types whose bytes are no text in any charset.
BINARY = ("image/", "audio/", "video/", "font/", "application/wasm", "application/font")
# What only a program for it can read: nobody here can tell what it says, so nothing of it is kept.
ARCHIVES = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x1f\x8b",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!",
    b"BZh",
    b"\xfd7zXZ",
    b"%PDF-",
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins as UTF-16 does
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_FIRST_PART = re.compile(rb"--([^\r\n]{1,70})\r?\ncontent-disposition:", re.IGNORECASE)
_XSSI = re.compile(r"^(?:\)\]\}',?|for\s?\(;;\);|while\(1\);)\s*")
_FORM = re.compile(r"[\w.%+*\[\]-]+=[^\s&<>{}\"]*(?:&[\w.%+*\[\]-]+=[^\s&<>{}\"]*)*")
_PROGRAMS = ("javascript", "ecmascript", "text/css")
MOST_LINES = 10_000
TABLES = ("text/csv", "text/tab-separated-values")


def mask_body(body: bytes, content_type: str) -> bytes:
    """The body without secrets and personal data; empty where nobody can tell what it says."""
    if not body:
        return body
    kind, parameters = _media_type(content_type)
    if body.startswith(ARCHIVES):
        return b""
    if kind.startswith(BINARY) and "svg" not in kind:
        return body
    if boundary := _boundary(body, kind, parameters):
        return _multipart(body, boundary)
    text, charset, mark = _decoded(body, parameters.get("charset"))
    try:
        masked = _text(text, kind)
    except RecursionError:
        return b""
    if is_sendable() and charset != "utf-8":  # no shell and no list can name a variable in it
        masked = PHONE.sub(NOBODYS_PHONE, masked)
    return (
        body
        if masked == text
        else mark + masked.encode(charset, "surrogateescape" if charset == "utf-8" else "replace")
    )


def _media_type(content_type: str) -> tuple[str, dict[str, str]]:
    kind, _, rest = content_type.partition(";")
    if not rest:
        return kind.strip().lower(), {}
    headers = Headers()
    headers["content-type"] = content_type
    given = headers.get_params(failobj=[]) or []
    return kind.strip().lower(), {str(name).lower(): str(value) for name, value in given[1:]}


def _decoded(body: bytes, charset: str | None) -> tuple[str, str, bytes]:
    for mark, name in _BOMS:
        if body.startswith(mark):
            try:
                return body[len(mark) :].decode(name), name, mark
            except UnicodeDecodeError:
                break
    given = (charset or "").strip().lower()
    if given.startswith("utf-16") or given == "utf16":
        given = "utf-16-be" if given.endswith("be") or body[:1] == b"\0" else "utf-16-le"
    for name in (*([given] if given else ()), *_guesses(body)):
        try:
            text = body.decode(name)
            if text.encode(name) == body:
                return text, name, b""
        except (UnicodeError, LookupError):
            continue
    # Latin-1 maps every byte to one character and back: digits and names of fields are found in it.
    return body.decode("latin-1"), "latin-1", b""


def _guesses(body: bytes) -> tuple[str, ...]:
    start = body[:200]
    if len(body) % 2 == 0 and start.count(0) * 3 > len(start):
        return ("utf-16-be", "utf-16-le") if start[:1] == b"\0" else ("utf-16-le", "utf-16-be")
    return ("utf-8", "gb18030") if b"\0" not in start else ("utf-8",)


def _text(text: str, kind: str) -> str:
    begins = text.lstrip()[:1]
    if kind in TABLES:
        return mask_table(text)
    if begins in ("{", "[", '"') or kind.endswith("json"):
        try:
            return mask_json(text)
        except RecursionError:
            if kind.endswith("json"):
                raise
        except ValueError:
            pass
    if kind == FORM and begins not in ("{", "["):
        return mask_form(text)
    if text.startswith((")", "for", "while")) and (prefix := _XSSI.match(text)):
        return prefix[0] + _text(text[prefix.end() :], kind)
    if any(name in kind for name in _PROGRAMS):
        return mask_code(text)
    if kind != "text/html" and _FORM.fullmatch(text.strip()):
        return mask_form(text)
    return mask_table(text) if is_table(text) else _lines(text)


def _lines(text: str) -> str:
    """JSON on each line, or events of a stream; what is neither is masked as text."""
    lines = text.split("\n")
    if (
        len(lines) < 2
        or len(lines) > MOST_LINES
        or not all(_is_json_line(line) for line in lines[:2] if line.strip())
    ):
        return mask_text(text)
    return "\n".join(_line(line) for line in lines)


def _is_json_line(line: str) -> bool:
    return line.lstrip()[:1] in ("{", "[") or line.startswith(("data:", "event:", "id:", "retry:", ":"))


def _line(line: str) -> str:
    start = re.match(r"(?:data:\s*)?", line)
    assert start is not None
    rest = line[start.end() :]
    try:
        return start[0] + mask_json(rest)
    except (ValueError, RecursionError):
        return mask_text(line)


def _boundary(body: bytes, kind: str, parameters: dict[str, str]) -> bytes | None:
    """The boundary of a multipart body; as the body itself has it, where its sender does not say it."""
    if kind.startswith("multipart/") and (said := parameters.get("boundary")):
        return said.encode("latin-1", "replace")
    if body.startswith(b"--") and (found := _FIRST_PART.match(body)):
        return found[1]
    return None


def _multipart(body: bytes, boundary: bytes) -> bytes:
    """Each part by its own name and media type (RFC 7578)."""
    delimiter = b"--" + boundary
    return delimiter.join(_part(part) for part in body.split(delimiter))


def _part(part: bytes) -> bytes:
    separator = b"\r\n\r\n" if b"\r\n\r\n" in part else b"\n\n"
    head, found, content = part.partition(separator)
    if not found:
        return part
    lines = head.decode("utf-8", "replace")
    name = re.search(r"(?i)\bname=\"?([^\";\r\n]+)", lines)
    file = re.search(r"(?i)\bfilename\*?=", lines)
    kind = re.search(r"(?im)^content-type:\s*(.+?)\s*$", lines)
    end = b"\r\n" if content.endswith(b"\r\n") else b""
    inside = content[: len(content) - len(end)]
    if name and not file:
        text, charset, mark = _decoded(inside, None)
        hidden = mask({name[1]: text})[name[1]]
        if hidden == text:
            masked = mask_body(inside, kind[1] if kind else "text/plain")
        else:
            masked = mark + str(hidden).encode(charset, "replace")
    else:
        masked = mask_body(inside, kind[1] if kind else "")
    shown = mask_text(lines).encode() if mask_text(lines) != lines else head
    return shown + found + masked + end
