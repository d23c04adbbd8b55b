"""One round of an entity, side by side: what stands where, and why a field is not equal."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.cli.linkage import _cell
from harness.linkage.contract.reading import read
from harness.linkage.draft.side_by_side import compare, compare_acts
from harness.linkage.promises import records
from tests.support.vendor_system import FOLDER, POINTS, System
from tests.support.vendors import Vendors, serving

STATE = "/state, values: {miniprogram: {1: true, 0: false}}"


def test_a_round_side_by_side_says_where_a_value_stands(tmp_path: Path) -> None:
    wrong = tmp_path / "linkage.yaml"
    text = (FOLDER / "linkage.yaml").read_text(encoding="utf-8")
    wrong.write_text(text.replace("/info/retailPrice", "/info/price"), encoding="utf-8")
    vendors = Vendors()
    with serving(vendors) as urls:
        check = System(vendors, urls, read(wrong)).check("product website→miniprogram[appears]")
        found = compare(check)
        check.close()
    fields = {(field.name, field.participant): field for field in found.fields}
    assert (fields["name", "miniprogram"].equal, fields["name", "miniprogram"].suggestion) == (True, None)
    price = fields["price", "miniprogram"]
    assert (price.there, price.equal, price.suggestion) == (False, False, "/info/retailPrice")
    assert price.reason is not None
    assert price.reason.en.startswith(
        "nothing stands at /info/price on miniprogram; is it miniprogram: /info/"
    )


@pytest.mark.parametrize(
    ("said", "instead", "field", "reason"),
    [
        (", money: {miniprogram: yuan}", "", "price", "perhaps it needs money: {miniprogram: yuan}"),
        (
            STATE,
            "/state",
            "on_sale",
            "perhaps it needs values: {miniprogram: {1: true}}",
        ),
        (
            STATE,
            "/state, values: {miniprogram: {0: false}}",
            "on_sale",
            "values: {miniprogram: {1: true}}",
        ),
        (
            "/info/title",
            "/info/mtime",
            "name",
            "it has not come in time, or is another field; is it miniprogram: /info/title?",
        ),
    ],
)
def test_a_round_side_by_side_says_why_a_field_is_not_equal(
    said: str, instead: str, field: str, reason: str, tmp_path: Path
) -> None:
    wrong = tmp_path / "linkage.yaml"
    text = (FOLDER / "linkage.yaml").read_text(encoding="utf-8")
    assert said in text
    wrong.write_text(text.replace(said, instead, 1).replace("within: 3s", "within: 300ms"), encoding="utf-8")
    vendors = Vendors()
    with serving(vendors) as urls:
        check = System(vendors, urls, read(wrong)).check("product website→miniprogram[appears]")
        found = compare(check)
        check.close()
    fields = {one.name: one for one in found.fields if one.participant == "miniprogram"}
    assert not fields[field].equal
    seen = fields[field].reason
    assert seen is not None
    assert reason in seen.en
    assert "on website" in seen.en


def test_acts_are_tried_side_by_side(system: System) -> None:
    check = system.check("order website→miniprogram[appears]")
    rounds = list(compare_acts(check))
    check.close()
    assert [one.write.partition(":")[0] for one in rounds] == [*records.acts(check)]
    assert [field.reason for one in rounds for field in one.fields if field.reason] == []


@pytest.mark.parametrize(
    ("cell", "said", "instead", "reason"),
    [
        ("miniprogram→website", "30: cancelled, ", "", "values: {miniprogram: {30: cancelled}}"),
        (
            "website→miniprogram",
            "values: {miniprogram: {",
            "values: {website: {unpaid: unpaid, paid: paid}, miniprogram: {",
            "values: {website: {cancelled: cancelled}}",
        ),
        (
            "miniprogram→website",
            "30: cancelled",
            "30: CANCELLED",
            "values: {website: {cancelled: CANCELLED}}",
        ),
        (
            "miniprogram→website",
            "30: cancelled, 40",
            "30: refunded, 31: cancelled, 40",
            "no unit or form makes them equal",
        ),
    ],
)
def test_a_word_that_is_missing_is_told_where_it_is_missing(
    cell: str, said: str, instead: str, reason: str, tmp_path: Path
) -> None:
    wrong = tmp_path / "linkage.yaml"
    text = (FOLDER / "linkage.yaml").read_text(encoding="utf-8")
    before, status, after = text.partition("      status: {website: /status")
    assert said in after
    after = after.replace(said, instead, 1)
    sets = "{status: CANCELLED}" if "CANCELLED" in instead else "{status: cancelled}"
    before = before.replace("{status: cancelled}", sets).replace("within: 3s", "within: 300ms")
    wrong.write_text(before + status + after, encoding="utf-8")
    vendors = Vendors()
    vendors.entries["li"].append(POINTS)
    with serving(vendors) as urls:
        check = System(vendors, urls, read(wrong)).check(f"order {cell}[appears]")
        cancel = next(one for one in compare_acts(check) if one.write.startswith("cancel"))
        check.close()
    reader = cell.partition("→")[2]
    (seen,) = [one.reason for one in cancel.fields if (one.name, one.participant) == ("status", reader)]
    assert seen is not None
    assert reason in seen.en


def test_an_act_that_sets_another_word_than_is_said_is_told(tmp_path: Path) -> None:
    wrong = tmp_path / "linkage.yaml"
    text = (FOLDER / "linkage.yaml").read_text(encoding="utf-8")
    wrong.write_text(text.replace("sets: {status: paid}", "sets: {status: unpaid}", 1), encoding="utf-8")
    vendors = Vendors()
    vendors.entries["li"].append(POINTS)
    with serving(vendors) as urls:
        check = System(vendors, urls, read(wrong)).check("order website→miniprogram[appears]")
        pay = next(compare_acts(check))
        check.close()
    (status,) = [field for field in pay.fields if field.reason is not None]
    assert status.reason is not None
    assert status.reason.en.startswith("'sets' of the act says unpaid, and website shows 'paid'")


def test_a_field_that_only_the_other_has_differs_from_nothing(tmp_path: Path) -> None:
    """The check compares what both have; so does this."""
    file = tmp_path / "linkage.yaml"
    text = (FOLDER / "linkage.yaml").read_text(encoding="utf-8")
    name = "      name: {website: /name, miniprogram: /info/title}\n"
    assert name in text
    file.write_text(text.replace(name, name + "      code: {miniprogram: /state}\n"), encoding="utf-8")
    vendors = Vendors()
    with serving(vendors) as urls:
        check = System(vendors, urls, read(file)).check("product website→miniprogram[appears]")
        found = compare(check)
        check.close()
    [code] = [one for one in found.fields if (one.name, one.participant) == ("code", "miniprogram")]
    assert (code.equal, code.reason) == (None, None)
    assert _cell(code, "en") == "1"
