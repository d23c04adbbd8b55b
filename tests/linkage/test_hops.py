"""What the requests between two services of one trace tell."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from harness.linkage.promises.hops import Hops

SHOP: Any = SimpleNamespace(service="shop")
TILL: Any = SimpleNamespace(service="till")


@pytest.mark.parametrize(
    ("source", "method", "target", "asks"),
    [
        ("till", "GET", "shop", True),
        ("till", "POST", "shop", False),
        ("shop", "GET", "till", False),
        ("till", "GET", "bank", False),
    ],
)
def test_a_reader_asks_whose_service_reads_at_the_writers(
    source: str, method: str, target: str, asks: bool
) -> None:
    seen: Any = SimpleNamespace(summary=SimpleNamespace(source=source, method=method, target=target))
    assert Hops(lambda: [seen], frozenset()).asks(TILL, SHOP) == asks


@pytest.mark.parametrize(
    ("edges", "said"),
    [
        ({("shop", "till")}, "none was sent, or the services do not pass it on"),
        (set(), "between shop and till nothing is recorded"),
    ],
)
def test_where_nothing_is_seen_it_is_not_known_whether_anything_was_sent(
    edges: set[tuple[str, str]], said: str
) -> None:
    """Of services that pass no trace on it was said that no request followed, and one had."""
    assert said in Hops(list, frozenset(edges)).last(SHOP, TILL).en
