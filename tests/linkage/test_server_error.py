"""A server error says nothing of a promise: a finding of its own, or *broken* where its document says it may come."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.contracts import load
from tests.support.vendor_system import FOLDER, System
from tests.support.vendors import Vendors, serving

BUSY = "'503': {description: busy, content: {application/json: {schema: {}}}}, "


@pytest.mark.parametrize(("said", "whose"), [("", "failed"), (BUSY, "broken")])
def test_an_error_that_its_document_knows_is_no_refusal(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str, whose: str
) -> None:
    """Others pay an order of somebody's: 503 does not say that they may not."""
    website = Vendors.website

    def failing(vendors: Vendors, method: str, path: str, user: str, *what: Any) -> Any:
        if path.endswith("/payment") and user == "han":
            return 503, None
        return website(vendors, method, path, user, *what)

    monkeypatch.setattr(Vendors, "website", failing)
    text, paid = (FOLDER / "website.yaml").read_text(encoding="utf-8"), "'200': {description: paid"
    assert paid in text
    file = tmp_path / "website.yaml"
    file.write_text(text.replace(paid, said + paid), encoding="utf-8")
    vendors = Vendors()
    vendors.entries["li"].append(1000)
    with serving(vendors) as urls:
        system = System(vendors, urls)
        its = system.participants["website"]
        system.participants["website"] = replace(its, contracts=(load(file),))
        outcome, _ = system.play("order website[private]")
    assert (bool(outcome.findings), bool(outcome.broken)) == (whose == "failed", whose == "broken")
    if whose == "broken":
        assert "the answer of website is neither the record nor its absence" in outcome.broken[0].en
