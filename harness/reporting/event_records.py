"""What the events of a run say, typed: one record per event, joined to its test.

Owns the shapes of the event data a report reads, and the two joins: an exchange belongs to a scenario by its
trace id, to a step and an actor by a span id of our own drivers. Counts nothing; that is ``figures``'.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from harness.core.errors import BrokenError
from harness.core.events import Event, Kind, read_events
from harness.core.platforms import HARNESS
from harness.core.text import Text
from harness.traffic.attribution import UNJUDGED, Parent

# One text for both languages where its writer knows only one.
Words = Annotated[
    Text, BeforeValidator(lambda value: {"zh": value, "en": value} if isinstance(value, str) else value)
]
VerdictWord = Literal["passed", "failed", "broken", "flaky", "not run"]
GROUPS = ("contract", "platform", "linkage", "experience", "other")
Group = Annotated[
    str, BeforeValidator(lambda name: name if name in GROUPS else OTHER_NAMES.get(name, "other"))
]

OTHER_NAMES = {"conformance": "contract"}


class Record(BaseModel):
    """Base: immutable, and blind to keys that a later writer adds."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class Operation(Record):
    """One operation of a contract; ``pointer`` is ``file#/json/pointer``."""

    pointer: str
    operation_id: str | None = None

    @property
    def contract(self) -> str:
        return self.pointer.partition("#")[0]

    @property
    def label(self) -> str:
        """``GET /api/points``, read back from the pointer (RFC 6901)."""
        parts = self.pointer.partition("#/paths/")[2].rsplit("/", 1)
        if len(parts) != 2:
            return self.operation_id or self.pointer
        return f"{parts[1].upper()} {parts[0].replace('~1', '/').replace('~0', '~')}"


class RunStarted(Record):
    """``operations``: per backend, all its contracts declare; absent where the writer does not know them."""

    name: str
    argv: list[str] = []
    seed: str | int | None = None
    commit: str | None = None
    environment: str | None = None
    platforms: list[dict[str, Any]] = []
    drivers: dict[str, str] = {}
    contracts: Annotated[
        dict[str, str], BeforeValidator(lambda v: v if isinstance(v, dict) else dict.fromkeys(v, ""))
    ] = {}
    operations: dict[str, list[Operation]] = {}


class RunFinished(Record):
    """``seconds`` since the run started, on its own clock; None where its start is not known."""

    exit_code: int
    seconds: float | None


class Scenario(Record):
    """One started scenario; ``test`` is the pytest node id."""

    test: str
    at: datetime
    id: str | None = None
    title: Words
    priority: str | None = None
    entities: list[str] = []
    level: str | None = None
    trace_id: str | None = None
    actors: dict[str, int] = {}


class Step(Record):
    """One finished step; ``at`` is its end."""

    test: str
    at: datetime
    number: int
    actor: str | None
    platform: str | None
    text: Words
    seconds: float
    outcome: Literal["passed", "failed", "broken"]


class Lag(Record):
    """How long an entity took to cross: between ``lower`` and ``upper`` seconds.

    ``lower`` None: the first read saw it; ``upper`` None: no read ever did.
    """

    test: str | None
    step: int | None
    entity: str
    source: str = Field(alias="from")
    target: str = Field(alias="to")
    title: Words
    lower: float | None
    upper: float | None
    allowed: float
    reads: int

    @property
    def state(self) -> Literal["in time", "late", "on the edge", "never"]:
        """*on the edge*: the allowed time lies inside the interval, so the reads cannot tell."""
        if self.upper is None:
            return "never"
        if self.upper <= self.allowed:
            return "in time"
        return "late" if (self.lower or 0.0) > self.allowed else "on the edge"


class Violation(Record):
    """One departure of an exchange from its contract."""

    code: str
    pointer: str | None = None
    where: str | None = None
    expected: str | None = None
    seen: str | None = None
    message: str = ""


class Exchanged(Record):
    """One recorded exchange without its bodies; ``status`` None where no response came.

    ``platform`` is that of the step which caused it: several platforms may call one service on one edge.
    """

    source: str
    target: str
    method: str
    path: str
    status: int | None
    seconds: float
    error: str | None
    operation: str | None
    operation_id: str | None
    checked: bool
    unchecked: str | None = None
    meant: int | None = None
    refused: str | None = None
    waived: list[str] = []
    violations: tuple[Violation, ...]
    test: str | None
    step: int | None
    actor: str | None
    platform: str | None = None

    @property
    def contract(self) -> str | None:
        return self.operation.partition("#")[0] if self.operation else None

    @property
    def unjudged(self) -> bool:
        """The check itself failed; other exchanges are unchecked because no contract speaks of them."""
        return (self.unchecked or "").startswith(UNJUDGED)

    @property
    def generated(self) -> bool:
        """Sent by generated tests, that is by the harness outside of a scenario.

        They are against the contract on purpose, and judged by their own findings.
        """
        return self.source == HARNESS and self.test is None


class Finding(Record):
    title: Words
    pointer: str | None = None
    check: str = ""
    expected: str | None = None
    seen: str | None = None
    curl: str | None = None


class Conformance(Record):
    """One contract test on one backend; ``operation`` is None where it is about several."""

    test: str | None = None
    kind: str = "generated"
    backend: str
    operation: str | None = None
    operation_id: str | None = None
    cases: Annotated[int, BeforeValidator(lambda n: sum(n.values()) if isinstance(n, dict) else n)]
    seconds: float
    seed: str | int | None = None
    findings: list[Finding] = []


class Evidence(Record):
    """Something shown: ``file`` is relative to the run folder, ``type`` a media type.

    ``file`` None: it could not be taken, and ``missing`` says why.
    """

    test: str | None
    step: int | None
    platform: str | None
    actor: str | None
    title: Words
    file: str | None = None
    type: str
    missing: str | None = None


class Verdict(Record):
    """The outcome of one test, as decided in its call phase; ``at`` is its end."""

    test: str
    at: datetime
    id: str | None = None
    title: Words | None = None
    group: Group = "other"
    platforms: list[str] = []
    priority: str | None = None
    verdict: VerdictWord
    message: Words | None = None
    fault: str | None = None
    seconds: float | None = None
    reproduce: str | None = None
    seed: str | int | None = None


class Died(Record):
    """A process of the run that ended when it should not have."""

    name: str
    exit_code: int | None = None
    signal: str | int | None = None
    last_words: str | None = None


class Records(BaseModel):
    """Everything one pass over the run folder yields, in order of time."""

    folder: Path
    run: str
    began: datetime | None = None
    clock: float = 0.0
    started: RunStarted | None = None
    finished: RunFinished | None = None
    scenarios: list[Scenario] = []
    steps: list[Step] = []
    lags: list[Lag] = []
    exchanges: list[Exchanged] = []
    conformance: list[Conformance] = []
    evidence: list[Evidence] = []
    verdicts: list[Verdict] = []
    died: list[Died] = []


R = TypeVar("R", bound=Record)


def read(folder: Path) -> Records:
    """Read a run folder. A record of an unknown shape is a BrokenError naming its shard and number."""
    records = Records(folder=folder, run=folder.name)
    exchanges: list[Event] = []
    handlers: dict[Kind, Callable[[Event], None]] = {
        Kind.RUN_STARTED: lambda e: _start(records, e),
        Kind.RUN_FINISHED: lambda e: _finish(records, e),
        Kind.SCENARIO_STARTED: lambda e: records.scenarios.append(
            _record(Scenario, e, test=e.scenario, at=e.wall)
        ),
        Kind.STEP: lambda e: records.steps.append(
            _record(Step, e, test=e.scenario, at=e.wall, number=e.step, actor=e.actor, platform=e.platform)
        ),
        Kind.LAG: lambda e: records.lags.append(_record(Lag, e, test=e.scenario, step=e.step)),
        Kind.EXCHANGE: exchanges.append,
        Kind.CONFORMANCE: lambda e: records.conformance.append(_record(Conformance, e, test=e.scenario)),
        Kind.EVIDENCE: lambda e: records.evidence.append(
            _record(Evidence, e, test=e.scenario, step=e.step, platform=e.platform, actor=e.actor)
        ),
        Kind.VERDICT: lambda e: records.verdicts.append(
            _record(Verdict, e, test=e.data.get("test", e.scenario), at=e.wall)
        ),
        Kind.PROCESS_EXITED: lambda e: _exit(records, e),
    }
    for event in read_events(folder):
        if handler := handlers.get(event.kind):
            handler(event)
    tests = {scenario.trace_id: scenario.test for scenario in records.scenarios if scenario.trace_id}
    steps = {(step.test, step.number): step for step in records.steps}
    records.exchanges.extend(_exchanged(event, tests, steps) for event in exchanges)
    return records


def _start(records: Records, event: Event) -> None:
    records.run, records.began, records.clock = event.run, event.wall, event.mono
    records.started = _record(RunStarted, event)


def _finish(records: Records, event: Event) -> None:
    seconds = event.mono - records.clock if records.started else None
    records.finished = _record(RunFinished, event, seconds=seconds)


def _exit(records: Records, event: Event) -> None:
    if not event.data.get("expected", False):
        records.died.append(_record(Died, event))


def _exchanged(event: Event, tests: dict[str, str], steps: dict[tuple[str, int], Step]) -> Exchanged:
    data = event.data
    trace = data.get("trace") or {}
    test = event.scenario or tests.get(trace.get("trace_id", ""))
    number = event.step or _step(trace)
    step = steps.get((test, number)) if test and number else None  # None also of a step that never ended
    request, response = data.get("request") or {}, data.get("response")
    return _record(
        Exchanged,
        event,
        method=request.get("method"),
        path=request.get("url"),
        status=None if response is None else response.get("status"),
        seconds=max(0.0, data.get("ended", 0.0) - data.get("started", 0.0)),
        test=test,
        step=step.number if step else None,
        actor=event.actor or (step.actor if step else None),
        platform=step.platform if step else None,
    )


def _step(trace: dict[str, str]) -> int | None:
    """The step a span id of our drivers names; None for a service's own."""
    trace_id, span = trace.get("trace_id", ""), trace.get("span_id", "")
    # Masking takes eleven digits in a row for a phone number: such an id is no longer one.
    if not re.fullmatch("[0-9a-f]{32}-[0-9a-f]{16}", f"{trace_id}-{span}"):
        return None
    ours = Parent(trace_id, span).ours()
    return ours.step if ours else None


def _record(kind: type[R], event: Event, **joined: Any) -> R:
    try:
        return kind.model_validate({**event.data, **joined})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "data"
        raise BrokenError(
            f"event {event.source}#{event.seq} ({event.kind}) cannot be reported: {place}: {first['msg']}"
        ) from None
