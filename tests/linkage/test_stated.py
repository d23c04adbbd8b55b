"""What a body states of a record's fields: an id in it says which other record is meant, and may be shown otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.linkage.contract.reading import read
from harness.linkage.participants.stated import stated
from tests.support.vendor_system import FOLDER, System
from tests.support.vendors import Vendors, serving

TEXT = (FOLDER / "linkage.yaml").read_text(encoding="utf-8")
SKU = "      sku: /sku\n"
GOODS = "      goods: {website: /product_id, miniprogram: /sku}\n"


@pytest.mark.parametrize(
    ("said", "body", "left"),
    [
        ({"product": "$product.id"}, {"product": "p1", "n": 2}, {"n": 2}),
        ({"of": {"no": "$product.same"}}, {"of": {"no": "s", "n": 1}}, {"of": {"n": 1}}),
        (
            {"items": [{"id": "$product.id", "n": 2}]},
            {"items": [{"id": "p1", "n": 2}]},
            {"items": [{"n": 2}]},
        ),
        ({"ids": ["$product.id", "$product-2.id"]}, {"ids": ["p1", "p2"], "n": 1}, {"n": 1}),
        ({"paid": "$total", "name": "$$product.id"}, {"paid": 3, "name": "x"}, {"paid": 3, "name": "x"}),
        ("$product.id", "p1", None),
        (None, {"n": 2}, {"n": 2}),
    ],
)
def test_ids_are_not_stated(said: Any, body: Any, left: Any) -> None:
    assert stated(said, body) == left


@pytest.mark.parametrize("shown", ["sku", "another"])
def test_what_is_sent_as_an_id_may_be_shown_otherwise(
    shown: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Compared between the participants alone: a website that shows what the other does not is still found."""
    website = Vendors.website

    def showing(vendors: Vendors, *request: Any) -> Any:
        status, data = website(vendors, *request)
        if isinstance(data, dict) and "sku" in data and "order_no" in data:
            data = {**data, "product_id": data["sku"] if shown == "sku" else "other"}
        return status, data

    monkeypatch.setattr(Vendors, "website", showing)
    file = tmp_path / "linkage.yaml"
    file.write_text(TEXT.replace(SKU, GOODS).replace("within: 3s", "within: 1s"), encoding="utf-8")
    vendors = Vendors()
    vendors.entries["li"].append(1000)
    with serving(vendors) as urls:
        outcome, _ = System(vendors, urls, read(file)).play("order website→miniprogram[appears]")
    assert outcome.broken == outcome.not_run == ()
    found = [finding.lines().en for finding in outcome.findings]
    assert len(found) == (shown == "another")
    assert all("goods on the mini-program is not the new one in time" in one for one in found)
