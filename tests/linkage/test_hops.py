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
