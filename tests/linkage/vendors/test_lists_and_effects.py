"""What is looked at beside the record itself: lists that have it, and all that is shown of what an act moved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.checks.outcome import Outcome
from harness.linkage.contract.reading import read
from tests.support.vendor_system import FOLDER, System
from tests.support.vendors import Vendors, serving

TEXT = (FOLDER / "linkage.yaml").read_text(encoding="utf-8").replace("{within: 3s}", "{within: 1s}")
DETAIL = "      read: {call: goodsDetail, query: {id: $id}}\n"
assert DETAIL in TEXT
LIST = "      list: {call: goodsList, query: {outerId: $same}, items: /list}\n"
Change = Callable[[Any], Any]


def _changed(side: str, changes: dict[tuple[str, str], Change]) -> Callable[..., Any]:
    its = getattr(Vendors, side)

    def answer(vendors: Vendors, method: str, path: str, *what: Any) -> Any:
        status, data = its(vendors, method, path, *what)
        change = changes.get((side, path)) if (method, status) == ("GET", 200) else None
        return status, data if change is None else change(data)

    return answer


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Outcome]:
    """What a cell comes to where a backend's answers are changed: ``(backend, path)`` and how."""

    def played(
        cell: str,
        changes: dict[tuple[str, str], Change],
        text: str = TEXT,
        *,
        points: int = 1000,
        fault: str = "",
    ) -> Any:
        for side in ("website", "mall"):
            monkeypatch.setattr(Vendors, side, _changed(side, changes))
        file = tmp_path / "linkage.yaml"
        file.write_text(text, encoding="utf-8")
        vendors = Vendors(faults={fault} if fault else set())
        if points:
            vendors.entries["li"].append(points)
        with serving(vendors) as urls:
            return System(vendors, urls, read(file)).play(cell)[0]

    return played


def _orders(change: Change) -> Change:
    return lambda data: {"orders": [one for each in data["orders"] for one in change(each)]}


@pytest.mark.parametrize(
    ("cell", "changes", "goods", "said"),
    [
        (
            "order miniprogram→website[appears]",
            {("website", "/orders"): _orders(lambda order: [])},
            DETAIL,
            "the list of the website does not have it",
        ),
        (
            "order miniprogram→website[appears]",
            {("website", "/orders"): _orders(lambda order: [{**order, "status": "old"}])},
            DETAIL,
            "status in the list of the website is not the new one in time",
        ),
        (
            "product website→miniprogram[deletion-propagates]",
            {},
            DETAIL + LIST,  # which leaves out nothing
            "the list of the mini-program still has what was removed",
        ),
        (
            "order website→miniprogram[conserved]",
            {("mall", "/score"): lambda data: {**data, "logs": [*data["logs"], {"amount": 0}]}},
            DETAIL,
            "points's entries on the mini-program is not that of the other end",
        ),
    ],
)
def test_it_is_found(play: Any, cell: str, changes: Any, goods: str, said: str) -> None:
    outcome = play(cell, changes, TEXT.replace(DETAIL, goods))
    assert (outcome.broken, outcome.not_run) == ((), ())
    [finding] = outcome.findings
    assert said in finding.lines().en


@pytest.mark.parametrize(
    ("cell", "side", "path", "shown"),
    [
        ("order miniprogram→website[appears]", "website", "/orders", {"orders": [], "total": 27}),
        ("order miniprogram→website[exactly-once]", "website", "/orders", {"orders": [], "total": 27}),
        ("product website→miniprogram[appears]", "mall", "/goods", {"list": [], "has_more": True}),
        ("product website→miniprogram[nothing-lost]", "mall", "/goods", {"list": [], "has_more": True}),
    ],
)
def test_what_a_part_of_a_list_does_not_show_is_not_missing(
    play: Any, cell: str, side: str, path: str, shown: Any
) -> None:
    outcome = play(cell, {(side, path): lambda data: shown})
    assert (outcome.findings, outcome.broken) == ((), ())
    [reason] = outcome.not_run
    assert "the list has pages; add a query, or declare x-pagination" in reason.en
    assert "请写 query" in reason.zh
    assert ("0 of 27 shown" if "total" in shown else "0 shown, and there are more") in reason.en


PAGE = "      list: {call: goodsList, items: /list}\n"  # without $same, nothing is in it
REMOVAL = "product website→miniprogram[deletion-propagates]"


@pytest.mark.full
def test_that_a_part_of_a_list_does_not_show_what_was_removed_proves_nothing(play: Any) -> None:
    more: Change = lambda data: data if data["list"] else {"list": [], "has_more": True}  # noqa: E731
    outcome = play(REMOVAL, {("mall", "/goods"): more}, TEXT.replace(DETAIL, DETAIL + PAGE))
    assert (outcome.findings, outcome.broken) == ((), ())
    assert "0 shown, and there are more" in outcome.not_run[0].en


def test_a_list_may_show_what_was_removed_as_removed(play: Any) -> None:
    outcome = play(REMOVAL, {}, TEXT.replace(DETAIL, DETAIL + LIST), fault="goods-list-states")
    assert (outcome.findings, outcome.broken, outcome.not_run) == ((), (), ())


BILLS = "      list: {call: listBills, items: /list"
CANCELLED = "order miniprogram→website[deletion-propagates]"
WITHDRAWN = (
    TEXT.replace("      read: {call: billInfo,", f"{BILLS}}}\n      read: {{call: billInfo,")
    .replace("[appears, last-write-wins, nothing-lost, exactly-once, conserved", "[deletion-propagates")
    .replace(
        "      acts:\n        cancel: {call: cancelBill",
        "      remove: {call: cancelBill, query: {no: $id}}\n      acts:\n        cancel: {call: cancelBill",
    )
    .replace(
        "    effects:\n      make: {stock",
        "    removed: {status: cancelled}\n    effects:\n      make: {stock",
    )
)


@pytest.mark.parametrize(
    ("website", "mall", "said"),
    [
        ("shows", "hides", ["order: the list of the website still has what was removed"]),
        ("hides", "shows", ["order: the list of the mini-program still has what was removed"]),
        ("hides", "may show", []),
        ("shows", "shows", []),
        ("hides", "hides", []),
    ],
)
def test_what_one_end_lists_no_more_the_other_does_not_list_either(
    play: Any, website: str, mall: str, said: list[str]
) -> None:
    changes: dict[tuple[str, str], Change] = {}
    if website == "hides":
        changes["website", "/orders"] = _orders(lambda one: [one] if one["status"] != "cancelled" else [])
    if mall == "hides":
        changes["mall", "/bills"] = lambda data: {"list": [one for one in data["list"] if one["st"] != 30]}
    text = WITHDRAWN.replace(BILLS, f"{BILLS}, shows-removed: true") if mall == "may show" else WITHDRAWN
    outcome = play(CANCELLED, changes, text)
    assert (outcome.broken, outcome.not_run) == ((), ())
    assert [finding.title.en for finding in outcome.findings] == said
    for finding in outcome.findings:
        assert "in the list, as on" in finding.expected.en
        assert finding.seen.en.endswith(
            "with status = 'cancelled'" if website == "shows" else "with status = 30"
        )


@pytest.mark.parametrize(
    ("fault", "title", "expected", "seen"),
    [
        (
            "goods-list-on-sale",
            "still has what was removed",
            "not in the list, or there with on_sale = False",
            "1 in the list of miniprogram, with on_sale = 1",
        ),
        (
            "goods-list-removed",
            "still shows as removed what was put back",
            "and no longer with on_sale = False",
            "1 in the list of miniprogram, with on_sale = 0",
        ),
    ],
)
def test_a_list_that_shows_it_as_it_is_not_any_more(
    play: Any, fault: str, title: str, expected: str, seen: str
) -> None:
    outcome = play(REMOVAL, {}, TEXT.replace(DETAIL, DETAIL + LIST), fault=fault)
    [finding] = outcome.findings
    assert title in finding.title.en
    assert expected in finding.expected.en
    assert finding.seen.en == seen


def test_a_list_that_tells_nothing_apart_hides_no_record_that_is_still_there(play: Any) -> None:
    found: set[str] = set()

    def nameless(data: Any) -> Any:
        keys = {one["outerId"] for one in data["list"]}
        known = keys & found  # by its first answer, the record was found
        found.update(keys)
        return {"list": [{"title": "tea"}]} if known else data

    outcome = play(
        REMOVAL, {("mall", "/goods"): nameless}, TEXT.replace(DETAIL, DETAIL + LIST), fault="never-withdrawn"
    )
    assert (outcome.broken, outcome.not_run) == ((), ())
    [finding] = outcome.findings
    assert "the mini-program still shows what was removed" in finding.title.en


@pytest.mark.parametrize(
    ("cell", "status", "said"),
    [
        ("order miniprogram→website[appears]", 403, "neither the record nor its absence"),
        ("order miniprogram→website[exactly-once]", 401, "neither the record nor its absence"),
        (REMOVAL, 500, "the mini-program shows no list of product"),
    ],
)
def test_a_list_that_is_refused_does_not_lack_a_record(
    play: Any, monkeypatch: pytest.MonkeyPatch, cell: str, status: int, said: str
) -> None:
    """Whoever may not see a list, or asks for it wrongly, has found nothing in the product."""
    website, mall = Vendors.website, Vendors.mall

    def orders(vendors: Vendors, method: str, path: str, *what: Any) -> Any:
        refused = (method, path) == ("GET", "/orders")
        return (status, None) if refused else website(vendors, method, path, *what)

    def goods(vendors: Vendors, method: str, path: str, *what: Any) -> Any:
        refused = path == "/goods" and any(not one["on_sale"] for one in vendors.goods.values())
        return (status, None) if refused else mall(vendors, method, path, *what)

    monkeypatch.setattr(Vendors, "website", orders)
    monkeypatch.setattr(Vendors, "mall", goods)
    outcome = play(cell, {}, TEXT.replace(DETAIL, DETAIL + LIST))
    titles, broken = [one.title.en for one in outcome.findings], [one.en for one in outcome.broken]
    assert [said in one for one in titles or broken] == [True], (titles, broken)
    assert (bool(titles), bool(broken)) == (status == 500, status != 500)


def test_two_people_who_show_the_same_are_not_told_apart(play: Any) -> None:
    """Whether points of 0 are one's own, nobody can tell."""
    outcome = play("points miniprogram[private]", {}, points=0)
    assert (outcome.findings, outcome.broken) == ((), ())
    assert "nothing in the record tells it from that of han" in outcome.not_run[0].en


def _dear(data: Any) -> Any:
    return {**data, "info": {**data["info"], "retailPrice": "9.99"}}


@pytest.mark.parametrize("appears", [True, False])
def test_a_needed_record_that_is_shown_otherwise_is_named_by_its_field(play: Any, appears: bool) -> None:
    text = TEXT if appears else TEXT.replace("promises: [appears, monotonic-reads, last", "promises: [last")
    assert appears or text != TEXT
    outcome = play("order miniprogram→website[appears]", {("mall", "/goods/detail"): _dear}, text)
    assert outcome.broken == ()
    said = [one.en for one in outcome.not_run] or [one.lines().en for one in outcome.findings]
    wanted = (
        "price = '9.99' and not 40000"
        if appears
        else "product.price on the mini-program is not the new one in time"
    )
    assert [wanted in one for one in said] == [True], said
    assert "40000 as website shows it" in said[0]
