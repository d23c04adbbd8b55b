"""What a check sets or reads while data of its own is under way: the product is not at fault for what arrives then."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from harness.checks.outcome import Outcome
from harness.linkage.contract.reading import read
from tests.support.vendor_system import DOCUMENT, POINTS, System
from tests.support.vendors import Vendors, serving

LAG = 0.2  # seconds: longer than a check takes from one request to the next
POINTS_ALONE = "    website: {read: getPoints}\n"
TEXT = DOCUMENT.path.read_text(encoding="utf-8")
assert POINTS_ALONE in TEXT
EARNING = (
    TEXT.replace(
        POINTS_ALONE,
        """    needs: {order: {}}
    website:
      read: getPoints
      acts: {earn: {call: payOrder, path: {order_no: $order.id}, sets: {balance: "= old.balance + 800"}}}
""",
    )
    .replace("promises: {conserved: ,", "promises: {appears: , conserved: ,")
    .replace("product-2: {on_sale: true}", "product-2: {on_sale: true, price: 100}")
)
"""Orders of 800.97 pay for points."""
Played = tuple[str, str, bool]
"""A cell, what is otherwise with the vendors, and whether they tell when nothing is under way."""
SOLD_TWICE: list[Played] = [
    (f"order {direction}[never-below]", "stock-apart", drain)
    for direction in ("website→miniprogram", "miniprogram→website")
    for drain in (True, False)
]
"""Each side counts by itself, so that both sell the last one: that is the fault, and the only one."""
CLEAN: list[Played] = [
    ("order website→miniprogram[never-below]", "stock-told-late", True),
    (
        "order website→miniprogram[conserved]",
        "booked-late",
        True,
    ),  # an order takes points before it earns some
    ("order website→miniprogram[exactly-once]", "booked-late", True),
    ("order website→miniprogram[appears]", "stock-begins-late", True),  # with 0, after its product
    ("points website→miniprogram[appears]", "booked-late", True),
    ("product website→miniprogram[deletion-propagates]", "dear-only", True),  # samples have other prices
]


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[Played, Outcome]:
    """What all come to, each on vendors of its own, beside each other: most of the time they wait."""
    file: Path = tmp_path_factory.mktemp("earning") / "linkage.yaml"
    file.write_text(EARNING, encoding="utf-8")
    earning = read(file)

    def play(row: Played) -> tuple[Played, Outcome]:
        cell, trait, drain = row
        vendors = Vendors(faults={trait}, lag=LAG)
        vendors.entries["li"].append(POINTS)
        with serving(vendors) as urls:
            system = System(vendors, urls, earning if cell.startswith("points") else DOCUMENT)
            system.drain = drain
            return row, system.play(cell)[0]

    rows = [*SOLD_TWICE, *CLEAN]
    with ThreadPoolExecutor(len(rows)) as pool:
        return dict(pool.map(play, rows))


@pytest.mark.parametrize("row", SOLD_TWICE)
def test_a_stock_is_set_when_what_was_taken_from_it_has_arrived(
    row: Played, outcomes: dict[Played, Outcome]
) -> None:
    outcome = outcomes[row]
    assert outcome.broken == ()
    [finding] = outcome.findings
    assert "at once, more is taken than there is" in finding.title.en


@pytest.mark.parametrize("row", CLEAN)
def test_what_arrives_a_moment_later_is_no_fault(row: Played, outcomes: dict[Played, Outcome]) -> None:
    outcome = outcomes[row]
    assert [finding.lines().en for finding in outcome.findings] == []
    assert (outcome.broken, outcome.not_run) == ((), ())
