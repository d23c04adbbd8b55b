"""Two makes never share an idempotency key, whatever its header is called."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.contracts import load
from harness.linkage.contract.model import Call
from harness.linkage.participants.record import Record
from harness.linkage.participants.session import ParticipantSession
from tests.support.vendor_system import DOCUMENT, FOLDER, System
from tests.support.vendors import Vendors, serving


def test_an_example_is_nobody_s_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    website = (FOLDER / "website.yaml").read_text(encoding="utf-8").replace("Idempotency-Key", "X-Request-Id")
    (tmp_path / "website.yaml").write_text(website, encoding="utf-8")
    heard: list[str] = []

    def answer(vendors: Vendors, method: str, path: str, user: str, body: object, headers: Any) -> object:
        heard.append(headers["X-Request-Id"])
        return 201, {"order_no": f"o{len(heard)}"}

    monkeypatch.setattr(Vendors, "website", answer)
    vendors = Vendors()
    with serving(vendors) as urls:
        seller = System(vendors, urls).participants["website"]
        renamed = replace(seller, contracts=(load(tmp_path / "website.yaml"),))
        session = ParticipantSession(renamed, seed=1, timeout=5.0, traceparent="")
        order = Call(call="createOrder")
        for _ in range(2):
            session.write(DOCUMENT.contract.entities["order"], order, Record("order", "buyer"))
        session.close()
    assert len(set(heard)) == 2
    assert "k" not in heard
