"""What the query of a request asks for: each name at most once, checked, with its default. Raises 422."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request

from demo.website import problems

MOST_FEN = 100_000_000
ORDER_STATUSES = ("created", "paid", "cancelled", "refunded")


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is asked for."""

    limit: int
    offset: int


@dataclass(frozen=True, slots=True)
class ProductQuery:
    """Which products are asked for; None: the filter was not given."""

    category_id: str | None
    q: str | None
    min_price: int | None
    max_price: int | None
    sort: str
    page: Page


@dataclass(frozen=True, slots=True)
class OrderQuery:
    """Which orders are asked for."""

    status: str | None
    sort: str
    page: Page


class _Reader:
    """Reads parameters and collects what is wrong with them."""

    def __init__(self, request: Request) -> None:
        self._query = request.query_params
        self._errors: list[dict[str, str]] = []

    def text(self, name: str, wanted: str, right: Callable[[str], bool]) -> str | None:
        given = self._query.getlist(name)
        if not given:
            return None
        if len(given) == 1 and right(given[0]):
            return given[0]
        self._errors.append({"in": "query", "field": name, "detail": wanted})
        return None

    def number(self, name: str, lowest: int, highest: int) -> int | None:
        found = self.text(
            name,
            f"One whole number from {lowest} to {highest}.",
            lambda text: bool(re.fullmatch("0|[1-9][0-9]{0,9}", text)) and lowest <= int(text) <= highest,
        )
        return None if found is None else int(found)

    def one_of(self, name: str, values: tuple[str, ...]) -> str | None:
        return self.text(name, f"One of {', '.join(values)}.", lambda text: text in values)

    def page(self) -> Page:
        limit, offset = self.number("limit", 1, 100), self.number("offset", 0, 1_000_000)
        return Page(20 if limit is None else limit, offset or 0)

    def refuse(self) -> None:
        if self._errors:
            raise problems.invalid(self._errors)


def page_of(request: Request) -> Page:
    """`limit` 1..100 and `offset` 0..1000000."""
    reader = _Reader(request)
    page = reader.page()
    reader.refuse()
    return page


def product_query_of(request: Request) -> ProductQuery:
    """The parameters of listProducts."""
    reader = _Reader(request)
    found = ProductQuery(
        category_id=reader.text(
            "category_id", "One category id.", lambda text: bool(re.fullmatch("c_[0-9a-f]{16}", text))
        ),
        q=reader.text("q", "1 to 40 characters.", lambda text: 1 <= len(text) <= 40),
        min_price=reader.number("min_price", 0, MOST_FEN),
        max_price=reader.number("max_price", 0, MOST_FEN),
        sort=reader.one_of("sort", ("price", "-price", "created_at", "-created_at")) or "-created_at",
        page=reader.page(),
    )
    reader.refuse()
    return found


def order_query_of(request: Request) -> OrderQuery:
    """The parameters of listOrders."""
    reader = _Reader(request)
    found = OrderQuery(
        status=reader.one_of("status", ORDER_STATUSES),
        sort=reader.one_of("sort", ("total", "-total", "created_at", "-created_at")) or "-created_at",
        page=reader.page(),
    )
    reader.refuse()
    return found
