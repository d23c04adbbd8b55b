from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from harness.checks import waivers
from harness.core.errors import UsageError
from harness.core.events import EventLog
from harness.core.payloads import CheckResult, Verdict
from harness.runs import waiving
from tests.support.sample import Sample

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
    with pytest.raises(UsageError, match="W2 waives this already"):
        waiving.waive(path, run, "F1", reason="known since May", owner="li", expires=date(2026, 12, 31))


def test_a_finding_that_is_not_there(run: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no 'F2'; it has F1"):
        waiving.waive(
            tmp_path / "w.yaml", run, "F2", reason="known since May", owner="li", expires=date(2026, 1, 1)
        )


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    """A run with two undocumented operations."""
    sample = Sample(tmp_path / "run-2")
    sample.started()
    for name in ("GET /coupons/{id}", "GET /coupons/{id}", "POST /coupons"):
        sample.exchange(None, undocumented=name, target="shelf")
    sample.log.close()
    return sample.folder


def test_an_undocumented_operation_becomes_an_entry(beside: Path, tmp_path: Path) -> None:
    offered = waiving.undocumented(beside)
    assert {name: item.operation for name, item in offered.items()} == {
        "U1": "GET /coupons/{id}",
        "U2": "POST /coupons",
    }
    path = tmp_path / "waivers.yaml"
    made = waiving.waive(
        path, beside, "U1", reason="documented in May", owner="li", expires=date(2026, 12, 31)
    )
    assert waivers.load(path).undocumented == (made,)
    assert path.read_text(encoding="utf-8").endswith(
        "- id: W1\n  undocumented: GET /coupons/{id}\n  service: shelf\n  reason: documented in May\n"
        "  owner: li\n  expires: '2026-12-31'\n"
    )
    with pytest.raises(UsageError, match="W1 waives this already"):
        waiving.waive(path, beside, "U1", reason="documented in May", owner="li", expires=date(2026, 12, 31))


def test_a_pattern_is_waived_for_every_service(beside: Path, tmp_path: Path) -> None:
    path = tmp_path / "waivers.yaml"
    waiving.waive(
        path, beside, "GET /coupons/{any}", reason="documented in May", owner="li", expires=date(2026, 12, 31)
    )
    (entry,) = waivers.load(path).undocumented
    assert (entry.undocumented, entry.service) == ("GET /coupons/{any}", None)
