"""JSON pointers (RFC 6901): escape, join, split, walk. Knows nothing of OpenAPI."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

INDEX = re.compile(r"0|[1-9][0-9]{0,9}")  # RFC 6901, 4


def escape(token: str | int) -> str:
    return str(token).replace("~", "~0").replace("/", "~1")


def join(pointer: str, *tokens: str | int) -> str:
    return pointer + "".join(f"/{escape(token)}" for token in tokens)


def general(tokens: Iterable[str | int]) -> str:
    """The pointer of a path in a value, ``*`` for any entry of a list: ``/items/*/price``."""
    return join("", *("*" if isinstance(token, int) else token for token in tokens))


def split(pointer: str) -> list[str]:
    """The tokens of a pointer; ``""`` is the whole document. ValueError where it is no pointer."""
    if not pointer:
        return []
    if not pointer.startswith("/"):
        raise ValueError(f"{pointer!r} is not a JSON pointer")
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer[1:].split("/")]


def from_fragment(fragment: str) -> str:
    """The pointer of a URI fragment (RFC 6901 section 6): percent-decoded."""
    return unquote(fragment)


def step(data: Any, token: str) -> Any:
    """One token down; KeyError where there is nothing."""
    if isinstance(data, dict):
        return data[token]
    if isinstance(data, list) and INDEX.fullmatch(token) and int(token) < len(data):
        return data[int(token)]
    raise KeyError(token)


def walk(data: Any, tokens: Iterable[str]) -> Any:
    """The value at the end of ``tokens``; KeyError with the first token that leads nowhere."""
    for token in tokens:
        data = step(data, token)
    return data


def existing(data: Any, tokens: Iterable[str | int]) -> list[str]:
    """The longest beginning of ``tokens`` that leads somewhere."""
    found: list[str] = []
    for token in map(str, tokens):
        try:
            data = step(data, token)
        except KeyError:
            break
        found.append(token)
    return found
