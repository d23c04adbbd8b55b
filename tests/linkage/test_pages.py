"""A list that comes in pages is read as if it were one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from harness.api.client import Request
from harness.contracts.declarations import Pagination
from harness.linkage.participants import pages

PAGED = Pagination(limit="limit", offset="offset", items="/book/entries")
NUMBERED = Pagination(limit="limit", page="page", items="/book/entries")
FROM_ZERO = Pagination(limit="limit", page="page", first=0, items="/book/entries")


class Ledger:
    """Answers so many entries of a list at a time; ``fails`` from this one on, ``first`` numbers its pages."""

    def __init__(self, count: int, fails: int | None = None, first: int = 1) -> None:
        self.count, self.fails, self.first, self.asked = count, fails, first, list[int]()

    def send(self, operation: object, request: Request, *, user: str | None) -> Any:
        size = request.query["limit"]
        first = (
            request.query["offset"]
            if "offset" in request.query
            else (request.query["page"] - self.first) * size
        )
        self.asked.append(size)
        ok = self.fails is None or first < self.fails
        entries = list(range(first, min(first + size, self.count)))
        return SimpleNamespace(ok=ok, data={"balance": 7, "book": {"entries": entries}} if ok else None)


@pytest.fixture
def paged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "declarations", lambda operation: SimpleNamespace(pagination=PAGED))
    monkeypatch.setattr(pages, "query_schema", lambda operation, name: None)


@pytest.mark.usefixtures("paged")
@pytest.mark.parametrize(("count", "asked"), [(0, 1), (99, 1), (100, 2), (250, 3)])
def test_every_page_is_read(count: int, asked: int) -> None:
    ledger: Any = Ledger(count)
    answer, data = pages.read(ledger, SimpleNamespace(), Request(), None)  # type: ignore[arg-type]
    assert answer.ok
    assert data == {"balance": 7, "book": {"entries": list(range(count))}}
    assert ledger.asked == [pages.PAGE] * asked


@pytest.mark.parametrize("pagination", [NUMBERED, FROM_ZERO])
def test_pages_may_have_numbers(monkeypatch: pytest.MonkeyPatch, pagination: Pagination) -> None:
    monkeypatch.setattr(pages, "declarations", lambda operation: SimpleNamespace(pagination=pagination))
    monkeypatch.setattr(pages, "query_schema", lambda operation, name: None)
    ledger: Any = Ledger(250, first=pagination.first)
    _, data = pages.read(ledger, SimpleNamespace(), Request(), None)  # type: ignore[arg-type]
    assert data["book"]["entries"] == list(range(250))


@pytest.mark.usefixtures("paged")
def test_a_page_that_is_refused_is_the_answer() -> None:
    ledger: Any = Ledger(250, fails=100)
    answer, _ = pages.read(ledger, SimpleNamespace(), Request(), None)  # type: ignore[arg-type]
    assert not answer.ok


def test_a_value_is_laid_where_there_is_nothing_yet() -> None:
    data = {"id": 1}
    assert pages.laid(data, "/of/refunds", [2]) == {"id": 1, "of": {"refunds": [2]}}
    assert data == {"id": 1}
    assert pages.laid(None, "/a", 3) == {"a": 3}
    assert pages.laid(data, "", [4]) == [4]
