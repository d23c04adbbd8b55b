"""Codes and access tokens WeChat gives out. In memory; owns their lifetimes and single use, no HTTP."""

from __future__ import annotations

import base64
import secrets
import threading
import time
from dataclasses import dataclass, field
from enum import Enum

CODE_SECONDS = 300.0
TOKEN_SECONDS = 7200


class Refusal(Enum):
    """Why a code is not taken; the values are (errcode, errmsg) of WeChat."""

    UNKNOWN = (40029, "invalid code")
    USED = (40163, "code been used")


@dataclass(frozen=True, slots=True)
class Grant:
    """What a code stands for. `phone` only behind codes of getPhoneNumber buttons."""

    appid: str
    openid: str
    unionid: str | None = None
    phone: str | None = None


@dataclass(slots=True)
class _Issued:
    grant: Grant
    expires: float
    used: bool = False


@dataclass(slots=True)
class Codes:
    """Codes of one kind: each is taken once, by the app it was given to, within five minutes."""

    _issued: dict[str, _Issued] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def give(self, grant: Grant) -> str:
        """A new code."""
        code = secrets.token_hex(16)
        with self._lock:
            now = time.monotonic()
            self._issued = {known: issued for known, issued in self._issued.items() if issued.expires > now}
            self._issued[code] = _Issued(grant, now + CODE_SECONDS)
        return code

    def take(self, code: str, appid: str) -> Grant | Refusal:
        """What the code stands for, once."""
        with self._lock:
            issued = self._issued.get(code)
            if issued is None or issued.grant.appid != appid or issued.expires <= time.monotonic():
                return Refusal.UNKNOWN
            if issued.used:
                return Refusal.USED
            issued.used = True
            return issued.grant


@dataclass(slots=True)
class Tokens:
    """The access token of each app; a new one ends the one before."""

    _current: dict[str, tuple[str, float]] = field(default_factory=dict)

    def issue(self, appid: str) -> str:
        """A new token for an app."""
        token = f"{secrets.randbelow(90) + 10}_{secrets.token_urlsafe(48)}"
        self._current[appid] = (token, time.monotonic() + TOKEN_SECONDS)
        return token

    def app_of(self, token: str) -> str | None:
        """The app a token belongs to, None if it is not (any more) one."""
        for appid, (current, expires) in self._current.items():
            if secrets.compare_digest(current.encode(), token.encode("utf-8", "surrogateescape")):
                return appid if expires > time.monotonic() else None
        return None


def new_session_key() -> str:
    """Base64 of 16 random bytes."""
    return base64.b64encode(secrets.token_bytes(16)).decode()
