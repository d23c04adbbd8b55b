"""How a body becomes a value: one table from its media type to a reader.

A body that is not in its media type is :class:`Unreadable`, which breaks the contract. A body whose schema
says nothing of such a text (an object in ``text/csv``) is :class:`Unread`: nobody can judge it.
"""

from __future__ import annotations

import codecs
import json
import re
import sys
from collections.abc import Callable
from math import isinf
from typing import Any

from harness.contracts.raw_values import query_values
from harness.contracts.readings import JSON, STRUCTURES, NoJson, Shape
from harness.contracts.styles import UNREAD, Form
from harness.contracts.violations import one_of
from harness.core.media_types import FORM, MULTIPART, MediaType, is_json, media_type
from harness.core.text import Text, text_of

UTF8 = "utf-8"
NOT_UTF8 = Text(zh="表单字段不是 UTF-8", en="its fields are not in UTF-8")
NO_SCHEMA = Text(zh="{types} 类型的 schema 无法检查 {media}", en="no schema of {types} can judge {media}")
NO_TEXT = Text(
    zh="表单有一个字段，OpenAPI 没有规定其 schema 的写法",
    en="a field of the form has a schema that OpenAPI defines no text for",
)
TOO_DEEP = Text(zh="JSON 嵌套过深", en="its JSON is nested too deep")
MANY_DIGITS = Text(zh="其中有超过 {digits} 位的整数", en="it has an integer of more than {digits} digits")
TOO_LARGE_NUMBER = Text(zh="其中有超出双精度范围的数", en="it has a number too large for a double")
HALF_CHARACTER = Text(zh="其中有半个字符（单独的代理项）", en="it has half a character, a lone surrogate")
UNKNOWN_CHARSET = Text(zh="未知的字符集 {charset}", en="its charset {charset} is unknown")
NO_CHARSET = Text(zh="没有写明字符集，也不是 UTF-8", en="it names no charset and is not UTF-8")
SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
NO_TYPE = media_type("")
DISPOSITION = re.compile(r'(?:^|;)\s*name\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))', re.IGNORECASE)


class Unreadable(Exception):
    """The body is not in its media type: what was expected, and what was seen."""

    def __init__(self, expected: Text, seen: Text) -> None:
        super().__init__(expected.en)
        self.expected, self.seen = expected, seen


class Unread(Exception):
    """Nobody can judge the body: why, in words."""

    def __init__(self, words: Text) -> None:
        super().__init__(words.en)
        self.words = words


class Reader:
    """Reads the bodies of one schema."""

    def __init__(self, shape: Shape, form: Callable[[str], Form]) -> None:
        self._shape, self._form = shape, form

    def read(self, media: MediaType, body: bytes) -> Any:
        """The value of a body. Unreadable or Unread where it has none."""
        essence = media.essence
        if is_json(essence):
            return json_value(body, media)
        if essence == FORM:
            if (_charset(media) or UTF8) != UTF8:
                raise Unread(NOT_UTF8)
            return self._fields(self._form("form").read(query_values(_text(media, body))))
        if essence == MULTIPART:
            return self._fields(self._form("multipart").read(parts(media, body)))
        if essence.startswith("text/"):
            return self._scalar(essence, _text(media, body))
        if not self._shape.is_scalar or (self._shape.types and "string" not in self._shape.types):
            raise Unread(NO_SCHEMA.format(types=one_of(sorted(self._shape.types)), media=essence))
        return body.decode("latin-1")  # bytes: a text as long as they are many

    def _fields(self, value: Any) -> Any:
        if value is UNREAD:
            raise Unread(NO_TEXT)
        return value

    def _scalar(self, essence: str, text: str) -> Any:
        """A text as itself, a number or a truth value; what is behind an array or an object is unknown."""
        if self._shape.types and self._shape.types <= STRUCTURES:
            raise Unread(NO_SCHEMA.format(types=one_of(sorted(self._shape.types)), media=essence))
        value = self._shape.pick(self._shape.scalars(text))
        if self._shape.types & STRUCTURES and not self._shape.takes(value):
            raise Unread(NO_SCHEMA.format(types=one_of(sorted(self._shape.types)), media=essence))
        return value


def json_value(body: bytes, media: MediaType = NO_TYPE) -> Any:
    """The value of JSON. Of a name that comes twice the last counts, as JavaScript reads it (ECMA-262, 25.5.1)."""
    try:
        value = JSON.decode(body.decode())
    except RecursionError:
        raise Unread(TOO_DEEP) from None
    except UnicodeDecodeError as error:
        charset = media.parameters.get("charset", "")
        if charset and charset.lower() not in ("utf-8", "utf8"):
            expected = Text(zh="UTF-8 编码的 JSON", en="JSON in UTF-8")
            raise Unreadable(expected, text_of(f"charset {charset}")) from None
        raise Unreadable(text_of("JSON"), _flawed(body, "不是 UTF-8", error)) from None
    except json.JSONDecodeError as error:
        why = f"第 {error.lineno} 行第 {error.colno} 列起不是 JSON"
        raise Unreadable(text_of("JSON"), _flawed(body, why, error)) from None
    except NoJson as error:
        raise Unreadable(text_of("JSON"), _flawed(body, "不是 JSON", error)) from None
    except ValueError:  # Python's own limit on the digits of an integer
        raise Unread(MANY_DIGITS.format(digits=sys.get_int_max_str_digits())) from None
    if SURROGATE.search(body) and _is_half(value):
        raise Unread(HALF_CHARACTER)
    return value


def _is_half(value: Any) -> bool:
    """Whether a text in it has no UTF-8."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def has_infinity(value: Any) -> bool:
    """Whether a number was too large to be read as what it is."""
    waiting = [value]
    while waiting:
        match waiting.pop():
            case float() as number if isinf(number):
                return True
            case dict() as fields:
                waiting += fields.values()
            case list() as entries:
                waiting += entries
    return False


def _flawed(body: bytes, why: str, error: ValueError) -> Text:
    text = body.decode(UTF8, "replace")
    return Text(zh=f"{text}（{why}）", en=f"{text} ({error})")


def _charset(media: MediaType) -> str | None:
    """The charset that the media type names; Unread where it is none we know."""
    named = media.parameters.get("charset")
    if not named:
        return None
    try:
        codec = codecs.lookup(named)
    except LookupError:
        raise Unread(UNKNOWN_CHARSET.format(charset=named)) from None
    # Bytes to bytes is no charset; GB 18030 is what people mean by its older names.
    if not getattr(codec, "_is_text_encoding", True):
        raise Unread(UNKNOWN_CHARSET.format(charset=named))
    return "gb18030" if codec.name in ("gbk", "gb2312") else codec.name


def _text(media: MediaType, body: bytes) -> str:
    """The text in the charset that it names (RFC 2046, 4.1.2), else in UTF-8."""
    charset = _charset(media)
    try:
        return body.decode(charset or UTF8)
    except UnicodeDecodeError as error:
        if charset is None:
            raise Unread(NO_CHARSET) from None
        expected = Text(zh="{charset} 编码的文本", en="text in {charset}").format(charset=charset)
        raise Unreadable(expected, _flawed(body, f"不是 {charset}", error)) from None


def parts(media: MediaType, body: bytes) -> dict[str, list[str]]:
    """The parts of ``multipart/form-data`` by their names, each as text (RFC 7578; RFC 2046, 5.1.1)."""
    boundary = media.parameters.get("boundary")
    delimiter = f"--{boundary}".encode("latin-1", "replace")
    pieces = (b"\r\n" + body).split(b"\r\n" + delimiter)
    closed = next((number for number, piece in enumerate(pieces) if piece.startswith(b"--")), None)
    if not boundary or closed is None:
        expected = Text(zh="以 boundary 分隔的各部分", en="parts divided by the boundary")
        raise Unreadable(expected, text_of(f"boundary {boundary}" if boundary else "no boundary"))
    found: dict[str, list[str]] = {}
    for piece in pieces[1:closed]:
        head, _, content = piece.partition(b"\r\n\r\n")
        lines = (line.partition(":") for line in head.decode(UTF8, "replace").split("\r\n"))
        headers = {name.strip().lower(): value.strip() for name, _, value in lines}
        matched = DISPOSITION.search(headers.get("content-disposition", ""))
        if matched is not None:
            name = re.sub(r"\\(.)", r"\1", matched[1]) if matched[1] is not None else matched[2]
            found.setdefault(name, []).append(_part(media_type(headers.get("content-type", "")), content))
    return found


def _part(media: MediaType, content: bytes) -> str:
    """A part as text; bytes as a text as long as they are many."""
    try:
        return content.decode(_charset(media) or UTF8)
    except UnicodeDecodeError:
        return content.decode("latin-1")
