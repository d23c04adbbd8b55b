"""Who refuses everything refuses nothing for its sake: ``never-below`` needs two who take where there is enough."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from harness.checks.outcome import Outcome
from harness.contracts import load
from harness.linkage.contract.lint import lint
from harness.linkage.contract.reading import read
from harness.linkage.participants.record import Record
from harness.linkage.promises import reads, records, under_way
from harness.linkage.promises.never_below import Supply, _stocked
from harness.linkage.promises.promise_check import PromiseCheck
from tests.support.vendor_system import FOLDER, System
from tests.support.vendors import Vendors, serving

TAKES = 'make: {stock.left: "- quantity", stock-2.left: "- 1", points.balance: "- points"}'


@pytest.fixture
def outcome(tmp_path: Any, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Outcome:
    """Of a mini-program whose backend always answers a purchase in the same way."""
    mall = Vendors.mall

    def buying(vendors: Vendors, method: str, path: str, *what: Any) -> Any:
        return request.param if path == "/buy" else mall(vendors, method, path, *what)

    monkeypatch.setattr(Vendors, "mall", buying)
    text = (FOLDER / "linkage.yaml").read_text(encoding="utf-8")
    assert TAKES in text
    file = tmp_path / "linkage.yaml"
    file.write_text(text.replace(TAKES, 'make: {stock.left: "- quantity"}'), encoding="utf-8")
    vendors = Vendors()
    vendors.entries["li"].append(1000)
    with serving(vendors) as urls:
        return System(vendors, urls, read(file)).play("order website→miniprogram[never-below]")[0]


@pytest.mark.parametrize("outcome", [(400, {"title": "no such sku"})], indirect=True)
def test_a_participant_that_takes_nothing_proves_nothing(outcome: Outcome) -> None:
    assert (outcome.findings, outcome.broken) == ((), ())
    assert "never reached: each of the two takes where there is enough" in outcome.not_run[0].en


@pytest.mark.parametrize("outcome", [(500, None)], indirect=True)
def test_an_error_of_the_backend_is_no_refusal(outcome: Outcome) -> None:
    assert outcome.broken == ()
    assert {(one.check, one.status) for one in outcome.findings} == {("not_a_server_error", 500)}


def test_what_nothing_sets_is_said_beside_what_is_taken_whole(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stock that no change names was left out without a word, where points are used up."""
    text = (FOLDER / "linkage.yaml").read_text(encoding="utf-8")
    for old, new in (("call: setStock, as: staff,", "call: updateProduct, as: staff,"), ("{left: 90}", "{}")):
        assert old in text
        text = text.replace(old, new)
    file = tmp_path / "linkage.yaml"
    file.write_text(text, encoding="utf-8")
    send = Vendors.send_product

    def stocked(vendors: Vendors, product: dict[str, Any], change: dict[str, Any]) -> None:
        vendors.set_stock(product["sku"], 90)
        send(vendors, product, change)

    monkeypatch.setattr(Vendors, "send_product", stocked)
    vendors = Vendors()
    vendors.entries["li"].append(1000)
    with serving(vendors) as urls:
        outcome = System(vendors, urls, read(file)).play("order website→miniprogram[never-below]")[0]
    assert (outcome.findings, outcome.broken) == ((), ())
    assert [text.en.partition(":")[0] for text in outcome.not_run][:2] == ["stock.left", "stock-2.left"]


def test_what_is_taken_from_is_set_with_all_else_that_is_needed(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a sample of the document takes it off sale, and both refuse it for that."""
    needs = {**system.document.contract.entities["order"].needs, "product": {"on_sale": True, "left": 90}}
    check = system.check("order website→miniprogram[never-below]")
    monkeypatch.setattr(PromiseCheck, "entity", SimpleNamespace(needs=needs))
    sets: list[Any] = []
    monkeypatch.setattr(records, "set_fields", lambda check, record, keeper, values: sets.append(values))
    for module, name in ((under_way, "over"), (under_way, "alike"), (reads, "arrive")):
        monkeypatch.setattr(module, name, lambda *_: None)
    record = Record("product")
    supply = Supply(record, record, check.writer, "product", "left", "- 2", one={})
    _stocked(check, supply, 1)
    assert sets == [{"on_sale": True, "left": 1}]


@pytest.mark.parametrize(("there", "direction"), [(1, "website→miniprogram"), (3, "miniprogram→website")])
def test_participants_may_take_unlike_amounts(tmp_path: Any, there: int, direction: str) -> None:
    """What is too little for one of them is enough for the other."""
    outcome = _played(tmp_path, direction, {"n: 2": f"n: {there}"})
    assert (outcome.findings, outcome.broken, outcome.not_run) == ((), (), ())


def test_how_much_there_is_may_be_shown_by_one_of_the_two_only(tmp_path: Any) -> None:
    both = "{left: {website: /count, miniprogram: /left}}"
    outcome = _played(
        tmp_path, "website→miniprogram", {both: "{left: {website: /count}, shown: {miniprogram: /left}}"}
    )
    assert (outcome.findings, outcome.broken, outcome.not_run) == ((), (), ())


def test_more_than_there_is_of_unlike_amounts_is_found(tmp_path: Any) -> None:
    outcome = _played(tmp_path, "website→miniprogram", {"n: 2": "n: 3"}, faults={"oversold"})
    assert "enough for one, so one is made" in str(outcome.findings[0].expected)


def test_an_amount_that_varies_is_no_fault_of_the_product(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A document that leaves the amount open: each request may state another one."""
    mall, amounts = Vendors.mall, iter([3, 3, 2])

    def buying(vendors: Vendors, method: str, path: str, user: str, body: Any, query: Any) -> Any:
        if path == "/buy":
            body = {**body, "n": next(amounts)}
        return mall(vendors, method, path, user, body, query)

    monkeypatch.setattr(Vendors, "mall", buying)
    outcome = _played(tmp_path, "website→miniprogram", {})
    assert (outcome.findings, outcome.broken) == ((), ())
    assert "takes 2 of left on miniprogram, and took 3 before" in outcome.not_run[0].en


def test_two_who_take_less_than_before_race_for_nothing(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There was enough for both: that each got it shows nothing."""
    take, made = Vendors.order, iter([2, 2, 2, 2, 2, 2])

    def order(vendors: Vendors, user: str, sku: str, quantity: int, *what: Any, **given: Any) -> Any:
        return take(vendors, user, sku, next(made, 1), *what, **given)

    monkeypatch.setattr(Vendors, "order", order)
    outcome = _played(tmp_path, "website→miniprogram", {})
    assert (outcome.findings, outcome.broken) == ((), ())
    assert "takes 1 of left on website, and took 2 before" in outcome.not_run[0].en


def _played(tmp_path: Any, direction: str, changes: dict[str, str], **given: Any) -> Outcome:
    text = (FOLDER / "linkage.yaml").read_text(encoding="utf-8")
    taking = {TAKES: 'make: {stock.left: "- quantity"}', "within: 3s": "within: 500ms"}
    for old, new in {**taking, **changes}.items():
        assert old in text
        text = text.replace(old, new)
    file = tmp_path / "linkage.yaml"
    file.write_text(text, encoding="utf-8")
    vendors = Vendors(**given)
    vendors.entries["li"].append(1000)
    with serving(vendors) as urls:
        return System(vendors, urls, read(file)).play(f"order {direction}[never-below]")[0]


TOTAL = {
    "{count: {type: integer, minimum: 0, maximum: 1000}}": "{count: {type: integer}, total: {type: integer}}",
    "schema: {$ref: '#/components/schemas/Stock'}, example: {count: 7}": (
        "schema: {type: object, additionalProperties: false, required: [total], properties: {total: {type: integer, "
        "minimum: 0, maximum: 1000}}}, example: {total: 7}"
    ),
}
BY_TOTAL = {
    "{left: {website: /count, miniprogram: /left}}": (
        "{left: {website: /count, miniprogram: /left}, total: {website: /total}}"
    ),
    'always: ["left >= 0"]': 'always: ["left >= 0", "left <= total"]',
    "{left: 90}": "{total: 90}",
}


@pytest.fixture
def totals(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """A website whose staff say how much there is of a product at all; ``by`` how much less is left."""
    totals, website = dict[str, int](), Vendors.website

    def answer(vendors: Vendors, method: str, path: str, user: str, body: Any, headers: Any) -> Any:
        if not path.endswith("/stock"):
            return website(vendors, method, path, user, body, headers)
        sku = vendors.products[path.split("/")[2]]["sku"]
        if method == "PUT":
            taken = totals.get(sku, 0) - vendors.stock[sku]
            totals[sku] = body["total"]
            vendors.set_stock(sku, 95 if vendors.has("total-apart") else body["total"] - taken)
        return 200, {"count": vendors.shown("website", sku), "total": totals.get(sku, 0)}

    monkeypatch.setattr(Vendors, "website", answer)
    return totals


def _played_by_total(tmp_path: Any, *faults: str, always: str = "left <= total") -> Outcome:
    document = (FOLDER / "website.yaml").read_text(encoding="utf-8")
    for old, new in TOTAL.items():
        assert old in document
        document = document.replace(old, new)
    (tmp_path / "by_total.yaml").write_text(document, encoding="utf-8")
    text = (FOLDER / "linkage.yaml").read_text(encoding="utf-8")
    taking = {TAKES: 'make: {stock.left: "- quantity"}', "within: 3s": "within: 500ms"}
    for old, new in {**taking, **BY_TOTAL}.items():
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "linkage.yaml").write_text(text.replace("left <= total", always), encoding="utf-8")
    vendors = Vendors(faults=set(faults))
    vendors.entries["li"].append(1000)
    with serving(vendors) as urls:
        system = System(vendors, urls, read(tmp_path / "linkage.yaml"))
        website = replace(system.participants["website"], contracts=(load(tmp_path / "by_total.yaml"),))
        system.participants["website"] = website
        lint(system.document, system.participants)
        return system.play("order website→miniprogram[never-below]")[0]


@pytest.mark.usefixtures("totals")
def test_what_is_left_is_set_by_the_total(tmp_path: Any) -> None:
    outcome = _played_by_total(tmp_path)
    assert (outcome.findings, outcome.broken, outcome.not_run) == ((), (), ())


@pytest.mark.usefixtures("totals")
def test_more_than_the_total_is_found(tmp_path: Any) -> None:
    [finding] = _played_by_total(tmp_path, "oversold").findings
    assert finding.expected.en == "left 2, of which one takes all: one is made, left is 0"


@pytest.mark.usefixtures("totals")
def test_a_total_that_nothing_moves_with_shows_nothing(tmp_path: Any) -> None:
    outcome = _played_by_total(tmp_path, "total-apart")
    assert (outcome.findings, outcome.broken) == ((), ())
    assert [text.en for text in outcome.not_run] == [
        "website: total was set so that left is 2, and it is 95: it does not move with the total"
    ]


@pytest.mark.usefixtures("totals")
def test_a_total_that_nothing_names_beside_it_is_not_guessed(tmp_path: Any) -> None:
    outcome = _played_by_total(tmp_path, always="total >= 0")
    assert (outcome.findings, outcome.broken) == ((), ())
    assert "no 'change' says how much there is" in outcome.not_run[0].en
