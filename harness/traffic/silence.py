"""What was seen where a service gave no answer, in words: closed, reset, cut short, not HTTP.

Owns which words are said; which client library noticed it is not the reader's concern.
"""

from __future__ import annotations

import os

import aiohttp

from harness.core import silence_words as words

LONGEST = 200  # characters of what a library said


def seen(error: BaseException) -> str:
    """Why no answer came."""
    match error:
        case aiohttp.ClientConnectorDNSError():
            return words.NO_NAME.format(host=error.host).en
        case aiohttp.ClientSSLError():
            return words.NO_TLS.format(reason=_line(str(error))).en
        case aiohttp.ClientConnectorError():
            return words.NO_CONNECTION.format(reason=os.strerror(error.errno) if error.errno else error).en
        case aiohttp.ConnectionTimeoutError():
            return words.NO_CONNECTION.format(reason=error).en
        case aiohttp.ServerDisconnectedError():
            return words.CLOSED.en
        case aiohttp.ClientOSError() | ConnectionError():
            return words.BROKEN_OFF.format(reason=os.strerror(error.errno) if error.errno else error).en
        case aiohttp.ClientResponseError():
            return words.NO_HTTP.format(reason=_line(error.message)).en
        case _:
            return _line(f"{type(error).__name__}: {error}" if str(error) else type(error).__name__)


def cut_short(status: int, received: int, announced: int | None, error: BaseException) -> str:
    """How an answer ended before its end."""
    how = {"status": status, "received": received, "announced": announced}
    if announced is not None:
        return words.SHORT_OF.format(**how).en
    said = str(getattr(error.__cause__, "message", "")) or seen(error)
    # What the library says of chunks that stop names a header the reader never saw.
    if "transfer length header" in said:
        return words.UNENDED.format(**how).en
    return words.UNENDED_WHY.format(**how, reason=_line(said)).en


def _line(text: str) -> str:
    """The first line of what a library said, without what it dumps."""
    return (text.strip().splitlines() or [""])[0].rstrip(": ")[:LONGEST]
