"""Reading a whole list by its pages, and saying in what two readings of it differ.

A list may change while it is read. :func:`steady` therefore reads it before and after, and what was seen in
between counts only if both are the same.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from harness.api.client import Answer, Request
from harness.conformance.kinds.declared.declared_check import DeclaredCheck, Fault, Problem
from harness.contracts import fields
from harness.contracts.declarations import query_schema
from harness.contracts.parameters import parameters_of
from harness.core.errors import BrokenError

MOST_ITEMS, MOST_PAGES = 600, 15  # of a longer list, only the beginning is read
USUAL_PAGE = 50  # where the contract sets no maximum
READINGS = 5  # of a list that keeps changing


@dataclass(frozen=True, slots=True)
class Page:
    """One answer: its items, and the total it gives (None: none declared)."""

    answer: Answer
    items: list[Any]
    total: Any


@dataclass(slots=True)
class Whole:
    """A list, read by pages of one size. ``cut``: it is longer than what was read."""

    size: int | None
    items: list[Any] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    cut: bool = False

    @property
    def total(self) -> Any:
        """The total its first page gives."""
        return self.pages[0].total if self.pages else None

    @property
    def answers(self) -> tuple[Answer, ...]:
        return tuple(page.answer for page in self.pages)


class Lister:
    """The list of one operation. BrokenError where it cannot be read at all."""

    def __init__(self, check: DeclaredCheck) -> None:
        self.check = check
        self.pagination = check.declared.pagination
        pointer = check.declared.items
        if pointer is None:
            raise BrokenError(
                f"{check.operation.label}: which list is meant? Add x-pagination with its items"
            )
        self._pointer = pointer
        self._base = _plain(check, next(check.valid_requests()))
        self.largest = self.bound("maximum") or USUAL_PAGE
        first = self.send({})
        if not first.ok:
            raise BrokenError(f"{check.operation.label}: the list cannot be read: {first.seen[:200]}")

    def bound(self, name: str) -> int | None:
        """A bound (``maximum``, ``default``) of the limit's schema."""
        schema = self.pagination and query_schema(self.check.operation, self.pagination.limit)
        found = fields.keyword(self.check.operation.contract.library, schema, name) if schema else None
        return found if isinstance(found, int) and found > 0 else None

    def send(self, query: Mapping[str, Any]) -> Answer:
        return self.check.send(replace(self._base, query={**self._base.query, **query}))

    def page(
        self, limit: int | None = None, offset: int | None = None, query: Mapping[str, Any] | None = None
    ) -> Page:
        """One page. Fault where a right request is not answered with a list."""
        asked = dict(query or {})
        if self.pagination is not None:
            asked |= {} if limit is None else {self.pagination.limit: limit}
            asked |= {} if offset is None else {self.pagination.offset: offset}
        answer = self.send(asked)
        items = fields.values(answer.data, self._pointer)
        if not answer.ok or not items or not isinstance(items[0], list):
            said = ", ".join(f"{name}={value}" for name, value in asked.items()) or "no parameters"
            key = f"refused {' '.join(sorted(asked))}"
            problem = Problem(key, f"No list for {said}", "a list", answer.seen, (answer,))
            raise Fault(problem)
        pointer = self.pagination.total if self.pagination else None
        totals = [] if pointer is None else fields.values(answer.data, pointer)
        return Page(answer, items[0], totals[0] if totals else None)

    @property
    def has_total(self) -> bool:
        return self.pagination is not None and self.pagination.total is not None

    def whole(self, size: int | None = None, query: Mapping[str, Any] | None = None) -> Whole:
        """The list by pages of ``size`` (None: the largest there are), up to the first empty one."""
        if self.pagination is None:
            page = self.page(query=query)
            return Whole(None, page.items, [page])
        size = size or self.largest
        whole = Whole(size)
        while len(whole.items) < MOST_ITEMS and len(whole.pages) < MOST_PAGES:
            page = self.page(size, len(whole.pages) * size, query)
            before = whole.pages[-1] if whole.pages else None
            whole.pages.append(page)
            if not page.items:
                break
            problem = _wrong_page(page, before, size, (len(whole.pages) - 1) * size)
            if problem is not None:
                whole.problems.append(problem)
                return whole
            whole.items += page.items
        else:
            whole.cut = True
        whole.problems += self._totals(whole)
        return whole

    def _totals(self, whole: Whole) -> list[Problem]:
        if not self.has_total:
            return []
        found = list(
            dict.fromkeys(page.total for page in whole.pages if not isinstance(page.total, list | dict))
        )
        if len(found) > 1:
            title = "The total is not the same on every page"
            return [
                Problem(
                    "totals", title, f"{found[0]} on every page", _totals_text(found), whole.answers, "/total"
                )
            ]
        if not whole.cut and found != [len(whole.items)]:
            title = "The total is not the number of items"
            seen = f"total {_totals_text(found)}, and {len(whole.items)} items on all pages"
            return [
                Problem("total", title, "the number of items on all pages", seen, whole.answers, "/total")
            ]
        return []


def steady(lister: Lister, look: Callable[[Whole], list[Problem]]) -> list[Problem]:
    """What ``look`` finds while the list stays as it is. BrokenError where it keeps changing."""
    readings = [lister.whole()]
    for _ in range(READINGS):
        first = readings[-1]
        problems = look(first)
        last = lister.whole()
        if difference(first.items, last.items) is None and first.total == last.total:
            return [*first.problems, *problems]
        readings.append(last)
    # Nothing came and nothing was changed: the same items each time, but not in the same places.
    items = {canonical(item) for whole in readings for item in whole.items}
    lengths = {len(whole.items) for whole in readings}
    between = difference(readings[-2].items, readings[-1].items)
    if between is not None and len(lengths) == 1 and len(items) <= max(lengths):
        title = "The same requests give the same items in another order each time"
        answers = tuple(whole.pages[0].answer for whole in readings[-2:])
        return [Problem("unstable", title, "one order, always the same", between[1], answers)]
    raise BrokenError(
        f"{lister.check.operation.label}: the list changed during each of {READINGS} readings; "
        "nothing can be said about it while others change it"
    )


def difference(wanted: Sequence[Any], seen: Sequence[Any]) -> tuple[str, str] | None:
    """The kind of difference between two lists (missing, double, extra, order) and words for it; None: none."""
    left, right = list(map(canonical, wanted)), list(map(canonical, seen))
    if left == right:
        return None
    missing, extra = Counter(left) - Counter(right), Counter(right) - Counter(left)
    if missing:
        return "missing", f"{missing.total()} of {len(left)} items are missing, such as {_shown(missing)}"
    if extra:
        kind = "double" if set(extra) <= set(left) else "extra"
        words = "are there twice" if kind == "double" else "are too many"
        return kind, f"{extra.total()} items {words}, such as {_shown(extra)}"
    number = next(number for number, pair in enumerate(zip(left, right, strict=True)) if pair[0] != pair[1])
    return "order", f"the same items in another order, from number {number + 1} on: {right[number][:60]}"


def canonical(value: Any) -> str:
    """A JSON value as text, equal for equal values."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _wrong_page(page: Page, before: Page | None, size: int, offset: int) -> Problem | None:
    if len(page.items) > size:
        seen = f"{len(page.items)} items for a limit of {size}"
        title = "A page has more items than its limit"
        return Problem("limit", title, f"at most {size} items", seen, (page.answer,), "/limit")
    if before is not None and isinstance(page.total, int) and page.total <= offset:
        seen = f"{len(page.items)} items at offset {offset} of {page.total}"
        title = "There are items beyond the end"
        return Problem("beyond", title, "an empty list", seen, (page.answer,), "/offset")
    if before is not None and before.items == page.items:
        title = "The next page is the same page again"
        answers = (before.answer, page.answer)
        return Problem(
            "offset", title, "other items from another offset", "the same items", answers, "/offset"
        )
    return None


def _plain(check: DeclaredCheck, request: Request) -> Request:
    """The request without what narrows or turns the list: of the query only what is required."""
    needed = {
        place.value["name"]
        for place in parameters_of(check.operation)
        if place.value["in"] == "query" and place.value.get("required") is True
    }
    return replace(request, query={name: value for name, value in request.query.items() if name in needed})


def _shown(items: Counter[str]) -> str:
    return next(iter(items))[:80]


def _totals_text(totals: Sequence[Any]) -> str:
    return ", ".join("none" if total is None else str(total) for total in totals[:5])
