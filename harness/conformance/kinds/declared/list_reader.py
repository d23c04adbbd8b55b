"""Reading a whole list by its pages, and saying in what two readings of it differ.

A list may change while it is read. :func:`steady` therefore reads it before and after, and what was seen in
between counts only if both are the same.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from harness.api.client import Answer, Request
from harness.conformance.kinds.declared.declared_check import DeclaredCheck, Fault, Problem
from harness.contracts import fields
from harness.contracts.declarations import query_schema
from harness.contracts.parameters import parameters_of
from harness.core.errors import BrokenError
from harness.core.text import Text

Kind = Literal["missing", "double", "extra", "order"]
KINDS: dict[str, Text] = {
    "missing": Text(zh="有缺失", en="missing"),
    "double": Text(zh="有重复", en="double"),
    "extra": Text(zh="有多余", en="extra"),
    "order": Text(zh="顺序不同", en="order"),
}
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
                Text(
                    zh=f"{check.operation.label}：指的是哪个列表？请加上带 items 的 x-pagination",
                    en=f"{check.operation.label}: which list is meant? Add x-pagination with its items",
                )
            )
        self._pointer = pointer
        self._base = _plain(check, next(check.valid_requests()))
        self.largest = self.bound("maximum") or USUAL_PAGE
        first = self.send({})
        if not first.ok:
            raise BrokenError(
                Text(
                    zh=f"{check.operation.label}：列表无法读取：{first.seen[:200]}",
                    en=f"{check.operation.label}: the list cannot be read: {first.seen[:200]}",
                )
            )

    def bound(self, name: str) -> int | None:
        """A bound (``maximum``, ``default``) of the limit's schema."""
        schema = self.pagination and query_schema(self.check.operation, self.pagination.limit)
        found = fields.keyword(self.check.operation.contract.library, schema, name) if schema else None
        return found if isinstance(found, int) and found > 0 else None

    def send(self, query: Mapping[str, Any]) -> Answer:
        return self.check.send(replace(self._base, query={**self._base.query, **query}))

    def page(self, size: int | None = None, offset: int = 0, query: Mapping[str, Any] | None = None) -> Page:
        """One page; without ``size`` that which nobody asks a size for. Fault where a right request is not answered
        with a list.
        """
        asked = dict(query or {})
        if self.pagination is not None and size is not None:
            asked |= self.pagination.query(size, offset)
        answer = self.send(asked)
        items = fields.values(answer.data, self._pointer)
        if not answer.ok or not items or not isinstance(items[0], list):
            parameters = ", ".join(f"{name}={value}" for name, value in asked.items())
            title = Text(zh="{parameters}没有得到列表", en="No list for {parameters}").format(
                parameters=parameters or Text(zh="不带参数时", en="no parameters")
            )
            key = f"refused {' '.join(sorted(asked))}"
            raise Fault(Problem(key, title, Text(zh="一个列表", en="a list"), answer.seen, (answer,)))
        pointer = self.pagination.total if self.pagination else None
        totals = [] if pointer is None else fields.values(answer.data, pointer)
        return Page(answer, items[0], totals[0] if totals else None)

    @property
    def pages(self) -> tuple[str, ...]:
        """The parameter that asks for another page."""
        return () if self.pagination is None else (self.pagination.parameter,)

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
            title = Text(zh="各页的总数不一致", en="The total is not the same on every page")
            wanted = Text(zh=f"每页都是 {found[0]}", en=f"{found[0]} on every page")
            return [Problem("totals", title, wanted, _totals_text(found), whole.answers, "/total")]
        if not whole.cut and found != [len(whole.items)]:
            title = Text(zh="总数不等于条目数", en="The total is not the number of items")
            wanted = Text(zh="所有页的条目数之和", en="the number of items on all pages")
            seen = Text(
                zh="总数 {total}，所有页共 {items} 条", en="total {total}, and {items} items on all pages"
            ).format(total=_totals_text(found), items=len(whole.items))
            return [Problem("total", title, wanted, seen, whole.answers, "/total")]
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
        title = Text(
            zh="同样的请求每次以不同的顺序返回同样的条目",
            en="The same requests give the same items in another order each time",
        )
        answers = tuple(whole.pages[0].answer for whole in readings[-2:])
        wanted = Text(zh="顺序始终相同", en="one order, always the same")
        return [Problem("unstable", title, wanted, between[1], answers)]
    raise BrokenError(
        Text(
            zh=f"{lister.check.operation.label}：读取 {READINGS} 次，每次列表都在变化；别人改动时无法判断",
            en=f"{lister.check.operation.label}: the list changed during each of {READINGS} readings; "
            "nothing can be said about it while others change it",
        )
    )


def difference(wanted: Sequence[Any], seen: Sequence[Any]) -> tuple[Kind, Text] | None:
    """The kind of difference between two lists, and words for it; None: none."""
    left, right = list(map(canonical, wanted)), list(map(canonical, seen))
    if left == right:
        return None
    missing, extra = Counter(left) - Counter(right), Counter(right) - Counter(left)
    if missing:
        words = Text(
            zh="{all} 条中缺少 {number} 条，例如 {example}",
            en="{number} of {all} items are missing, such as {example}",
        )
        return "missing", words.format(number=missing.total(), all=len(left), example=_shown(missing))
    if extra:
        kind: Kind = "double" if set(extra) <= set(left) else "extra"
        words = Text(
            zh="多出 {number} 条，例如 {example}", en="{number} items are too many, such as {example}"
        )
        if kind == "double":
            words = Text(
                zh="{number} 条出现了两次，例如 {example}",
                en="{number} items are there twice, such as {example}",
            )
        return kind, words.format(number=extra.total(), example=_shown(extra))
    number = next(number for number, pair in enumerate(zip(left, right, strict=True)) if pair[0] != pair[1])
    words = Text(
        zh="条目相同，但从第 {number} 条起顺序不同：{example}",
        en="the same items in another order, from number {number} on: {example}",
    )
    return "order", words.format(number=number + 1, example=right[number][:60])


def canonical(value: Any) -> str:
    """A JSON value as text, equal for equal values."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _wrong_page(page: Page, before: Page | None, size: int, offset: int) -> Problem | None:
    if len(page.items) > size:
        title = Text(zh="一页的条目超过上限", en="A page has more items than its limit")
        wanted = Text(zh=f"最多 {size} 条", en=f"at most {size} items")
        seen = Text(
            zh=f"上限 {size}，返回 {len(page.items)} 条", en=f"{len(page.items)} items for a limit of {size}"
        )
        return Problem("limit", title, wanted, seen, (page.answer,), "/limit")
    if before is not None and isinstance(page.total, int) and page.total <= offset:
        return beyond_the_end(page, offset, page.total)
    if before is not None and before.items == page.items:
        title = Text(zh="下一页与上一页相同", en="The next page is the same page again")
        wanted = Text(zh="不同的偏移量返回不同的条目", en="other items from another offset")
        seen = Text(zh="相同的条目", en="the same items")
        return Problem("offset", title, wanted, seen, (before.answer, page.answer), "/offset")
    return None


def beyond_the_end(page: Page, offset: int, total: Any) -> Problem:
    """A page that must be empty has items."""
    title = Text(zh="列表末尾之后还有条目", en="There are items beyond the end")
    seen = Text(
        zh=f"共 {total} 条，偏移量 {offset} 处返回 {len(page.items)} 条",
        en=f"{len(page.items)} items at offset {offset} of {total}",
    )
    wanted = Text(zh="空列表", en="an empty list")
    return Problem("beyond", title, wanted, seen, (page.answer,), "/offset")


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


def _totals_text(totals: Sequence[Any]) -> Text:
    return Text(
        zh="、".join("无" if total is None else str(total) for total in totals[:5]),
        en=", ".join("none" if total is None else str(total) for total in totals[:5]),
    )
