"""The phone's network: ``wx.request``, and the files pages load from servers.

Owns WeChat's own headers and redirects. Error texts are those of the WeChat client (``errMsg`` after
``request:fail``). It keeps no cookies, as ``wx.request`` keeps none. Who may be asked is
:mod:`harness.simulator.network.domains`'s, what is sent in pieces :mod:`harness.simulator.network.transfers`'s.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import httpx

from harness.simulator.network.bodies import content_of, text_of, within
from harness.simulator.network.domains import Kind, Refused, Routing, invalid_url, net_error
from harness.simulator.network.this_machine import elsewhere

USER_AGENT = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Mobile/15E148 MicroMessenger/8.0.50 NetType/WIFI Language/zh_CN"
)
METHODS = frozenset({"OPTIONS", "GET", "HEAD", "POST", "PUT", "DELETE", "TRACE", "CONNECT", "PATCH"})
MAX_REDIRECTS = 5
DEFAULT_TIMEOUT, LONGEST_TIMEOUT = 60.0, 600.0
# Set by the client itself; WeChat refuses an app's Referer and httpx must count the length.
OWN_HEADERS = frozenset(
    {"referer", "user-agent", "content-length", "host", "connection", "transfer-encoding"}
)
# What a redirect does not carry on: to another origin, and where a request becomes a GET.
CREDENTIALS = frozenset({"authorization", "proxy-authorization", "cookie"})
OF_CONTENT = frozenset({"content-type", "content-encoding", "content-language", "content-location"})

Body = bytes | AsyncIterator[bytes] | None


def seconds(told: Mapping[str, Any]) -> float:
    """``timeoutMs`` of a message of the page in seconds."""
    milliseconds = told.get("timeoutMs")
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int | float) or milliseconds <= 0:
        return DEFAULT_TIMEOUT
    return min(float(milliseconds) / 1000, LONGEST_TIMEOUT)


def headers_of(told: Mapping[str, Any]) -> dict[str, str]:
    header = told.get("header") or {}
    if not isinstance(header, Mapping):
        raise Refused("invalid header", 600005)
    return {str(name): str(value) for name, value in header.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Asked:
    """A ``wx.request`` as the page told it."""

    url: str
    method: str = "GET"
    header: Mapping[str, str] = field(default_factory=dict)
    content: Body = None
    timeout: float = DEFAULT_TIMEOUT
    binary: bool = False
    follow: bool = True
    kind: Kind | None = "request"
    length: int | None = None
    """Of a content that comes in pieces."""

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Asked:
        """Validate the page's message: app code can send anything over the bridge."""
        url, method, data = told.get("url"), str(told.get("method") or "GET").upper(), told.get("data")
        if not isinstance(url, str):
            raise invalid_url()
        if method not in METHODS:
            raise Refused("method is invalid", 600005)
        content: bytes | None
        if told.get("base64") is True:
            try:
                content = base64.b64decode(str(data), validate=True)
            except (binascii.Error, ValueError):
                raise Refused("invalid request data", 600010) from None
        else:
            content = None if data is None else str(data).encode("utf-8", "surrogatepass")
        return cls(
            url=url,
            method=method,
            header=headers_of(told),
            content=content,
            timeout=seconds(told),
            binary=told.get("responseType") == "arraybuffer",
            follow=told.get("redirect") != "manual",
        )


@dataclass(frozen=True, slots=True)
class Visit:
    """What a web page asks for."""

    url: str
    method: str
    header: Mapping[str, str]
    content: bytes | None


Served = tuple[int, str, bytes, dict[str, str]]
"""Status, media type, content and header."""

LOAD_TIMEOUT, BROWSE_TIMEOUT = 10.0, 30.0
# Of the transfer, not of the content; and what forbids frames, for on a phone a web-view is none.
NOT_PASSED_ON = {
    *("content-encoding", "content-length", "transfer-encoding", "connection", "content-type"),
    *("x-frame-options", "content-security-policy"),
}


class Network:
    """The phone's network: one HTTP client for all apps of a process."""

    def __init__(self, routing: Routing) -> None:
        self.routing = routing
        # trust_env off: a proxy or netrc of this machine is none of the phone's.
        self.client = httpx.AsyncClient(
            trust_env=False,
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )

    async def request(self, asked: Asked, *, app_id: str, trace: Mapping[str, str]) -> dict[str, Any]:
        """Carry out a ``wx.request``; Refused with WeChat's words when it fails."""
        async with within(asked.timeout), self.opened(asked, app_id=app_id, trace=trace) as response:
            content = await read(response, asked)
            return {
                **head_of(response),
                "data": base64.b64encode(content).decode() if asked.binary else text_of(response, content),
                "base64": asked.binary,
            }

    @asynccontextmanager
    async def opened(
        self, asked: Asked, *, app_id: str, trace: Mapping[str, str]
    ) -> AsyncIterator[httpx.Response]:
        """The response once its head is there, redirects followed; Refused in WeChat's words."""
        before = None
        for _ in range(MAX_REDIRECTS + 1):
            try:
                request = await self._request_of(asked, own_headers(asked.header, app_id, trace))
            except Refused as refused:
                if before is not None and refused.finding is not None:
                    refused.finding += f" ({before} redirects there)"
                raise
            with speaking_wechat():
                response = await self.client.send(request, stream=True)
            if response.next_request is None or not asked.follow:
                try:
                    yield response
                finally:
                    await response.aclose()
                return
            await response.aclose()
            before = origin_of(asked.url)
            # The next hop is judged by the address the app sees, not by the one that answered.
            asked = _onward(asked, response)
        raise Refused("network reach the max redirect count", 600008)

    async def _request_of(self, asked: Asked, header: dict[str, str]) -> httpx.Request:
        """To the server that answers; where any may, to the very address that was found not to be this machine."""
        goal = self.routing.where(asked.url, asked.kind)
        with speaking_wechat():
            url, extensions = httpx.URL(goal.url), {}
            if not goal.mapped:
                header = {**header, "Host": url.netloc.decode("ascii")}
                extensions = {"sni_hostname": url.host}
                url = url.copy_with(host=await elsewhere(goal.url))
            return self.client.build_request(
                asked.method,
                url,
                headers=header | _length(asked),
                content=asked.content,
                timeout=asked.timeout,
                extensions=extensions,
            )

    async def load(self, url: str, *, app_id: str) -> tuple[str, bytes] | None:
        """An image or font of the app's servers: media type and bytes, None where the server has none."""
        asked = Asked(url, timeout=LOAD_TIMEOUT, kind=None)
        async with within(LOAD_TIMEOUT), self.opened(asked, app_id=app_id, trace={}) as response:
            content = await read(response, asked)
        kind = response.headers.get("content-type", "application/octet-stream")
        return (kind, content) if response.is_success else None

    async def browse(self, visit: Visit, *, app_id: str) -> Served:
        """What a page inside a web-view loads, by the same rules as the app's own files."""
        asked = Asked(
            visit.url,
            method=visit.method,
            header={
                k: v for k, v in visit.header.items() if not k.startswith(":") and k != "accept-encoding"
            },
            content=visit.content,
            timeout=BROWSE_TIMEOUT,
            kind=None,
        )
        async with within(BROWSE_TIMEOUT), self.opened(asked, app_id=app_id, trace={}) as response:
            content = await read(response, asked)
        kind = response.headers.get("content-type", "text/html")
        header = {k: v for k, v in response.headers.items() if k.lower() not in NOT_PASSED_ON}
        return response.status_code, kind, content, header

    async def close(self) -> None:
        await self.client.aclose()


def _onward(asked: Asked, response: httpx.Response) -> Asked:
    """What is asked where a redirect leads to (Fetch standard, HTTP-redirect fetch)."""
    before = httpx.URL(asked.url)
    after = before.join(response.headers["location"])
    left_out: frozenset[str] = frozenset()
    if (before.scheme, before.host, before.port) != (after.scheme, after.host, after.port):
        left_out |= CREDENTIALS
    changes: dict[str, Any] = {}
    status, method = response.status_code, asked.method
    if (status == 303 and method not in ("GET", "HEAD")) or (status in (301, 302) and method == "POST"):
        changes = {"method": "GET", "content": None, "length": None}
        left_out |= OF_CONTENT
    header = {name: value for name, value in asked.header.items() if name.lower() not in left_out}
    return replace(asked, url=str(after), header=header, **changes)


def own_headers(header: Mapping[str, str], app_id: str, trace: Mapping[str, str]) -> dict[str, str]:
    """An app's headers with those the WeChat client sets itself."""
    kept = {name: value for name, value in header.items() if name.lower() not in OWN_HEADERS}
    return kept | {
        "Referer": f"https://servicewechat.com/{app_id}/0/page-frame.html",
        "User-Agent": f"{USER_AGENT} miniProgram/{app_id}",
        **trace,
    }


def head_of(response: httpx.Response) -> dict[str, Any]:
    """Status, header and cookies as the app sees them."""
    return {
        "statusCode": response.status_code,
        "header": _as_sent(response.headers),
        "cookies": response.headers.get_list("set-cookie"),
    }


def _length(asked: Asked) -> dict[str, str]:
    return {} if asked.length is None else {"Content-Length": str(asked.length)}


async def read(response: httpx.Response, asked: Asked) -> bytes:
    """The whole content of an answer; Refused where it is too large, or breaks off."""
    with speaking_wechat():
        return await content_of(response, origin_of(asked.url))


def origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _as_sent(headers: httpx.Headers) -> dict[str, str]:
    """Names in the server's own spelling, as the WeChat client shows them; repeated ones joined."""
    out: dict[str, str] = {}
    for raw, value in headers.raw:
        name, text = raw.decode("latin-1"), value.decode("latin-1")
        out[name] = f"{out[name]},{text}" if name in out else text
    return out


class speaking_wechat:
    """httpx's errors become Refused."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, httpx.TimeoutException):
            raise Refused("timeout", 5) from None
        if isinstance(error, httpx.HTTPError | httpx.InvalidURL | httpx.StreamError | ValueError):
            raise net_error(*ERRORS.get(type(error), ("ERR_FAILED", -2))) from None


ERRORS: Mapping[type[BaseException], tuple[str, int]] = {
    httpx.ConnectError: ("ERR_CONNECTION_REFUSED", -102),
    httpx.ReadError: ("ERR_CONNECTION_RESET", -101),
    httpx.WriteError: ("ERR_CONNECTION_RESET", -101),
    httpx.RemoteProtocolError: ("ERR_EMPTY_RESPONSE", -324),
    httpx.InvalidURL: ("ERR_INVALID_URL", -300),
}
