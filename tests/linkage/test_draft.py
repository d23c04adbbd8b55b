"""A linkage contract drafted from two vendors' documents and backends: what is right, and that nothing is guessed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harness.api.backend import BackendUnderTest
from harness.contracts import load
from harness.core.errors import UsageError
from harness.core.platforms import USUAL
from harness.core.text import text_of
from harness.linkage.contract.lint import lint
from harness.linkage.contract.model import LinkageContract
from harness.linkage.contract.reading import read
from harness.linkage.draft.confirming import Confirmation, generous, moved_by_others, untried
from harness.linkage.draft.draft import Drafter, people_of
from harness.linkage.draft.entry import Entry, Side
from harness.linkage.draft.rendering import render
from harness.linkage.draft.resources import resources
from harness.linkage.draft.units import Units, translation
from harness.linkage.draft.values import Sample, match, score
from harness.linkage.participants.participant import Participant
from tests.support.draft_score import table
from tests.support.vendor_system import DOCUMENT, System
from tests.support.vendors import Vendors, serving


@contextmanager
def drafting(faults: set[str], within: float = 2.0) -> Iterator[tuple[System, Drafter]]:
    vendors = Vendors(faults=faults)
    with serving(vendors) as urls:
        system = System(vendors, urls)
        drafter = Drafter(system.participants, 1, 5.0, within)
        drafter.run()
        yield system, drafter


def contract_of(drafter: Drafter, folder: Path) -> tuple[LinkageContract, str]:
    people = people_of(drafter.entries, drafter.participants)
    text = render(drafter.entries, people, drafter.left_out, drafter.participants, seed=1, language="en")
    path = folder / "linkage.yaml"
    path.write_text(text, encoding="utf-8")
    document = read(path, USUAL)
    lint(document, drafter.participants)
    return document.contract, text


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Drafter, LinkageContract, str]]:
    with drafting(set()) as (_, drafter):
        yield (drafter, *contract_of(drafter, tmp_path_factory.mktemp("draft")))


def test_the_draft_of_two_vendors_says_what_people_wrote(clean: tuple[Drafter, LinkageContract, str]) -> None:
    drafter, contract, _ = clean
    found = table(contract, DOCUMENT.contract, drafter.participants)
    # The account of a person: nothing that the draft does changes it, so nothing shows what it is elsewhere.
    assert found["entities"] == {"right": 4, "missing": 1, "more": 0}
    # Its two reads; a product is taken off and put back by a change of 'on_sale', which a comment proposes; the mall's
    # make of an order is tried later, with its act; a second refund of all; the order's points, which it leaves out.
    assert found["calls"] == {"right": 23, "missing": 7, "more": 0}
    assert found["fields"] == {"right": 13, "missing": 5, "more": 0}
    assert found["translations"] == {"right": 5, "missing": 2, "more": 0}


def test_what_a_write_moves_elsewhere_is_found(clean: tuple[Drafter, LinkageContract, str]) -> None:
    _, contract, _ = clean
    order = contract.entities["order"]
    assert order.effects == {
        "make": {"stock.count": "- quantity"},
        "pay": {"points.balance": "+ earned"},
        "cancel": {"stock.count": "+ quantity"},
    }
    assert list(order.needs) == ["product", "stock"]
    assert contract.entities["points"].always == ("balance == sum(entries.amount)",)


def test_a_word_that_only_a_refund_of_all_shows_is_found(
    clean: tuple[Drafter, LinkageContract, str],
) -> None:
    """The example gives back 1: the order stays paid, and a check that refunded all would find a word unknown."""
    _, contract, _ = clean
    status = contract.entities["order"].fields["status"].values["miniprogram"]
    assert status == {10: "unpaid", 20: "paid", 30: "cancelled", 40: "refunded"}


def test_an_optional_member_with_which_orders_are_refused_is_left_out(
    clean: tuple[Drafter, LinkageContract, str],
) -> None:
    _, contract, _ = clean
    make = contract.entities["order"].participants["website"].make
    assert make is not None
    assert make.body == {"product_id": "$product.id", "gift": None, "points": None}


def test_what_is_not_sure_is_a_comment(clean: tuple[Drafter, LinkageContract, str]) -> None:
    _, _, text = clean
    assert "# taken off by remove: {call: updateProduct, body: {on_sale: false}}" in text
    assert "remove:" not in "\n".join(line.partition("#")[0] for line in text.splitlines())
    assert "# not found on miniprogram: /user" in text


@pytest.mark.full
def test_what_crosses_wrongly_is_not_drafted_as_a_field(tmp_path: Path) -> None:
    with drafting({"cut", "rounded", "stock-off"}, within=0.5) as (_, drafter):
        contract, text = contract_of(drafter, tmp_path)
    assert "price" not in contract.entities["product"].fields
    assert "stock" not in contract.entities
    assert "stock (setStock on website): no other participant showed it" in text


def test_what_never_crosses_is_said_not_drafted() -> None:
    vendors = Vendors(faults={"outage-loses"}, obstructed=True)
    with serving(vendors) as urls:
        drafter = Drafter(System(vendors, urls).participants, 1, 5.0, 0.2)
        drafter.run()
    assert [entry.name for entry in drafter.entries] == []
    said = [text.en for text in drafter.left_out]
    assert "products (createProduct on website): no other participant showed it" in said
    assert any(line.startswith("points (getPoints on website): its values did not change") for line in said)


@pytest.mark.full
@pytest.mark.parametrize(("fault", "written"), [("", True), ("no-way-back", False)])
def test_what_was_drafted_is_tried_once(fault: str, written: bool, tmp_path: Path) -> None:
    with drafting({fault} - {""}) as (system, drafter):
        confirmation = Confirmation(system.participants, USUAL, 1, 5.0, 2.0, lambda step: None)
        confirmation.confirm(drafter.entries, drafter.reader_writes)
    drafter.entries = confirmation.confirmed
    contract, text = contract_of(drafter, tmp_path)
    order = contract.entities["order"]
    assert (
        "miniprogram" in order.participants and order.participants["miniprogram"].make is not None
    ) is written
    assert ("buy on miniprogram was tried once and did not hold" in text) is not written
    assert {"appears", "private", "conserved", "exactly-once"} <= order.promises.keys()


@pytest.mark.full
@pytest.mark.parametrize(
    ("faults", "excepted"),
    [
        ({"roles", "staff-sees"}, ("owner",)),
        ({"roles", "customer-sees"}, ()),  # another customer is shown the order
        ({"staff-sees"}, ()),  # who sees them may do no more than customers
    ],
)
def test_staff_may_see_what_is_private(faults: set[str], excepted: tuple[str, ...], tmp_path: Path) -> None:
    vendors = Vendors(faults=faults)
    with serving(vendors) as urls:
        system = System(vendors, urls)
        drafter = Drafter(system.participants, 1, 5.0, 1.0)
        drafter.run("order")
        confirmation = Confirmation(system.participants, USUAL, 1, 5.0, 1.0, lambda step: None)
        confirmation.confirm(drafter.entries, {})
    drafter.entries = confirmation.confirmed
    contract, text = contract_of(drafter, tmp_path)
    promises = contract.entities["order"].promises
    assert ("private" in promises) is bool(excepted)
    assert excepted == (promises["private"].except_ if excepted else ())
    assert ("private (website) was tried once and did not hold" in text) is not bool(excepted)


def test_another_name_than_there_is_is_refused_before_anything_is_sent() -> None:
    vendors = Vendors()
    with serving(vendors) as urls:
        drafter = Drafter(System(vendors, urls).participants, 1, 5.0, 1.0)
        with pytest.raises(UsageError, match="did you mean 'order'"):
            drafter.run("ordre")
    assert not vendors.products


def test_resources_come_with_the_operations_that_write_them() -> None:
    vendors = Vendors()
    with serving(vendors) as urls:
        website, mall = System(vendors, urls).participants.values()
    found = {one.name: one for one in (*resources(mall), *resources(website))}
    product, order, bill = found["products"], found["orders"], found["bill"]
    assert (product.make and product.make.id, product.change and product.change.id) == (
        "createProduct",
        "updateProduct",
    )
    assert list(order.acts) == ["pay", "cancel", "refund"]
    assert (bill.id, bill.make and bill.make.id) == ("no", "buy")
    assert found["stock"].above == ("product_id",)
    assert found["points"].of_person


# values


NOW = datetime.now(UTC).replace(microsecond=0)
FINE = NOW.replace(microsecond=123_000)


def samples(*pairs: tuple[object, object], record: str = "first") -> list[Sample]:
    return [Sample(record, {"field": left}, {"there": right}) for left, right in pairs]


@pytest.mark.parametrize(
    ("pairs", "units"),
    [
        ([("Vukobi Tarano", "Vukobi Tarano")], Units()),
        ([(14937, "149.37"), (2001, "20.01")], Units(money=("fen", "yuan"))),
        ([(14937, 149.37)], Units(money=("fen", "yuan"))),
        ([("20.01", 2001)], Units(money=("yuan", "fen"))),
        ([(NOW.isoformat(), int(NOW.timestamp()))], Units(time=("rfc3339", "epoch-s"))),
        ([(NOW.isoformat(), int(NOW.timestamp() * 1000))], Units(time=("rfc3339", "epoch-ms"))),
        (
            [(NOW.isoformat(), (NOW + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M:%S"))],
            Units(time=("rfc3339", "local")),
        ),
        (
            [(FINE.isoformat(), FINE.timestamp() * 1000), (NOW.isoformat(), NOW.timestamp() * 1000)],
            Units(time=("rfc3339", "epoch-ms"), exact=True),
        ),
        ([(True, 1), (False, 0), (True, 1)], Units(words=((True, 1), (False, 0)))),
        ([("unpaid", 10), ("paid", 20)], Units(words=(("unpaid", 10), ("paid", 20)))),
    ],
)
def test_units_are_seen_in_the_values(pairs: list[tuple[object, object]], units: Units) -> None:
    found = match(samples(*pairs), one_operation=False)
    assert found.sure["/field"].right == "/there"
    assert found.sure["/field"].units == units


def test_times_that_are_equal_to_the_millisecond_need_no_tolerance() -> None:
    exact = Units(time=("rfc3339", "epoch-ms"), exact=True)
    assert translation("site", "app", exact) == {"time": {"app": "epoch-ms"}}
    assert translation("site", "app", Units(time=("rfc3339", "rfc3339"), exact=True)) == {
        "time": {"app": "rfc3339"}  # else they are compared as texts
    }
    coarse = Units(time=("rfc3339", "epoch-s"))
    assert translation("site", "app", coarse) == {"time": {"app": "epoch-s"}, "tolerance": "1s"}


@pytest.mark.parametrize(
    "pairs",
    [
        [(14937, "149.37"), (2001, "2001")],  # two units are none
        [(True, 1), (True, 1)],  # it never changed
        [(1, 1), (1, 1)],  # many fields are 1
        [("unpaid", 10), ("unpaid", 20)],  # changed on one side only
        [(0, 0)],
        [("Vukobi Tarano", "Vukobi")],  # cut
    ],
)
def test_what_the_values_do_not_show_is_not_sure(pairs: list[tuple[object, object]]) -> None:
    assert match(samples(*pairs), one_operation=False).sure == {}


def test_of_two_that_are_as_likely_none_is_sure() -> None:
    shown = [Sample("first", {"a": 3}, {"b": 3, "c": 3}), Sample("second", {"a": 4}, {"b": 4, "c": 4})]
    assert match(shown, one_operation=False).sure == {}
    words = [
        Sample("first", {"state": "unpaid"}, {"visible": True, "kind": 1}),
        Sample("first", {"state": "paid"}, {"visible": False, "kind": 2}),
    ]
    assert match(words, one_operation=False).sure == {}


def test_words_are_sure_where_one_record_changed() -> None:
    """Of two records everything differs: chance brings their words together."""
    two = [
        Sample("first", {"state": "unpaid"}, {"kind": 1}),
        Sample("second", {"state": "paid"}, {"kind": 2}),
    ]
    assert match(two, one_operation=False).sure == {}


def test_a_value_that_was_asked_with_shows_nothing() -> None:
    left = {"sku": "sku-17-x", "count": 417}
    assert score(left, {"sku": "sku-17-x", "left": 3}, ["sku-17-x"]) == 0
    assert score(left, {"sku": "sku-17-x", "left": 417}, ["sku-17-x"]) == 1


def test_the_time_of_a_promise_leaves_room() -> None:
    assert [generous(lag) for lag in (0.0, 0.2, 0.4, 3.0, 100.0)] == [5, 5, 10, 60, 2000]


# documents


def _operation(id: str, *members: str, query: str | None = None) -> dict[str, object]:
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in members}}
    answer = {"description": "well", "content": {"application/json": {"schema": schema}}}
    parameter = {"name": query, "in": "query", "required": True, "schema": {"type": "string"}}
    return {"operationId": id, "parameters": [parameter] if query else [], "responses": {"200": answer}}


VERBS = {
    "openapi": "3.0.3",
    "info": {"title": "Verbs", "version": "1"},
    "paths": {
        "/goods/detail": {"get": _operation("goodsDetail", "id", "title", query="id")},
        "/goods/add": {"post": _operation("addGoods", "id")},
        "/goods/update": {"post": _operation("updateGoods", "changed")},
        "/goods/remove": {"post": _operation("removeGoods", "gone")},
        "/login": {"post": _operation("login", "token")},
    },
}


def test_verbs_in_paths_say_what_a_post_does(tmp_path: Path) -> None:
    path = tmp_path / "verbs.json"
    path.write_text(json.dumps(VERBS), encoding="utf-8")
    backend = BackendUnderTest(
        name="verbs",
        title=USUAL.title("website"),
        platforms=("website",),
        contracts=(path,),
        base_url=lambda: "",
    )
    participant = Participant("website", USUAL.title("website"), backend, (load(path),))
    (goods,) = resources(participant)
    writes = (goods.make, goods.change, goods.remove)
    assert [one and one.id for one in writes] == ["addGoods", "updateGoods", "removeGoods"]
    assert goods.id == "id"


def test_what_has_surely_crossed_is_three_times_the_slowest() -> None:
    entries = [Entry(name, text_of(name), lags=lags) for name, lags in (("a", [0.1, 0.9]), ("b", []))]
    confirmation = Confirmation({}, USUAL, 1, 1.0, 1.0, print, confirmed=entries)
    assert confirmation.settle == 3.0
    text = render([], {}, [], {}, seed=1, language="en", settle=confirmation.settle)
    assert "defaults: {settle: 3s} # no service has a 'drain'" in text


def test_a_user_of_several_participants_is_one_of_the_people(system: System) -> None:
    """Whether or not a record is theirs: who reads the draft would write them next."""
    entry = Entry("order", text_of("order"), of="li", sides={"website": Side()})
    found = people_of([entry], system.participants)
    both = {"website": "li", "miniprogram": "li"}
    assert found == {"li": both, "han": {"website": "han", "miniprogram": "han"}}


@pytest.mark.parametrize("idempotent", [True, False])
def test_what_was_not_tried_is_proposed(idempotent: bool) -> None:
    """Also 'exactly-once', which is tried only where a request says that it may come twice."""
    entry = Entry("order", text_of("order"), of="li", sides={"website": Side()}, idempotent=idempotent)
    assert ("exactly-once" in untried(entry)) == (not idempotent)
    assert not {"appears", "private", "one-account"} & {*untried(entry)}


@pytest.fixture
def system() -> System:
    return System(Vendors(), ("", ""))


def test_what_nothing_writes_by_itself_says_how_it_gets_checks() -> None:
    """Points, which orders move: no comment said why nothing checks that they appear."""
    points = Entry(
        "points", text_of("points"), of="li", sides={"site": Side({"read": {"call": "getPoints"}})}
    )
    order = Entry(
        "order", text_of("order"), effects={"pay": {"points.balance": "+ total"}}, sides={"site": Side()}
    )
    note = moved_by_others(points, [points, order])
    assert note is not None
    assert "'conserved' of order" in note.en
    assert "sets" in note.en
    assert moved_by_others(points, [points]) is None
    points.sides["site"].calls["change"] = {"call": "setPoints"}
    assert moved_by_others(points, [points, order]) is None
