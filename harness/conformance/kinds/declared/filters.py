"""``x-filters``: a filter leaves every item that meets it and no other.

Asked for are values that items really have, one that none has, and all filters of one item together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import combinations, islice
from typing import Any

from harness.api.backend import BackendUnderTest
from harness.conformance.contract_test import ContractTest
from harness.conformance.kinds.declared.declared_check import DeclaredCheck, Fault, Problem, for_each
from harness.conformance.kinds.declared.list_reader import Lister, Whole, canonical, steady
from harness.conformance.kinds.declared.ranking import rank
from harness.conformance.settings import ConformanceSettings
from harness.contracts import Contract, fields
from harness.contracts.declarations import Filter, Rule, query_schema
from harness.contracts.schemas import Schema
from harness.core.text import Text

ABOUT = Text(zh="筛选结果不多不少", en="filters leave what meets them, all of it")
VALUES = 4  # tried of each filter
PAIRS = 6  # of filters
TAILS = "0123456789abcdefxyz"
UNLIKELY = ("no-such-thing", "zzqxj", "龘靐齉", "zq")


def tests(
    contract: Contract, backend: BackendUnderTest, settings: ConformanceSettings
) -> Iterator[ContractTest]:
    """``listProducts[filters]`` for every list with filters."""
    return for_each(contract, backend, settings, "x-filters", ABOUT, work)


def work(check: DeclaredCheck) -> None:
    """Hold every filter of a list against its declaration."""
    lister = Lister(check)
    untried: set[str] = set()

    def look(first: Whole) -> list[Problem]:
        problems = []
        for name, declared in check.declared.filters.items():
            tried = _candidates(check, name, declared, first)
            (untried.discard if tried else untried.add)(name)
            for value in tried:
                problems += _filtered(lister, first, {name: value})
        for query in _together(check, first):
            problems += _filtered(lister, first, query)
        return problems

    check.judge(lambda: steady(lister, look))
    for name in sorted(untried):
        field = check.declared.filters[name].field
        check.not_run.append(
            Text(
                zh=f"{name}：{check.operation.label} 没有条目带有可过滤的 {field}",
                en=f"{name}: no item of {check.operation.label} has a {field} to filter by",
            )
        )


def _filtered(lister: Lister, first: Whole, query: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with the list filtered so."""
    filters = lister.check.declared.filters
    said = " and ".join(f"{name}={value}" for name, value in query.items())
    names, at = " ".join(query), f"/{next(iter(query))}" if len(query) == 1 else ""
    try:
        whole = lister.whole(query=query)
    except Fault as fault:
        return [_below(lister.check, fault.problem, query)]
    if whole.problems:
        return [_below(lister.check, problem, query) for problem in whole.problems]
    problems = []
    wrong = [
        item
        for item in whole.items
        if not all(_meets(item, filters[name], value, lenient=True) for name, value in query.items())
    ]
    if wrong:
        title = Text(zh="{rules}放过了不符合的条目", en="{rules} lets other items through")
        wanted = Text(zh=f"只有符合 {said} 的条目", en=f"only items with {said}")
        seen = Text(
            zh="{all} 条中有 {wrong} 条不符合 {said}，例如 {example}",
            en="{wrong} of {all} do not meet {said}, such as {example}",
        ).format(wrong=len(wrong), all=len(whole.items), said=said, example=canonical(wrong[0])[:80])
        title = title.format(rules=_rules(lister.check, query))
        answers = whole.answers[:2]
        problems.append(
            Problem(f"through {names}", title, wanted, seen, answers, at, parameters=tuple(query))
        )
    there = {canonical(item) for item in whole.items}
    meeting = [
        item
        for item in first.items
        if all(_meets(item, filters[name], value, lenient=False) for name, value in query.items())
    ]
    missing = [item for item in meeting if canonical(item) not in there]
    if missing and not whole.cut:
        title = Text(zh="{rules}漏掉了符合的条目", en="{rules} keeps back items that meet it")
        title = title.format(rules=_rules(lister.check, query))
        expected = Text(
            zh=f"符合 {said} 的全部 {len(meeting)} 条", en=f"all {len(meeting)} items with {said}"
        )
        seen = Text(zh="缺少 {number} 条，例如 {example}", en="{number} are missing, such as {example}")
        seen = seen.format(number=len(missing), example=canonical(missing[0])[:80])
        answers = (first.pages[0].answer, *whole.answers[:2])
        problems.append(
            Problem(f"missing {names}", title, expected, seen, answers, at, parameters=tuple(query))
        )
    return problems


def _below(check: DeclaredCheck, problem: Problem, query: Mapping[str, Any]) -> Problem:
    """A fault of the pages of a filtered list is another finding than that of the list itself."""
    names = " ".join(query)
    return replace(
        problem,
        key=f"{problem.key} with {names}",
        title=Text(zh="{title}（按 {names} 过滤）", en="{title} (filtered by {names})").format(
            title=problem.title, names=names
        ),
        at=f"/{names}" if len(query) == 1 else "",
        parameters=(*check.parameters_of(problem), *query),
    )


def _rules(check: DeclaredCheck, query: Mapping[str, Any]) -> Text:
    words = [f"{name} ({check.declared.filters[name].rule})" for name in query]
    if len(words) == 1:
        return Text(zh=f"过滤条件 {words[0]} ", en=f"The filter {words[0]}")
    return Text(zh=f"过滤条件 {'、'.join(words)} 合用时", en=f"The filters {', '.join(words)} together")


def _meets(item: Any, declared: Filter, wanted: Any, *, lenient: bool) -> bool:
    """Whether an item meets a filter; ``lenient``: perhaps meets, as to upper and lower case of texts."""
    found = fields.values(item, declared.field)
    values = [entry for value in found for entry in (value if isinstance(value, list) else [value])]
    return any(_holds(value, declared.rule, wanted, lenient) for value in values)


def _holds(value: Any, rule: Rule, wanted: Any, lenient: bool) -> bool:
    if rule == "contains":
        folded = str(wanted).casefold() in str(value).casefold()
        return isinstance(value, str) and (folded if lenient else str(wanted) in value)
    left, right = rank(value), rank(wanted)
    if left is None or right is None or left[0] != right[0]:
        return False
    compare: dict[str, Callable[[], bool]] = {
        "equal": lambda: left == right,
        "at-least": lambda: left >= right,
        "at-most": lambda: left <= right,
    }
    return compare[rule]()


def _candidates(check: DeclaredCheck, name: str, declared: Filter, first: Whole) -> list[Any]:
    """Values to filter by: such as items have, in the order of their size, and one that none has."""
    there = _there(first, declared)
    if not there:
        return []
    takes = _takes(check, name)
    if declared.rule == "contains":
        texts = [value for value in there if isinstance(value, str)]
        values = [piece for text in (texts[:1] + texts[-1:]) for piece in (text, _piece(text))]
        values += [text for text in UNLIKELY if not any(text in value.casefold() for value in texts)][:1]
    else:
        spread = [there[0], there[len(there) // 2], there[-1], *there[1:2]]
        values = list(dict.fromkeys(spread))[: VALUES - 1] + _nowhere(check, name, declared, there)
    return [value for value in dict.fromkeys(values) if takes(value)]


def _there(first: Whole, declared: Filter) -> list[Any]:
    found = [value for item in first.items for value in fields.values(item, declared.field)]
    values = [entry for value in found for entry in (value if isinstance(value, list) else [value])]
    return sorted(dict.fromkeys(value for value in values if rank(value) is not None), key=rank)  # type: ignore[arg-type]


def _nowhere(check: DeclaredCheck, name: str, declared: Filter, there: list[Any]) -> list[Any]:
    """A value that no item has (or only the smallest, the largest would); empty where the schema takes none."""
    takes, last = _takes(check, name), there[-1]
    if isinstance(last, int) and not isinstance(last, bool):
        made: list[Any] = [there[0] - 1] if declared.rule == "at-most" else [last + 1, there[0] - 1]
        return [value for value in made if takes(value)][:1]
    if declared.rule != "equal" or not isinstance(last, str):
        return []
    schema = query_schema(check.operation, name)
    known = fields.keyword(check.operation.contract.library, schema, "enum") if schema else None
    made = list(known or [last[:-1] + tail for tail in TAILS])
    return [value for value in made if value not in there and takes(value)][:1]


def _together(check: DeclaredCheck, first: Whole) -> list[dict[str, Any]]:
    """Several filters at once, with what one item has: every two (some of them), and all there are."""
    best: dict[str, Any] = {}
    for item in first.items:
        values: dict[str, Any] = {}
        for name, declared in check.declared.filters.items():
            scalars = [value for value in fields.values(item, declared.field) if rank(value) is not None]
            if scalars and _takes(check, name)(scalars[0]):
                values[name] = scalars[0]
        if len(values) > len(best):
            best = values
    pairs = [dict(pair) for pair in islice(combinations(best.items(), 2), PAIRS)]
    return [*pairs, best] if len(best) > 2 else pairs


def _takes(check: DeclaredCheck, name: str) -> Callable[[Any], bool]:
    """Whether the parameter's schema takes a value."""
    schema, contract = query_schema(check.operation, name), check.operation.contract
    if schema is None:
        return lambda value: value is not None
    return Schema(contract.library, schema, contract.openapi, "request").is_valid


def _piece(text: str) -> str:
    """A part out of the middle, without spaces at its ends."""
    middle = text[len(text) // 3 : len(text) // 3 + 3].strip()
    return middle or text
