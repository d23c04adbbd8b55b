"""Credentials that this process signs in with or was given: masked by value wherever they stand, in its own texts.

Held in memory alone: other processes know credentials by the names and shapes around them.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from harness.core.masking.digests import digest, is_masked
from harness.core.masking.names import Secrecy, secrecy_of

SHORTEST = 8  # characters: a shorter one may be any number or word
MOST_FORMS = 64  # of values that hold signs: each is looked for by itself
_WORD = re.compile(r"[\w-]{8,}")
_words: set[str] = set()
_forms: deque[tuple[str, str]] = deque(maxlen=MOST_FORMS)
"""How a value may be written, with the value."""


def declare_credential(value: str) -> None:
    """From now on mask this value. Letters alone may be a word of anybody's texts, and are not."""
    if len(value) < SHORTEST or value.isalpha() or is_masked(value):
        return
    if _WORD.fullmatch(value):
        _words.add(value)
    else:
        forms = {
            value,
            json.dumps(value)[1:-1],
            json.dumps(value, ensure_ascii=False)[1:-1],
            quote(value, safe=""),
        }
        _forms.extend((form, value) for form in sorted(forms) if (form, value) not in _forms)


def declare_credentials(body: Any, name: str = "") -> None:
    """From now on mask what is secret in a body by its name: passwords, codes."""
    if isinstance(body, Mapping):
        for key, value in body.items():
            declare_credentials(value, str(key))
    elif isinstance(body, list | tuple):
        for value in body:
            declare_credentials(value, name)
    elif isinstance(body, str) and secrecy_of(name) in (Secrecy.SECRET, Secrecy.CODE):
        declare_credential(body)


def mask_credentials(text: str) -> str:
    """The text without any value of those."""
    for form, value in _forms:
        if form in text:
            text = text.replace(form, digest(value))
    return _WORD.sub(lambda m: digest(m[0]) if m[0] in _words else m[0], text) if _words else text


def forget() -> None:
    """As if nobody had signed in."""
    _words.clear()
    _forms.clear()
