"""``x-sorting``: every value of the parameter sorts as it says, also over the borders of pages, and without it
the list is in its default order. Ties may stand in any order, but always in the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.api.backend import BackendUnderTest
from harness.conformance.contract_test import ContractTest
from harness.conformance.kinds.declared.declared_check import DeclaredCheck, Fault, Problem, for_each
from harness.conformance.kinds.declared.list_reader import KINDS, Lister, Whole, difference, steady
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
            Text(
                zh=f"{check.operation.label} 的条目在 {pointer} 上没有差别，看不出顺序",
                en=f"the items of {check.operation.label} do not differ in {pointer}: no order can be seen",
            )
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
            problems += _others(first, whole, value, check.declared.sorting.parameter)
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
    direction = Text(zh="降序", en="descending") if descending else Text(zh="升序", en="ascending")
    number = next(
        number
        for number in range(1, len(values))
        if not ordered(values[number - 1 : number + 1], descending=descending)
    )
    title = Text(zh="按 {value} 排序没有效果", en="sort {value} does not sort")
    if default:
        title = Text(zh="默认顺序不是 {value}", en="The default order is not {value}")
    seen = Text(
        zh="第 {one} 条是 {left}，第 {other} 条是 {right}",
        en="item {one} has {left}, item {other} has {right}",
    ).format(one=number, left=values[number - 1], other=number + 1, right=values[number])
    at = "/default" if default else pointers.join("/by", _key(check, value))
    return [
        Problem(
            f"order {'default' if default else value}",
            title.format(value=value),
            Text(zh="{pointer} {direction}", en="{pointer} {direction}").format(
                pointer=pointer, direction=direction
            ),
            seen,
            whole.answers[:2],
            at,
            parameters=(check.declared.sorting.parameter,),
        )
    ]


def _others(first: Whole, whole: Whole, value: str, parameter: str) -> list[Problem]:
    between = difference(first.items, whole.items)
    if between is None or between[0] == "order":
        return []
    answers = (first.pages[0].answer, *whole.answers[:2])
    title = Text(
        zh="按 {value} 排序改变了条目（{kind}）", en="sort {value} changes which items there are ({kind})"
    ).format(value=value, kind=KINDS[between[0]])
    wanted = Text(zh=f"同样的 {len(first.items)} 条", en=f"the same {len(first.items)} items")
    key = f"items {value} {between[0]}"
    return [Problem(key, title, wanted, between[1], answers, parameters=(parameter,))]


def _by_pages(lister: Lister, whole: Whole, value: str, query: dict[str, Any]) -> list[Problem]:
    size = max(1, min(-(-len(whole.items) // PAGES), lister.largest))
    joined = lister.whole(size, query)
    if joined.problems:
        return joined.problems
    items = joined.items[: len(whole.items)] if whole.cut else joined.items
    between = difference(whole.items, items)
    if between is None:
        return []
    title = Text(
        zh="按 {value} 排序，每页 {size} 条的各页合起来不是排好序的列表（{kind}）",
        en="Pages of {size} sorted by {value}, joined, are not the sorted list ({kind})",
    ).format(size=size, value=value, kind=KINDS[between[0]])
    answers = (*whole.answers[:1], *joined.answers)
    wanted = Text(zh="排好序的列表，每条一次", en="the sorted list, each item once")
    parameters = (*lister.pages, *query)
    return [Problem(f"pages {value}", title, wanted, between[1], answers, parameters=parameters)]


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
