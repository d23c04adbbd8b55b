"""Headers on their way through a proxy: which are the connection's own, and how bytes become text."""

from __future__ import annotations

from collections.abc import Iterable

from multidict import CIMultiDict

Pairs = tuple[tuple[str, str], ...]

# RFC 9110 section 7.6.1, and Expect, which each connection settles for itself (section 10.1.1).
HOP_BY_HOP = frozenset(
    "connection keep-alive proxy-connection te trailer transfer-encoding upgrade expect".split()
)


def pairs(raw: Iterable[tuple[bytes, bytes]]) -> Pairs:
    """Headers in wire order, duplicates and case kept. Values that are not UTF-8 are read as Latin-1."""
    return tuple((name.decode("latin-1"), _text(value)) for name, value in raw)


def end_to_end(headers: Pairs) -> CIMultiDict[str]:
    """The headers that pass on: all but those of the connection and those it names.

    Case and duplicates are kept; a name that comes twice in different case is written as the first time,
    because aiohttp's client would drop the first value.
    """
    named = {
        token.strip().lower()
        for name, value in headers
        if name.lower() == "connection"
        for token in value.split(",")
    }
    dropped = HOP_BY_HOP | named
    spelled: dict[str, str] = {}
    return CIMultiDict(
        (spelled.setdefault(name.lower(), name), value)
        for name, value in headers
        if name.lower() not in dropped
    )


def wants_websocket(headers: Pairs) -> bool:
    """Whether the request asks to become a WebSocket (RFC 6455 section 4.1)."""
    return any(name.lower() == "upgrade" and "websocket" in value.lower() for name, value in headers)


def is_event_stream(headers: Pairs) -> bool:
    """Whether a response goes on for as long as it likes (HTML standard, section *Server-sent events*)."""
    return any(
        name.lower() == "content-type" and value.lower().startswith("text/event-stream")
        for name, value in headers
    )


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
