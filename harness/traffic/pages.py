"""Whether a request that no document holds is for a page or a file of a website, rather than for an API.

A browser says so itself (Sec-Fetch-Dest, https://www.w3.org/TR/fetch-metadata/); of other clients the path
and the answer tell.
"""

from __future__ import annotations

import re

from harness.core.exchange import Exchange

API = "empty"  # the destination of fetch() and XMLHttpRequest
FILE = re.compile(
    r"\.(?:[cm]?js|jsx|tsx?|vue|css|less|scss|map|html?|xml|txt|pdf|wasm|webmanifest|ico|png|jpe?g|gif|svg|webp|avif"
    r"|bmp|woff2?|ttf|otf|eot|mp[34]|webm|ogg|wav|m4a|mov|zip|gz)",
    re.IGNORECASE,
)
KINDS = ("image/", "font/", "audio/", "video/", "text/css", "text/javascript", "application/javascript")
HTML = ("text/html", "application/xhtml+xml")


def is_page_or_file(exchange: Exchange) -> bool:
    """A fetch() that is answered with a page is still a request to an API: one that is not there."""
    destination = exchange.request.header("sec-fetch-dest")
    if destination and destination != API:
        return True
    if exchange.method not in ("GET", "HEAD"):
        return False
    _, dot, ending = exchange.path.partition("?")[0].rpartition("/")[2].rpartition(".")
    if FILE.fullmatch(dot + ending):
        return True
    if exchange.response is None or exchange.status is None or exchange.status >= 400:
        return False
    kind = (exchange.response.header("content-type") or "").lower()
    if kind.startswith(HTML):
        wanted = exchange.request.header("accept") or ""
        return not destination or "text/html" in wanted
    return kind.startswith(KINDS)
