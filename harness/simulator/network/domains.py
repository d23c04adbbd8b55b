"""Which servers an app may ask, and where they are on this machine.

As the platform has it: an app asks only servers on the list of its account, one list each for requests,
uploads, downloads and sockets, unless the developer tools are told not to check (不校验合法域名). Beyond that
nothing leaves this machine that is not mapped or allowed.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from typing import Literal, NamedTuple
from urllib.parse import urlsplit, urlunsplit

from pydantic import BaseModel, ConfigDict, field_validator

Kind = Literal["request", "uploadFile", "downloadFile", "socket"]
SCHEMES: Mapping[Kind, tuple[str, ...]] = {
    "request": ("http", "https"),
    "uploadFile": ("http", "https"),
    "downloadFile": ("http", "https"),
    "socket": ("ws", "wss"),
}


class Goal(NamedTuple):
    """Where an address is answered; ``mapped`` when the settings say so, rather than the app."""

    url: str
    mapped: bool


class Refused(Exception):
    """What WeChat would not send or could not finish; the message is what the app sees after ``fail``.

    ``finding`` is what whoever tests the app is told.
    """

    def __init__(self, words: str, errno: int = 600000, *, finding: str | None = None) -> None:
        super().__init__(words)
        self.errno, self.finding = errno, finding


def not_listed(origin: str, kind: Kind | None) -> Refused:
    finding = f"{origin} is in no domain list of this app: map it (--map), list it, or allow any host"
    if kind is None:
        finding = f"nothing was loaded from {origin}: map it (--map), or allow any host"
    return Refused("url not in domain list", 600002, finding=finding)


def invalid_url() -> Refused:
    return Refused("invalid url", 600009)


def net_error(name: str, code: int) -> Refused:
    return Refused(f"errcode:{code} cronet_error_code:{code} error_msg:net::{name}", 600001)


class DomainLists(BaseModel):
    """The server domains of the app's account: origins (``https://api.example``) by what they are for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    request: tuple[str, ...] = ()
    uploadFile: tuple[str, ...] = ()
    downloadFile: tuple[str, ...] = ()
    socket: tuple[str, ...] = ()

    @field_validator("*")
    @classmethod
    def _origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            parts = urlsplit(origin)
            if not parts.hostname or parts.scheme not in ("http", "https", "ws", "wss"):
                raise ValueError(f"{origin!r} is not an address such as https://api.example")
        return tuple(origin.rstrip("/") for origin in origins)

    def of(self, kind: Kind) -> tuple[str, ...]:
        return tuple(getattr(self, kind))


class Routing:
    """Judges an address and says where it is answered."""

    def __init__(
        self,
        hosts: Mapping[str, str],
        *,
        lists: DomainLists | None = None,
        check: bool,
        allow_any: bool,
        own_ports: Callable[[], Container[int]] = frozenset,
    ) -> None:
        """``hosts`` maps origins to base URLs; without ``lists`` the mapped ones are the legal ones.

        ``own_ports`` are the simulator's and its browser's: who reaches them drives both, so no app does.
        """
        self._hosts, self._lists, self._check, self._allow_any = dict(hosts), lists, check, allow_any
        self._own_ports = own_ports

    def where(self, url: str, kind: Kind | None) -> Goal:
        """The address that answers for ``url``; Refused when the app may not ask there, or nobody does.

        ``kind`` is None for what pages load (pictures, fonts), which no list is about.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise invalid_url() from None
        allowed = SCHEMES[kind or "request"]
        origin = f"{parts.scheme}://{parts.netloc}"
        if parts.scheme not in allowed or not parts.hostname:
            raise not_listed(origin, kind)
        if self._lists is not None and self._check and kind is not None:
            if origin not in self._lists.of(kind):
                raise not_listed(origin, kind)
        mapped = self._hosts.get(origin)
        if mapped is None and parts.scheme in ("ws", "wss"):
            mapped = self._hosts.get(f"http{parts.scheme[2:]}://{parts.netloc}")
        if mapped is None:
            if self._allow_any:
                # By the port alone: a name, or another way to write it, may lead to this machine as well.
                if port in self._own_ports():
                    words = str(net_error("ERR_CONNECTION_REFUSED", -102))
                    raise Refused(
                        words, 600001, finding=f"{origin} is the simulator itself: no app reaches it"
                    )
                return Goal(url, mapped=False)
            if self._lists is None:
                raise not_listed(origin, kind)
            words = str(net_error("ERR_NAME_NOT_RESOLVED", -105))
            raise Refused(words, 600001, finding=f"{origin} is mapped to no server: map it (--map)")
        goal = urlsplit(mapped)
        scheme = goal.scheme
        if parts.scheme in ("ws", "wss"):
            scheme = {"http": "ws", "https": "wss"}.get(goal.scheme, goal.scheme)
        return Goal(urlunsplit((scheme, goal.netloc, goal.path + parts.path, parts.query, "")), mapped=True)
