"""The lag that a check measures is an interval, and it holds the true lag: a hundred checks for each of four lags."""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median
from typing import Any, Literal

import pytest

from harness.core.polling import Polled, poll
from harness.linkage.checks.collector import PROMISES
from harness.linkage.contract.model import Call, Entity
from harness.linkage.participants.record import Reading, Record, Write
from harness.linkage.participants.session import ParticipantSession
from harness.linkage.promises import crossing
from harness.linkage.promises.promise_check import PromiseCheck
from tests.support.vendor_system import DOCUMENT, System
from tests.support.vendors import Vendors, serving

pytestmark = pytest.mark.full
CHECKS, BESIDE = 100, 10
CELL = "product website→miniprogram[appears]"
SLACK = 0.02  # seconds that a thread may wait for its turn between two looks at the clock


@dataclass(frozen=True)
class Measurement:
    """What one write's lag was said to be, and was; ``apart`` is the longest time from the beginning of a read of the
    check to the end of the next one, ``read`` its longest read.
    """

    lower: float
    upper: float
    earliest: float
    latest: float
    apart: float
    read: float

    @property
    def holds(self) -> bool:
        return self.lower <= max(0.0, self.latest) and self.earliest <= self.upper

    @property
    def width(self) -> float:
        return self.upper - self.lower


@dataclass(slots=True)
class TimedCheck(PromiseCheck):
    """Keeps when its writes were answered, and when its reads began and ended."""

    answered: list[float] = field(default_factory=list)
    spans: list[tuple[float, float]] = field(default_factory=list)

    def another(self, name: str) -> ParticipantSession:
        session = super(TimedCheck, self).another(name)
        read = session.read

        def timed(entity: Entity, call: Call, record: Record, **options: Any) -> Reading:
            began = time.monotonic()
            try:
                return read(entity, call, record, **options)
            finally:
                self.spans.append((began, time.monotonic()))

        session.read = timed  # type: ignore[method-assign]
        return session


def measured(lag: float, every: float, seed: int) -> list[Measurement]:
    """The lags of one check, on a system of its own."""
    contract = DOCUMENT.contract.model_copy(
        update={"defaults": DOCUMENT.contract.defaults.model_copy(update={"within": 15.0})}
    )
    vendors = Vendors(lag=lag)
    with serving(vendors) as urls:
        system = System(vendors, urls, replace(DOCUMENT, contract=contract))
        plain = system.check(CELL, seed=seed)
        check = TimedCheck(replace(plain.run, every=every), replace(plain.cell, within=15.0))
        outcome = check.outcome(PROMISES["appears"])
        assert (outcome.findings, outcome.broken) == ((), ())
        poll(lambda: vendors.pending, lambda pending: pending == 0, within=15.0)  # the last one is noted, too
        apart = max(ended - began for (began, _), (_, ended) in pairwise(check.spans))
        longest = max(ended - began for began, ended in check.spans)
        found = []
        for seen, since, (began, ended) in zip(system.lags, check.answered, vendors.crossed, strict=True):
            assert seen.lower is not None
            assert seen.upper is not None
            found.append(Measurement(seen.lower, seen.upper, began - since, ended - since, apart, longest))
        return found


INTERVALS: Mapping[float, float] = {
    0.0: 0.05,
    0.05: 0.05,
    0.5: 0.1,
    5.0: 0.25,
}  # lag and time between two reads


@pytest.mark.parametrize("lag", INTERVALS)
def test_the_interval_holds_the_true_lag_every_time(lag: float, monkeypatch: pytest.MonkeyPatch) -> None:
    measure = crossing.measure

    def noted(check: TimedCheck, write: Write, outcome: Polled[Reading]) -> Literal["in time", "late"]:
        check.answered.append(write.answered)
        return measure(check, write, outcome)

    monkeypatch.setattr(crossing, "measure", noted)
    every = INTERVALS[lag]
    with ThreadPoolExecutor(BESIDE) as pool:
        checks = list(pool.map(lambda seed: measured(lag, every, seed), range(1, CHECKS + 1)))
    assert len(checks) == CHECKS
    lags = [one for check in checks for one in check]
    assert len(lags) == 6 * CHECKS
    assert [one for one in lags if not one.holds] == []
    # A busy machine makes the pause between two reads longer; it does so at times, not as a rule.
    assert [one for one in lags if one.width > one.apart + SLACK] == []
    assert median(one.width - every - one.read for one in lags) <= SLACK
