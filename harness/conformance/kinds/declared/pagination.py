"""``x-pagination``: pages joined are the list, without gap or double, each says the same total.

Asked for are pages of the largest size, of a small one and of one item, the page nobody asked a size for, and
the page beyond the end.
"""

from __future__ import annotations

from collections.abc import Iterator

from harness.api.backend import BackendUnderTest
from harness.conformance.contract_test import ContractTest
from harness.conformance.kinds.declared.declared_check import DeclaredCheck, Problem, for_each
from harness.conformance.kinds.declared.list_reader import (
    KINDS,
    Lister,
    Whole,
    beyond_the_end,
    difference,
    steady,
)
from harness.conformance.settings import ConformanceSettings
from harness.contracts import Contract
from harness.core.text import Text

ABOUT = Text(zh="分页不漏不重，总数一致", en="pages have every item once, with one total")
PAGES = 5  # the list is also read in about so many pages
BEYOND = 10  # items after the last


def tests(
    contract: Contract, backend: BackendUnderTest, settings: ConformanceSettings
) -> Iterator[ContractTest]:
    """``listOrders[pagination]`` for every list with pages."""
    return for_each(contract, backend, settings, "x-pagination", ABOUT, work)


def work(check: DeclaredCheck) -> None:
    """Hold the pages of a list against its declaration."""
    lister = Lister(check)
    count = 2

    def look(first: Whole) -> list[Problem]:
        nonlocal count
        if first.problems:
            return []
        count = len(first.items)
        return [
            *_joined(lister, first),
            *_single(lister, first),
            *_beyond(lister, first),
            *_default(lister, first),
        ]

    check.judge(lambda: steady(lister, look))
    if count < 2:
        check.not_run.append(
            Text(
                zh=f"{check.operation.label} 对该用户只有 {count} 条，无法区分各页",
                en=f"{check.operation.label} has {count} items for this user: pages cannot be told apart",
            )
        )


def _joined(lister: Lister, first: Whole) -> list[Problem]:
    """Small pages, joined."""
    size = min(max(1, -(-len(first.items) // PAGES)), lister.largest)
    joined = lister.whole(size)
    if joined.problems:
        return joined.problems
    between = difference(first.items, joined.items[: len(first.items)] if first.cut else joined.items)
    if between is None:
        return []
    kind, words = between
    title = Text(
        zh="每页 {size} 条的各页合起来不是整个列表（{kind}）",
        en="Pages of {size} joined are not the list ({kind})",
    ).format(size=size, kind=KINDS[kind])
    expected = Text(
        zh=f"列表的 {len(first.items)} 条，各一次，顺序不变",
        en=f"the {len(first.items)} items of the list, each once, in its order",
    )
    answers = (*first.answers[:1], *joined.answers)
    return [Problem(f"joined {kind}", title, expected, words, answers, parameters=lister.pages)]


def _single(lister: Lister, first: Whole) -> list[Problem]:
    """Pages of one item."""
    for offset in range(min(2, len(first.items))):
        page = lister.page(1, offset)
        if len(page.items) > 1:
            title, wanted = Text(zh="上限为 1 却返回更多", en="A limit of 1 gives more"), items_text(1)
            seen = items_text(len(page.items))
            return [Problem("limit", title, wanted, seen, (page.answer,), "/limit")]
        between = difference(first.items[offset : offset + 1], page.items)
        if between is not None:
            title = Text(
                zh=f"偏移量 {offset} 处的条目不是列表中的那一条",
                en=f"The item at offset {offset} is not the one in the list",
            )
            wanted = Text(zh=f"列表的第 {offset + 1} 条", en=f"item {offset + 1} of the list")
            answers = (*first.answers[:1], page.answer)
            return [Problem("offset", title, wanted, between[1], answers, "/offset")]
    return []


def _beyond(lister: Lister, first: Whole) -> list[Problem]:
    if first.cut:
        return []
    offset = len(first.items) + BEYOND
    page = lister.page(1, offset)
    if page.items:
        return [beyond_the_end(page, offset, len(first.items))]
    if lister.has_total and page.total != first.pages[0].total:
        title = Text(zh="列表末尾之后总数不同", en="Beyond the end the total is another")
        expected, seen = (
            Text(zh=f"总数 {total}", en=f"total {total}") for total in (first.pages[0].total, page.total)
        )
        return [Problem("beyond total", title, expected, seen, (page.answer,), "/total")]
    return []


def _default(lister: Lister, first: Whole) -> list[Problem]:
    """The page without limit and offset: the first, as long as the schema's default says."""
    page, size = lister.page(), lister.bound("default")
    wanted = first.items if size is None else first.items[:size]
    if size is not None and len(page.items) != len(wanted):
        title = Text(
            zh="不给上限时，页的长度与默认值不符",
            en="Without a limit the page is not as long as the default says",
        )
        expected = Text(zh=f"{len(wanted)} 条（默认 {size}）", en=f"{len(wanted)} items (default {size})")
        seen = items_text(len(page.items))
        return [Problem("default", title, expected, seen, (page.answer,), "/limit")]
    between = difference(wanted[: len(page.items)], page.items)
    if between is not None:
        title = Text(
            zh="不给偏移量时，列表不从第一条开始",
            en="Without an offset the list does not begin with its first item",
        )
        first_items = Text(zh="最前面的条目", en="the first items")
        return [Problem("default offset", title, first_items, between[1], (page.answer,), "/offset")]
    return []


def items_text(number: int) -> Text:
    return Text(zh=f"{number} 条", en="1 item" if number == 1 else f"{number} items")
