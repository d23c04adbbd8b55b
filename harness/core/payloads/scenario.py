"""Payloads of a scenario under way: its start, its steps, what crossed, and what was seen."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from harness.core.payloads.base import Count, Kind, Payload, Words


class ScenarioStart(Payload):
    """A scenario of the catalogue began; every request it causes carries ``trace_id``."""

    kind: ClassVar = Kind.SCENARIO_STARTED

    id: str | None = None
    title: Words
    priority: str | None = None
    entities: list[str] = Field(default=[])
    level: str | None = None
    trace_id: str | None = None
    actors: dict[str, Count] = Field(default={})
    recorded: list[str] = Field(
        default=[], description="platforms of which it sends requests that are recorded"
    )


class Step(Payload):
    """One step, ended; number, actor and platform are the event's."""

    kind: ClassVar = Kind.STEP

    text: Words
    seconds: float
    outcome: Literal["passed", "failed", "broken"]


class Lag(Payload):
    """How long an entity took to cross: between ``lower`` and ``upper`` seconds."""

    kind: ClassVar = Kind.LAG

    entity: str
    source: str = Field(alias="from")
    target: str = Field(alias="to")
    title: Words
    lower: float | None = Field(description="None or 0: the first read saw it")
    upper: float | None = Field(description="None: no read ever did")
    allowed: float
    reads: Count
    since: str | None = Field(default=None, description="from when the seconds count")

    @property
    def state(self) -> Literal["in time", "late", "on the edge", "never"]:
        """*on the edge*: the allowed time lies inside the interval, so the reads cannot tell."""
        if self.upper is None:
            return "never"
        if self.upper <= self.allowed:
            return "in time"
        return "late" if (self.lower or 0.0) > self.allowed else "on the edge"


class ServiceError(Payload):
    """What a service logged of an error while it answered a request of a scenario."""

    kind: ClassVar = Kind.SERVICE_ERROR

    exchange: str = Field(description="its id")
    service: str
    lines: list[str]


class Evidence(Payload):
    """Something shown: ``file`` is relative to the run folder, ``type`` a media type.

    ``file`` None: it could not be taken, and ``missing`` says why.
    """

    kind: ClassVar = Kind.EVIDENCE

    title: Words
    file: str | None = None
    type: str
    missing: str | None = None
