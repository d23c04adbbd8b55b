"""The linkage contract in figures: entity × direction × promise, how many writes crossed in time, how fast."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field

from harness.core.payloads import VerdictWord
from harness.core.text import Text, joined
from harness.reporting.event_records import Lag, Records, Verdict

IN_TIME = ("in time", "on the edge")


@dataclass(frozen=True, slots=True)
class Crossing:
    """The writes of one entity in one direction. Seconds are the upper ends of the lags' intervals.

    ``crossed`` of ``written`` were seen in time; None where nothing was seen at all.
    """

    written: int
    crossed: int
    median: float | None
    p95: float | None
    worst: float | None
    allowed: float | None

    @property
    def rate(self) -> float | None:
        """Per cent of the writes that were seen in time."""
        return 100 * self.crossed / self.written if self.written else None


@dataclass(frozen=True, slots=True)
class Row:
    """One entity in one direction; ``promises`` in the order in which they stand in the contract."""

    entity: str
    title: Text
    writer: str
    reader: str
    promises: tuple[tuple[str, VerdictWord, Text], ...]
    crossing: Crossing


@dataclass(slots=True)
class _Gathered:
    title: Text
    promises: list[tuple[str, VerdictWord, Text]] = field(default_factory=list)
    lags: list[Lag] = field(default_factory=list)


def matrix_of(records: Records, verdicts: dict[str, Verdict]) -> tuple[Row, ...]:
    """A row for every entity and direction that a check was about; ``verdicts`` by test."""
    rows: dict[tuple[str, str, str], _Gathered] = {}
    for result in records.promises:
        cell = result.cell
        verdict = verdicts.get(result.test or "")
        if cell is None or verdict is None:
            continue
        row = rows.setdefault((cell.entity, cell.writer, cell.reader), _Gathered(cell.title))
        reason = verdict.message or joined(result.not_run)
        row.promises.append((cell.promise, verdict.verdict, reason))
    for lag in records.lags:
        if (key := (lag.entity, lag.source, lag.target)) in rows:
            rows[key].lags.append(lag)
    return tuple(
        Row(entity, row.title, writer, reader, tuple(row.promises), crossing_of(row.lags))
        for (entity, writer, reader), row in rows.items()
    )


def sync_rates(records: Records) -> dict[str, Crossing]:
    """By entity: how many of its writes were seen in time by the other participants, in scenarios and checks."""
    by_entity: dict[str, list[Lag]] = defaultdict(list)
    for lag in records.lags:
        by_entity[lag.entity].append(lag)
    return {entity: crossing_of(lags) for entity, lags in by_entity.items()}


def crossing_of(lags: list[Lag]) -> Crossing:
    seen = sorted(lag.upper for lag in lags if lag.upper is not None)
    return Crossing(
        written=len(lags),
        crossed=sum(lag.state in IN_TIME for lag in lags),
        median=_percentile(seen, 50),
        p95=_percentile(seen, 95),
        worst=seen[-1] if seen else None,
        allowed=min((lag.allowed for lag in lags), default=None),
    )


def _percentile(ordered: list[float], percent: int) -> float | None:
    """The nearest rank: the smallest value that so many per cent do not exceed."""
    return ordered[max(0, math.ceil(percent / 100 * len(ordered)) - 1)] if ordered else None
