"""A check proves something only where its state was reached, what goes wrong did, and each read was an answer."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args

import pytest

from harness.checks.outcome import Outcome
from harness.linkage.contract.model import PromiseName
from harness.linkage.contract.reading import read
from harness.linkage.promises import reads, records
from tests.support.vendor_system import DOCUMENT, POINTS, System
from tests.support.vendors import Vendors, serving

MORE = DOCUMENT.path.read_text(encoding="utf-8").replace(
    "    promises: [appears, monotonic-reads, last-write-wins, nothing-lost, deletion-propagates, converges]",
    "    always: ['price > 0']\n    promises: [appears, monotonic-reads, last-write-wins, nothing-lost, "
    "exactly-once, conserved, deletion-propagates, converges]",
)
"""The linkage contract with more promises of products."""
CELLS = (
    "product website→miniprogram[appears]",
    "product website→miniprogram[monotonic-reads]",
    "product website→miniprogram[last-write-wins]",
    "product website→miniprogram[nothing-lost]",
    "order website→miniprogram[exactly-once]",
    "order website→miniprogram[conserved]",
    "points miniprogram[conserved]",
    "order website→miniprogram[never-below]",
    "order miniprogram[private]",
    "product website→miniprogram[deletion-propagates]",
    "product website→miniprogram[converges]",
    "points website→miniprogram[one-account]",
)
"""A cell of each promise."""
GO_WRONG = (
    "monotonic-reads",
    "last-write-wins",
    "nothing-lost",
    "exactly-once",
    "converges",
    "one-account",
)
"""Promises about what goes wrong on the way."""


def played(
    cells: Iterable[str], faults: set[str], text: str = "", points: int = POINTS, **state: object
) -> dict[str, Outcome]:
    """What cells come to, each on vendors of its own, all beside each other."""

    def play(cell: str) -> tuple[str, Outcome]:
        vendors = Vendors(faults=faults)
        vendors.entries["li"].append(points)
        with serving(vendors) as urls, TemporaryDirectory() as folder:
            file = Path(folder) / "linkage.yaml"
            file.write_text(text or MORE, encoding="utf-8")
            its = System(vendors, urls, read(file))
            for name, value in state.items():
                setattr(its, name, value)
            return cell, its.play(cell)[0]

    with ThreadPoolExecutor(12) as pool:
        return dict(pool.map(play, cells))


def test_each_promise_has_a_cell_here() -> None:
    assert {cell.rpartition("[")[2].rstrip("]") for cell in CELLS} == set(get_args(PromiseName))


@pytest.mark.parametrize("cell", CELLS)
def test_a_state_that_was_never_reached_is_not_green(system: System, cell: str) -> None:
    outcome = system.check(cell).outcome(lambda check: None)
    assert (outcome.findings, outcome.broken) == ((), ())
    assert "never reached" in outcome.not_run[0].en


def test_faults_that_do_not_happen_prove_nothing() -> None:
    """The services do not pass traceparent on, or what is said to be cut off is not."""
    cells = [cell for cell in CELLS if cell.rpartition("[")[2].rstrip("]") in GO_WRONG]
    for cell, outcome in played(cells, set(), reached=False).items():
        assert (outcome.findings, outcome.broken) == ((), ()), cell
        assert len(outcome.not_run) == 1, cell
        said = outcome.not_run[0].en
        assert "go wrong on the way" in said or "data goes another way" in said, cell


def test_where_the_reader_asks_nothing_is_on_its_way_beforehand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.linkage.promises.hops.Hops.asks", lambda hops, reader, writer: True)
    cell = "product website→miniprogram[last-write-wins]"
    (outcome,) = played([cell], set(), reached=False).values()
    assert (outcome.findings, outcome.broken, outcome.not_run) == ((), (), ())


TAKES = 'make: {stock.left: "- quantity", stock-2.left: "- 1", points.balance: "- points"}'


@pytest.mark.parametrize(
    ("effect", "said"),
    [
        ('make: {stock.left: "- quantity"}', "never reached: one of two who take at once gets it"),
        ('make: {points.balance: "- points"}', "balance is 0 on website: there is nothing to take"),
    ],
)
def test_a_race_that_nobody_wins_proves_nothing(
    monkeypatch: pytest.MonkeyPatch, effect: str, said: str
) -> None:
    """Whatever is there, all are refused once the first order was taken; or nothing is left to take."""
    taken: list[str] = []
    take = Vendors.order

    def order(vendors: Vendors, user: str, *what: Any, side: str = "website") -> Any:
        taken.append(user)
        return take(vendors, user, *what, side=side) if len(taken) == 1 else None

    monkeypatch.setattr(Vendors, "order", order)
    assert TAKES in MORE
    cell = "order website→miniprogram[never-below]"
    (outcome,) = played([cell], set(), MORE.replace(TAKES, effect), points=3).values()
    assert (outcome.findings, outcome.broken) == ((), ())
    assert said in outcome.not_run[0].en


@pytest.mark.full
def test_an_answer_that_comes_a_moment_later_is_waited_for() -> None:
    """After each write, three reads are refused: neither the record nor its absence."""
    for cell, outcome in played(CELLS, {"busy"}).items():
        assert [finding.lines().en for finding in outcome.findings] == [], cell
        assert (outcome.broken, outcome.not_run) == ((), ()), cell


@pytest.mark.parametrize(("status", "whose"), [(503, "failed"), (409, "failed"), (403, "broken")])
def test_an_answer_that_never_comes_is_told_with_what_was_last_seen(
    system: System, monkeypatch: pytest.MonkeyPatch, status: int, whose: str
) -> None:
    check = system.check("product website→miniprogram[monotonic-reads]")
    check.cell = replace(check.cell, within=0.3)
    record = records.record(check)
    reads.own(check, record, check.writer, record.made)
    monkeypatch.setattr(Vendors, "mall", lambda *_: (status, {"title": "at work"}))
    outcome = check.outcome(lambda check: reads.look(check, record) and None)
    said = [finding.lines().en for finding in outcome.findings]
    assert (bool(said), bool(outcome.broken)) == (whose == "failed", whose == "broken")
    assert f"{status} " in (said or [outcome.broken[0].en])[0]
    assert "at work" in (said or [outcome.broken[0].en])[0]


def test_what_is_not_shown_any_more_is_told_in_one_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """What an act must have moved is gone after it: its message said "no such record" in Chinese, too."""
    website = Vendors.mall

    def forgetful(vendors: Vendors, method: str, path: str, *what: Any) -> Any:
        paid = any(order["status"] == "paid" for order in vendors.orders.values())
        return (404, None) if path == "/score" and paid else website(vendors, method, path, *what)

    monkeypatch.setattr(Vendors, "mall", forgetful)
    cell = "order website→miniprogram[conserved]"
    (outcome,) = played([cell], set(), MORE.replace("within: 3s", "within: 500ms")).values()
    (finding,) = outcome.findings
    assert "balance = no such record (404) on miniprogram" in finding.seen.en
    assert "balance = 没有这条记录（404）" in finding.seen.zh


def test_a_record_that_is_there_twice_later_is_found() -> None:
    """The delivery comes a second time after the record was seen: nothing else reads it again."""
    cell = "product website→miniprogram[exactly-once]"
    (outcome,) = played([cell], {"goods-twice"}).values()
    (finding,) = outcome.findings
    assert "the mini-program has it 2 times" in finding.lines().en


def test_what_adds_up_is_made_elsewhere_where_it_cannot_be_made_here() -> None:
    (outcome,) = played(["product miniprogram[conserved]"], set()).values()
    assert (outcome.findings, outcome.broken, outcome.not_run) == ((), (), ())
