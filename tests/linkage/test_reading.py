from __future__ import annotations

from pathlib import Path

import pytest

from harness.core.errors import UsageError
from harness.linkage.contract.duration import seconds
from harness.linkage.contract.reading import read

PRODUCT = """\
linkage: 1
entities:
  product:
    title: {zh: 商品, en: product}
    id: /product_id
    website: {change: updateProduct, read: getProduct}
    miniprogram: {read: {call: goodsDetail, query: {no: $id}}}
    fields: {name: /name, price: {website: /price, miniprogram: /info/price, money: {miniprogram: yuan}}}
    promises: [{appears: 2s}, private]
"""


def document(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "linkage.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_short_forms_mean_the_long_ones(tmp_path: Path) -> None:
    contract = read(document(tmp_path, PRODUCT)).contract
    product = contract.entities["product"]
    assert product.participants["website"].change is not None
    assert product.participants["website"].change.call == "updateProduct"
    read_there = product.participants["miniprogram"].read
    assert read_there is not None
    assert read_there.query == {"no": "$id"}  # in YAML 1.1 'no' would be false
    assert product.fields["price"].at == {"website": "/price", "miniprogram": "/info/price"}
    assert product.fields["name"].at == "/name"
    assert list(product.promises) == ["appears", "private"]
    assert contract.within("product") == 2
    assert contract.within("product", "private") == 5


def test_a_default_time_is_for_promises_without_one(tmp_path: Path) -> None:
    text = PRODUCT.replace("linkage: 1\n", "linkage: 1\ndefaults: {within: 15m}\n")
    contract = read(document(tmp_path, text)).contract
    assert contract.within("product", "private") == 900
    assert contract.within("product") == 2


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("linkage: 1\n", "", r"yaml:1: 'linkage: 1', the version of the format, is missing"),
        ("linkage: 1\n", "linkage: 2\n", r"yaml:1: linkage: this version of the harness reads 1, not 2"),
        (
            "linkage: 1\nentities:\n",
            "- id: x\n- entities:\n",
            r"yaml:1: a list is the format of before version 1",
        ),
        (
            "    website:",
            "    webiste:",
            r"yaml:6: unknown key 'entities\.product\.webiste'; did you mean 'website'",
        ),
        (
            "{change:",
            "{chang:",
            r"yaml:6: unknown key 'entities\.product\.website\.chang'; did you mean 'change'",
        ),
        (
            "money:",
            "monney:",
            r"yaml:8: unknown key 'entities\.product\.fields\.price\.monney'; did you mean 'money'",
        ),
        ("call: goodsDetail", "cal: goodsDetail", r"yaml:7: unknown key .*cal'; did you mean 'call'"),
        ("private]", "privat]", r"yaml:9: entities\.product\.promises\.privat: .*; did you mean 'private'"),
        ("2s", "2 seconds", r"yaml:9: .*'2 seconds' is not a duration; write 500ms, 5s, 15m or 2h"),
        ("/info/price", "info/price", r"yaml:8: entities\.product\.fields\.price"),
        ("yuan", "dollar", r"yaml:8: entities\.product\.fields\.price"),
        ("    id: /product_id\n    website: {", "    website: {make: x, ", r"what can be made needs an 'id'"),
        ("    title: {zh: 商品, en: product}\n", "", r"yaml:3: 'entities\.product\.title' is missing"),
        (
            "call: goodsDetail",
            "call: goodsDetail, who: li",
            r"yaml:7: unknown key .*who'; keys here are as, body, call, ",
        ),
        ("entities:", "entitys:", r"yaml:2: unknown key 'entitys'; did you mean 'entities'"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in PRODUCT
    with pytest.raises(UsageError, match=message):
        read(document(tmp_path, PRODUCT.replace(old, new)))


def test_an_empty_file_is_one_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"yaml:1: must begin with 'linkage: 1'"):
        read(document(tmp_path, ""))


@pytest.mark.parametrize(("text", "value"), [("500ms", 0.5), ("5s", 5), ("15m", 900), ("2h", 7200), (3, 3)])
def test_durations(text: object, value: float) -> None:
    assert seconds(text) == value


def test_one_line_needs_no_list(tmp_path: Path) -> None:
    text = PRODUCT + "    always: price > 0\n"
    assert read(document(tmp_path, text)).contract.entities["product"].always == ("price > 0",)
