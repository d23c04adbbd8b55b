"""Acts on records that another participant made: ``made-on``, and who makes none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from harness.core.errors import UsageError
from harness.linkage.contract.lint import lint
from harness.linkage.contract.maker_lint import only_own
from harness.linkage.contract.model import Act
from harness.linkage.contract.reading import read
from harness.linkage.promises import records
from tests.support.vendor_system import DOCUMENT, FOLDER, POINTS, System
from tests.support.vendors import Vendors, serving

TEXT = (FOLDER / "linkage.yaml").read_text(encoding="utf-8")
PAY = "pay: {call: payOrder, sets: {status: paid}}"
CANCEL = "cancel: {call: cancelOrder, sets: {status: cancelled}}"
CANCEL_BILL = "cancel: {call: cancelBill, query: {no: $id}, sets: {status: cancelled}}"
CREATE = TEXT[TEXT.index("      make:\n        call: createOrder") : TEXT.index("      read: getOrder")]
BUY = TEXT[TEXT.index("      make:\n        call: buy") : TEXT.index("      read: {call: billInfo")]
HERE, BACK = "order website→miniprogram[appears]", "order miniprogram→website[appears]"


def everywhere(act: str) -> tuple[str, str]:
    return act, act.replace("{call", "{made-on: [website, miniprogram], call")


@contextmanager
def system(folder: Path, *changes: tuple[str, str], fault: str = "") -> Iterator[System]:
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "linkage.yaml").write_text(text, encoding="utf-8")
    vendors = Vendors(faults={fault})
    vendors.entries["li"].append(POINTS)
    with serving(vendors) as urls:
        found = System(vendors, urls, read(folder / "linkage.yaml"))
        lint(found.document, found.participants)
        yield found


def said(tmp_path: Path, cell: str, *changes: tuple[str, str], fault: str = "") -> tuple[list[str], int]:
    """What is found, and how often an act was done."""
    with system(tmp_path, *changes, fault=fault) as its:
        outcome, check = its.play(cell)
    assert (outcome.broken, outcome.not_run) == ((), ())
    assert all("on a record that miniprogram made" in str(one.expected) for one in outcome.findings)
    return [finding.title.en for finding in outcome.findings], check.reached["cancel"]


def test_acts_on_what_the_other_made_are_shown_where_that_is_owed(tmp_path: Path) -> None:
    assert said(tmp_path, HERE, everywhere(PAY), everywhere(CANCEL)) == ([], 2)
    assert said(tmp_path, BACK, everywhere(CANCEL_BILL)) == ([], 2)
    assert said(tmp_path, HERE) == ([], 1)


def test_an_act_on_what_the_other_made_that_does_not_come_back_is_found(tmp_path: Path) -> None:
    assert said(tmp_path, HERE, fault="others-untold") == ([], 1)  # on its own records all is well
    titles, _ = said(tmp_path, HERE, everywhere(PAY), everywhere(CANCEL), fault="others-untold")
    assert titles == ["order: earned on the mini-program is not the new one in time"]


def test_an_act_that_is_refused_on_what_the_other_made_only_is_found(tmp_path: Path) -> None:
    """It was broken, as a wrong request is."""
    with system(tmp_path, everywhere(CANCEL)) as its:
        its.vendors.refusal = 404
        outcome, _ = its.play(HERE)
    assert outcome.broken == ()
    [finding] = outcome.findings
    assert finding.title.en == "order: the website refuses 'cancel' on what the mini-program made"
    assert finding.expected.en == "200, as on what website made itself"
    assert "404" in finding.seen.en


def test_so_is_the_act_that_comes_first(tmp_path: Path) -> None:
    """What the mini-program made can be refunded only where it can be paid: it was broken."""
    refund = "refund: {call: refundOrder, after: pay"
    first = (
        f"{refund.replace('refund:', 'back:')}, made-on: [miniprogram], body: {{amount: 1}}}}\n        {PAY}"
    )
    with system(tmp_path, (PAY, first)) as its:
        its.vendors.refusal = 404
        outcome, _ = its.play(HERE)
    assert outcome.broken == ()
    [finding] = outcome.findings
    assert finding.title.en == "order: the website refuses 'pay' on what the mini-program made"


def test_the_maker_does_what_comes_first_where_others_need_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """An act without made-on is done on records that whoever acts has made."""
    acts = {"website": {"pay": Act(call="p")}, "miniprogram": {"pay": Act(call="p")}, "app": dict[str, Act]()}
    its = {name: SimpleNamespace(name=name, acts=lambda entity, name=name: acts[name]) for name in acts}
    check: Any = SimpleNamespace(run=SimpleNamespace(participants=its), on=lambda name: its[name])

    def actor(session: str, made_on: str | None) -> str:
        return records._actor(check, None, "pay", its[session], made_on).name  # type: ignore[arg-type]

    assert actor("website", None) == actor("website", "website") == "website"
    assert actor("website", "miniprogram") == "miniprogram"
    assert actor("website", "app") == "website"
    assert actor("app", "miniprogram") == "miniprogram"
    monkeypatch.setitem(
        acts["website"], "pay", Act.model_validate({"call": "p", "made-on": ["website", "miniprogram"]})
    )
    assert actor("website", "miniprogram") == "website"


@pytest.mark.parametrize("status", [429, 503])
def test_what_cannot_be_done_now_is_no_refusal(tmp_path: Path, status: int) -> None:
    """Too much was asked for, and the same act a moment later is taken of another record."""
    with system(tmp_path, everywhere(CANCEL)) as its:
        its.vendors.refusal = status
        outcome, _ = its.play(HERE)
    assert outcome.findings == ()
    assert str(status) in str(outcome.broken)


def test_an_act_that_is_refused_on_every_record_is_no_finding(tmp_path: Path) -> None:
    nobodys = CANCEL.replace(
        "{call: cancelOrder", "{made-on: [miniprogram], call: cancelOrder, path: {order_no: x}"
    )
    with system(tmp_path, (CANCEL, nobodys)) as its:
        outcome, _ = its.play(HERE)
    assert outcome.findings == ()
    assert "404" in str(outcome.broken)


def test_who_makes_no_records_acts_on_those_of_others(tmp_path: Path) -> None:
    """Such as the staff's console, which ships what people ordered elsewhere."""
    conserved = (
        "last-write-wins, nothing-lost, exactly-once, conserved, never-below, private, converges]",
        "private]",
    )
    assert said(tmp_path, HERE, (CREATE, ""), conserved) == ([], 1)
    titles, _ = said(tmp_path, HERE, (CREATE, ""), conserved, fault="others-untold")
    assert titles == ["order: earned on the mini-program is not the new one in time"]


def test_the_act_that_comes_first_may_be_another_participants(tmp_path: Path) -> None:
    first = (PAY, f"{PAY}\n        look: {{call: getOrder}}")
    after = (CANCEL_BILL, CANCEL_BILL.replace("{call", "{after: look, call"))
    assert said(tmp_path, BACK, first, after) == ([], 1)


def test_what_is_shown_on_the_records_of_one_only_is_said() -> None:
    participants = System(Vendors(), ("", "")).participants
    told = [text.en for text in only_own(DOCUMENT.contract.entities, participants)]
    assert told == [
        "order: acts are shown on records that whoever acts has made (pay, cancel, refund, refund-all); if people do "
        "them to those of others, too, write made-on: [website, miniprogram]"
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ([(PAY, PAY.replace("{call", "{made-on: [mini], call"))], r"is no platform|mini"),
        (
            [(PAY, PAY.replace("{call", "{made-on: [miniprogram], call")), (BUY, "")],
            r"yaml:83: made-on: miniprogram makes no records of order; did you mean 'website'",
        ),
        (
            [("refund: {call: refundOrder, after: pay", "refund: {call: refundOrder, after: pya")],
            r"yaml:85: no participant has an act 'pya'; did you mean 'pay'",
        ),
    ],
)
def test_what_does_not_fit(tmp_path: Path, changes: list[tuple[str, str]], message: str) -> None:
    with pytest.raises(UsageError, match=message), system(tmp_path, *changes):
        pass


def test_one_that_is_refused_after_an_act_of_the_maker_is_found_too(tmp_path: Path) -> None:
    first = (CANCEL_BILL, f"{CANCEL_BILL}\n        look: {{call: billInfo, query: {{no: $id}}}}")
    after = (CANCEL, CANCEL.replace("{call", "{after: look, call"))
    with system(tmp_path, first, after) as its:
        its.vendors.refusal = 404
        outcome, _ = its.play(HERE)
    assert outcome.broken == ()
    [finding] = outcome.findings
    assert finding.title.en == "order: the website refuses 'cancel' on what the mini-program made"
