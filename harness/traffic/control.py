"""Requests to the recording proxies themselves, which are processes of ours: bounded all the same, and no redirects.

By the standard library: the proxies would load an HTTP client that they do not use.
"""

from __future__ import annotations

import urllib.error
import urllib.request

from harness.core.errors import BrokenError
from harness.core.text import Text

TIMEOUT = 5.0  # seconds; on a very busy machine
LONGEST = 64 * 1024 * 1024  # bytes of an answer: what is pending, of very many requests
SILENT = Text(zh="录制代理 {url} 没有响应：{error}", en="the proxy at {url} does not answer: {error}")


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects)


def ask(url: str, *, method: str = "GET", body: bytes | None = None, within: float = TIMEOUT) -> bytes:
    """The body of an answer that is a success. OSError or http.client.HTTPException where none comes."""
    request = urllib.request.Request(url, data=body, method=method)
    with _opener.open(request, timeout=within) as answer:
        content: bytes = answer.read(LONGEST)
        return content


def tell(url: str, *, method: str = "GET", body: bytes | None = None) -> bytes:
    """The same; BrokenError where none comes."""
    try:
        return ask(url, method=method, body=body)
    except (urllib.error.URLError, TimeoutError) as error:
        raise BrokenError(SILENT.format(url=url, error=error)) from None
