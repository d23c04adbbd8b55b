"""What the proxies send requests with: connections to the targets, kept where that is safe."""

from __future__ import annotations

from typing import Any, Self

import aiohttp

from harness.core.exchange import IDEMPOTENT_METHODS
from harness.traffic.connections import LONGEST, MOST_HEADERS
from harness.traffic.settings import TrafficSettings

# What aiohttp adds to a message that lacks it, and a proxy must not.
ADDED_TO_REQUESTS = ("Accept", "Accept-Encoding", "User-Agent", "Content-Type")


class Clients:
    """The client side of all edges: no cookies, no decoding, no proxy of the environment, no time limit.

    Like a browser, aiohttp sends an idempotent request once more when the kept connection it went out on
    turns out to be closed (RFC 9110 section 9.2.2). Nothing else may be repeated, so everything else goes out
    on a connection of its own: none can have been closed meanwhile.
    """

    def __init__(self, settings: TrafficSettings) -> None:
        self._kept = _session(settings, keepalive_timeout=settings.keep_alive)
        self._own = _session(settings, force_close=True)

    def of(self, method: str) -> aiohttp.ClientSession:
        return self._kept if method in IDEMPOTENT_METHODS else self._own

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._kept.close()
        await self._own.close()


def _session(settings: TrafficSettings, **connections: Any) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, **connections),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        skip_auto_headers=ADDED_TO_REQUESTS,
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=settings.connect_timeout),
        max_line_size=LONGEST,
        max_field_size=LONGEST,
        max_headers=MOST_HEADERS,
    )
