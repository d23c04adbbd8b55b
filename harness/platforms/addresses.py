"""Whether a browser is at an address: its path, and its query and fragment as far as the address has them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote, urlsplit

PLACE = re.compile(r"\{(\w+)\}")


def is_at(url: str, address: str) -> bool:
    """``/index.php?id=1&r=order/list`` is at ``/index.php?r=order/list``, ``/shop/#/orders`` at ``/#/orders``.

    ``{name}`` in the address stands for anything. The path may be longer in front, by what a gateway puts before
    all paths (RFC 3986, 3.3 to 3.5).
    """
    there, wanted = urlsplit(url), urlsplit(address)
    if wanted.path and not re.search(_pattern(wanted.path), unquote(there.path)):
        return False
    shown = parse_qsl(there.query, keep_blank_values=True)
    for name, value in parse_qsl(wanted.query, keep_blank_values=True):
        if not any(name == key and re.search(f"^{_pattern(value)}", text) for key, text in shown):
            return False
    fragment = wanted.fragment.partition("?")[0]
    return not fragment or bool(
        re.search(f"^{_pattern(fragment)}", unquote(there.fragment).partition("?")[0])
    )


def filled(address: str, values: Mapping[str, object]) -> str:
    """An address whose ``{name}`` are replaced. KeyError for one that has no value."""
    return PLACE.sub(lambda place: str(values[place[1]]), address)


def _pattern(text: str) -> str:
    """Each ``{name}`` may be anything but a slash."""
    parts = PLACE.split(text)  # what is between, and the names
    return "".join("[^/]+" if number % 2 else re.escape(part) for number, part in enumerate(parts)) + "$"
