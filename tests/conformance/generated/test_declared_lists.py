from __future__ import annotations

from pathlib import Path

import pytest

from harness.conformance.kinds import declared
from harness.contracts import load
from harness.core.errors import BrokenError
from tests.support.backend_market import (
    CONTRACTS,
    SETTINGS,
    Open,
    opened,
    operation,
    run,
    the_contract,
    the_test,
)

__all__ = ["opened"]
PAGING, FILTERS, SORTING = "listGoods[pagination]", "listGoods[filters]", "listGoods[sorting]"


def test_every_declaration_is_a_test(opened: Open) -> None:
    tests = list(declared.tests(the_contract(), opened(), SETTINGS))
    assert [test.name for test in tests] == [
        "listGoods[pagination]",
        "listOrders[pagination]",
        "listGoods[filters]",
        "listGoods[sorting]",
        "setPrice[reads-back]",
        "createOrder[reads-back]",
        "renameMe[reads-back]",
        "createOrder[idempotency]",
        "listGoods[exactness]",
        "setPrice[exactness]",
        "getGood[exactness]",
        "listOrders[exactness]",
        "createOrder[exactness]",
        "getOrder[exactness]",
    ]
    assert {test.kind for test in tests} == {"declared"}
    assert all(test.alone != test.name.endswith("[exactness]") for test in tests)


@pytest.mark.parametrize("name", [PAGING, FILTERS, SORTING])
def test_a_list_that_keeps_its_word(opened: Open, name: str) -> None:
    outcome = run(opened(), name)
    assert outcome.findings == ()
    assert outcome.not_run == ()
    assert outcome.cases["declared"] > 10


@pytest.mark.parametrize(
    ("fault", "words", "place"),
    [
        ("", "", ""),
        ("ignores-offset", "the same page again", "/page"),
        ("small-pages-turned", "Pages of 2 joined are not the list (order)", ""),
        ("wraps-around", "items beyond the end", "/page"),
        ("default-page", "not as long as the default says", "/limit"),
    ],
)
def test_pages_with_numbers(opened: Open, tmp_path: Path, fault: str, words: str, place: str) -> None:
    text = (CONTRACTS / "market.yaml").read_text(encoding="utf-8")
    text = text.replace("offset: offset, items: /items, total", "page: page, items: /items, total")
    text = text.replace(
        "name: offset, in: query, schema: {type: integer, minimum: 0, maximum: 1000, default: 0}",
        "name: page, in: query, schema: {type: integer, minimum: 1, default: 1}",
    )
    file = tmp_path / "market.yaml"
    file.write_text(text, encoding="utf-8")
    backend = opened(fault)
    test = next(each for each in declared.tests(load(file), backend, SETTINGS) if each.name == PAGING)
    outcome = test.execute()
    assert outcome.cases["declared"] > (0 if fault else 10)
    assert bool(outcome.findings) == bool(fault)
    found = [finding for finding in outcome.findings if words in finding.title.en]
    assert [finding.pointer.partition("/x-pagination")[2] for finding in found] == ([place] if fault else [])


@pytest.mark.parametrize(
    ("name", "fault", "words", "seen", "place"),
    [
        (PAGING, "ignores-limit", "more items than its limit", "7 items for a limit of 6", "/limit"),
        (PAGING, "ignores-offset", "the same page again", "the same items", "/offset"),
        (PAGING, "gap", "total is not the number of items", "total 7, and 6 items", "/total"),
        (PAGING, "double", "total is not the number of items", "total 7, and 8 items", "/total"),
        (PAGING, "small-pages-turned", "Pages of 2 joined are not the list (order)", "from number 1 on", ""),
        (PAGING, "total-of-page", "items beyond the end", "1 items at offset 6 of 1", "/offset"),
        (PAGING, "total-beyond", "total is not the same on every page", "7, 0", "/total"),
        (PAGING, "wraps-around", "items beyond the end", "at offset 12 of 7", "/offset"),
        (PAGING, "default-page", "not as long as the default says", "3 items", "/limit"),
        (PAGING, "unstable", "in another order each time", "missing", ""),
        (FILTERS, "min-exclusive", "min_price (at-least) keeps back", "are missing, such as", "/min_price"),
        (FILTERS, "max-ignored", "max_price (at-most) lets other items", "7 of 7 do not meet", "/max_price"),
        (FILTERS, "q-begins", "q (contains) keeps back", "1 are missing", "/q"),
        (FILTERS, "kind-unknown-all", "kind (equal) lets other items", "do not meet kind=book", "/kind"),
        (FILTERS, "first-filter-only", "together lets other items through", "do not meet kind=fruit and", ""),
        (FILTERS, "total-of-all", "(filtered by kind)", "total 7, and 2 items", "/kind"),
        (FILTERS, "refuses-q", "No list for q=", "422", "/q"),
        (
            SORTING,
            "always-ascending",
            "sort -price does not sort",
            "item 2 has 100, item 3 has 150",
            "/by/price",
        ),
        (SORTING, "oldest-first", "default order is not -made_at", "item 1 has 2026-01-14", "/default"),
        (SORTING, "ties-by-page", "sorted by price, joined", "the same items in another order", ""),
        (SORTING, "sort-drops", "changes which items there are", "1 of 7 items are missing", ""),
    ],
)
def test_a_list_that_does_not(opened: Open, name: str, fault: str, words: str, seen: str, place: str) -> None:
    backend = opened(fault)
    found = [finding for finding in run(backend, name).findings if words in finding.title.en]
    assert found
    assert seen in found[0].seen.en
    where = f"{operation('listGoods').pointer}/x-{name[10:-1]}{place}"
    assert found[0].pointer == where
    assert "curl -i" in found[0].curl
    # Equal in the next run, which gets other ports, keys and answers.
    again = [finding for finding in run(opened(fault), name).findings if words in finding.title.en]
    assert [finding.identity for finding in again] == [finding.identity for finding in found]


@pytest.mark.parametrize(
    ("name", "fault", "reason"),
    [
        (PAGING, "empty", "GET /goods has 0 items for this user"),
        (FILTERS, "empty", "kind: no item of GET /goods has a /kind to filter by"),
        (SORTING, "empty", "do not differ in /made_at"),
        (SORTING, "one-price", "do not differ in /price"),
        ("listOrders[pagination]", "none", "GET /orders has 0 items"),
    ],
)
def test_what_shows_nothing_is_not_run(opened: Open, name: str, fault: str, reason: str) -> None:
    outcome = run(opened(fault), name)
    assert outcome.findings == ()
    assert reason in outcome.not_run[0].en


def test_a_list_that_cannot_be_read_is_broken(opened: Open) -> None:
    with pytest.raises(BrokenError, match=r"GET /goods: the list cannot be read: 500"):
        the_test(opened("down"), PAGING).execute()


@pytest.mark.parametrize("name", [PAGING, FILTERS, SORTING])
def test_a_list_that_others_change_is_broken_not_blamed(opened: Open, name: str) -> None:
    with pytest.raises(BrokenError, match=r"the list changed during each of 5 readings"):
        the_test(opened("grows"), name).execute()


@pytest.mark.parametrize("name", [PAGING, FILTERS, SORTING])
def test_of_a_long_list_the_beginning_is_read(opened: Open, name: str) -> None:
    outcome = run(opened("long"), name)
    assert outcome.findings == ()
    assert outcome.not_run == ()
    assert outcome.cases["declared"] < 1000


@pytest.mark.parametrize("name", [PAGING, FILTERS, SORTING])
def test_a_change_in_between_is_no_finding(opened: Open, name: str) -> None:
    outcome = run(opened("grows-once"), name)
    assert outcome.findings == ()
    assert outcome.not_run == ()
