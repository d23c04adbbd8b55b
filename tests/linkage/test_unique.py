"""A key that the client gives is drawn for each record; where one is taken already, the message says what to write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.contracts import load
from harness.core.errors import BrokenError, UsageError
from harness.linkage.contract.lint import lint
from harness.linkage.contract.reading import Document, read
from harness.linkage.participants.samples import merge
from harness.linkage.participants.session import ParticipantSession
from harness.linkage.promises import reads, records
from tests.support.vendor_system import FOLDER, System
from tests.support.vendors import Vendors, serving

MAKE = "make: {call: createProduct, as: staff}"
SCHEMA = "required: [name, price]"
PLAIN = "{type: string, example: TEA-100}"
NARROW = r"{type: string, minLength: 7, maxLength: 7, pattern: '^TEA-\d{3}$', example: TEA-100}"


@pytest.fixture
def codes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The product codes that the website was sent; it takes each once."""
    taken: list[str] = []
    answer = Vendors.website

    def website(vendors: Vendors, method: str, path: str, user: str, body: Any, headers: Any) -> Any:
        if (method, path) != ("POST", "/products"):
            return answer(vendors, method, path, user, body, headers)
        code = str(body["code"])
        if code in taken:
            return 409, {"title": "this code exists"}
        taken.append(code)
        return answer(vendors, method, path, user, body, headers)

    monkeypatch.setattr(Vendors, "website", website)
    return taken


@contextmanager
def system(folder: Path, code: str, *changes: tuple[str, str]) -> Iterator[System]:
    """Products have a code, which the client gives. The document's name is its own: samples are made once for each."""
    text = (FOLDER / "website.yaml").read_text(encoding="utf-8")
    website = re.sub(
        r"(NewProduct:.*?)required: \[name, price\](.*?properties: \{)",
        rf"\1required: [name, price, code]\2code: {code.replace(chr(92), chr(92) * 2)}, ",
        text,
        count=1,
        flags=re.DOTALL,
    )
    assert website != text
    website = website.replace(
        "example: {name: Tea, price: 1990", "example: {name: Tea, code: TEA-100, price: 1990"
    )
    product = "properties: {product_id: {type: string}, "
    website = website.replace(product, f"{product}code: {{type: string}}, ")
    (folder / f"{folder.name}.yaml").write_text(website, encoding="utf-8")
    linkage = (FOLDER / "linkage.yaml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in linkage
        linkage = linkage.replace(old, new, 1)
    (folder / "linkage.yaml").write_text(linkage, encoding="utf-8")
    document: Document = read(folder / "linkage.yaml")
    vendors = Vendors()
    with serving(vendors) as urls:
        made = System(vendors, urls, document)
        owner = made.participants["website"]
        made.participants["website"] = replace(owner, contracts=(load(folder / f"{folder.name}.yaml"),))
        yield made


SAME = ("same: {website: /sku,", "same: {website: /code,")


def several(played: System, number: int, *, seed: int = 1) -> None:
    check = played.check("product website→miniprogram[appears]", seed=seed)
    for _ in range(number):
        records.record(check)
    check.close()


@pytest.mark.parametrize("schema", [PLAIN, NARROW])
def test_the_key_of_each_record_is_its_own(tmp_path: Path, codes: list[str], schema: str) -> None:
    with system(tmp_path, schema, SAME) as played:
        several(played, 6)
        several(played, 6)  # another check of the same seed
    assert len(set(codes)) == 12
    assert "TEA-100" not in codes
    assert all(re.fullmatch(r"TEA-\d{3}" if schema == NARROW else r"TEA-\d+", code) for code in codes), codes


def test_any_value_of_a_body_can_be_unique(tmp_path: Path, codes: list[str]) -> None:
    unique = (MAKE, "make: {call: createProduct, as: staff, body: {code: $unique}}")
    with system(tmp_path, NARROW, unique) as played:
        several(played, 6)
    assert len(set(codes)) == 6
    assert all(re.fullmatch(r"TEA-\d{3}", code) for code in codes), codes


def test_a_longer_text_has_as_many_digits_as_it_may(tmp_path: Path, codes: list[str]) -> None:
    unique = (MAKE, 'make: {call: createProduct, as: staff, body: {code: "TEA-${unique}"}}')
    with system(tmp_path, NARROW, unique) as played:
        several(played, 6)
    assert len(set(codes)) == 6
    assert all(re.fullmatch(r"TEA-\d{3}", code) for code in codes), codes


def test_a_conflict_says_what_was_sent_twice_and_what_to_write(tmp_path: Path, codes: list[str]) -> None:
    fixed = (MAKE, "make: {call: createProduct, as: staff, body: {code: TEA-7}}")
    with system(tmp_path, PLAIN, fixed) as played, pytest.raises(BrokenError) as refused:
        several(played, 2)
    said = str(refused.value)
    assert "code = 'TEA-7' had been sent before" in said
    assert "write body: {code: $unique} in 'make'" in said


def test_a_conflict_about_another_thing_is_said_as_it_is(
    tmp_path: Path, codes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Vendors, "website", lambda *said: (409, {"title": "sold out"}))
    with system(tmp_path, PLAIN, SAME) as played, pytest.raises(BrokenError) as refused:
        several(played, 1)
    assert str(refused.value).endswith('{"title": "sold out"}')


def test_a_change_keeps_the_key(tmp_path: Path, codes: list[str]) -> None:
    """A PATCH whose document's example has another code would make it another product."""
    with system(tmp_path, PLAIN, SAME) as played:
        website = (tmp_path / f"{tmp_path.name}.yaml").read_text(encoding="utf-8")
        website = website.replace("example: {name: Green tea}", "example: {name: Green tea, code: TEA-9}")
        website = website.replace(
            "minProperties: 1\n      properties: {",
            "minProperties: 1\n      properties: {code: {type: string}, ",
        )
        (tmp_path / f"{tmp_path.name}.yaml").write_text(website, encoding="utf-8")
        owner = played.participants["website"]
        played.participants["website"] = replace(owner, contracts=(load(tmp_path / f"{tmp_path.name}.yaml"),))
        check = played.check("product website→miniprogram[appears]")
        made = records.record(check)
        reads.own(check, made)
        sent = records.change(check, made).sent.body
        check.close()
    assert sent["code"] == made.same == codes[0]


def test_no_value_is_left_to_draw(tmp_path: Path, codes: list[str]) -> None:
    one = r"{type: string, pattern: '^TEA-10$', example: TEA-10}"
    with system(tmp_path, one, SAME) as played, pytest.raises(BrokenError, match="no value that is new fits"):
        several(played, 1)


def test_the_key_is_an_id_where_the_client_gives_it(tmp_path: Path, codes: list[str]) -> None:
    own = ("id: {website: /product_id,", "id: {website: /code,")
    with system(tmp_path, PLAIN, own) as played:
        session = ParticipantSession(played.participants["website"], seed=1, timeout=5.0, traceparent="")
        entity = played.document.contract.entities["product"]
        call = session.participant.call(entity, "make")
        assert call is not None
        for _ in range(3):
            session.write(entity, call, records.Record("product", "staff"))
        session.close()
    assert len(set(codes)) == 3


def test_a_refusal_that_is_looked_for_says_nothing_of_ids(
    tmp_path: Path, codes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where too little was left, the next make was sent with an id of the document: one that an earlier run had made,
    refused for that, and no oversale was tried.
    """
    own = ("id: {website: /product_id,", "id: {website: /code,")
    with system(tmp_path, PLAIN, own) as played:
        session = ParticipantSession(played.participants["website"], seed=1, timeout=5.0, traceparent="")
        entity = played.document.contract.entities["product"]
        call = session.participant.call(entity, "make")
        assert call is not None
        with monkeypatch.context() as sold_out:
            sold_out.setattr(Vendors, "website", lambda *said: (422, {"title": "sold out"}))
            assert session.attempt(entity, call, records.Record("product", "staff")).answer.status == 422
        session.write(entity, call, records.Record("product", "staff"))
        session.close()
    [code] = codes
    assert re.fullmatch(r"TEA-\d{4,}", code)


def test_one_value_for_all_that_is_the_same_is_an_error(tmp_path: Path, codes: list[str]) -> None:
    fixed = (MAKE, "make: {call: createProduct, as: staff, body: {code: TEA-7}}")
    wrong = r"linkage\.yaml:\d+: 'TEA-7': 'same' tells records apart.*write \$unique or 'PREFIX-\$\{unique\}'"
    with system(tmp_path, PLAIN, SAME, fixed) as played, pytest.raises(UsageError, match=wrong):
        lint(played.document, played.participants)


def test_a_drawn_value_that_is_the_same_is_none(tmp_path: Path, codes: list[str]) -> None:
    drawn = (MAKE, 'make: {call: createProduct, as: staff, body: {code: "TEA-${unique}"}}')
    with system(tmp_path, PLAIN, SAME, drawn) as played:
        lint(played.document, played.participants)


def test_a_null_of_the_contract_is_sent() -> None:
    assert merge({"name": "Tea", "of": {"gift": 1}}, {"of": {"gift": None}}) == {
        "name": "Tea",
        "of": {"gift": None},
    }
    assert merge({"name": "Tea"}, None) == {"name": "Tea"}
