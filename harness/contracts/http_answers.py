"""Answers that HTTP gives to what a request asks of HTTP itself, documented or not (RFC 9110, 13 and 14)."""

from __future__ import annotations

from harness.core.exchange import Exchange

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
