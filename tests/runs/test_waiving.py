from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from harness.checks import waivers
from harness.core.errors import UsageError
from harness.core.events import EventLog
from harness.core.payloads import CheckResult, Verdict
from harness.runs import waiving

NODE = "contracts/shelf.yaml::shelf::getBook"
FINDING = {
    "check": "response_schema_conformance",
    "title": "Wrong type",
    "identity": "shelf.yaml#/paths/~1books/get response_schema_conformance shelf.yaml#/x",
    "case": {"method": "GET", "path": "/books/b_01"},
}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    folder = tmp_path / "run-1"
    stale = {**FINDING, "check": "waiver"}
    with EventLog(folder, "run-1", "pytest") as log:
        tested = {"test": NODE, "backend": "shelf", "cases": 1, "seconds": 0.1}
        log.write(CheckResult.model_validate({**tested, "findings": [stale, FINDING]}), scenario=NODE)
        verdict = Verdict(test=NODE, id="shelf.yaml::shelf::getBook", verdict="failed")
        log.write(verdict, scenario=NODE)
    return folder


def test_a_finding_becomes_an_entry_that_can_be_read_back(run: Path, tmp_path: Path) -> None:
    assert [(offer.name, offer.test) for offer in waiving.offers(run)] == [
        ("F1", "shelf.yaml::shelf::getBook")
    ]
    path = tmp_path / "waivers.yaml"
    made = waiving.waive(path, run, "F1", reason="旧版本如此", owner="li", expires=date(2026, 12, 31))
    assert made.id == "W1"
    assert waivers.load(path).entries == (made,)
    text = path.read_text(encoding="utf-8")
    assert "reason: 旧版本如此" in text
    assert "expires: '2026-12-31'" in text
    assert made.case is not None
    assert made.case.path == "/books/b_01"


def test_the_list_is_added_to_and_nothing_stands_in_it_twice(run: Path, tmp_path: Path) -> None:
    path = tmp_path / "waivers.yaml"
    mine = "# ours\n- {id: W1, test: 'a::b::c', identity: x, reason: because so, owner: li, expires: 2026-01-01}\n"
    path.write_text(mine, encoding="utf-8")
    made = waiving.waive(path, run, "F1", reason="known since May", owner="li", expires=date(2026, 12, 31))
    assert made.id == "W2"
    assert path.read_text(encoding="utf-8").startswith(mine)
    with pytest.raises(UsageError, match="W2 waives this finding already"):
        waiving.waive(path, run, "F1", reason="known since May", owner="li", expires=date(2026, 12, 31))


def test_a_finding_that_is_not_there(run: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no finding 'F2'; it has F1"):
        waiving.waive(
            tmp_path / "w.yaml", run, "F2", reason="known since May", owner="li", expires=date(2026, 1, 1)
        )
