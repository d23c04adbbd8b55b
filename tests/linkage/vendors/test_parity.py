"""Parity of two vendors whose reads share no path, name, unit or word: clean where they are alike, found where not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from harness.checks.outcome import Outcome
from harness.linkage.contract.model import Defaults, Find, Read
from harness.linkage.contract.reading import Document
from harness.linkage.parity.compare import compare
from harness.linkage.parity.pairs import Pair, pairs, without_key
from tests.support.vendor_system import DOCUMENT, System
from tests.support.vendors import Vendors, serving

NAMES = [
    "account.read[website→miniprogram]",
    "product.read[website→miniprogram]",
    "stock.read[website→miniprogram]",
    "points.read[website→miniprogram]",
    "order.read[website→miniprogram]",
    "order.list[website→miniprogram]",
]
COMPARED = [name for name in NAMES if not name.startswith("account")]  # whose people are made by one-account


def all_pairs(system: System) -> dict[str, Pair]:
    return {pair.name: pair for pair in pairs(system.document.contract, system.participants)}


def documented(**more: Any) -> Document:
    """The linkage contract with a list of the mall's orders, too."""
    order = DOCUMENT.contract.entities["order"]
    mall = order.participants["miniprogram"].model_copy(update={"list": Read(call="listBills")})
    order = order.model_copy(update={"participants": {**order.participants, "miniprogram": mall}})
    entities = {**DOCUMENT.contract.entities, "order": order}
    return replace(DOCUMENT, contract=DOCUMENT.contract.model_copy(update={"entities": entities, **more}))


PATIENT, IMPATIENT = documented(), documented(defaults=Defaults(within=1.0))


@contextmanager
def fresh(*faults: str) -> Iterator[System]:
    vendors = Vendors(faults=set(faults))
    vendors.entries["li"].append(1000)
    with serving(vendors) as urls:
        yield System(vendors, urls, IMPATIENT if faults else PATIENT)


def compared(name: str, *faults: str) -> Outcome:
    with fresh(*faults) as system:
        return compare(system.run(), all_pairs(system)[name])


def test_a_pair_is_what_the_linkage_contract_names_alike() -> None:
    with fresh() as system:
        assert list(all_pairs(system)) == NAMES


@pytest.mark.parametrize("name", COMPARED)
def test_vendors_that_answer_alike_agree(name: str) -> None:
    outcome = compared(name)
    assert [finding.lines().en for finding in outcome.findings] == []
    assert (outcome.broken, outcome.not_run) == ((), ())
    assert outcome.cases["parity"] >= 4


@pytest.mark.parametrize(
    ("name", "fault", "title", "seen"),
    [
        (
            "order.list",
            "bills-newest-first",
            "order: website and miniprogram differ in order of the list",
            '"o',
        ),
        (
            "order.list",
            "bills-ten-a-page",
            "order: website and miniprogram differ in number of entries of the list",
            "website: 11 entries; miniprogram: 10 entries, without",
        ),
        (
            "order.read",
            "bill-never-absent",
            "order: website and miniprogram differ in outcome of a record that is not there",
            "website: no such record (404); miniprogram: an answer that shows one (200)",
        ),
        (
            "stock.read",
            "stock-off",
            "stock: website and miniprogram differ in left of a record",
            "website: 0; miniprogram: 1",
        ),
        (
            "product.read",
            "rounded",
            "product: website and miniprogram differ in price of a record",
            "website: 1990",
        ),
    ],
)
def test_a_difference_is_found_and_told(name: str, fault: str, title: str, seen: str) -> None:
    outcome = compared(f"{name}[website→miniprogram]", fault)
    (finding,) = outcome.findings
    assert finding.title.en == title
    assert seen in finding.seen.en
    assert finding.expected.en == "the same on both"
    assert finding.curl.count("curl -i") == 2
    assert "# miniprogram" in finding.curl


def test_what_only_a_page_leaves_out_is_no_difference() -> None:
    outcome = compared("order.list[website→miniprogram]", "bills-ten-a-page", "bills-counted")
    assert (outcome.findings, outcome.broken) == ((), ())
    assert "10 of 11 shown" in str(outcome.not_run)


def test_a_value_that_does_not_cross_is_one_cause_with_the_promise_about_it() -> None:
    with fresh("rounded") as system:
        (finding,) = compare(system.run(), all_pairs(system)["product.read[website→miniprogram]"]).findings
        outcome, _ = system.play("product website→miniprogram[appears]")
    assert set(outcome.findings[0].cause.explained_by) & set(finding.cause.covers)


def test_what_never_came_and_what_does_not_answer_is_no_difference() -> None:
    """The one is what 'appears' is about, the other is nobody's answer."""
    vendors, name = Vendors(obstructed=True), "product.read[website→miniprogram]"
    with serving(vendors) as urls:
        system = System(vendors, urls, documented(defaults=Defaults(within=0.2)))
        outcome = compare(system.run(), all_pairs(system)[name])
        assert (outcome.findings, outcome.broken) == ((), ())
        assert "never came to miniprogram" in str(outcome.not_run)
        system = System(vendors, (urls[0], "http://127.0.0.1:9"), IMPATIENT)
        outcome = compare(system.run(), all_pairs(system)[name])
    assert (outcome.findings, outcome.not_run) == ((), ())
    assert "no answer to GET /goods" in str(outcome.broken)


def test_a_list_without_keys_is_not_run() -> None:
    with fresh() as system:
        order = system.document.contract.entities["order"]
        entities = {
            **system.document.contract.entities,
            "order": order.model_copy(update={"same": "/nowhere"}),
        }
        contract = system.document.contract.model_copy(update={"entities": entities})
        system.document = replace(system.document, contract=contract)
        outcome = compare(system.run(), all_pairs(system)["order.list[website→miniprogram]"])
    assert outcome.findings == ()
    assert "the list of website shows no key of order" in str(outcome.not_run)


def test_a_document_says_what_is_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "order.list[website→miniprogram]"
    with fresh() as system:
        pair, order = all_pairs(system)[name], system.document.contract.entities["order"]
        declared = pair.second.operation.place.value
        assert pair.ignored(order) == frozenset()
        place = pair.second.place(order, "list", "status")
        monkeypatch.setitem(declared, "x-parity", {"ignore": [place]})
        assert pair.ignored(order) == {"status"}
        monkeypatch.setitem(declared, "x-parity", {"compare": False})
        assert name not in all_pairs(system)


def test_one_operation_of_one_document_is_no_pair() -> None:
    with fresh() as system:
        both = dict.fromkeys(("website", "staff"), system.participants["website"])
        assert list(pairs(system.document.contract, both)) == []


@pytest.mark.parametrize(
    ("find", "left"), [({"call": "listBills", "query": {"no": "$same", "st": 10}}, {"st": 10})]
)
def test_a_find_without_its_key_is_a_list(find: dict[str, object], left: dict[str, object]) -> None:
    with fresh() as system:
        operation = system.participants["miniprogram"].operation("listBills")
        call = without_key(Find.model_validate(find), operation)
    assert call is not None
    assert call.query == left


def test_a_find_that_must_have_its_key_is_no_list() -> None:
    with fresh() as system:
        operation = system.participants["miniprogram"].operation("billInfo")
        assert (
            without_key(Find.model_validate({"call": "billInfo", "query": {"no": "$same"}}), operation)
            is None
        )
