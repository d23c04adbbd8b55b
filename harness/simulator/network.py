"""``wx.request`` and the files an app loads from its servers: the only way out of a simulated phone.

Owns which origins an app may reach and where they are on this machine, and WeChat's own headers. Error texts
are those of the WeChat client (``errMsg`` after ``request:fail``). It keeps no cookies, as ``wx.request``
keeps none.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx

USER_AGENT = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Mobile/15E148 MicroMessenger/8.0.50 NetType/WIFI Language/zh_CN"
)
METHODS = frozenset({"OPTIONS", "GET", "HEAD", "POST", "PUT", "DELETE", "TRACE", "CONNECT", "PATCH"})
MAX_REDIRECTS = 5
DEFAULT_TIMEOUT = 60.0
# Set by the client itself; WeChat refuses an app's Referer and httpx must count the length.
OWN_HEADERS = frozenset(
    {"referer", "user-agent", "content-length", "host", "connection", "transfer-encoding"}
)


class Refused(Exception):
    """A request WeChat would not send or could not finish; the message is what the app sees."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A ``wx.request`` as the page told it."""

    url: str
    method: str = "GET"
    header: Mapping[str, str] = field(default_factory=dict)
    data: str | None = None
    timeout: float = DEFAULT_TIMEOUT
    binary: bool = False

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Asked:
        """Validate the page's message: app code can send anything over the bridge."""
        url, method, data = told.get("url"), str(told.get("method") or "GET").upper(), told.get("data")
        header = told.get("header") or {}
        if not isinstance(url, str) or not isinstance(header, Mapping):
            raise Refused("invalid url")
        if method not in METHODS:
            raise Refused("method is invalid")
        milliseconds = told.get("timeoutMs")
        known = (
            isinstance(milliseconds, int | float) and not isinstance(milliseconds, bool) and milliseconds > 0
        )
        return cls(
            url=url,
            method=method,
            header={str(name): str(value) for name, value in header.items() if value is not None},
            data=data if data is None or isinstance(data, str) else str(data),
            timeout=float(milliseconds) / 1000 if known and milliseconds is not None else DEFAULT_TIMEOUT,
            binary=told.get("responseType") == "arraybuffer",
        )


class Network:
    """The phone's network: one HTTP client for all apps of a process."""

    def __init__(self, hosts: Mapping[str, str], *, allow_any: bool = False) -> None:
        self._hosts, self._allow_any = dict(hosts), allow_any
        # trust_env off: a proxy or netrc of this machine is none of the phone's.
        self.client = httpx.AsyncClient(
            trust_env=False,
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )

    def where(self, url: str) -> str | None:
        """The address that answers for ``url``, or None when the app may not ask there."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            return None
        mapped = self._hosts.get(f"{parts.scheme}://{parts.netloc}")
        if mapped is None:
            return url if self._allow_any else None
        goal = urlsplit(mapped)
        return urlunsplit((goal.scheme, goal.netloc, parts.path, parts.query, ""))

    async def request(self, asked: Asked, *, app_id: str, trace: Mapping[str, str]) -> dict[str, Any]:
        """Carry out a ``wx.request``; Refused with WeChat's words when it fails."""
        headers = {name: value for name, value in asked.header.items() if name.lower() not in OWN_HEADERS}
        headers |= {
            "Referer": f"https://servicewechat.com/{app_id}/0/page-frame.html",
            "User-Agent": f"{USER_AGENT} miniProgram/{app_id}",
            **trace,
        }
        content = None if asked.data is None else asked.data.encode("utf-8", "surrogatepass")
        response = await self._send(asked.method, asked.url, headers, content, asked.timeout)
        return {
            "statusCode": response.status_code,
            "header": _as_sent(response.headers),
            "cookies": response.headers.get_list("set-cookie"),
            "data": base64.b64encode(response.content).decode() if asked.binary else response.text,
            "base64": asked.binary,
        }

    async def load(self, url: str, *, app_id: str) -> tuple[str, bytes] | None:
        """An image or font of the app's servers: media type and bytes, or None."""
        headers = {"Referer": f"https://servicewechat.com/{app_id}/0/page-frame.html"}
        try:
            response = await self._send("GET", url, headers, None, 10.0)
        except Refused:
            return None
        kind = response.headers.get("content-type", "application/octet-stream")
        return (kind, response.content) if response.is_success else None

    async def close(self) -> None:
        await self.client.aclose()

    async def _send(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None, timeout: float
    ) -> httpx.Response:
        for _ in range(MAX_REDIRECTS + 1):
            goal = self.where(url)
            if goal is None:
                raise Refused("url not in domain list")
            try:
                response = await self.client.request(
                    method, goal, headers=dict(headers), content=content, timeout=timeout
                )
            except httpx.TimeoutException:
                raise Refused("timeout") from None
            except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
                raise Refused(_net_error(error)) from None
            if response.next_request is None:
                return response
            # The next hop is judged by the address the app sees, not by the one that answered.
            url = str(httpx.URL(url).join(response.headers["location"]))
            if response.status_code == 303 or (response.status_code in (301, 302) and method == "POST"):
                method, content = "GET", None
        raise Refused("too many redirects")


def _as_sent(headers: httpx.Headers) -> dict[str, str]:
    """Names in the server's own spelling, as the WeChat client shows them; repeated ones joined."""
    out: dict[str, str] = {}
    for raw, value in headers.raw:
        name, text = raw.decode("latin-1"), value.decode("latin-1")
        out[name] = f"{out[name]},{text}" if name in out else text
    return out


def _net_error(error: Exception) -> str:
    name = {
        httpx.ConnectError: "net::ERR_CONNECTION_REFUSED",
        httpx.ReadError: "net::ERR_CONNECTION_RESET",
        httpx.RemoteProtocolError: "net::ERR_EMPTY_RESPONSE",
        httpx.InvalidURL: "net::ERR_INVALID_URL",
    }.get(type(error), "net::ERR_FAILED")
    return f"errcode:-1 error_msg:{name}"
