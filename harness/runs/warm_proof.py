"""Proving the checks in one running system: each fault planted by a switch, its tests run, the fault taken away.

One run, one pytest process (:mod:`harness.plugin.fault_loop`). Owns reading its record while it grows: which
verdicts belong to which fault, and whether everything is as before once all faults are taken away.
"""

from __future__ import annotations

import importlib.util
import statistics
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.config.settings import HarnessSettings
from harness.core.errors import BrokenError
from harness.core.event_reader import EventReader
from harness.core.events import Event
from harness.core.payloads import PlantedFault, RunStart
from harness.core.polling import pause
from harness.core.text import Language
from harness.reporting.event_records import READ, part
from harness.reporting.figures import RunFigures
from harness.runs import suite
from harness.runs.fault_switch import has_switch
from harness.runs.faults import Fault, Planting
from harness.runs.proof import BROKEN, NOTHING_RAN, Proof, judge, prove
from harness.runs.run import Run

LOOK_EVERY = 0.1  # seconds
HINT = "; if its service reads it at its start only, its entry says 'cold: true'"


def prove_all(
    config: Path,
    settings: HarnessSettings,
    faults: Sequence[Fault],
    *,
    times: int = 1,
    cold: bool = False,
    whole: bool = False,
    language: Language | None = None,
    seed: str | None = None,
    profile: str | None = None,
) -> Iterator[Proof]:
    """Plant what can be in a running system, the rest (``cold``: all) each in a system of its own.

    A repetition is another run, so that it generates other requests. ``whole``: with every test concerned.
    """
    warm = [] if cold else [fault for fault in faults if has_switch(settings, fault)]
    rest = [fault for fault in faults if fault not in warm]
    for _ in range(times):
        if warm:
            alone = [Planting((fault,)) for fault in warm]
            yield from prove_warm(config, alone, whole=whole, language=language, seed=seed, profile=profile)
        yield from prove(config, rest, whole=whole, language=language, seed=seed, profile=profile)


def prove_warm(
    config: Path,
    plantings: Sequence[Planting],
    *,
    whole: bool = False,
    language: Language | None = None,
    seed: str | None = None,
    profile: str | None = None,
) -> Iterator[Proof]:
    """Plant ``plantings`` one after the other in one running system.

    Errors: BrokenError where a switch does not answer, or the tests do not pass once all are taken away.
    """
    ids = [planting.id for planting in plantings]
    run = Run.begin(config, language=language, seed=seed, profile=profile, warm=ids, whole=whole)
    record = WarmRecord(run, list(plantings))
    options = ["-n0"] if importlib.util.find_spec("xdist") else []  # one system, one fault at a time
    with ThreadPoolExecutor(1) as pool:
        process = pool.submit(suite.run_pytest, run, suite.rooms(run), options, quiet=True)
        while True:
            over = process.done()
            yield from record.proofs()
            if over:
                break
            pause(LOOK_EVERY)
    process.result()
    yield from record.unplanted()
    record.check()


def summary(proofs: Sequence[Proof]) -> str:
    """How many were found, and how long a fault took."""
    several = any(len(proof.planting.faults) > 1 for proof in proofs)
    what = "pairs of planted faults told as they are" if several else "planted faults found"
    parts = [f"{sum(proof.found for proof in proofs)} of {len(proofs)} {what}"]
    if listed := sum(proof.outcome == "listed" for proof in proofs):
        parts.append(f"{listed} listed as missed")
    for how in ("warm", "cold"):
        seconds = [proof.seconds for proof in proofs if proof.how == how]
        if seconds:
            parts.append(f"{len(seconds)} {how}, median {statistics.median(seconds):.1f} s")
    return "; ".join(parts)


@dataclass(slots=True)
class WarmRecord:
    """The run's record, read as it grows."""

    run: Run
    left: list[Planting]
    planted: list[Planting] = field(default_factory=list)
    found: list[Planting] = field(default_factory=list)
    events: list[Event[Any]] = field(default_factory=list)  # since the last change of what is planted
    start: list[Event[Any]] = field(default_factory=list)  # of the run
    began: float | None = None  # when all faults were taken away last
    problem: str = ""
    _events: EventReader = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._events = EventReader(self.run.folder)

    def proofs(self) -> Iterator[Proof]:
        """The faults that were planted and taken away since the last call."""
        for event in self._events.new(PlantedFault, *READ):
            match event.data:
                case PlantedFault(planted=None, problem=problem):
                    if problem:
                        raise BrokenError(problem)
                case PlantedFault(problem=problem):
                    self.events, self.problem = [], problem
                    continue
                case RunStart():
                    self.start.append(event)
                    continue
                case _:
                    self.events.append(event)
                    continue
            if self.began is not None:
                yield self._proof(self.left.pop(0), event.mono - self.began)
            self.began, self.events = event.mono, []

    def unplanted(self) -> Iterator[Proof]:
        """Those the process did not come to."""
        for planting in self.left:
            yield Proof(planting, False, True, NOTHING_RAN, "", 0.0, self.run.id, warm=True)

    def check(self) -> None:
        """With all faults taken away, the tests that found them pass."""
        if self.left:
            return  # it did not come to that
        verdicts = self._figures().records.verdicts
        for verdict in verdicts:
            if verdict.verdict in ("failed", "broken", "flaky"):
                concerned = [each for each in self.planted if each.names(verdict.id, verdict.test)]
                switches = " or ".join(dict.fromkeys(name for each in concerned for name in each.services))
                raise BrokenError(
                    f"with all faults taken away {verdict.test} is still {verdict.verdict}: the fault switch of "
                    f"{switches} does not go back (planted: {', '.join(each.id for each in concerned)}), or the "
                    f"test does not pass without a fault either\n{verdict.message_in(self.run.language)}"
                )
        passed = [each for each in verdicts if each.verdict == "passed"]
        for planting in self.found:
            if not any(planting.names(each.id, each.test) for each in passed):
                raise BrokenError(
                    f"that {' and '.join(planting.services)} is without {planting.id} again is not shown: none of "
                    "its tests ran and passed after all faults were taken away; see pytest.log in the run folder"
                )

    def _figures(self) -> RunFigures:
        """Those of what ran since the last change."""
        return RunFigures(part(self.run.folder, [*self.start, *self.events]))

    def _proof(self, planting: Planting, seconds: float) -> Proof:
        figures = self._figures()
        if self.problem:
            found, reason, message = False, f"{BROKEN} {self.problem}", ""
        else:
            whole = self.run.change.whole
            found, reason, message = judge(planting, figures, self.run.language, whole=whole)
        broken = reason.startswith(BROKEN)
        self.planted.append(planting)
        if found:
            self.found.append(planting)
        elif not broken and all(each.verdict != "failed" for each in figures.records.verdicts):
            reason += HINT
        problems = len(figures.problems.all) or None
        return Proof(
            planting, found, broken, reason, message, seconds, self.run.id, warm=True, problems=problems
        )
