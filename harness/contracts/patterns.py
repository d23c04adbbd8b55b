r"""Regular expressions of documents, which are those of ECMA-262 (JSON Schema 2020-12 core, 6.4), for those who match.

The validator reads most of ECMA-262; schemathesis, which generates texts for a pattern, asks ``re``. What either of
them reads otherwise is written here as both read it. A pattern of another language (``\A``, ``(?>a)``) has no reading.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import lru_cache

import jsonschema_rs

DELIMITED = re.compile(
    r"/(\^.*\$)/([a-z]*)", re.DOTALL
)  # as JavaScript writes one; such a text matches nothing
QUANTIFIER = re.compile(r"\{\d+(?:,\d*)?\}")
GROUP = re.compile(r"\(\?(?:[:=!]|<[=!]|P?<(?P<name>[A-Za-z_$][\w$]*)>|[a-z]*(?:-[a-z]+)?[:)])")
ESCAPE = re.compile(
    r"""\\(?:
        u\{(?P<code>[0-9A-Fa-f]{1,6})\} | u(?P<high>[dD][89abAB][0-9A-Fa-f]{2})\\u(?P<low>[dD][c-fC-F][0-9A-Fa-f]{2})
        | u(?P<unit>[0-9A-Fa-f]{4}) | x(?P<byte>[0-9A-Fa-f]{2}) | c(?P<control>[A-Za-z]) | k<(?P<named>[^>]+)>
        | (?P<zero>0)(?![0-9]) | (?P<property>[pP]\{[^{}]+\}) | (?P<set>[dDwWsS]) | (?P<known>[bBfnrtv1-9]|[^A-Za-z0-9])
    )""",
    re.VERBOSE | re.DOTALL,
)
FOREIGN = ("[[:", "&&[")  # what POSIX and Java have in classes
BLOCK = 128
INERT = "[&~-"  # in a class they are themselves, and operators for others


class _NoReading(Exception):
    """Not a pattern of ECMA-262."""


@lru_cache(maxsize=4096)
def reading(pattern: str, *, properties: bool = True) -> str | None:
    r"""The pattern as the validator and ``re`` both read it; None where it is none of ECMA-262.

    ``properties``: ``\p{…}`` stays, which only the validator reads.
    """
    if found := DELIMITED.fullmatch(pattern):
        pattern = f"(?i){found[1]}" if "i" in found[2] else found[1]
    if any(mark in pattern for mark in FOREIGN):
        return None
    try:
        read = "".join(_read(pattern, properties))
        jsonschema_rs.Draft202012Validator({"pattern": read})
    except (_NoReading, jsonschema_rs.ValidationError):
        return None
    return read


def is_too_large(pattern: str) -> bool:
    """Whether a pattern has no reading for its size alone: ``^.{1,100000}$``, which the validator does not hold."""
    return reading(QUANTIFIER.sub("{1}", pattern)) is not None


def _read(pattern: str, properties: bool) -> Iterator[str]:
    names = [
        found["name"]
        for found in re.finditer(r"\\.|\[(?:\\.|[^\]\\])*\]|\((?!\?)|" + GROUP.pattern, pattern)
        if found[0] == "(" or found["name"]
    ]
    place, repeatable = 0, False
    while place < len(pattern):
        character = pattern[place]
        if character == "\\":
            text, place = _escape(pattern, place, names, properties, in_class=False)
            yield text
            repeatable = True
        elif character == "[":
            text, place = _class(pattern, place, properties)
            yield text
            repeatable = True
        elif character == "{":
            found = QUANTIFIER.match(pattern, place)
            if found and not repeatable:
                raise _NoReading
            yield found[0] if found else "\\{"
            place += len(found[0]) if found else 1
            repeatable = not found
        elif character == "(":
            group = GROUP.match(pattern, place)
            if pattern.startswith("(?", place) and group is None:
                raise _NoReading
            yield group[0].replace("(?P<", "(?<") if group else "("
            place += len(group[0]) if group else 1
            repeatable = False
        else:
            if character in "*+" and not repeatable:
                raise _NoReading
            yield f"\\{character}" if character in "}]" else character
            place += 1
            repeatable = character not in "*+?|^"


def _escape(
    pattern: str, place: int, names: list[str | None], properties: bool, *, in_class: bool
) -> tuple[str, int]:
    found = ESCAPE.match(pattern, place)
    if found is None:
        raise _NoReading
    end, text = found.end(), found[0]
    if found["code"] or found["high"]:
        code = int(found["code"], 16) if found["code"] else _joined(found["high"], found["low"])
        if code > sys.maxunicode or 0xD800 <= code < 0xE000:
            raise _NoReading
        text = re.escape(chr(code))
    elif found["unit"]:
        if 0xD800 <= int(found["unit"], 16) < 0xE000:
            raise _NoReading  # half a character, which no JSON text has alone
    elif found["control"]:
        text = f"\\x{ord(found['control']) % 32:02x}"
    elif found["zero"]:
        text = "\\x00"
    elif found["named"]:
        if found["named"] not in names:
            raise _NoReading
        text = f"(?:\\{names.index(found['named']) + 1})"
    elif found["property"] and not properties:
        inside = "".join(map(_span, _members(text)))
        text = inside if in_class else f"[{inside}]"
    elif in_class and text == "\\b":
        text = "\\x08"
    return text, end


def _class(pattern: str, place: int, properties: bool) -> tuple[str, int]:
    for empty, meaning in (("[^]", "[\\s\\S]"), ("[]", "(?!)")):
        if pattern.startswith(empty, place):
            return meaning, place + len(empty)
    items, place = [pattern[place]], place + 1
    if pattern.startswith("^", place):
        items, place = ["[^"], place + 1
    after_set = False
    while place < len(pattern) and pattern[place] != "]":
        character = pattern[place]
        if character == "\\":
            text, place = _escape(pattern, place, [], properties, in_class=True)
            after_set = text[1:2] in tuple("dDwWsSpP") or len(text) > 10
        else:
            place += 1
            before_set = re.match(r"\\[dDwWsSpP]", pattern[place : place + 2]) is not None
            is_range = character == "-" and not after_set and not before_set
            text = character if is_range or character not in INERT else f"\\{character}"
            after_set = False
        items.append(text)
    if place == len(pattern):
        raise _NoReading
    return "".join(items) + "]", place + 1


def _joined(high: str, low: str) -> int:
    return 0x10000 + ((int(high, 16) - 0xD800) << 10) + int(low, 16) - 0xDC00


@lru_cache(maxsize=64)
def _members(name: str) -> tuple[tuple[int, int], ...]:
    """The ranges of the characters that have a property, as the validator knows it."""
    other = name.replace("\\P", "\\p") if name.startswith("\\P") else name.replace("\\p", "\\P")
    try:
        has = jsonschema_rs.Draft202012Validator({"pattern": f"^{name}*$"}).is_valid
        lacks = jsonschema_rs.Draft202012Validator({"pattern": f"^{other}*$"}).is_valid
    except jsonschema_rs.ValidationError:
        raise _NoReading from None
    found: list[tuple[int, int]] = []
    for start in (*range(0, 0xD800, BLOCK), *range(0xE000, sys.maxunicode + 1, BLOCK)):
        block = range(start, start + BLOCK)
        text = "".join(map(chr, block))
        if lacks(text):
            continue
        whole = has(text)
        for code in block:
            if not whole and not has(chr(code)):
                continue
            if found and found[-1][1] == code - 1:
                found[-1] = (found[-1][0], code)
            else:
                found.append((code, code))
    return tuple(found)


def _span(span: tuple[int, int]) -> str:
    first, last = (re.escape(chr(code)) for code in span)
    return first if first == last else f"{first}-{last}"
