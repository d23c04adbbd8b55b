"""The figures of a run, derived from its events and from nothing else.

Owns every number a report or the gate shows. Words, colours and limits are not here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from harness.core.payloads import Damage
from harness.core.payloads.results import CHECK_GROUPS
from harness.core.platforms import USUAL, Platforms
from harness.core.text import Text
from harness.processes.settings import EnvironmentClass
from harness.reporting import event_records as rec
from harness.reporting import linkage_matrix, run_files, target_coverage, verdicts
from harness.reporting.coverage import BackendCoverage, coverage_of
from harness.reporting.event_records import Lag, Records, Scenario, Step, Verdict, VerdictWord
from harness.reporting.problems import Problems, problems_of
from harness.reporting.scope import Scope, scope_of
from harness.reporting.selection import LeftOut, Selected
from harness.reporting.symptoms import Symptoms
from harness.reporting.target_coverage import TargetCoverage
from harness.reporting.traffic_figures import Traffic, traffic_of
from harness.reporting.unchecked import Unchecked, not_provided_of, unchecked_of
from harness.reporting.undocumented import Undocumented, undocumented_of


@dataclass(frozen=True, slots=True)
class Counts:
    """How many tests had which verdict."""

    passed: int = 0
    failed: int = 0
    broken: int = 0
    flaky: int = 0
    not_run: int = 0

    @property
    def total(self) -> int:
        return self.passed + self.failed + self.broken + self.flaky + self.not_run

    @property
    def ran(self) -> int:
        return self.total - self.not_run

    @staticmethod
    def of(verdicts: Iterable[VerdictWord]) -> Counts:
        count = Counter(verdicts)
        return Counts(count["passed"], count["failed"], count["broken"], count["flaky"], count["not run"])


@dataclass(frozen=True, slots=True)
class Cell:
    """One platform of one scenario.

    ``state`` is a verdict, or ``not reached`` where the scenario stopped before it, or None where the
    scenario has no part on that platform. ``step`` is the number of the step that failed here.
    """

    state: str | None
    step: int | None = None


@dataclass(frozen=True, slots=True)
class MatrixRow:
    test: Verdict
    cells: dict[str, Cell]
    lags: tuple[Lag, ...]


@dataclass(frozen=True, slots=True)
class Crossings:
    """The lags of a run by state; ``slowest`` in seconds, of those that arrived."""

    in_time: int
    on_the_edge: int
    late: int
    never: int
    slowest: float | None

    @property
    def total(self) -> int:
        return self.in_time + self.on_the_edge + self.late + self.never


@dataclass(slots=True)
class _Parts:
    """What the run says of one test."""

    scenario: Scenario | None = None
    steps: list[Step] = field(default_factory=list)
    lags: list[Lag] = field(default_factory=list)
    evidence: list[rec.Evidence] = field(default_factory=list)
    exchanges: list[rec.AttributedExchange] = field(default_factory=list)


class RunFigures:
    """All figures of one run."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.run = records.run
        self.name = records.started.name if records.started else records.run

    @staticmethod
    def read(folder: Path) -> RunFigures:
        """Figures of a run folder; BrokenError or UsageError where its events cannot be read."""
        return RunFigures(rec.read(folder))

    @cached_property
    def platforms(self) -> Platforms:
        """The platforms of the system; of runs that did not announce them, the usual ones."""
        announced = self.records.started.platforms if self.records.started else []
        return Platforms(tuple(announced)) if announced else USUAL

    @cached_property
    def selected(self) -> Selected:
        """What was to run."""
        return Selected(self.records.selections)

    @cached_property
    def tests(self) -> tuple[Verdict, ...]:
        """One verdict per test that was selected, in order of their ends.

        A test that both passed and failed is flaky, never green; otherwise the worst of its verdicts counts
        (its clean-up has one too). A scenario that began and has no verdict is broken: its process was
        killed. A test that never began was not run.
        """
        by_test: dict[str, list[Verdict]] = {}
        for verdict in self.records.verdicts:
            by_test.setdefault(verdict.test, []).append(verdict)
        told = [verdicts.merged(several) for several in by_test.values()]
        begun = [
            verdicts.unfinished(self.records, scenario, self.steps(scenario.test))
            for scenario in self.records.scenarios
            if scenario.test not in by_test
        ]
        return (*(self._supported(verdict) for verdict in told), *begun, *self.never_begun)

    @cached_property
    def never_begun(self) -> tuple[Verdict, ...]:
        """The tests that were selected and of which nothing else is known."""
        known = {verdict.test for verdict in self.records.verdicts}
        known |= {scenario.test for scenario in self.records.scenarios}
        return verdicts.never_begun(self.records, self.selected, known)

    def _supported(self, verdict: Verdict) -> Verdict:
        verdict, test = verdicts.labelled(verdict, self.selected), verdict.test
        return verdicts.supported(
            verdict,
            self.scenario(test),
            self.steps(test),
            lambda: bool(self.exchanges(test)),
            damaged=bool(self.damage),
        )

    def counts(
        self, *, group: str | None = None, platform: str | None = None, priority: str | None = None
    ) -> Counts:
        """Verdicts of the tests of a group, a platform, a priority; of all without."""
        return Counts.of(
            test.verdict
            for test in self.tests
            if (group is None or test.group == group)
            and (platform is None or platform in test.platforms)
            and (priority is None or test.priority == priority)
        )

    @cached_property
    def p0(self) -> Counts:
        """The P0 tests, and the P0 scenarios of which no test was selected, as not run."""
        counts = self.counts(priority="P0")
        return replace(counts, not_run=counts.not_run + len(self.p0_left_out))

    @cached_property
    def p0_left_out(self) -> tuple[LeftOut, ...]:
        """P0 scenarios nobody selected, where scenarios were asked for at all and no other part has them."""
        if self.selected.part or not self.selected.asks_for_scenarios:
            return ()
        return tuple(each for each in self.selected.left_out if each.scenario.priority == "P0")

    @cached_property
    def scope(self) -> Scope:
        """What the run covers."""
        ran = (test.test for test in self.tests if test.verdict != "not run")
        return scope_of(self.selected, ran, not_provided_of(self.records))

    @cached_property
    def scenarios(self) -> tuple[Verdict, ...]:
        """The tests of the catalogue."""
        return tuple(test for test in self.tests if test.id and test.group not in CHECK_GROUPS)

    @cached_property
    def matrix_platforms(self) -> tuple[str, ...]:
        """Columns of the matrix: the platforms as the run declares them, then others in order of appearance."""
        return tuple(
            self.platforms.in_order(platform for test in self.scenarios for platform in test.platforms)
        )

    @cached_property
    def groups(self) -> tuple[str, ...]:
        present = {test.group for test in self.tests}
        return tuple(group for group in rec.GROUPS if group in present)

    @cached_property
    def _parts(self) -> dict[str, _Parts]:
        parts: dict[str, _Parts] = defaultdict(_Parts)
        for scenario in self.records.scenarios:
            parts[scenario.test].scenario = scenario
        for step in sorted(self.records.steps, key=lambda step: step.number):
            parts[step.test].steps.append(step)
        for lag in self.records.lags:
            parts[lag.test or ""].lags.append(lag)
        for item in self.records.evidence:
            parts[item.test or ""].evidence.append(item)
        for exchange in self.records.exchanges:
            parts[exchange.test or ""].exchanges.append(exchange)
        return parts

    def scenario(self, test: str) -> Scenario | None:
        return self._parts[test].scenario

    def steps(self, test: str) -> tuple[Step, ...]:
        return tuple(self._parts[test].steps)

    def lags(self, test: str) -> tuple[Lag, ...]:
        return tuple(self._parts[test].lags)

    def evidence(self, test: str) -> tuple[rec.Evidence, ...]:
        return tuple(self._parts[test].evidence)

    def exchanges(self, test: str) -> tuple[rec.AttributedExchange, ...]:
        return tuple(self._parts[test].exchanges)

    @cached_property
    def matrix(self) -> tuple[MatrixRow, ...]:
        """Scenarios × platforms, by id."""
        return tuple(
            MatrixRow(
                test,
                {platform: self._cell(test, platform) for platform in self.matrix_platforms},
                self.lags(test.test),
            )
            for test in sorted(self.scenarios, key=lambda test: test.id or "")
        )

    def _cell(self, test: Verdict, platform: str) -> Cell:
        if platform not in test.platforms:
            return Cell(None)
        steps = self.steps(test.test)
        stopped = next((step for step in steps if step.outcome != "passed"), None)
        if test.verdict in ("passed", "not run") or stopped is None or stopped.platform not in test.platforms:
            return Cell(test.verdict)
        if stopped.platform == platform:
            return Cell(test.verdict, stopped.number)
        reached = any(step.platform == platform and step.number < stopped.number for step in steps)
        return Cell("passed" if reached else "not reached")

    @cached_property
    def crossings(self) -> Crossings:
        lags = self.records.lags
        count = Counter(lag.state for lag in lags)
        return Crossings(
            count["in time"],
            count["on the edge"],
            count["late"],
            count["never"],
            max((lag.upper for lag in lags if lag.upper is not None), default=None),
        )

    @cached_property
    def traffic(self) -> Traffic:
        return traffic_of(self.records)

    @cached_property
    def undocumented(self) -> Undocumented:
        return undocumented_of(self.records)

    @cached_property
    def unchecked(self) -> Unchecked:
        """The exchanges of documented operations that could not be judged."""
        return unchecked_of(self.records)

    @cached_property
    def linkage(self) -> tuple[linkage_matrix.Row, ...]:
        """The linkage contract: what was promised, and what of it was kept."""
        return linkage_matrix.matrix_of(self.records, {test.test: test for test in self.tests})

    @cached_property
    def sync_rates(self) -> dict[str, linkage_matrix.Crossing]:
        """By entity, how many of its writes were seen in time."""
        return linkage_matrix.sync_rates(self.records)

    @cached_property
    def problems(self) -> Problems:
        """What is behind the red tests."""
        return problems_of(Symptoms(self.records, self.platforms, self.tests).all(), self.tests)

    @cached_property
    def targets(self) -> TargetCoverage:
        """How much of what the contracts document was shown; whole where all contract tests ran."""
        targets = target_coverage.read(self.records.folder)
        if not self.selected.known or self.records.started is None:
            return targets
        contract_tests, started = self.scope.contract_tests, self.records.started
        all_begun = not any(test.group == "contract" for test in self.never_begun)
        disposable = started.environment == EnvironmentClass.DISPOSABLE and started.fault is None
        return replace(targets, whole=contract_tests.share == "all" and all_begun and disposable)

    @cached_property
    def coverage(self) -> tuple[BackendCoverage, ...]:
        """Operations of each backend's contracts, exercised or not."""
        return coverage_of(self.records)

    @property
    def findings(self) -> tuple[tuple[rec.CheckResult, rec.Finding], ...]:
        """Of contract tests."""
        return tuple((c, finding) for c in self.records.conformance for finding in c.findings)

    @property
    def promise_findings(self) -> tuple[tuple[rec.CheckResult, rec.Finding], ...]:
        """Of the checks of the linkage contract."""
        return tuple((c, finding) for c in self.records.promises for finding in c.findings)

    @cached_property
    def held_back(self) -> tuple[tuple[Text, int], ...]:
        """What the proxies did not pass on, as the environment's class has it: reason and how often."""
        reasons = Counter(x.refused for x in self.records.exchanges if x.refused)
        return tuple(sorted(reasons.items(), key=lambda item: (-item[1], item[0].en)))

    @cached_property
    def left_behind(self) -> tuple[dict[str, Any], ...]:
        """What a run on a shared environment created: the entries of cleanup.json."""
        return tuple(run_files.read(self.records.folder, run_files.CLEANUP) or ())

    @cached_property
    def damage(self) -> tuple[Damage, ...]:
        """What is lost of the run's record: events, and the files beside them."""
        begun = self.selected.known and self.records.started is not None
        return (*self.records.damage, *run_files.damage(self.records.folder, begun=begun))

    @property
    def died(self) -> tuple[rec.ProcessExit, ...]:
        return tuple(self.records.died)

    @property
    def seconds(self) -> float | None:
        """Wall time of the run; None where it never finished."""
        return self.records.finished.seconds if self.records.finished else None
