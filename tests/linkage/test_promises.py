"""Every promise on two vendors' backends: clean where they keep it, found where one does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, get_args

import pytest

from harness.checks.outcome import Outcome
from harness.core.polling import Polled
from harness.linkage.checks.batch import Batch, Job
from harness.linkage.checks.collector import records_of
from harness.linkage.contract.lint import lint
from harness.linkage.contract.model import PromiseName
from harness.linkage.contract.reading import read
from harness.linkage.draft.side_by_side import compare, compare_acts
from harness.linkage.participants.record import Reading, Write
from harness.linkage.promises import crossing, reads, records
from harness.linkage.promises.promise_check import PromiseCheck
from tests.support.vendor_system import DOCUMENT, FOLDER, System
from tests.support.vendors import Vendors, serving

LEFT_OUT = "order miniprogram→website[last-write-wins]"
POINTS = 1000
STATE = "/state, values: {miniprogram: {1: true, 0: false}}"


@pytest.fixture
def system() -> Iterator[System]:
    vendors = Vendors()
    vendors.entries["li"].append(POINTS)  # without any nobody could tell whose points are shown
    with serving(vendors) as urls:
        yield System(vendors, urls)


def test_the_contract_fits_the_documents(system: System) -> None:
    lint(DOCUMENT, system.participants)
    # The mall has no act that can be done again.
    assert [name for name, cell in system.cells.items() if cell.not_run] == [LEFT_OUT]
    assert len(system.cells) == 33


def test_a_system_that_keeps_its_promises_is_clean(system: System) -> None:
    played: dict[str, PromiseCheck] = {}
    batch = Batch(lambda: frozenset(system.cells))

    def play(name: str) -> Outcome:
        outcome, played[name] = system.play(name)
        return outcome

    able = [name for name, cell in system.cells.items() if not cell.not_run]
    for name in able:
        cell = system.cells[name]
        exclusive, shared = records_of(cell, DOCUMENT)
        batch.add(Job(name, False, exclusive, partial(play, name), shared))
    for name in able:
        outcome = batch.outcome(name)
        assert [finding.lines().en for finding in outcome.findings] == [], name
        assert outcome.broken == (), name
        assert outcome.not_run == (), name
        assert sum(played[name].reached.values()), name


FAULTS = [
    ("lost", "product website→miniprogram[appears]", "on the mini-program is not the new one in time"),
    ("lost-new", "product website→miniprogram[nothing-lost]", "of 5 did not come to the mini-program"),
    ("late", "product website→miniprogram[appears]", "is not the new one in time"),
    ("cut", "product website→miniprogram[appears]", "name on the mini-program"),
    ("rounded", "product website→miniprogram[appears]", "price on the mini-program"),
    ("one-field", "product website→miniprogram[appears]", "price on the mini-program"),
    ("not-kept", "product website→miniprogram[appears]", "the website took a new"),
    ("overtaken", "product website→miniprogram[last-write-wins]", "name on the mini-program"),
    ("doubled-late", "product website→miniprogram[last-write-wins]", "went back to an earlier value"),
    ("stale", "product website→miniprogram[monotonic-reads]", "and then another one"),
    (
        "never-withdrawn",
        "product website→miniprogram[deletion-propagates]",
        "still shows what was removed",
    ),
    ("stock-off", "stock website→miniprogram[appears]", "left on the mini-program"),
    ("order-dropped", "order website→miniprogram[nothing-lost]", "did not come"),
    (
        "status-forgotten",
        "order website→miniprogram[appears]",
        "on the mini-program is not the new one in time",
    ),
    ("no-way-back", "order miniprogram→website[appears]", "the website does not have it"),
    ("key-ignored", "order website→miniprogram[exactly-once]", "makes two of one request"),
    ("points-twice", "order website→miniprogram[exactly-once]", "points's balance on the"),
    (
        "score-of-two-workers",
        "order website→miniprogram[conserved]",
        "showed the new balance and then another one",
    ),
    ("points-rounded", "order website→miniprogram[conserved]", "points's balance on the website"),
    ("ledger-off", "points website[conserved]", "it does not hold that balance == sum(entries.amount)"),
    ("oversold", "order website→miniprogram[never-below]", "more is taken than there is"),
    ("outage-loses", "product website→miniprogram[converges]", "on the mini-program is not the new one"),
    ("gives-up", "product website→miniprogram[nothing-lost]", "the mini-program does not have it"),
    ("delayed-wins", "product website→miniprogram[last-write-wins]", "name on the mini-program"),
    ("repeat-wins", "product website→miniprogram[monotonic-reads]", "the new name and then another one"),
    ("points-by-delivery", "order website→miniprogram[exactly-once]", "points's balance on the"),
    ("anybodys", "order miniprogram[private]", "the mini-program shows it to another (han)"),
    ("anybodys-website", "order website[private]", "the website shows it to another"),
    ("prefix-looked-up", "account website→miniprogram[one-account]", "takes one person for two accounts"),
    ("prefix-looked-up", "points miniprogram→website[one-account]", "does not let in who has an account"),
    ("not-let-in", "account miniprogram→website[one-account]", "does not let in who has an account"),
    ("bound-untold", "account website→miniprogram[one-account]", "bound of one person on the mini-program"),
    (
        "rebound",
        "account website→miniprogram[one-account]",
        "comes with another phone is let into another account",
    ),
    ("same-number", "account website→miniprogram[one-account]", "lets two people into one account"),
    ("unionid-looked-up", "account website→miniprogram[one-account]", "takes one person for two accounts"),
    ("nobodys-unionid", "account website→miniprogram[one-account]", "lets two people into one account"),
    ("unionid-untold", "account website→miniprogram[one-account]", "does not let in who has an account"),
    ("bonus-again", "points website→miniprogram[one-account]", "is another after signing in again"),
    (
        "welcome-again",
        "points website→miniprogram[one-account]",
        "is another after signing up on both at once",
    ),
    ("score-of-li", "points miniprogram[private]", "the mini-program shows it to another (han)"),
    ("score-by-query", "points miniprogram[private]", "the mini-program shows it to another (han)"),
    ("anybodys-refunds", "order website[private]", "the website shows it to another"),
    ("anybody-pays", "order website[private]", "the website lets another (owner) pay it"),
    ("refund-keeps-points", "order website→miniprogram[conserved]", "after 'refund-all', points's balance"),
    ("earned-once-a-second", "order website→miniprogram[conserved]", "after 'pay', points's balance"),
    ("one-page", "points miniprogram[conserved]", "it does not hold that balance == sum(entries.amount)"),
    ("gift-unchecked", "order website→miniprogram[never-below]", "the website takes more than there is"),
    ("overspent", "order miniprogram→website[never-below]", "the mini-program takes more than there is"),
    ("told-twice", "order miniprogram→website[exactly-once]", "it stands 2 times in the list of the website"),
    ("version-text", "order website→miniprogram[last-write-wins]", "refunded on the mini-program is not"),
    ("refund-dropped", "order website→miniprogram[last-write-wins]", "refunds on the mini-program is not"),
    ("sold-withdrawn", "product website→miniprogram[deletion-propagates]", "order can still be made"),
    (
        "restored-lost",
        "product website→miniprogram[deletion-propagates]",
        "on_sale on the mini-program is not",
    ),
]


@pytest.fixture(scope="module")
def outcomes() -> dict[tuple[str, str], Outcome]:
    """What each fault's check came to, all of them beside each other: most of the time they wait."""

    def play(row: tuple[str, str, str]) -> tuple[tuple[str, str], Outcome]:
        vendors = Vendors(faults={row[0]})
        vendors.entries["li"].append(POINTS)
        with serving(vendors) as urls:
            return row[:2], System(vendors, urls).play(row[1])[0]

    with ThreadPoolExecutor(12) as pool:
        return dict(pool.map(play, FAULTS))


@pytest.mark.parametrize(("fault", "cell", "said"), FAULTS)
def test_a_broken_promise_is_found(
    outcomes: dict[tuple[str, str], Outcome], fault: str, cell: str, said: str
) -> None:
    outcome = outcomes[fault, cell]
    assert outcome.broken == ()
    assert said in "\n".join(finding.lines().en for finding in outcome.findings)
    assert len(outcome.findings) == 1
    assert all("the " not in finding.title.zh for finding in outcome.findings)


@pytest.mark.parametrize(
    ("fault", "cell", "cause"),
    [
        (
            "outage-loses",
            "product website→miniprogram[converges]",
            "crossing product website miniprogram name after an outage",
        ),
        (
            "gives-up",
            "product website→miniprogram[nothing-lost]",
            "crossing product website miniprogram record at times",
        ),
        (
            "earned-once-a-second",
            "order website→miniprogram[conserved]",
            "effect order pay points.balance too little",
        ),
    ],
)
def test_a_broken_promise_says_its_cause(
    outcomes: dict[tuple[str, str], Outcome], fault: str, cell: str, cause: str
) -> None:
    assert [finding.cause.name for finding in outcomes[fault, cell].findings] == [cause]


@pytest.mark.parametrize("lag", [0.0, 0.05])  # longer ones: test_lag_interval.py
def test_the_interval_holds_the_true_lag(system: System, lag: float, monkeypatch: pytest.MonkeyPatch) -> None:
    answered: list[float] = []
    measure = crossing.measure

    def noted(check: PromiseCheck, write: Write, outcome: Polled[Reading]) -> Literal["in time", "late"]:
        answered.append(write.answered)
        return measure(check, write, outcome)

    monkeypatch.setattr(crossing, "measure", noted)
    system.vendors.lag = lag
    system.play("product website→miniprogram[appears]")
    assert len(system.lags) == 6
    for seen, since, (began, ended) in zip(system.lags, answered, system.vendors.crossed, strict=True):
        assert seen.lower is not None
        assert seen.upper is not None
        assert seen.lower <= max(0.0, ended - since)
        assert began - since <= seen.upper


def test_a_round_side_by_side_says_where_a_value_stands(tmp_path: Path) -> None:
    wrong = tmp_path / "linkage.yaml"
    text = (FOLDER / "linkage.yaml").read_text(encoding="utf-8")
    wrong.write_text(text.replace("/info/retailPrice", "/info/price"), encoding="utf-8")
    vendors = Vendors()
    with serving(vendors) as urls:
        check = System(vendors, urls, read(wrong)).check("product website→miniprogram[appears]")
        found = compare(check)
        check.close()
    fields = {(field.name, field.participant): field for field in found.fields}
    assert (fields["name", "miniprogram"].equal, fields["name", "miniprogram"].suggestion) == (True, None)
    price = fields["price", "miniprogram"]
    assert (price.there, price.equal, price.suggestion) == (False, False, "/info/retailPrice")
    assert price.reason is not None
    assert price.reason.en.startswith(
        "nothing stands at /info/price on miniprogram; is it miniprogram: /info/"
    )


@pytest.mark.parametrize(
    ("said", "instead", "field", "reason"),
    [
        (", money: {miniprogram: yuan}", "", "price", "perhaps it needs money: {miniprogram: yuan}"),
        (
            STATE,
            "/state",
            "on_sale",
            "perhaps it needs values: {miniprogram: {1: true}}",
        ),
        (
            STATE,
            "/state, values: {miniprogram: {0: false}}",
            "on_sale",
            "values: {miniprogram: {1: …}}",
        ),
        (
            "/info/title",
            "/info/mtime",
            "name",
            "it has not come in time, or is another field; is it miniprogram: /info/title?",
        ),
    ],
)
def test_a_round_side_by_side_says_why_a_field_is_not_equal(
    said: str, instead: str, field: str, reason: str, tmp_path: Path
) -> None:
    wrong = tmp_path / "linkage.yaml"
    text = (FOLDER / "linkage.yaml").read_text(encoding="utf-8")
    assert said in text
    wrong.write_text(text.replace(said, instead, 1).replace("within: 3s", "within: 300ms"), encoding="utf-8")
    vendors = Vendors()
    with serving(vendors) as urls:
        check = System(vendors, urls, read(wrong)).check("product website→miniprogram[appears]")
        found = compare(check)
        check.close()
    fields = {one.name: one for one in found.fields if one.participant == "miniprogram"}
    assert not fields[field].equal
    seen = fields[field].reason
    assert seen is not None
    assert reason in seen.en
    assert "on website" in seen.en


def test_acts_are_tried_side_by_side(system: System) -> None:
    check = system.check("order website→miniprogram[appears]")
    rounds = list(compare_acts(check))
    check.close()
    assert [one.write.partition(":")[0] for one in rounds] == [*records.acts(check)]
    assert [field.reason for one in rounds for field in one.fields if field.reason] == []


def test_an_act_that_sets_another_word_than_is_said_is_told(tmp_path: Path) -> None:
    wrong = tmp_path / "linkage.yaml"
    text = (FOLDER / "linkage.yaml").read_text(encoding="utf-8")
    wrong.write_text(text.replace("sets: {status: paid}", "sets: {status: unpaid}", 1), encoding="utf-8")
    vendors = Vendors()
    vendors.entries["li"].append(POINTS)
    with serving(vendors) as urls:
        check = System(vendors, urls, read(wrong)).check("order website→miniprogram[appears]")
        pay = next(compare_acts(check))
        check.close()
    (status,) = [field for field in pay.fields if field.reason is not None]
    assert status.reason is not None
    assert status.reason.en.startswith("'sets' of the act says unpaid, and website shows 'paid'")


def test_an_error_of_the_backend_is_its_fault_and_hides_no_leak(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    website = Vendors.website

    def failing(vendors: Vendors, method: str, path: str, user: str, body: object, headers: object) -> object:
        if (method, user) == ("GET", "han") and path.startswith("/orders/"):
            return 500, None
        return website(vendors, method, path, user, body, headers)

    monkeypatch.setattr(Vendors, "website", failing)
    system.vendors.faults.add("anybody-pays")
    outcome, _ = system.play("order website[private]")
    assert outcome.broken == ()
    *errors, leak = outcome.findings
    assert {(one.check, one.status) for one in errors} == {("not_a_server_error", 500)}
    assert "lets another (owner) pay it" in leak.title.en


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


def played(cells: Iterable[str], faults: set[str], text: str = "", **state: object) -> dict[str, Outcome]:
    """What cells come to, each on vendors of its own, all beside each other."""

    def play(cell: str) -> tuple[str, Outcome]:
        vendors = Vendors(faults=faults)
        vendors.entries["li"].append(POINTS)
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

    def order(vendors: Vendors, user: str, *what: Any) -> Any:
        taken.append(user)
        return take(vendors, user, *what) if len(taken) == 1 else None

    monkeypatch.setattr(Vendors, "order", order)
    monkeypatch.setattr("tests.linkage.test_promises.POINTS", 3)
    assert TAKES in MORE
    cell = "order website→miniprogram[never-below]"
    (outcome,) = played([cell], set(), MORE.replace(TAKES, effect)).values()
    assert (outcome.findings, outcome.broken) == ((), ())
    assert said in outcome.not_run[0].en


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


def test_a_record_that_is_there_twice_later_is_found() -> None:
    """The delivery comes a second time after the record was seen: nothing else reads it again."""
    cell = "product website→miniprogram[exactly-once]"
    (outcome,) = played([cell], {"goods-twice"}).values()
    (finding,) = outcome.findings
    assert "the mini-program has it 2 times" in finding.lines().en


def test_what_adds_up_is_made_elsewhere_where_it_cannot_be_made_here() -> None:
    (outcome,) = played(["product miniprogram[conserved]"], set()).values()
    assert (outcome.findings, outcome.broken, outcome.not_run) == ((), (), ())
