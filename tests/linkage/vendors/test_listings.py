"""Which entries of a list are a record: by what tells records apart, never by what others' records have, too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from harness.api.client import Answer
from harness.linkage.contract.reading import read
from harness.linkage.contract.translate import Value
from harness.linkage.participants.record import Entry, Listing, Record, Write
from harness.linkage.promises import listings
from tests.support.vendor_system import FOLDER, System
from tests.support.vendors import Vendors, serving

TEXT = (FOLDER / "linkage.yaml").read_text(encoding="utf-8")
SKU = "      sku: /sku\n"


@pytest.fixture
def crowded(monkeypatch: pytest.MonkeyPatch) -> Vendors:
    """Beside each order, the website lists another that is like it: others write at the same time."""
    website = Vendors.website

    def listing(vendors: Vendors, method: str, path: str, user: str, body: Any, headers: Any) -> Any:
        status, data = website(vendors, method, path, user, body, headers)
        if (method, path) == ("GET", "/orders"):
            orders = data["orders"]
            data = {"orders": [*({**one, "order_no": f"{one['order_no']}-else"} for one in orders), *orders]}
        return status, data

    monkeypatch.setattr(Vendors, "website", listing)
    vendors = Vendors()
    vendors.entries["li"].append(1000)
    return vendors


@pytest.fixture
def said(crowded: Vendors, tmp_path: Path) -> Iterator[Any]:
    """What the check of a cell says on the crowded website."""
    with serving(crowded) as urls:

        def play(cell: str, text: str) -> tuple[list[str], list[str]]:
            file = tmp_path / "linkage.yaml"
            file.write_text(text, encoding="utf-8")
            outcome, _ = System(crowded, urls, read(file)).play(cell)
            findings = [finding.lines().en for finding in outcome.findings]
            return findings, [one.en for one in (*outcome.not_run, *outcome.broken)]

        yield play


def test_alike_records_of_others_are_not_counted(said: Any) -> None:
    """Nothing that is shown names what this check alone has made: the other order may be anybody's."""
    assert SKU in TEXT
    assert said("order miniprogram→website[exactly-once]", TEXT.replace(SKU, "")) == ([], [])


def test_a_record_that_names_what_only_this_check_made_is_counted(said: Any) -> None:
    ([finding], _) = said("order miniprogram→website[exactly-once]", TEXT)
    assert "it stands 2 times in the list of the website" in finding


@pytest.mark.parametrize("promise", ["exactly-once", "appears"])
def test_what_shows_neither_id_nor_same_is_not_told_apart(said: Any, promise: str) -> None:
    """The list shows numbers of another kind: not run, instead of a record that is not there."""
    told = "    id: {website: /order_no, miniprogram: /billNo}"
    assert told in TEXT
    text = TEXT.replace(SKU, "").replace(told, "    id: {miniprogram: /billNo}")
    findings, [reason] = said(f"order miniprogram→website[{promise}]", text)
    assert findings == []
    assert "the list of website shows neither the id nor 'same'" in reason


def test_records_of_one_same_are_one_record() -> None:
    """Delivered twice, it stands there under two ids; the third is somebody else's, and alike."""
    check = System(Vendors(), ("", "")).check("product website→miniprogram[appears]")
    record = Record("product", ids={"website": "p1", "miniprogram": 1001}, same="s1")
    record.seen = {"name": Value("tea", "tea")}
    shown = [Entry(id, record.seen, same) for id, same in ((1001, "s1"), (1002, "s1"), (1003, "s2"))]
    listing = Listing(tuple(shown), cast(Answer, None))
    assert listings.times(check, check.reader, record, listing) == 2
    assert listings.entry_of(check, check.reader, record, listing) is shown[0]
    others = Listing((shown[2],), cast(Answer, None))
    assert listings.entry_of(check, check.reader, record, others) is None
    check.close()


@pytest.mark.parametrize(("id", "times"), [(7, 1), (1007, 2), ("p7", 2)])
def test_a_small_number_names_no_record(id: object, times: int) -> None:
    """A quantity of 7 is not the product with the number 7: the other order may be anybody's."""
    check = System(Vendors(), ("", "")).check("order website→miniprogram[exactly-once]")
    product = Record("product", ids={"website": id}, made=cast(Write, object()))
    record = Record("order", ids={"website": "o1"}, needs={"product": product})
    record.seen = {"quantity": Value(id, id)}
    shown = tuple(Entry(number, record.seen, None) for number in ("o1", "o2"))
    assert listings.times(check, check.writer, record, Listing(shown, cast(Answer, None))) == times
    check.close()
