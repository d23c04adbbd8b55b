"""What answers say by HTTP itself, documented or not: to conditions and ranges (RFC 9110, 13 and 14), of redirects."""

from __future__ import annotations

from harness.core.exchange import Exchange
from harness.core.media_types import media_type

READS = ("GET", "HEAD")
NOT_MODIFIED, PARTIAL, PRECONDITION_FAILED, RANGE_NOT_SATISFIABLE = 304, 206, 412, 416
ASKED_BY = {
    NOT_MODIFIED: ("if-none-match", "if-modified-since"),
    PARTIAL: ("range",),
    PRECONDITION_FAILED: ("if-match", "if-none-match", "if-unmodified-since"),
    RANGE_NOT_SATISFIABLE: ("range",),
}


def is_of_http(exchange: Exchange) -> bool:
    """Whether the status answers a condition or a range that the request carries."""
    if exchange.status not in ASKED_BY:
        return False
    if exchange.status != PRECONDITION_FAILED and exchange.method not in READS:
        return False
    return any(exchange.request.header(name) is not None for name in ASKED_BY[exchange.status])


def is_note(status: int, content_type: str) -> bool:
    """Whether a body is what redirects usually carry: a short note with a link (RFC 9110, 15.4)."""
    return 300 <= status < 400 and media_type(content_type).essence in ("text/html", "text/plain")
