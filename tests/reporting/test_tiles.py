from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.reporting.figures import RunFigures
from harness.reporting.tiles import tiles


def shown(folder: Path) -> list[tuple[str, str, str, str]]:
    return [(tile.title.en, tile.number, tile.note.en, tile.state) for tile in tiles(RunFigures.read(folder))]


def test_a_run_with_every_kind_of_ending(full_run: Path) -> None:
    assert shown(full_run) == [
        ("Tests passed", "5/11", "failed 2 · broken 2 · flaky 1 · not run 1", "bad"),
        ("P0 passed", "1/3", "not run 1", "bad"),
        ("Crossed in time", "2/3", "slowest 0.62 s · never arrived 1", "bad"),
        ("Contract violations", "2", "in 6 exchanges checked", "bad"),
        ("Operations exercised", "7/10", "by scenarios and contract tests; findings: 1", "bad"),
        ("Processes died", "1", "simulator", "bad"),
    ]


def test_what_was_not_run_beside_passed_tests_is_neither_good_nor_bad(sample: Any) -> None:
    sample.started()
    all_good(sample)
    sample.verdict("a.py::c", "not run")
    sample.log.close()
    assert shown(sample.folder)[0] == ("Tests passed", "1/2", "not run 1", "plain")


def test_an_empty_run_claims_nothing(sample: Any) -> None:
    sample.log.close()
    assert shown(sample.folder) == [
        ("Tests passed", "0/0", "nothing ran", "bad"),
        ("P0 passed", "–", "no P0 test", "plain"),
        ("Crossed in time", "–", "nothing crossed", "plain"),
        ("Contract violations", "0", "in 0 exchanges checked", "plain"),
        ("Operations exercised", "0/0", "by scenarios and contract tests; findings: 0", "plain"),
        ("Processes died", "0", "none", "good"),
    ]


def test_p0_scenarios_nobody_selected_are_not_called_none(sample: Any) -> None:
    entry = {"id": "L01", "title": "a", "priority": "P0", "level": "linkage"}
    sample.selection(catalogue=[entry], tests=[{"test": "c::d", "document": "c", "group": "contract"}])
    sample.verdict("c::d", group="contract")
    sample.log.close()
    assert shown(sample.folder)[1][1:3] == ("–", "no P0 scenario was selected")
    assert shown(sample.folder)[0][1:3] == ("1/1", "all that were selected")


def all_good(sample: Any) -> None:
    trace = sample.scenario("a.py::b", "L01", {"zh": "甲", "en": "a"})
    sample.exchange(sample.POINTS, trace)
    sample.lag("a.py::b", 1, 0.1, 0.3)
    sample.verdict("a.py::b", id="L01", group="linkage", priority="P0")


def test_a_clean_run(sample: Any) -> None:
    sample.started(operations={"website": [{"pointer": sample.POINTS}]})
    all_good(sample)
    sample.log.close()
    assert [(number, state) for _, number, _, state in shown(sample.folder)] == [
        ("1/1", "good"), ("1/1", "good"), ("1/1", "good"), ("0", "good"), ("1/1", "good"), ("0", "good"),
    ]  # fmt: skip


@pytest.mark.parametrize(("lower", "upper", "note", "state"), [
    (4.0, 6.0, "slowest 6.00 s · on the edge 1", "plain"),
    (5.5, 6.0, "slowest 6.00 s · late 1", "bad"),
    (5.0, None, "slowest 0.30 s · never arrived 1", "bad"),
])  # fmt: skip
def test_a_lag_the_reads_cannot_judge_is_neither_good_nor_bad(
    sample: Any, lower: float, upper: float | None, note: str, state: str
) -> None:
    all_good(sample)
    sample.lag("a.py::b", 2, lower, upper)
    sample.log.close()
    assert shown(sample.folder)[2] == ("Crossed in time", "1/2", note, state)


def test_without_declared_operations_no_share_is_claimed(sample: Any) -> None:
    sample.started()
    all_good(sample)
    sample.log.close()
    assert shown(sample.folder)[4][1:] == ("1", "by scenarios and contract tests; findings: 0", "plain")
