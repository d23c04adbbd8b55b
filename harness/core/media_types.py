"""Media types (RFC 9110, 8.3.1; RFC 6839 for suffixes) that several packages read or write."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import Message
from functools import lru_cache

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
JSON_ALIASES = frozenset({JSON, "text/json", "application/x-json", "text/x-json"})
OPEN = frozenset({"*/*", "application/*"})  # ranges that JSON is in


@dataclass(frozen=True, slots=True)
class MediaType:
    """A media type: ``essence`` in lower case, ``parameters`` by their names in lower case."""

    essence: str
    parameters: dict[str, str]

    @property
    def range(self) -> str:
        """The range of its type: ``text/*``."""
        return self.essence.partition("/")[0] + "/*"


@lru_cache(maxsize=512)
def media_type(text: str) -> MediaType:
    """That of a Content-Type header; a parameter's value may stand in quotes (RFC 9110, 5.6.6)."""
    essence, semicolon, _ = text.partition(";")
    essence = essence.strip().lower()
    if not semicolon:
        return MediaType(essence, {})
    header = Message()
    header["content-type"] = text
    pairs = header.get_params(failobj=[], unquote=True)[1:]
    return MediaType(essence, {str(name).lower(): str(value) for name, value in pairs if name})


def is_json(essence: str) -> bool:
    """Whether a media type without parameters, in lower case, is JSON or has the suffix ``+json``."""
    return essence in JSON_ALIASES or essence.endswith("+json")


def holds_json(declared: str) -> bool:
    """Whether a declared media type or range is JSON's, or leaves the type open."""
    essence = media_type(declared).essence
    return is_json(essence) or essence in OPEN
