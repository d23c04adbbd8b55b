"""JSON values: known by their fields, at any depth, and by shape."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from harness.core.masking.digests import digest, is_masked
from harness.core.masking.headers import is_secret_header, mask_header
from harness.core.masking.named import is_one_time, mask_named
from harness.core.masking.names import Secrecy, holds, is_person, is_personal, secrecy_of
from harness.core.masking.pairs import has_hint, mask_text
from harness.core.masking.rules import current, spelled
from harness.core.masking.shapes import PHONE, has_long_number, mask_shapes, plain_numbers

# Made by us from random digits, some of which look like a phone; masked they could not be joined on.
OPAQUE = frozenset({"trace_id", "span_id", "traceparent"})
# Beside these, 'code' is a one-time code; beside the others it says how a request went, or what a thing is called.
CODE_FIELDS = frozenset(
    {"phone", "mobile", "js_code", "appid", "purpose", "grant_type", "redirect_uri", "state"}
)
_SPEAKS = frozenset(
    "msg message data errmsg error errors success name title label value text status result description level parent"
    " children timestamp detail details reason type".split()
)
# Objects whose keys are names of fields, and whose values speak of them.
_ABOUT_FIELDS = frozenset(
    "errors fielderrors violations messages properties labels rules schema required".split()
)
_INSIDE_ADDRESS = frozenset(
    "detail details line line1 line2 street house building room door town area full text value 详细 街道 门牌".split()
)
_PERSONS = frozenset({"name", "userName", "username", "user_name"})
_NAMING = ("name", "key", "field", "path", "property", "param", "k")
_SAID = frozenset({"value", "val", "v"})


SHORTEST_KEY = 11  # characters: a phone


def mask(value: Any, *, name: str = "") -> Any:
    """Mask a JSON value, recursively; keys are kept, and of values a digest."""
    return _field(name, value)


def mask_json(text: str) -> str:
    """A JSON document, as it is where there is nothing to mask. ValueError for what is none."""
    value = json.loads(text)
    if not has_hint(text) and not _has_shapes(text):
        return text
    hidden = mask(value)
    if hidden == value:
        # A phone of a request stays, and is a variable where its digits can be found.
        return plain_numbers(text)
    form: Any = (
        {"indent": 2} if "\n" in text.strip() else {"separators": (",", ":")} if '": ' not in text else {}
    )
    written = json.dumps(hidden, ensure_ascii=False, **form)
    try:
        written.encode()
    except UnicodeEncodeError:  # half a character has no UTF-8: it stays the escape that it was
        written = json.dumps(hidden, **form)
    return written


def _has_shapes(text: str) -> bool:
    return mask_shapes(text) != text


def mask_texts(value: Any) -> Any:
    """Mask the texts in a value whose fields are ours: headers by their names, the rest as free text."""
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, bool) or value is None or isinstance(value, float):
        return value
    if isinstance(value, int):
        return _number(value)
    if isinstance(value, dict):
        return {
            key: item if key in OPAQUE else _headers(item) if key == "headers" else mask_texts(item)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [mask_texts(item) for item in value]
    return value


def _headers(headers: Any) -> Any:
    """The headers of a message, as pairs or by name."""
    if isinstance(headers, dict):
        return {
            name: mask_header(str(name), value) if isinstance(value, str) else mask_texts(value)
            for name, value in headers.items()
        }
    if not isinstance(headers, list):
        return mask_texts(headers)
    return [
        [mask_text(pair[0]), mask_header(*pair)]
        if isinstance(pair, list | tuple) and len(pair) == 2 and all(isinstance(each, str) for each in pair)
        else mask_texts(pair)
        for pair in headers
    ]


def _pair(value: Any) -> list[Any] | None:
    """A header in a list of two, masked; None for anything else."""
    if len(value) == 2 and isinstance(value[0], str) and isinstance(value[1], str):
        name = value[0]
        if (
            len(name) < 64
            and " " not in name
            and (is_secret_header(name) or secrecy_of(name) is not Secrecy.NONE)
        ):
            return [name, mask_header(name, value[1])]
    return None


def _field(name: str, value: Any, inside: Secrecy = Secrecy.NONE) -> Any:
    if isinstance(value, str):
        if not value or name in OPAQUE:
            return value
        secrecy = _secrecy(name, inside)
        if secrecy is Secrecy.NONE or secrecy is Secrecy.CODE:
            return digest(value) if secrecy is Secrecy.CODE and is_one_time(value) else mask_text(value)
        masked = mask_named(secrecy, value)
        return mask_text(value) if masked == value else masked
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        secrecy = _secrecy(name, inside)
        if secrecy in (Secrecy.NONE, Secrecy.CODE, Secrecy.NAME, Secrecy.ADDRESS, Secrecy.EMAIL):
            return _number(value) if isinstance(value, int) else value
        if secrecy is Secrecy.SECRET and name.lower().endswith("s"):
            return value  # a count: total_tokens
        text = str(value)
        return mask_named(secrecy, text) if holds(secrecy, text) else value
    if isinstance(value, dict | Mapping):
        return _object(name, value, inside)
    if isinstance(value, list | tuple):
        if len(value) and all(isinstance(item, list | tuple) and len(item) == 2 for item in value):
            return [_pair(item) or _field(name, item, inside) for item in value]  # headers
        return [_field(name, item, inside) for item in value]
    return value


def _secrecy(name: str, inside: Secrecy) -> Secrecy:
    found = secrecy_of(name) if name else Secrecy.NONE
    if found is Secrecy.NONE and inside is Secrecy.ADDRESS and name.lower() in _INSIDE_ADDRESS:
        return Secrecy.ADDRESS
    if found is Secrecy.NONE and inside is Secrecy.SECRET and name.lower() in _INSIDE_SECRET:
        return Secrecy.SECRET
    return found


_INSIDE_SECRET = frozenset("value raw text id data content".split())


def _object(name: str, value: Mapping[Any, Any], inside: Secrecy) -> dict[Any, Any]:
    if name and spelled(name) in _ABOUT_FIELDS:
        return {key: _about(str(key), item) for key, item in value.items()}
    own = secrecy_of(name) if name else Secrecy.NONE
    inside = own if own in (Secrecy.SECRET, Secrecy.ADDRESS) else inside
    hidden = {_key(key): _field(str(key), item, inside) for key, item in value.items()}
    if "code" in value:
        hidden["code"] = _code(value)
    for key in _PERSONS & value.keys():
        if isinstance(value[key], str) and _is_person(value[key], value, key):
            hidden[key] = digest(value[key])
    for said in _SAID.intersection(value):
        named = next((value[key] for key in _NAMING if isinstance(value.get(key), str)), None)
        if named is not None and isinstance(value[said], str | int):
            hidden[said] = _entry(named, value[said], hidden[said])
    _hide_rows(value, hidden)
    return hidden


def _hide_rows(value: Mapping[Any, Any], hidden: dict[Any, Any]) -> None:
    """Rows whose columns are named beside them."""
    names = next((value[key] for key in ("columns", "header", "headers", "fields") if key in value), None)
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return
    for key in ("rows", "data", "values"):
        if isinstance(value.get(key), list):
            hidden[key] = [
                [_field(name, item) for name, item in zip((*names, *[""] * len(row)), row, strict=False)]
                if isinstance(row, list)
                else _field(key, row)
                for row in value[key]
            ]


def _key(key: Any) -> Any:
    """Objects that are keyed by phones or e-mail addresses."""
    return mask_text(key) if isinstance(key, str) and len(key) >= SHORTEST_KEY else key


def _entry(name: str, value: Any, hidden: Any) -> Any:
    """A header or field written as an object, as HAR, browsers and JSON Patch (RFC 6902) do."""
    name = name.rpartition("/")[2]
    if isinstance(value, str) and is_secret_header(name):
        return mask_header(name, value)
    return _field(name, value) if secrecy_of(name) is not Secrecy.NONE else hidden


def _about(name: str, value: Any) -> Any:
    """What is said of a field: text, not its value."""
    if isinstance(value, dict):
        return {key: _about(str(key), item) for key, item in value.items()}
    if isinstance(value, list):
        return [_about(name, item) for item in value]
    if isinstance(value, str) and secrecy_of(name) is Secrecy.SECRET and _is_token(value):
        return digest(value)
    return mask_text(value) if isinstance(value, str) else _field("", value)


def _is_token(text: str) -> bool:
    return text.isascii() and " " not in text and len(text) >= 8 and any(map(str.isdigit, text))


def _code(value: Mapping[Any, Any]) -> Any:
    """A field called ``code``: WeChat's and other one-time codes are masked, what says how a request went is not."""
    code = value["code"]
    if code in (None, "") or isinstance(code, bool | dict | list | float):
        return _field("", code)
    names = {str(key).lower() for key in value}
    beside = names - {"code"}
    if isinstance(code, int):
        return (
            digest(str(code))
            if code >= 1000 and beside & CODE_FIELDS and not beside & _SPEAKS
            else _number(code)
        )
    if is_masked(code):
        return code
    if is_one_time(code):
        return digest(code)
    if "code" in current().codes and beside & _SPEAKS:
        return mask_text(code)
    about_people = beside & CODE_FIELDS or any(is_personal(secrecy_of(each)) for each in beside)
    if about_people or not beside & _SPEAKS:
        return mask_named(Secrecy.CODE, code) if any(map(str.isdigit, code)) else mask_text(code)
    return mask_text(code)


def _is_person(name: str, beside: Mapping[Any, Any], own: str) -> bool:
    """Whether it is somebody's: a Chinese name beside a phone, an address or an identity card."""
    if not is_person(name):
        return False
    return any(is_personal(secrecy_of(str(key))) for key in beside if key != own)


def _number(value: int) -> Any:
    if -(10**10) < value < 10**10:
        return value
    text = str(value)
    if PHONE.fullmatch(text):
        return mask_text(text)
    if has_long_number(text) and len(text) >= 16 and (masked := mask_shapes(text)) != text:
        return masked
    return value
