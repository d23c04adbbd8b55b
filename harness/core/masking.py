"""Masking: no secret and no personal data is written to disk.

Owns what counts as secret (by the name of a field or header) and as personal (by shape, wherever it
stands). Every writer of the run folder goes through :func:`mask` or :func:`mask_text`; a masked value keeps
enough (length class, last digits of a phone) to tell two of them apart, never enough to use one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

# Names are compared in lower case, with and without their ``_`` and ``-``: accessToken is access_token.
SECRET_NAMES = frozenset(
    "authorization cookie set-cookie proxy-authorization x-sync-signature x-api-key x-auth-token "
    "x-access-token x-csrf-token api_key token access_token refresh_token id_token session_key secret appsecret "
    "client_secret password passwd js_code jscode phone_code phonecode sms_code smscode verify_code "
    "verification_code encrypteddata iv openid unionid ticket accesstoken refreshtoken idtoken sessionkey "
    "apikey clientsecret verifycode verificationcode".split()
)
# 'code' is a business code in most envelopes; one-time codes are secret only next to a phone or a log-in.
CODE_FIELDS = frozenset({"phone", "phone_code", "js_code", "appid", "purpose", "grant_type"})

# Made by us from random digits, some of which look like a phone; masked they could not be joined on.
OPAQUE = frozenset({"trace_id", "span_id"})
# Not inside hexadecimal text (trace ids, names of bodies): a number there is nobody's. Begins with its
# literal digit, because a pattern with a literal prefix is found several times faster.
PHONE = re.compile(r"1(?<!\d1)(?<![0-9a-f]{6}1)([3-9]\d)\d{4}(\d{4})(?!\d)(?![0-9a-f]{6})")
# As people and address books write them: +86 before it, spaces or dashes inside.
WRITTEN_PHONE = re.compile(
    r"(?<![0-9a-zA-Z])((?:\+|%2B|00)?86[- ]?)?(1[3-9]\d)[- ]?\d{4}[- ]?(\d{4})(?![0-9a-zA-Z])"
)
# WeChat's openid and unionid by shape (28 characters from o), and the identity card's number (GB 11643).
OPENID = re.compile(r"(?<![0-9A-Za-z_-])[ou][0-9A-Za-z_-]{26,27}(?![0-9A-Za-z_-])")
IDENTITY = re.compile(r"(?<![0-9A-Za-z])[1-9]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d{4}[0-9Xx](?![0-9A-Za-z])")
BEARER = re.compile(r"(?i)\b(bearer\s+)[A-Za-z0-9._~+/=-]{6,}")
# JSON's null, true and false are no secrets; masking them would break the JSON.
PAIR = re.compile(
    r"\b(?=[" + "".join(sorted({c for name in SECRET_NAMES for c in (name[0], name[0].upper())})) + r"])"
    r"((?i:" + "|".join(sorted(map(re.escape, SECRET_NAMES), key=len, reverse=True)) + r")\b[\"']?"
    r"\s*[=:]\s*[\"']?)(?!(?:null|true|false)\b)([^\s\"'&;,}]{3,})"
)
# Names that contain no other name: text without any of them has no pair.
_SHORTEST_PAIR, _PHONE_DIGITS = len("iv=abc"), 11
_STEMS = tuple(name for name in SECRET_NAMES if not any(o in name for o in SECRET_NAMES if o != name))


def digest(value: str) -> str:
    """A short name for a secret, the same for the same secret within reason: ``***a1b2``."""
    return "***" + hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:4]


def mask_text(text: str) -> str:
    """Mask phone numbers, bearer tokens and ``name=value`` secrets inside free text."""
    # Every event passes here with each of its texts: what cannot be found is not looked for.
    if len(text) < _SHORTEST_PAIR:
        return text
    lower = text.lower()
    if "bearer" in lower:
        text = BEARER.sub(lambda m: m[1] + "***", text)
    if ("=" in text or ":" in text) and has_secret_name(lower):
        text = PAIR.sub(lambda m: m[1] + (m[2] if m[2].startswith("***") else digest(m[2])), text)
    if len(text) < _PHONE_DIGITS:
        return text
    if "1" in text:
        text = IDENTITY.sub(lambda m: digest(m[0]), text)
        text = WRITTEN_PHONE.sub(r"\1\2****\3", PHONE.sub(r"1\1****\2", text))
    return OPENID.sub(lambda m: digest(m[0]) if any(map(str.isdigit, m[0])) else m[0], text)


def has_secret_name(lower: str) -> bool:
    """Whether text in lower case contains the name of a secret anywhere: quick, and never wrongly no."""
    for stem in _STEMS:  # faster than any() of a generator, and called for every text
        if stem in lower:
            return True
    return False


def mask(value: Any, *, name: str = "") -> Any:
    """Mask a JSON value, recursively; keys are kept, secrets become :func:`digest`."""
    if name and name.lower() in SECRET_NAMES and value not in (None, "", False, True):
        return digest(value if isinstance(value, str) else repr(value))
    if isinstance(value, str):
        return value if name in OPAQUE else mask_text(value)
    if value is None or isinstance(value, int | float):
        whole = isinstance(value, int) and not isinstance(value, bool)
        return mask_text(str(value)) if whole and PHONE.fullmatch(str(value)) else value
    if isinstance(value, dict | Mapping):
        coded = "code" in value and any(str(key).lower() in CODE_FIELDS for key in value)
        return {
            key: digest(str(item)) if coded and str(key) == "code" and item else mask(item, name=str(key))
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        if len(value) == 2 and isinstance(value[0], str) and value[0].lower() in SECRET_NAMES:
            return [value[0], digest(str(value[1]))]
        return [mask(item) for item in value]
    return value
