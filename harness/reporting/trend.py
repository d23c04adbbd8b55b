"""Earlier runs beside this one: the verdicts of the same system, from the gate.json of each run folder.

Owns which runs are shown. The trend of single tests is Allure's, from ``reports/history``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from harness.reporting.figures import Counts
from harness.reporting.gate import GateResult
from harness.reporting.gate_json import FILE, as_json


@dataclass(frozen=True, slots=True)
class Point:
    """One run of the trend."""

    run: str
    began: datetime
    verdict: str
    counts: Counts
    current: bool


def trend(result: GateResult, *, limit: int = 12) -> list[Point]:
    """The last runs of the same system up to this one, oldest first."""
    own = _point(as_json(result), current=True)
    if own is None:
        return []
    earlier = [point for point in _others(result) if point.began < own.began]
    return [*sorted(earlier, key=lambda point: point.began)[-(limit - 1) :], own]


def _others(result: GateResult) -> Iterator[Point]:
    for path in result.folder.parent.glob(f"*/{FILE}"):
        if path.parent == result.folder:
            continue
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            point = _point(data) if data["name"] == result.figures.name else None
        except (OSError, ValueError, KeyError, TypeError):
            continue  # written by another version, or being written just now: no reason to lose this report
        if point:
            yield point


def _point(data: dict[str, Any], *, current: bool = False) -> Point | None:
    if not data["began"]:
        return None
    began = datetime.fromisoformat(data["began"])
    return Point(data["run"], began, data["verdict"], Counts(**data["tests"]), current)
