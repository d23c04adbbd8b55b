"""What WeChat remembers: its apps, the codes it gave out, their access tokens. In memory, without I/O.

Owns lifetimes and single use; what they answer to is the areas'. All times are seconds of one clock, by default the
monotonic one.
"""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import Callable, Mapping
from enum import Enum, auto
from typing import NamedTuple

CODE_SECONDS = 300.0
TOKEN_SECONDS = 7200
# A new access token ends the one before; for so long both are taken (getAccessToken, 接口说明).
OVERLAP_SECONDS = 300.0

Clock = Callable[[], float]


class Taken(Enum):
    """Why a code stands for nobody (any more)."""

    UNKNOWN = auto()
    USED = auto()
    OF_ANOTHER_APP = auto()


class Invalid(Enum):
    """Why an access token is none."""

    UNKNOWN = auto()
    EXPIRED = auto()


class Grant(NamedTuple):
    """What a code stands for. ``phone`` only behind codes of getPhoneNumber buttons."""

    appid: str
    openid: str
    unionid: str | None = None
    phone: str | None = None


class _Issued(NamedTuple):
    grant: Grant
    expires: float
    used: bool = False


class Codes:
    """Codes of one kind: each is taken once, by the app it was given to, within five minutes."""

    def __init__(self, now: Clock = time.monotonic) -> None:
        self.now = now
        self._issued: dict[str, _Issued] = {}

    def give(self, grant: Grant) -> str:
        """A new code."""
        code, now = secrets.token_hex(16), self.now()
        self._issued = {known: issued for known, issued in self._issued.items() if issued.expires > now}
        self._issued[code] = _Issued(grant, now + CODE_SECONDS)
        return code

    def take(self, code: str, appid: str) -> Grant | Taken:
        """What the code stands for, once. Another app does not use it up."""
        issued = self._issued.get(code)
        if issued is None or issued.expires <= self.now():
            return Taken.UNKNOWN
        if issued.grant.appid != appid:
            return Taken.OF_ANOTHER_APP
        if issued.used:
            return Taken.USED
        self._issued[code] = issued._replace(used=True)
        return issued.grant


class _Token(NamedTuple):
    appid: str
    expires: float


class Tokens:
    """The access tokens of each app; a new one ends the one before, after a while."""

    def __init__(self, now: Clock = time.monotonic) -> None:
        self.now = now
        self._issued: dict[str, _Token] = {}
        self._latest: dict[str, str] = {}

    def issue(self, appid: str) -> str:
        """A new token for an app."""
        now, token = self.now(), f"{secrets.randbelow(90) + 10}_{secrets.token_urlsafe(48)}"
        # Told as expired for as long again, then as one that never was.
        self._issued = {name: its for name, its in self._issued.items() if its.expires + TOKEN_SECONDS > now}
        before = self._issued.get(self._latest.get(appid, ""))
        if before is not None:
            ends = min(before.expires, now + OVERLAP_SECONDS)
            self._issued[self._latest[appid]] = _Token(appid, ends)
        self._issued[token], self._latest[appid] = _Token(appid, now + TOKEN_SECONDS), token
        return token

    def app_of(self, token: str) -> str | Invalid:
        """The app a token belongs to."""
        issued = self._issued.get(token)
        if issued is None:
            return Invalid.UNKNOWN
        return issued.appid if issued.expires > self.now() else Invalid.EXPIRED


class Wechat:
    """One WeChat and its registered apps: ``apps`` has the secret of each appid."""

    def __init__(self, apps: Mapping[str, str], now: Clock = time.monotonic) -> None:
        self.apps = dict(apps)
        self.logins, self.phones, self.tokens = Codes(now), Codes(now), Tokens(now)


def new_session_key() -> str:
    """Base64 of 16 random bytes."""
    return base64.b64encode(secrets.token_bytes(16)).decode()
