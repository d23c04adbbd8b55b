"""The events of a run joined to its tests: one record per event, with what its envelope says.

Owns the two joins: an exchange belongs to a scenario by its trace id, to a step and an actor by a span id of our
own drivers. What each kind of event says is its payload's; counting is ``figures``'.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from harness.core import payloads
from harness.core.errors import EXIT_BROKEN
from harness.core.events import Event, read_events
from harness.core.payloads import (
    CheckResult,
    Damage,
    ExchangeLoss,
    Finding,
    Operation,
    ProcessExit,
    RunStart,
    Selection,
    Violation,
)
from harness.core.payloads.results import GROUPS, VerdictWord
from harness.core.payloads.traffic import TraceContext
from harness.core.platforms import HARNESS
from harness.core.validation import first_invalid
from harness.traffic.attribution import caller

__all__ = [
    "GROUPS",
    "AttributedExchange",
    "CheckResult",
    "Evidence",
    "ExchangeLoss",
    "Finding",
    "Lag",
    "Operation",
    "ProcessExit",
    "Records",
    "RunEnd",
    "RunStart",
    "Scenario",
    "Step",
    "Verdict",
    "VerdictWord",
    "Violation",
    "part",
    "read",
]

READ = (
    RunStart,
    payloads.RunEnd,
    payloads.ScenarioStart,
    payloads.Step,
    payloads.Lag,
    payloads.ExchangeSummary,
    ExchangeLoss,
    CheckResult,
    payloads.Evidence,
    payloads.ServiceError,
    payloads.Verdict,
    ProcessExit,
    Damage,
    Selection,
)


class RunEnd(payloads.RunEnd):
    """``seconds`` since the run started, on its own clock; None where its start is not known."""

    seconds: float | None


class Scenario(payloads.ScenarioStart):
    """One started scenario; ``test`` is the pytest node id."""

    test: str
    at: datetime


class Step(payloads.Step):
    """One step of a test; ``at`` is its end."""

    test: str
    at: datetime
    number: int
    actor: str | None
    platform: str | None


class Lag(payloads.Lag):
    """A lag, and the step that measured it."""

    test: str | None
    step: int | None


class AttributedExchange(payloads.ExchangeSummary):
    """One recorded exchange without its bodies, and who caused it.

    ``platform`` is that of the step which caused it: several platforms may call one service on one edge.
    """

    test: str | None
    step: int | None
    actor: str | None
    platform: str | None

    @property
    def generated(self) -> bool:
        """Sent by generated tests, that is by the harness outside of a scenario.

        They are against the contract on purpose, and judged by their own findings.
        """
        return self.source == HARNESS and self.test is None


class Evidence(payloads.Evidence):
    """Something shown, and by whom."""

    test: str | None
    step: int | None
    platform: str | None
    actor: str | None


class Verdict(payloads.Verdict):
    """The outcome of one test; ``at`` is its end."""

    at: datetime


class Records(BaseModel):
    """Everything one pass over the run folder yields, in order of time."""

    folder: Path
    run: str
    began: datetime | None = None
    clock: float = 0.0
    started: RunStart | None = None
    finished: RunEnd | None = None
    scenarios: list[Scenario] = []
    steps: list[Step] = []
    lags: list[Lag] = []
    exchanges: list[AttributedExchange] = []
    lost: list[ExchangeLoss] = []
    conformance: list[CheckResult] = []
    promises: list[CheckResult] = []
    evidence: list[Evidence] = []
    logged: dict[str, list[str]] = {}  # exchange → what its service logged of the error
    verdicts: list[Verdict] = []
    died: list[ProcessExit] = []
    damage: list[Damage] = []
    selections: list[Selection] = []


R = TypeVar("R", bound=BaseModel)


def read(folder: Path) -> Records:
    """Read a run folder; what of it cannot be read is told as damage."""
    records = Records(folder=folder, run=folder.name)
    return _filled(records, read_events(folder, *READ, damage=records.damage))


def part(folder: Path, events: Iterable[Event[Any]]) -> Records:
    """The records of some of a run's events."""
    return _filled(Records(folder=folder, run=folder.name), events)


def _filled(records: Records, events: Iterable[Event[Any]]) -> Records:
    exchanges: list[Event[Any]] = []
    for event in events:
        try:
            _add(records, event, exchanges)
        except ValidationError as error:  # such as a step without a number
            place = f"{event.seq}: {first_invalid(error)}"
            records.damage.append(Damage(shard=event.source, problem="unreadable", events=1, place=place))
    tests = {scenario.trace_id: scenario.test for scenario in records.scenarios if scenario.trace_id}
    steps = {(step.test, step.number): step for step in records.steps}
    records.exchanges.extend(_exchange(event, tests, steps) for event in exchanges)
    return records


def _add(records: Records, event: Event[Any], exchanges: list[Event[Any]]) -> None:
    """Exchanges are joined once everything else is known."""
    match event.data:
        case RunStart() as start:
            records.run, records.began, records.clock = event.run, event.wall, event.mono
            records.started = start
        case payloads.RunEnd():
            seconds = event.mono - records.clock if records.started else None
            records.finished = _joined(RunEnd, event, seconds=seconds)
        case payloads.ScenarioStart():
            records.scenarios.append(_joined(Scenario, event, test=event.scenario, at=event.wall))
        case payloads.Step():
            records.steps.append(
                _joined(
                    Step,
                    event,
                    test=event.scenario,
                    at=event.wall,
                    number=event.step,
                    actor=event.actor,
                    platform=event.platform,
                )
            )
        case payloads.Lag():
            records.lags.append(_joined(Lag, event, test=event.scenario, step=event.step))
        case payloads.ExchangeSummary():
            exchanges.append(event)
        case ExchangeLoss() as loss:
            records.lost.append(loss)
        case CheckResult() as result:
            kept = records.conformance if result.cell is None else records.promises
            kept.append(result.model_copy(update={"test": event.scenario}))
        case payloads.Evidence():
            records.evidence.append(
                _joined(
                    Evidence,
                    event,
                    test=event.scenario,
                    step=event.step,
                    platform=event.platform,
                    actor=event.actor,
                )
            )
        case payloads.ServiceError() as error:
            records.logged[error.exchange] = error.lines
        case payloads.Verdict():
            records.verdicts.append(_joined(Verdict, event, at=event.wall))
        case ProcessExit() as exit if not exit.expected or _left_untold(exit):
            records.died.append(exit)
        case Damage() as lost:  # of a run that is part of this one
            records.damage.append(lost)
        case Selection() as selection:
            records.selections.append(selection)


def _left_untold(exit: ProcessExit) -> bool:
    """Whether the proxies ended, as asked to, with exchanges that the record neither holds nor tells of."""
    return exit.name == "proxies" and exit.exit_code == EXIT_BROKEN


def _exchange(
    event: Event[Any], tests: dict[str, str], steps: dict[tuple[str, int], Step]
) -> AttributedExchange:
    trace: TraceContext | None = event.data.trace
    test = event.scenario or (tests.get(trace.trace_id) if trace else None)
    number = event.step or caller(trace)[1]
    step = steps.get((test, number)) if test and number else None  # None also of a step that never ended
    return _joined(
        AttributedExchange,
        event,
        test=test,
        step=step.number if step else None,
        actor=event.actor or (step.actor if step else None),
        platform=step.platform if step else None,
    )


def _joined(record: type[R], event: Event[Any], **joined: Any) -> R:
    return record.model_validate({**event.data.__dict__, **joined})
