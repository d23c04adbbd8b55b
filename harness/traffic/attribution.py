"""Whose exchange it was: the trace our drivers put on their requests, and the reader that joins on it.

W3C Trace Context (https://www.w3.org/TR/trace-context/): a scenario is a trace; the span id of our own
requests says actor and step. Services pass the trace id on and may change the span: such an exchange
belongs to the scenario, not to a step.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from harness.core.errors import UsageError
from harness.core.event_reader import EventReader
from harness.core.events import Event, read_events
from harness.core.exchange import Exchange, Message
from harness.core.payloads import ExchangeRecord, ExchangeSummary
from harness.core.payloads.traffic import Content, TraceContext
from harness.traffic.bodies import recorded_body

HEADER = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
# A service's own span id is 64 random bits: that one stays below both by accident is 1 in 2**32.
MOST = 0xFFFF


@dataclass(frozen=True, slots=True)
class Trace:
    """One step of one actor in one scenario: ``trace_id`` 32 hexadecimal digits, numbers from 1."""

    trace_id: str
    actor_number: int
    step: int

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[0-9a-f]{32}", self.trace_id) or not int(self.trace_id, 16):
            raise UsageError(f"not a trace id: {self.trace_id!r}")
        for what, number in (("actor", self.actor_number), ("step", self.step)):
            if not 1 <= number <= MOST:
                raise UsageError(f"the number of the {what} must be from 1 to {MOST}, not {number}")

    def header(self) -> str:
        """The ``traceparent`` of the requests of this step."""
        return f"00-{self.trace_id}-{self.actor_number:08x}{self.step:08x}-01"


@dataclass(frozen=True, slots=True)
class Parent:
    """A ``traceparent`` as received."""

    trace_id: str
    span_id: str

    def ours(self) -> Trace | None:
        """The step it names, where the span is one of our drivers'."""
        actor, step = int(self.span_id[:8], 16), int(self.span_id[8:], 16)
        return Trace(self.trace_id, actor, step) if 1 <= actor <= MOST and 1 <= step <= MOST else None


def parse(header: str | None) -> Parent | None:
    """Read a ``traceparent``; None where there is none or it is invalid (then W3C says: start anew)."""
    match = HEADER.fullmatch((header or "").strip())
    if match is None:
        return None
    version, trace_id, span_id, _, more = match.groups()
    if version == "ff" or (version == "00" and more) or not int(trace_id, 16) or not int(span_id, 16):
        return None
    return Parent(trace_id, span_id)


@dataclass(frozen=True, slots=True)
class AttributedSummary:
    """One exchange of a scenario, without headers and bodies; ``actor`` and ``step`` as in :class:`Attributed`."""

    summary: ExchangeSummary
    actor: int | None
    step: int | None


class ScenarioExchanges:
    """The exchanges of one scenario as they come; made before the scenario acts.

    Each is parsed once, those of others not at all, and nothing from before this was made is looked at: a
    question costs as much as what is new.
    """

    def __init__(self, folder: Path, trace_id: str) -> None:
        self._trace_id = trace_id
        self._reader = EventReader(folder, from_now=True)
        self._found: list[tuple[float, AttributedSummary]] = []

    def so_far(self) -> list[AttributedSummary]:
        """In order of their ends."""
        for event in self._reader.new(ExchangeSummary, containing=self._trace_id):
            trace = event.data.trace
            if trace is not None and trace.trace_id == self._trace_id:
                self._found.append((event.mono, AttributedSummary(event.data, *caller(trace))))
        self._found.sort(key=lambda found: found[0])
        return [seen for _, seen in self._found]


@dataclass(frozen=True, slots=True)
class Attributed:
    """One exchange of a scenario. ``actor`` and ``step`` are numbers; None where a service caused it.

    ``exchange`` is masked, and without the large bodies: :meth:`whole` reads those. ``record`` says also how it
    was judged.
    """

    exchange: Exchange
    actor: int | None
    step: int | None
    event: Event[ExchangeRecord]

    @property
    def record(self) -> ExchangeRecord:
        return self.event.data

    def whole(self, folder: Path) -> Exchange:
        """The exchange with its large bodies read from the run folder."""

        def filled(message: Message, content: Content) -> Message:
            body = recorded_body(folder, content)
            return message if body is None else Message(message.headers, body)

        record, exchange = self.record, self.exchange
        response = None
        if exchange.response is not None and record.response is not None:
            response = filled(exchange.response, record.response.content)
        return replace(exchange, request=filled(exchange.request, record.request.content), response=response)


def exchanges_of(folder: Path, trace_id: str | None = None) -> list[Attributed]:
    """The recorded exchanges of one scenario, in order of their ends; without ``trace_id`` all of the run."""
    return [
        Attributed(Exchange.of(event.data), *caller(event.data.trace), event)
        for event in read_events(folder, ExchangeRecord)
        if trace_id is None or (event.data.trace is not None and event.data.trace.trace_id == trace_id)
    ]


def caller(trace: TraceContext | None) -> tuple[int | None, int | None]:
    """The numbers of actor and step that a recorded trace names; None for a service's own span."""
    # Masking takes eleven digits in a row for a phone number: such an id is no longer one.
    if trace is None or not re.fullmatch("[0-9a-f]{32}-[0-9a-f]{16}", f"{trace.trace_id}-{trace.span_id}"):
        return None, None
    ours = Parent(trace.trace_id, trace.span_id).ours()
    return (ours.actor_number, ours.step) if ours else (None, None)
