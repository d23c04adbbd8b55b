"""Making a service unreachable on an edge: its proxy then answers 502 to everything, as for a dead target."""

from __future__ import annotations

import urllib.error
import urllib.request

from harness.core.errors import BrokenError
from harness.core.text import Text

PATH = "/__edge__/obstructed"
TIMEOUT = 5.0  # seconds


def set_obstructed(edge_url: str, *, on: bool) -> None:
    """Tell the proxy of an edge. BrokenError where it does not answer."""
    request = urllib.request.Request(edge_url + PATH, method="PUT" if on else "DELETE")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=TIMEOUT):
            pass
    except (urllib.error.URLError, TimeoutError) as error:
        words = Text(zh="录制代理 {url} 没有响应：{error}", en="the proxy at {url} does not answer: {error}")
        raise BrokenError(words.format(url=edge_url, error=error)) from None
