"""Values of ``needs``, ``sets`` and ``removed`` are in the contract's units, and written as each participant's schema
takes them; one that a field cannot have is an error with its line.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from harness.contracts import load
from harness.core.errors import BrokenError, UsageError
from harness.linkage.contract import translate
from harness.linkage.contract.lint import lint
from harness.linkage.contract.model import FieldRule
from harness.linkage.contract.reading import read
from harness.linkage.participants import spelling
from harness.linkage.participants.requests import Requests
from harness.linkage.promises import records
from tests.linkage.test_lint import PARTICIPANTS, document
from tests.support.vendor_system import FOLDER, System
from tests.support.vendors import Vendors, serving

PRICE = "price: {website: /price, miniprogram: /info/retailPrice, money: {miniprogram: yuan}}"
UPDATED = (
    "updated: {website: /updated_at, miniprogram: /info/mtime, time: {miniprogram: epoch-ms}, tolerance: 1s}"
)
SALE = "miniprogram: /state, values: {miniprogram: {1: true, 0: false}}"
NEEDS = "product: {on_sale: true, price: 40000}"


@pytest.mark.parametrize(
    ("rule", "said", "forms"),
    [
        ({"money": {"website": "yuan"}}, 3950, [39.5, "39.50", "39.5"]),
        ({"money": {"website": "yuan"}}, 4000, [40, "40.00", "40"]),
        ({"money": {"website": "fen"}}, 3950, [3950, "3950"]),
        ({"money": {"miniprogram": "yuan"}}, 3950, [3950, "3950"]),
        ({"number": True}, 3, [3, "3"]),
        ({"number": True}, 0.5, [0.5, "0.5"]),
        ({"values": {"website": {10: "unpaid", 11: "unpaid", 20: "paid"}}}, "unpaid", [10, 11]),
        ({"values": {"website": {1: True, 0: False}}}, True, [1]),
        ({"time": {"website": "epoch-ms"}}, "2026-01-31T08:00:00+08:00", [1769817600000, "1769817600000"]),
        ({"time": {"website": "epoch-s"}}, "2026-01-31T08:00:00+08:00", [1769817600, "1769817600"]),
        ({"time": {"website": "%Y%m%d%H%M%S"}}, "2026-01-31T00:00:00Z", ["20260131080000"]),
        ({"time": {"website": "local"}}, "2026-01-31T00:00:00Z", ["2026-01-31T08:00:00", "2026-01-31 08:00:00"]),
        ({"time": {"miniprogram": "local"}}, "2026-01-31T00:00:00Z",
         ["2026-01-31T08:00:00+08:00", "2026-01-31T00:00:00Z"]),
        ({}, "any", ["any"]),
        ({"money": {"website": "yuan"}}, None, [None]),
    ],
)  # fmt: skip
def test_a_value_is_written_as_a_participant_may_write_it(
    rule: dict[str, Any], said: Any, forms: list[Any]
) -> None:
    its = FieldRule.model_validate(rule)
    written = list(translate.forms(its, "website", translate.meant(its, said)))
    assert [(type(one), one) for one in written] == [(type(one), one) for one in forms]
    # What is written is read again as what was meant.
    if said is not None:
        for one in written:
            assert translate.value(its, "website", one).canonical == translate.meant(its, said)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (NEEDS, NEEDS.replace("40000", "'400.00'"), r"product\.price: an amount is written here in whole fen"),
        (NEEDS, NEEDS.replace("40000", "399.5"), r"in whole fen, such as 3950; 399\.5 is not"),
        (NEEDS, NEEDS.replace("40000", "true"), r"in whole fen"),
        (NEEDS, NEEDS.replace("price: 40000", "updated: yesterday"), r"written here as RFC 3339"),
        (NEEDS, NEEDS.replace("40000", "990000"), r"product\.price: updateProduct of website does not take 990000"),
        (NEEDS, NEEDS.replace("on_sale: true", "on_sale: 1"), r"product\.on_sale: .* expected"),
        (NEEDS, NEEDS.replace("price: 40000", "updated: 2026-01-31T08:00:00Z"), r"body of updateProduct .*has no /up"),
        ("stock: {left: 90}, product-2", "stock: {left: '90'}, product-2", r"stock\.left: setStock of web"),
        (SALE, SALE.replace("s: {min", "s: {website: {'on': true}, min"), r"does not take 'on': expected .*boolean"),
        ("removed: {on_sale: false}", "removed: {on_sale: gone}", r"on_sale: website never shows 'gone'"),
        ("removed: {on_sale: false}", "removed: {price: '1'}", r"price: an amount is written here"),
        ("sets: {status: paid}", "sets: {status: payd}", r"status: .*'payd'.*did you mean 'paid'"),
        ("sets: {status: paid}", "sets: {status: 20}", r"status: .*20"),
        ("sets: {status: paid}", "sets: {total: 3.5}", r"in whole fen"),
    ],
)  # fmt: skip
def test_a_value_that_a_field_cannot_have_is_said_with_its_line(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(UsageError, match=rf"linkage\.yaml:\d+: .*{message}"):
        lint(document(tmp_path, old, new), PARTICIPANTS)


def test_an_amount_is_sent_as_the_text_that_its_schema_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The website keeps yuan, as text with two digits."""
    text = (FOLDER / "website.yaml").read_text(encoding="utf-8")
    amount = r"price: {type: string, pattern: '^\d+\.\d{2}$', example: '19.90'}"
    text = text.replace("price: {type: integer, minimum: 1, maximum: 99999}", amount)
    text = text.replace("price: {type: integer}", amount).replace("price: 1990", "price: '19.90'")
    (tmp_path / "in_yuan.yaml").write_text(text, encoding="utf-8")
    linkage = (FOLDER / "linkage.yaml").read_text(encoding="utf-8")
    assert PRICE in linkage
    linkage = linkage.replace(PRICE, PRICE.replace("money: {", "money: {website: yuan, "))
    (tmp_path / "linkage.yaml").write_text(linkage, encoding="utf-8")
    sent: list[Any] = []
    answer = Vendors.website

    def website(vendors: Vendors, method: str, path: str, user: str, body: Any, headers: Any) -> Any:
        if method == "PATCH":
            sent.append(body["price"])
        priced = {**body, "price": 100} if body and "price" in body else body
        status, data = answer(vendors, method, path, user, priced, headers)
        return status, {**data, "price": sent[-1]} if sent and "name" in data else data

    monkeypatch.setattr(Vendors, "website", website)
    vendors = Vendors()
    with serving(vendors) as urls:
        played = System(vendors, urls, read(tmp_path / "linkage.yaml"))
        owner = played.participants["website"]
        played.participants["website"] = replace(owner, contracts=(load(tmp_path / "in_yuan.yaml"),))
        lint(played.document, played.participants)
        check = played.check("product website→miniprogram[appears]")
        made = records.record(check)
        records.set_fields(check, made, check.writer, {"price": 3950})
        check.close()
    assert sent == ["39.50"]
    assert made.seen["price"].canonical == 3950


def test_a_field_of_a_needed_record_is_sent_in_the_units_of_whoever_is_asked() -> None:
    """The website showed 3950 fen; the mini-program writes yuan, as text."""
    vendors = Vendors()
    with serving(vendors) as urls:
        played = System(vendors, urls)
        check = played.check("order miniprogram→website[appears]")
        product = records.Record("product")
        product.seen["price"] = translate.Value(3950, 3950)
        order = records.Record("order", "buyer", needs={"product": product})
        lookup = Requests(
            check.writer.participant,
            check.writer.client,
            seed=1,
            traceparent="",
            entities=played.document.contract.entities,
        ).lookup(order)
        with pytest.raises(BrokenError, match="nobody has shown this field of product yet"):
            lookup("product", "on_sale")
        price = lookup("product", "price")
        check.close()
    assert price == "39.50"


@pytest.mark.parametrize(
    ("type_", "raw", "written"),
    [
        ("number", "39.50", 39.5),
        ("string", 39.5, "39.50"),
        ("string", "39.50", "39.50"),
        (None, "39.50", "39.50"),
    ],
)
def test_a_field_of_another_is_written_as_the_schema_here_takes_it(
    type_: str | None, raw: Any, written: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both keep yuan, one as text: a value that was equal was sent as the other one writes it."""
    rule = FieldRule.model_validate({"money": {"website": "yuan", "miniprogram": "yuan"}})
    kinds = {"number": (int, float), "string": str}
    taken = type_ and SimpleNamespace(takes=lambda value: isinstance(value, kinds[type_]))
    monkeypatch.setattr(spelling, "shown", lambda *asked: taken)
    entity: Any = SimpleNamespace(fields={"price": rule})
    seen = translate.value(rule, "miniprogram", raw)
    assert spelling.elsewhere(PARTICIPANTS["website"], entity, "price", seen) == written


def test_what_is_no_amount_is_sent_as_it_was_shown() -> None:
    """No request could be made of it, and the check ended with an error of ours."""
    rule = FieldRule.model_validate({"money": {"miniprogram": "yuan"}})
    entity: Any = SimpleNamespace(fields={"price": rule})
    free = translate.value(rule, "website", "free")
    assert spelling.elsewhere(PARTICIPANTS["miniprogram"], entity, "price", free) == "free"


@pytest.mark.parametrize("raw", ["Infinity", "NaN", "1e999999", float("inf"), {}, [], 10**400, 1e300])
@pytest.mark.parametrize(
    "rule",
    [
        {"money": {"website": "yuan"}},
        {"number": True},
        {"time": {"website": "epoch-s"}},
        {"time": {"website": "epoch-ms"}},
    ],
)
def test_any_value_of_an_answer_can_be_compared_and_written(rule: dict[str, Any], raw: Any) -> None:
    """Some ended the check with an error of ours."""
    its = FieldRule.model_validate(rule)
    seen = translate.value(its, "website", raw)
    assert translate.equal(its, seen, seen)
    entity: Any = SimpleNamespace(fields={"it": its})
    assert spelling.elsewhere(PARTICIPANTS["website"], entity, "it", seen) == raw
