"""What was seen where a service gave no answer, in words: closed, reset, cut short, not HTTP.

Owns the words only; which client library noticed it is not the reader's concern.
"""

from __future__ import annotations

import os

import aiohttp

LONGEST = 200  # characters of what a library said


def seen(error: BaseException) -> str:
    """Why no answer came."""
    match error:
        case aiohttp.ClientConnectorDNSError():
            return f"the name {error.host} is not known"
        case aiohttp.ClientSSLError():
            return f"no TLS connection: {_line(str(error))}"
        case aiohttp.ClientConnectorError():
            return f"no connection: {os.strerror(error.errno) if error.errno else error}"
        case aiohttp.ConnectionTimeoutError():
            return f"no connection: {error}"
        case aiohttp.ServerDisconnectedError():
            return "closed the connection before an answer"
        case aiohttp.ClientOSError() | ConnectionError():
            reason = os.strerror(error.errno) if error.errno else str(error)
            return f"broke the connection before an answer: {reason}"
        case aiohttp.ClientResponseError():
            return f"what it sent is not HTTP: {_line(error.message)}"
        case _:
            return _line(f"{type(error).__name__}: {error}" if str(error) else type(error).__name__)


def cut_short(status: int, received: int, announced: int | None, error: BaseException) -> str:
    """How an answer ended before its end."""
    if announced is not None:
        return f"answered {status}, and the body ended early: after {received} of {announced} bytes"
    said = str(getattr(error.__cause__, "message", "")) or seen(error)
    # What the library says of chunks that stop names a header the reader never saw.
    more = "" if "transfer length header" in said else f" ({_line(said)})"
    return f"answered {status}, and the body ended early: after {received} bytes, without an end{more}"


def _line(text: str) -> str:
    """The first line of what a library said, without what it dumps."""
    return (text.strip().splitlines() or [""])[0].rstrip(": ")[:LONGEST]
