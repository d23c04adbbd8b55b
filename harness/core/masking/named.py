"""One text whose name is known: what stands in its place."""

from __future__ import annotations

import re

from harness.core.masking.digests import digest, is_masked, is_sendable
from harness.core.masking.names import Secrecy, holds
from harness.core.masking.shapes import PHONE, mask_shapes

_ONE_TIME_NUMBER = re.compile(r"\d{4,8}")
_CONSTANT = re.compile(r"[A-Z][A-Z0-9]*(?:[_.-][A-Z0-9]+)*|[a-z]+(?:[_.-][a-z0-9]+)*")
_TOKEN = re.compile(r"[0-9A-Za-z_~.+/=-]{10,}")


def mask_named(secrecy: Secrecy, text: str) -> str:
    """The text as it may be written, its name being secret or personal."""
    if is_masked(text) or not holds(secrecy, text):
        return text
    if secrecy is Secrecy.EMAIL and is_sendable():
        return mask_shapes(text)
    if secrecy is Secrecy.PHONE:
        if is_sendable():
            return text if PHONE.fullmatch(text) else digest(text)
        shaped = mask_shapes(text)
        return shaped if is_masked(shaped) else digest(text)
    if secrecy is Secrecy.CODE:
        return digest(text) if is_one_time(text) or _ONE_TIME_NUMBER.fullmatch(text) else text
    return digest(text)


def is_one_time(text: str) -> bool:
    """Whether a code is one that WeChat or an authorisation server gave out: long, and no constant of a language."""
    return (
        _TOKEN.fullmatch(text) is not None
        and any(map(str.isdigit, text))
        and any(map(str.isalpha, text))
        and _CONSTANT.fullmatch(text) is None
    )
