"""Whose fault it is where a participant does not show a record: its own, or that of one that it needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.checks.outcome import Outcome
from harness.linkage.contract.reading import read
from tests.support.vendor_system import DOCUMENT, POINTS, System
from tests.support.vendors import Vendors, serving

SOON = DOCUMENT.path.read_text(encoding="utf-8").replace("{within: 3s}", "{within: 500ms}")
LATE = 30.0  # seconds: after every deadline
PRODUCT = "    promises: [appears, monotonic-reads, last-write-wins, nothing-lost, deletion-propagates, converges]\n"
ORDERS = [
    f"order website→miniprogram[{promise}]"
    for promise in ("appears", "last-write-wins", "nothing-lost", "exactly-once", "conserved")
]


@pytest.fixture
def late_goods(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mall shows no bill and no stock of goods that it does not have, and those come ``late``."""
    mall = Vendors.mall

    def answer(vendors: Vendors, method: str, path: str, user: str, body: Any, query: dict[str, str]) -> Any:
        bill = vendors.bills.get(query.get("no", ""))
        sku = query.get("sku") or (bill["sku"] if bill else None)
        if method == "GET" and sku is not None and sku not in vendors.goods:
            return 404, None
        return mall(vendors, method, path, user, body, query)

    monkeypatch.setattr(Vendors, "mall", answer)


def played(cell: str, folder: Path, text: str, late: float, *, drain: bool = True) -> tuple[Outcome, System]:
    """What a cell comes to where each new product is told ``late`` seconds later; ``drain``: whether anything tells
    when nothing is under way.
    """

    class Late(Vendors):
        def send_product(self, product: dict[str, Any], change: dict[str, Any]) -> None:
            lag, self.lag = self.lag, late if product["sku"] not in self.goods else self.lag
            super().send_product(product, change)
            self.lag = lag

    vendors = Late()
    vendors.entries["li"].append(POINTS)
    file = folder / "linkage.yaml"
    file.write_text(text, encoding="utf-8")
    with serving(vendors) as urls:
        system = System(vendors, urls, read(file))
        system.drain = drain
        return system.play(cell)[0], system


@pytest.mark.parametrize("cell", ORDERS)
@pytest.mark.usefixtures("late_goods")
def test_a_record_is_not_blamed_for_one_that_it_needs(cell: str, tmp_path: Path) -> None:
    outcome, system = played(cell, tmp_path, SOON, LATE)
    assert (outcome.findings, outcome.broken) == ((), ())
    assert [reason.en for reason in outcome.not_run] == [
        "product did not come from website to miniprogram in time (no such record (200)): see its 'appears'"
    ]
    assert [lag for lag in system.lags if lag.entity == "order"] == []


@pytest.mark.usefixtures("late_goods")
def test_what_is_needed_is_named_where_nothing_else_is_about_it(tmp_path: Path) -> None:
    assert PRODUCT in SOON
    text = SOON.replace(PRODUCT, "    promises: [last-write-wins]\n")
    outcome, _ = played(ORDERS[0], tmp_path, text, LATE)
    (finding,) = outcome.findings
    assert finding.title.en == "order: the mini-program does not show the product"


@pytest.mark.parametrize("drain", [True, False])
@pytest.mark.usefixtures("late_goods")
def test_what_a_record_needs_has_its_own_time(tmp_path: Path, drain: bool) -> None:
    """Goods may take three seconds, their stock half a second: it is measured once there are goods."""
    text = SOON.replace(PRODUCT, "    promises: {appears: 3s}\n")
    outcome, _ = played("stock website→miniprogram[appears]", tmp_path, text, 0.8, drain=drain)
    assert (outcome.findings, outcome.broken, outcome.not_run) == ((), (), ())


@pytest.mark.usefixtures("late_goods")
def test_a_record_that_is_lost_itself_is_blamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Vendors, "send_order", lambda vendors, order: None)
    (finding,) = played(ORDERS[0], tmp_path, SOON, 0.03)[0].findings
    assert "the mini-program does not have it" in finding.title.en
