"""Media types (RFC 9110, 8.3.1; RFC 6839 for suffixes) that several packages read or write."""

from __future__ import annotations

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


def is_json(essence: str) -> bool:
    """Whether a media type without parameters, in lower case, is JSON or has the suffix ``+json``."""
    return essence == JSON or essence.endswith("+json")
