from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.reporting import gate_json
from harness.reporting.gate import GateResult, judge
from harness.reporting.settings import GateSettings, ReportingSettings
from harness.reporting.trend import trend

Make = Callable[..., GateResult]


@pytest.fixture
def make(sample: Any) -> Make:
    """Make a run of one system beside others and judge it."""

    def run(id: str, *verdicts: str, name: str = "橙子小铺", write: bool = True) -> GateResult:
        one = type(sample)(sample.folder.parent / id)
        one.started(name=name)
        for number, verdict in enumerate(verdicts):
            one.verdict(f"a.py::test_{number}", verdict)
        one.finished()
        one.log.close()
        result = judge(one.folder, GateSettings())
        if write:
            gate_json.write(result, ReportingSettings())
        return result

    return run


def test_earlier_runs_of_the_same_system_oldest_first(make: Make) -> None:
    make("r1", "passed", "failed")
    make("r2", "passed", name="another shop")
    make("r3", "passed", "passed")
    points = trend(make("r4", "broken", write=False))
    assert [(point.run, point.counts.passed, point.counts.total, point.current) for point in points] == [
        ("r1", 1, 2, False), ("r3", 2, 2, False), ("r4", 0, 1, True),
    ]  # fmt: skip


def test_later_runs_are_not_the_past(make: Make) -> None:
    first = make("r1", "passed")
    make("r2", "passed")
    assert [point.run for point in trend(first)] == ["r1"]


def test_only_the_last_ones(make: Make) -> None:
    for number in range(4):
        result = make(f"r{number}", "passed")
    assert [point.run for point in trend(result, limit=2)] == ["r2", "r3"]


@pytest.mark.parametrize("text", ["", "[]", '{"name": "橙子小铺", "began": "then"}'])
def test_a_file_that_says_nothing_is_left_out(make: Make, tmp_path: Path, text: str) -> None:
    result = make("r1", "passed")
    other = result.folder.parent / "r0" / "gate.json"
    other.parent.mkdir()
    other.write_text(text, encoding="utf-8")
    assert [point.run for point in trend(result)] == ["r1"]
