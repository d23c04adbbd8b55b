"""Every promise on two vendors' backends: clean where they keep it, found where one does not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

import pytest

from harness.checks.outcome import Outcome
from harness.core.polling import Polled
from harness.linkage.checks.batch import Batch, Job
from harness.linkage.checks.collector import PROMISES, records_of
from harness.linkage.contract.lint import lint
from harness.linkage.contract.reading import read
from harness.linkage.participants.record import Reading, Write
from harness.linkage.promises import crossing, deliveries, records
from harness.linkage.promises.promise_check import PromiseBroken, PromiseCheck
from harness.traffic.fault_injection import FaultKind
from tests.support.vendor_system import DOCUMENT, FOLDER, POINTS, System
from tests.support.vendors import Vendors, serving

LEFT_OUT = "order miniprogram→website[last-write-wins]"


def test_the_contract_fits_the_documents(system: System) -> None:
    lint(DOCUMENT, system.participants)
    # The mall has no act that can be done again.
    assert [name for name, cell in system.cells.items() if cell.not_run] == [LEFT_OUT]
    assert len(system.cells) == 33


@pytest.mark.full  # README's second command plays every promise on the shop
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
        (
            "doubled-late",
            "product website→miniprogram[last-write-wins]",
            "old value product miniprogram name for good",
        ),
        (
            "stale",
            "product website→miniprogram[monotonic-reads]",
            "old value product miniprogram name",
        ),
    ],
)
def test_a_broken_promise_says_its_cause(
    outcomes: dict[tuple[str, str], Outcome], fault: str, cell: str, cause: str
) -> None:
    assert [finding.cause.name for finding in outcomes[fault, cell].findings] == [cause]


def test_a_list_that_is_asked_for_wrongly_is_no_lost_record() -> None:
    """Where records are looked for in it, nobody knows whether they are there."""
    vendors = Vendors(faults={"goods-refused"})
    with serving(vendors) as urls:
        outcome, _ = System(vendors, urls).play("product website→miniprogram[appears]")
    assert outcome.findings == ()
    assert "neither the record nor its absence: 400" in str(outcome.broken)


def test_a_list_that_was_answered_before_is_asked_for_rightly(system: System) -> None:
    check = system.check("product website→miniprogram[appears]")
    record = records.record(check)
    assert record.made is not None
    crossing.appears(check, record, record.made)
    system.vendors.faults = {"goods-refused"}
    check.cell = replace(check.cell, within=0.1)
    another = records.sibling(record)
    with pytest.raises(PromiseBroken):
        crossing.appears(check, another, records.make(check, another))
    check.close()


def test_what_is_asked_for_by_its_own_key_may_be_refused_for_it_is_not_there(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    mall = Vendors.mall

    def answer(vendors: Vendors, *asked: Any) -> Any:
        found = mall(vendors, *asked)
        return (400, None) if asked[1] == "/bill" and found[0] == 404 else found

    monkeypatch.setattr(Vendors, "mall", answer)
    monkeypatch.setattr(Vendors, "send_order", lambda *_: None)
    check = system.check("order website→miniprogram[appears]")
    check.cell = replace(check.cell, within=0.1)
    record = records.draft(check)
    with pytest.raises(PromiseBroken):
        crossing.appears(check, record, records.make(check, record))
    check.close()


@pytest.mark.parametrize(("promise", "found"), [("private", True), ("{private: {except: [staff]}}", False)])
def test_who_may_see_it_is_excepted(tmp_path: Path, promise: str, found: bool) -> None:
    text = (FOLDER / "linkage.yaml").read_text(encoding="utf-8")
    before, _, after = text.rpartition("never-below, private,")
    file = tmp_path / "linkage.yaml"
    file.write_text(f"{before}never-below, {promise},{after}", encoding="utf-8")
    vendors = Vendors(faults={"staff-sees"})
    vendors.entries["li"].append(POINTS)
    with serving(vendors) as urls:
        outcome, check = System(vendors, urls, read(file)).play("order website[private]")
    assert bool(outcome.findings) == found
    assert (outcome.broken, outcome.not_run) == ((), ())
    assert check.reached["asked"]


@pytest.mark.parametrize(("kind", "named"), [("lose", True), ("lose-answer", True), ("delay", False)])
def test_only_what_a_failed_delivery_loses_is_its_loss(
    system: System, monkeypatch: pytest.MonkeyPatch, kind: FaultKind, named: bool
) -> None:
    """What is lost while a delivery is late only, after others had failed and came, has another reason."""
    check = system.check("product website→miniprogram[nothing-lost]")
    first = records.record(check)
    check.injected["lose"] += 1
    monkeypatch.setattr(Vendors, "send_product", lambda *_: None)
    check.cell = replace(check.cell, within=0.1)
    another = records.sibling(first)
    write = records.make(check, another)
    with pytest.raises(PromiseBroken), deliveries.going_wrong(check, kind):
        crossing.appears(check, another, write)
    check.close()
    [finding] = check.findings.all()
    assert ("repetition website miniprogram" in finding.cause.covers) == named


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
    check = system.check("order website[private]")
    check.cell = replace(check.cell, within=0.5)  # the error stays, and is waited for twice
    outcome = check.outcome(PROMISES["private"])
    assert outcome.broken == ()
    *errors, leak = outcome.findings
    assert {(one.check, one.status) for one in errors} == {("not_a_server_error", 500)}
    assert "lets another (owner) pay it" in leak.title.en
