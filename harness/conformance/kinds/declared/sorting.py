"""``x-sorting``: every value of the parameter sorts as it says, also over the borders of pages, and without it
the list is in its default order. Ties may stand in any order, but always in the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.api.backend import BackendUnderTest
from harness.conformance.contract_test import ContractTest
from harness.conformance.kinds.declared.declared_check import DeclaredCheck, Fault, Problem, for_each
from harness.conformance.kinds.declared.list_reader import Lister, Whole, difference, steady
from harness.conformance.kinds.declared.ranking import ordered, rank
from harness.conformance.settings import ConformanceSettings
from harness.contracts import Contract, fields, pointers
from harness.core.text import Text

ABOUT = Text(zh="排序与声明一致，翻页不乱", en="sorts as declared, over pages too")
PAGES = 4


def tests(
    contract: Contract, backend: BackendUnderTest, settings: ConformanceSettings
) -> Iterator[ContractTest]:
    """``listProducts[sorting]`` for every list that can be sorted."""
    return for_each(contract, backend, settings, "x-sorting", ABOUT, work)


def work(check: DeclaredCheck) -> None:
    """Hold every order of a list against its declaration."""
    sorting = check.declared.sorting
    assert sorting is not None
    lister = Lister(check)
    alike: set[str] = set()

    def look(first: Whole) -> list[Problem]:
        alike.clear()
        alike.update(pointer for pointer in _pointers(check) if len(_ranks(first, pointer)) < 2)
        problems = [] if sorting.default is None else _unordered(check, first, sorting.default, default=True)
        for value in check.declared.sort_values:
            problems += _sorted(lister, first, value)
        return problems

    check.judge(lambda: steady(lister, look))
    for pointer in sorted(alike):
        check.not_run.append(
            f"the items of {check.operation.label} do not differ in {pointer}: no order can be seen"
        )


def _sorted(lister: Lister, first: Whole, value: str) -> list[Problem]:
    """What is wrong with the list sorted so."""
    check = lister.check
    assert check.declared.sorting is not None
    query = {check.declared.sorting.parameter: value}
    try:
        whole = lister.whole(query=query)
        problems = list(whole.problems) or _unordered(check, whole, value, default=False)
        if not whole.cut and not first.cut and not whole.problems:
            problems += _others(first, whole, value)
        if not problems and lister.pagination is not None and len(whole.items) > 1:
            problems = _by_pages(lister, whole, value, query)
    except Fault as fault:
        return [fault.problem]
    return problems


def _unordered(check: DeclaredCheck, whole: Whole, value: str, *, default: bool) -> list[Problem]:
    assert check.declared.sorting is not None
    pointer, descending = check.declared.sorting.order(value)
    values = [found for item in whole.items for found in fields.values(item, pointer)[:1]]
    if ordered(values, descending=descending):
        return []
    direction = "descending" if descending else "ascending"
    number = next(
        number
        for number in range(1, len(values))
        if not ordered(values[number - 1 : number + 1], descending=descending)
    )
    title = f"The default order is not {value}" if default else f"sort {value} does not sort"
    seen = f"item {number} has {values[number - 1]}, item {number + 1} has {values[number]}"
    at = "/default" if default else pointers.join("/by", _key(check, value))
    return [
        Problem(
            f"order {'default' if default else value}",
            title,
            f"{pointer} {direction}",
            seen,
            whole.answers[:2],
            at,
        )
    ]


def _others(first: Whole, whole: Whole, value: str) -> list[Problem]:
    between = difference(first.items, whole.items)
    if between is None or between[0] == "order":
        return []
    answers = (first.pages[0].answer, *whole.answers[:2])
    title = f"sort {value} changes which items there are ({between[0]})"
    return [
        Problem(
            f"items {value} {between[0]}", title, f"the same {len(first.items)} items", between[1], answers
        )
    ]


def _by_pages(lister: Lister, whole: Whole, value: str, query: dict[str, Any]) -> list[Problem]:
    size = max(1, min(-(-len(whole.items) // PAGES), lister.largest))
    joined = lister.whole(size, query)
    if joined.problems:
        return joined.problems
    items = joined.items[: len(whole.items)] if whole.cut else joined.items
    between = difference(whole.items, items)
    if between is None:
        return []
    title = f"Pages of {size} sorted by {value}, joined, are not the sorted list ({between[0]})"
    answers = (*whole.answers[:1], *joined.answers)
    return [Problem(f"pages {value}", title, "the sorted list, each item once", between[1], answers)]


def _pointers(check: DeclaredCheck) -> list[str]:
    assert check.declared.sorting is not None
    return list(dict.fromkeys(check.declared.sorting.order(value)[0] for value in check.declared.sort_values))


def _ranks(whole: Whole, pointer: str) -> set[Any]:
    found = [value for item in whole.items for value in fields.values(item, pointer)[:1]]
    return {rank(value) for value in found} - {None}


def _key(check: DeclaredCheck, value: str) -> str:
    """The name under ``by`` that a value belongs to."""
    assert check.declared.sorting is not None
    return value if value in check.declared.sorting.by else value.removeprefix("-")
