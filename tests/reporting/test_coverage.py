from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.reporting.figures import RunFigures


def test_operations_are_exercised_by_scenarios_or_by_generated_tests(full_run: Path) -> None:
    website, miniprogram = RunFigures.read(full_run).coverage
    assert (website.backend, website.total, website.declared) == ("website", 6, True)
    assert (website.by_scenarios, website.by_conformance, website.exercised) == (2, 2, 3)
    assert [operation.label for operation in website.missing] == [
        "POST /api/orders", "DELETE /api/orders/{id}", "POST /sync/events",
    ]  # fmt: skip
    assert (miniprogram.by_scenarios, miniprogram.by_conformance, miniprogram.exercised) == (3, 1, 4)
    assert miniprogram.missing == ()


def test_each_operation_says_by_whom_and_how_often(full_run: Path) -> None:
    website, miniprogram = RunFigures.read(full_run).coverage
    points = next(item for item in website.operations if item.operation.operation_id == "memberPoints")
    assert (points.exchanges, points.cases, points.findings, points.state) == (2, 41, 0, "both")
    register = next(item for item in website.operations if item.operation.operation_id == "register")
    assert (register.exchanges, register.cases, register.state) == (1, 0, "one")
    points = next(item for item in miniprogram.operations if item.operation.operation_id == "memberPoints")
    assert (points.exchanges, points.cases, points.findings, points.state) == (0, 39, 1, "bad")


def test_without_a_declaration_nothing_is_called_complete(sample: Any) -> None:
    sample.started()
    sample.conformance("website", sample.POINTS, 3)
    sample.log.close()
    (website,) = RunFigures.read(sample.folder).coverage
    assert (website.declared, website.total, website.exercised) == (False, 1, 1)


def test_traffic_outside_scenarios_exercises_nothing(sample: Any) -> None:
    sample.started(operations={"website": [{"pointer": sample.POINTS}]})
    sample.exchange(sample.POINTS)
    sample.log.close()
    (website,) = RunFigures.read(sample.folder).coverage
    assert (website.exercised, website.operations[0].state) == (0, "none")
