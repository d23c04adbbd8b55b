"""What stands for a masked value: a short digest, or a stand-in of the same form where a request is to be sent again.

A digest is keyed so that nobody can try out values against it. The key is that of the process and of all processes it
starts: digests are equal within a run, not between runs. It is in no file. The proxies of a resident system take that
of the run they record for.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import blake2b

KEY = "LINKAGE_HARNESS_DIGEST_KEY"  # environment variable; services under test are started without it
MARK = "***"
SHORTEST_STOOD_IN = 3  # characters: what is shorter is nobody's secret, and a boundary that a test tries
_MASKED = re.compile(r"\*\*\*(?:[0-9a-f]{6})?|(?:\+?86[- ]?)?1\d\d\*{4}\d{4}|[xX0某\W_]*|\$\{\w+\}?")
_VARIABLE = re.compile(r"\0[A-Z0-9_]+\0")  # of a curl line that is being made
_key = os.environ.setdefault(KEY, secrets.token_hex(16)).encode()[:64]
_sendable: ContextVar[bool] = ContextVar("sendable", default=False)


def key() -> str:
    """The key of this process, for one that masks in the name of its run, too."""
    return os.environ[KEY]


def take_key(given: str) -> None:
    """From now on, digests are those of the run with this key."""
    global _key
    os.environ[KEY] = given
    _key = given.encode()[:64]


def digest(value: str) -> str:
    """What is written for a value: ``***a1b2c3``, the same for the same value within a run."""
    if _sendable.get():
        return _stand_in(value)
    return MARK + blake2b(value.encode("utf-8", "surrogatepass"), digest_size=3, key=_key).hexdigest()


@contextmanager
def sendable() -> Iterator[None]:
    """Inside, values are masked by stand-ins of the same form: what a schema takes or refuses, it still does."""
    token = _sendable.set(True)
    try:
        yield
    finally:
        _sendable.reset(token)


def is_sendable() -> bool:
    return _sendable.get()


def is_masked(text: str) -> bool:
    """Whether nothing is left to mask in a value."""
    return _MASKED.fullmatch(text) is not None or (is_sendable() and _VARIABLE.fullmatch(text) is not None)


def _stand_in(value: str) -> str:
    if value.isascii() and len(value) < SHORTEST_STOOD_IN:
        return value
    return "".join(map(_like, value))


def _like(sign: str) -> str:
    if sign.isdigit():
        return "0"
    if "\u4e00" <= sign <= "\u9fff":
        return "某"
    if sign.isascii() and sign.isalpha():
        return "X" if sign.isupper() else "x"
    return sign
