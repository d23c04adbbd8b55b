"""``x-pagination``: pages joined are the list, without gap or double, each says the same total.

Asked for are pages of the largest size, of a small one and of one item, the page nobody asked a size for, and
the page beyond the end.
"""

from __future__ import annotations

from collections.abc import Iterator

from harness.api.backend import BackendUnderTest
from harness.conformance.contract_test import ContractTest
from harness.conformance.kinds.declared.declared_check import DeclaredCheck, Problem, for_each
from harness.conformance.kinds.declared.list_reader import Lister, Whole, difference, steady
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
            f"{check.operation.label} has {count} items for this user: pages cannot be told apart"
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
    title = f"Pages of {size} joined are not the list ({kind})"
    expected = f"the {len(first.items)} items of the list, each once, in its order"
    return [Problem(f"joined {kind}", title, expected, words, (*first.answers[:1], *joined.answers))]


def _single(lister: Lister, first: Whole) -> list[Problem]:
    """Pages of one item."""
    for offset in range(min(2, len(first.items))):
        page = lister.page(1, offset)
        if len(page.items) > 1:
            seen = f"{len(page.items)} items"
            return [Problem("limit", "A limit of 1 gives more", "1 item", seen, (page.answer,), "/limit")]
        between = difference(first.items[offset : offset + 1], page.items)
        if between is not None:
            title = f"The item at offset {offset} is not the one in the list"
            return [
                Problem(
                    "offset",
                    title,
                    f"item {offset + 1} of the list",
                    between[1],
                    (*first.answers[:1], page.answer),
                    "/offset",
                )
            ]
    return []


def _beyond(lister: Lister, first: Whole) -> list[Problem]:
    if first.cut:
        return []
    offset = len(first.items) + BEYOND
    page = lister.page(1, offset)
    if page.items:
        seen = f"{len(page.items)} items at offset {offset} of {len(first.items)}"
        title = "There are items beyond the end"
        return [Problem("beyond", title, "an empty list", seen, (page.answer,), "/offset")]
    if lister.has_total and page.total != first.pages[0].total:
        title = "Beyond the end the total is another"
        expected = f"total {first.pages[0].total}"
        return [Problem("beyond total", title, expected, f"total {page.total}", (page.answer,), "/total")]
    return []


def _default(lister: Lister, first: Whole) -> list[Problem]:
    """The page without limit and offset: the first, as long as the schema's default says."""
    page, size = lister.page(), lister.bound("default")
    wanted = first.items if size is None else first.items[:size]
    if size is not None and len(page.items) != len(wanted):
        title = "Without a limit the page is not as long as the default says"
        expected, seen = f"{len(wanted)} items (default {size})", f"{len(page.items)} items"
        return [Problem("default", title, expected, seen, (page.answer,), "/limit")]
    between = difference(wanted[: len(page.items)], page.items)
    if between is not None:
        title = "Without an offset the list does not begin with its first item"
        return [Problem("default offset", title, "the first items", between[1], (page.answer,), "/offset")]
    return []
