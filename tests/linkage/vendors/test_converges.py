"""What is written while the participants cannot reach each other: a change, new records, else an act."""

from __future__ import annotations

from itertools import cycle
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from harness.linkage.contract.reading import read
from harness.linkage.contract.translate import Value
from harness.linkage.participants.record import Record, Write
from harness.linkage.promises import converges, reads, records
from tests.support.vendor_system import DOCUMENT, POINTS, System
from tests.support.vendors import Vendors, serving

PAYMENT = """
  payment:
    title: {zh: 支付, en: payment}
    of: buyer
    needs: {order: {}}
    website:
      read: {call: getOrder, path: {order_no: $order.id}}
      acts: {pay: {call: payOrder, path: {order_no: $order.id}, sets: {status: paid}}}
    miniprogram: {read: {call: billInfo, query: {no: $order.id}}}
    fields:
      status: {website: /status, miniprogram: /st, values: {miniprogram: {10: unpaid, 20: paid}}}
    promises: [converges]
"""
CELL = "payment website→miniprogram[converges]"


def played(folder: Path, *faults: str) -> tuple[list[str], list[str]]:
    """What is found, and why it is not run."""
    file = folder / "linkage.yaml"
    file.write_text(DOCUMENT.path.read_text(encoding="utf-8") + PAYMENT, encoding="utf-8")
    vendors = Vendors(faults={*faults})
    vendors.entries["li"].append(POINTS)
    with serving(vendors) as urls:
        outcome = System(vendors, urls, read(file)).play(CELL)[0]
    assert outcome.broken == ()
    return [one.title.en for one in outcome.findings], [one.en for one in outcome.not_run]


@pytest.mark.full
def test_an_act_is_done_where_nothing_is_changed_or_made(tmp_path: Path) -> None:
    assert played(tmp_path) == ([], [])
    assert played(tmp_path, "outage-loses") == (
        ["payment: status on the mini-program is not the new one in time"],
        [],
    )


def test_what_was_not_taken_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    website = Vendors.website

    def away(vendors: Vendors, method: str, path: str, *what: object) -> object:
        if vendors.obstructed and method == "POST":
            return 503, {"title": "stock is away"}
        return website(vendors, method, path, *what)  # type: ignore[arg-type]

    monkeypatch.setattr(Vendors, "website", away)
    found, [reason] = played(tmp_path)
    assert found == []
    assert "POST /orders/{order_no}/payment" in reason
    assert "503" in reason
    assert "mall" in reason


@pytest.mark.parametrize(("values", "changes"), [("BA", 3), ("BC", 2)])
def test_changes_do_not_end_on_what_was_there_before(
    monkeypatch: pytest.MonkeyPatch, values: str, changes: int
) -> None:
    """Of two names that take turns the other side shows the one before: it was said to have another way."""
    record = Record("member", seen={"name": Value("A", "A")})
    turns = cycle(values)

    def change(check: object, changed: Record) -> Write:
        changed.seen = {"name": Value(value := next(turns), value)}
        return SimpleNamespace()  # type: ignore[return-value]

    monkeypatch.setattr(records, "change", change)
    monkeypatch.setattr(reads, "own", lambda *_: None)
    check: Any = SimpleNamespace(
        entity=None, writer=SimpleNamespace(participant=SimpleNamespace(call=lambda *_: True))
    )
    [(changed, _)] = converges._changed(check, record, [])
    assert changed.seen["name"].raw != "A"
    assert next(turns) == values[changes % 2]
