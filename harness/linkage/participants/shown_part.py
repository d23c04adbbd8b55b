"""Whether a list shows a part of what there is: by what its answer says beside it, else by its length."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from harness.api.client import Request
from harness.contracts import Operation, fields, pointers
from harness.contracts.declarations import declarations, query_schema
from harness.contracts.parameters import parameters_of
from harness.core.text import Text
from harness.linkage.contract import translate
from harness.linkage.participants import pages

OF_ALL = Text(zh="共 {all} 条，只显示了 {shown} 条", en="{shown} of {all} shown")
AND_MORE = Text(zh="只显示了 {shown} 条，后面还有", en="{shown} shown, and there are more")
A_PAGE = Text(
    zh="显示了 {shown} 条，正好是 {parameter} 的数目，后面可能还有",
    en="{shown} shown, just as many as {parameter} says, and there may be more",
)
IN_PAGES = Text(
    zh="{participant} 的 {operation}：{part}；列表是分页的："
    "请写 query，或声明 x-pagination（limit 与 offset 或 page）",
    en="{operation} on {participant}: {part}: the list has pages; "
    "add a query, or declare x-pagination (limit, and offset or page)",
)
NOT_READ_ON = Text(
    zh="{participant} 的 {operation}：读到第 {shown} 条为止，后面可能还有：请写 query",
    en="{operation} on {participant}: read as far as its entry {shown}, and there may be more: add a query",
)
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|总数|总条数")
COUNTS = frozenset("count elements entries hits items num number records results rows size".split())
SIZES = frozenset("limit pagesize perpage size".split())
TOTALS = frozenset(("total", "总数", "总条数"))
PAGES = (("pages",), ("total", "pages"), ("page", "count"), ("page", "total"))
PAGE_NUMBERS = frozenset("index no num number".split())
FOLLOWING = frozenset("cursor link page token url".split())


def text(participant: str, operation: Operation, request: Request, data: Any, items: str) -> Text | None:
    """That a list shows a part of what there is, in words, and what to do: what is not in it may be there."""
    shown = translate.at(data, items)
    if not isinstance(shown, list):
        return None
    if pages.declared_items(operation) is not None:
        return not_read_on(participant, operation, data)
    found = part(operation, request, data, items, len(shown))
    if found is None:
        return None
    return IN_PAGES.format(participant=participant, operation=operation.id, part=found)


def not_read_on(participant: str, operation: Operation, data: Any) -> Text | None:
    """That the pages which an operation declares were not all read, in words."""
    items, most = pages.declared_items(operation), pages.most(operation)
    shown = None if items is None else translate.at(data, items)
    if most is None or not isinstance(shown, list) or len(shown) < most:
        return None
    return NOT_READ_ON.format(participant=participant, operation=operation.id, shown=len(shown))


def part(operation: Operation, request: Request, data: Any, items: str, shown: int) -> Text | None:
    """How much is shown of a list whose pages are not declared; None where that is all, or nothing says otherwise."""
    whole = False
    for name, value in _beside(data, items):
        said = _says(name, value, shown)
        if isinstance(said, Text):
            return said
        whole = whole or said is False
    if whole:
        return None
    for name, size in sizes(operation):
        asked = request.query.get(name, size)
        if str(asked).isdecimal() and 0 < int(asked) <= shown:
            return A_PAGE.format(shown=shown, parameter=name)
    return None


def page_parameters(operation: Operation) -> list[str]:
    """The parameters by which a list comes in pages, where its document does not say how (``x-pagination``)."""
    if declarations(operation).pagination is not None:
        return []
    names = [place.value["name"] for place in parameters_of(operation) if place.value["in"] == "query"]
    return [name for name in names if _is_size(_words(name)) or _is_page(_words(name))]


def sizes(operation: Operation) -> Iterator[tuple[str, Any]]:
    """The parameters that say how many a list shows, and how many that is where nobody says it."""
    for place in parameters_of(operation):
        name = place.value["name"]
        if place.value["in"] == "query" and _is_size(_words(name)):
            schema = query_schema(operation, name)
            library = operation.contract.library
            yield name, None if schema is None else fields.keyword(library, schema, "default")


def _beside(data: Any, items: str) -> Iterator[tuple[str, Any]]:
    """What stands beside the list and above it, and in objects there (``meta``, ``page``)."""
    above = pointers.split(items)[:-1]
    for depth in range(len(above), -1, -1):
        place = translate.at(data, "".join(pointers.join("", token) for token in above[:depth]))
        for name, value in place.items() if isinstance(place, Mapping) else ():
            yield name, value
            if isinstance(value, Mapping):
                yield from value.items()


def _says(name: str, value: Any, shown: int) -> Text | bool | None:
    """How much is shown, False where that is all, None where it says nothing of it."""
    said = _words(name)
    if isinstance(value, int) and not isinstance(value, bool):
        if said in PAGES:
            return AND_MORE.format(shown=shown) if value > 1 else None
        if _is_count(said):  # one that is no total may be that of this page
            if value > shown:
                return OF_ALL.format(shown=shown, all=value)
            return None if TOTALS.isdisjoint(said) else False
    if _is_following(said):
        return AND_MORE.format(shown=shown) if value else False
    if value is False and said in (("last",), ("is", "last"), ("end",), ("is", "end")):
        return AND_MORE.format(shown=shown)
    return None


def _is_count(said: tuple[str, ...]) -> bool:
    """``total``, ``count``, ``total_count``, ``recordCount``, ``totalElements``; not ``total_amount``."""
    if not said:
        return False
    return said[-1] in {*TOTALS, "count"} or (said[0] == "total" and said[-1] in COUNTS)


def _is_following(said: tuple[str, ...]) -> bool:
    """``has_more``, ``hasNext``, ``next``, ``nextCursor``, ``next_page_token``."""
    if said[:1] == ("has",):
        return said[1:2] in (("more",), ("next",))
    return said == ("more",) or (said[:1] == ("next",) and FOLLOWING.issuperset(said[1:]))


def _is_size(said: tuple[str, ...]) -> bool:
    return bool(said) and (said[-1] in SIZES or said == ("per", "page"))


def _is_page(said: tuple[str, ...]) -> bool:
    return said in (("offset",), ("cursor",)) or (said[:1] == ("page",) and PAGE_NUMBERS.issuperset(said[1:]))


def _words(name: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in WORD.findall(name))
