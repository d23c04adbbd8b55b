from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.core.events import EventLog
from harness.core.payloads import Coverage, RunEnd, RunStart
from harness.reporting.figures import RunFigures
from harness.reporting.rules import measure
from harness.reporting.settings import GateSettings
from harness.reporting.target_coverage import FILE, Missing, coverage_lines, read

POINTER = "shared.yaml#/paths/~1thing/get"
TARGETS = [
    "getThing|status|200",
    "getThing|status|404",
    "getThing|query.a|present",
    "getThing|query.a|absent",
    "getThing|query.a|minimum|valid",
    "getThing|query.a|minimum|invalid",
]


def write(folder: Path, *hits: tuple[str, list[str]], whole: bool = True, listed: Any = ()) -> Path:
    operation = {"operation": "getThing", "document": "shared.yaml:7", "targets": TARGETS}
    data = {
        "whole": whole,
        "backends": {"site": {POINTER: operation}},
        "not_producible": list(listed),
    }
    (folder / FILE).write_text(json.dumps(data), encoding="utf-8")
    with EventLog(folder, "r", "proxy") as log:
        for source, shown in hits:
            new = {"service": "site", "source": source, "operation": POINTER, "hits": shown}
            log.write(Coverage.model_validate(new))
    return folder


def entry(status: str, backend: str | None = None) -> dict[str, Any]:
    return {"id": "e", "operation": "getThing", "status": status, "backend": backend, "reason": "so it is"}


def test_shares_are_counted_by_who_showed_them(tmp_path: Path) -> None:
    shown = [("generated", TARGETS[:1] + TARGETS[4:]), ("traffic", [TARGETS[0], TARGETS[2]])]
    (site,) = read(write(tmp_path, *shown)).backends
    assert (site.statuses.shown, site.statuses.total, site.statuses.traffic) == (1, 2, 1)
    assert (site.valid.shown, site.valid.total, site.valid.traffic) == (2, 2, 1)
    assert (site.invalid.shown, site.invalid.total, site.invalid.traffic) == (1, 2, 0)
    assert site.missing == (Missing("site", "getThing", "404", "shared.yaml:7"),)
    assert site.unmet == {"getThing": ("query.a|absent",)}


def test_what_is_missing_is_listed_or_not(tmp_path: Path) -> None:
    coverage = read(write(tmp_path, ("generated", TARGETS[:1])))
    assert [item.status for item in coverage.unlisted] == ["404"]
    assert coverage.excused == 0
    coverage = read(write(tmp_path, listed=[entry("404"), entry("200", "other")]))
    assert [item.status for item in coverage.unlisted] == []
    assert coverage.excused == 50
    assert [item.status for item in coverage.stale] == ["200"]


@pytest.mark.parametrize(("source", "stale"), [("generated", ["404"]), ("traffic", [])])
def test_an_entry_is_stale_when_a_contract_test_shows_its_status(
    tmp_path: Path, source: str, stale: list[str]
) -> None:
    coverage = read(write(tmp_path, (source, TARGETS[:2]), listed=[entry("404")]))
    assert [item.status for item in coverage.stale] == stale
    assert coverage.unlisted == ()


def test_a_line_for_the_terminal(tmp_path: Path) -> None:
    folder = write(tmp_path, ("generated", TARGETS[:3]))
    assert coverage_lines(folder, "en") == [
        "coverage site: statuses 2/2, keywords met 1/2, broken 0/2",
    ]
    assert "状态码 2/2" in coverage_lines(folder, "zh")[0]


def test_a_run_without_targets_has_no_coverage(tmp_path: Path) -> None:
    (tmp_path / "events").mkdir()
    coverage = read(tmp_path)
    assert (coverage.whole, coverage.backends, coverage.excused) == (False, (), None)


def rules(folder: Path, **limits: Any) -> dict[str, tuple[float | None, str]]:
    with EventLog(folder, "r", "main") as log:
        log.write(RunStart(name="shop"))
        log.write(RunEnd(exit_code=0))
    measured = measure(RunFigures.read(folder), GateSettings(**limits))
    return {rule.name: (rule.measured, rule.verdict) for rule in measured}


def test_the_gate_judges_what_a_whole_run_did_not_show(tmp_path: Path) -> None:
    said = rules(write(tmp_path, ("generated", TARGETS[:1])), statuses_unshown=0)
    assert said["statuses_unshown"] == (1, "failed")
    assert said["not_producible"] == (0, "passed")


def test_the_gate_fails_a_list_that_is_stale_or_too_long(tmp_path: Path) -> None:
    said = rules(write(tmp_path, ("generated", TARGETS[:2]), listed=[entry("404")]), statuses_unshown=0)
    assert said["statuses_unshown"] == (1, "failed")
    other = tmp_path / "other"
    other.mkdir()
    said = rules(write(other, ("generated", TARGETS[:1]), listed=[entry("404")]), statuses_unshown=0)
    assert said["statuses_unshown"] == (0, "passed")
    assert said["not_producible"] == (50, "failed")


def test_the_gate_judges_neither_a_part_nor_where_nobody_asked_it_to(tmp_path: Path) -> None:
    assert rules(write(tmp_path, whole=False), statuses_unshown=0)["statuses_unshown"][1] == "not applicable"
    other = tmp_path / "other"
    other.mkdir()
    assert rules(write(other))["statuses_unshown"][1] == "not applicable"
