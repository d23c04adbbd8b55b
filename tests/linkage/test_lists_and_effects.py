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
        cell: str, changes: dict[tuple[str, str], Change], text: str = TEXT, *, points: int = 1000
    ) -> Any:
        for side in ("website", "mall"):
            monkeypatch.setattr(Vendors, side, _changed(side, changes))
        file = tmp_path / "linkage.yaml"
        file.write_text(text, encoding="utf-8")
        vendors = Vendors()
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
