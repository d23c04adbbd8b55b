"""The raw values of a message, by name: of its path, its query, its cookies, its headers, or a form.

Names are decoded, values are as they were sent: a style divides them first (``styles``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from urllib.parse import unquote

from harness.core.exchange import Message

RawValues = Mapping[str, list[str]]
APART = "set-cookie"  # the one header whose lines are no list (RFC 9110, 5.3)
WHITE = " \t"


def query_values(text: str) -> RawValues:
    """Those of a query or a form (WHATWG URL, *application/x-www-form-urlencoded*); ``+`` stands as ``%20``."""
    found: dict[str, list[str]] = {}
    for pair in text.replace("+", "%20").split("&"):
        if pair:
            name, _, value = pair.partition("=")
            found.setdefault(unquote(name) if "%" in name else name, []).append(value)
    return found


def cookie_values(lines: Iterable[str]) -> RawValues:
    """Those of ``Cookie``: pairs divided by ``;``, each by its first ``=`` (RFC 6265, 4.2.1 and 5.4).

    What is no pair is nobody's value. HTTP/2 may divide the header into lines (RFC 9113, 8.2.3).
    """
    found: dict[str, list[str]] = {}
    for pair in ";".join(lines).split(";"):
        name, equals, value = pair.partition("=")
        if equals and name.strip(WHITE):
            found.setdefault(name.strip(WHITE), []).append(value.strip(WHITE))
    return found


def header_values(headers: Iterable[tuple[str, str]]) -> RawValues:
    """Those of headers, by name in lower case; lines of one name are one list (RFC 9110, 5.2)."""
    found: dict[str, list[str]] = {}
    for name, value in headers:
        lines, value = found.setdefault(name.lower(), []), value.strip(WHITE)
        if lines and name.lower() != APART:
            lines[0] += f", {value}"
        else:
            lines.append(value)
    return found


class RequestValues:
    """The raw values of a request, of each location divided once, when first asked for.

    ``path`` are those of its path, as the index found them.
    """

    def __init__(self, request: Message, target: str, path: RawValues) -> None:
        self._request, self._target, self.path = request, target, path

    def at(self, location: str) -> RawValues:
        """Those of ``path``, ``query``, ``header`` or ``cookie``."""
        found: RawValues = getattr(self, location)
        return found

    @cached_property
    def query(self) -> RawValues:
        return query_values(self._target.partition("?")[2])

    @cached_property
    def header(self) -> RawValues:
        return header_values(self._request.headers)

    @cached_property
    def cookie(self) -> RawValues:
        lines = [value for name, value in self._request.headers if name.lower() == "cookie"]
        return cookie_values(lines)
