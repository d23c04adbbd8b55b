"""Text and JSON of a project's files, with the file and line of what is wrong; the line of any value of a JSON text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from harness.core.errors import UsageError
from harness.core.parser_words import parser_words
from harness.simulator.source import words

_DECODER = json.JSONDecoder()
_BLANK = " \t\r\n"


class NotUtf8(UsageError):
    """A file that is no text; ``line`` is that of the first byte that is none."""

    def __init__(self, path: Path, line: int) -> None:
        self.line = line
        super().__init__(words.NO_UTF8, where=f"{path}:{line}")


def decode(path: Path, data: bytes) -> str:
    """A file's text without its byte order mark; NotUtf8 where it is none."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise NotUtf8(path, line) from error


def parse(path: Path, text: str) -> dict[str, Any]:
    """The JSON object that a file's text is; UsageError ``file:line`` when it is none."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        where = f"{path}:{error.lineno}"
        said = words.NO_JSON.format(why=parser_words(error.msg), column=error.colno)
        raise UsageError(said, where=where) from error
    except RecursionError:
        raise UsageError(words.TOO_DEEP, where=f"{path}:1") from None
    except ValueError as error:  # a number of more digits than Python reads
        raise UsageError(words.NOT_USABLE.format(why=str(error)), where=f"{path}:1") from None
    if not isinstance(value, dict):
        raise UsageError(words.NO_OBJECT, where=f"{path}:1")
    return value


def line_of(text: str, *steps: str | int) -> int:
    """The line of a value in valid JSON, by the keys and indexes that lead to it.

    An absent step ends the search: the line is then that of the last value there is.
    """
    at = _skip(text, 0)
    for step in steps:
        found = _member(text, at, step)
        if found is None:
            break
        at = found
    return text.count("\n", 0, at) + 1


def _skip(text: str, at: int, also: str = "") -> int:
    while at < len(text) and text[at] in _BLANK + also:
        at += 1
    return at


def _member(text: str, at: int, step: str | int) -> int | None:
    """Where a member of the object or array at ``at`` begins: a key counts as the place of its value."""
    is_object = text[at] == "{"
    if is_object != isinstance(step, str) or text[at] not in "{[":
        return None
    index, found = 0, None
    at = _skip(text, at + 1)
    while text[at] not in "}]":
        begins, key = at, ""
        if is_object:
            key, at = _DECODER.raw_decode(text, at)
            at = _skip(text, at, ":")
        if step == (key if is_object else index):
            # Of a key written twice the last one counts, as in the parsed value.
            found = at if text[at] in "{[" else begins
        _, at = _DECODER.raw_decode(text, at)
        at = _skip(text, at, ",")
        index += 1
    return found
