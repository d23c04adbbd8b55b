"""Payloads of the recording proxies: exchanges as they were judged, and what they show of contracts.

An exchange has two shapes for one event: the record as it is written, and the summary, which is read without
the headers and bodies.
"""

from __future__ import annotations

from typing import ClassVar, Literal, get_args

from pydantic import Field

from harness.core.payloads.base import Count, Kind, Payload, Shape, Words
from harness.core.text import Text

UNJUDGED = "the check itself failed"  # how ``unchecked`` begins where an exchange could not be judged

# Why an exchange is unchecked. No contract speaks of it, or it was not meant to be answered:
Excluded = Literal[
    "no contract",
    "page",
    "preflight",
    "undocumented",
    "websocket",
    "refused",
    "made unreachable",
    "not provided",
]
# A contract may speak of it, and what came by could not be judged:
Gap = Literal["no answer", "client left", "cut short", "too large", "encoding", "unread"]
# The harness failed:
OwnFault = Literal["not recordable", "check failed", "proxy failed"]
UncheckedReason = Excluded | Gap | OwnFault


class Violation(Shape):
    """One departure of an exchange from its contract."""

    code: str
    pointer: str | None = Field(default=None, description="place in the contract")
    where: str | None = Field(default=None, description="place in the exchange")
    expected: Words | None = None
    seen: Words | None = None
    message: Words = Text(zh="", en="")
    at: str | None = Field(default=None, description="field of the body, * for any entry of a list")


class TraceContext(Shape):
    """The ``traceparent`` of the request; empty where it carried none that is valid."""

    trace_id: str = ""
    span_id: str = ""


class Content(Shape):
    """A masked body. A large one lies in ``file``, relative to the run folder, and ``text`` is empty."""

    text: str
    encoding: Literal["base64"] | None = Field(default=None, description="absent: text is the body")
    file: str | None = None
    size: Count | None = Field(default=None, description="bytes of the file")
    cut: bool = Field(
        default=False, description="only its first bytes were recorded, or none that cannot be masked"
    )


class RequestLine(Shape):
    """What was asked: ``url`` is path and query, as sent."""

    method: str
    url: str


class Request(RequestLine):
    """A request; ``headers`` in wire order."""

    headers: list[tuple[str, str]]
    content: Content


class StatusLine(Shape):
    """What was answered."""

    status: Count


class Response(StatusLine):
    """A response; ``headers`` in wire order."""

    headers: list[tuple[str, str]]
    content: Content


class ExchangeSummary(Payload):
    """One exchange without headers and bodies; ``response`` is None where none came (``error`` says why).

    ``started`` and ``ended`` are seconds of the recording machine's monotonic clock.
    """

    kind: ClassVar = Kind.EXCHANGE

    id: str
    source: str = Field(description="who called")
    target: str = Field(description="the service called")
    request: RequestLine
    response: StatusLine | None
    started: float
    ended: float
    error: str | None
    trace: TraceContext | None = None
    operation: str | None = Field(description="its place in the contract")
    operation_id: str | None
    violations: tuple[Violation, ...]
    checked: bool
    unchecked: str | None = Field(default=None, description="why it was not checked, in words")
    reason: UncheckedReason | None = Field(default=None, description="the kind of what ``unchecked`` says")
    meant: Count | None = Field(default=None, description="the status that the answer's envelope means")
    waived: tuple[str, ...] = Field(default=(), description="identities of violations that waivers excuse")
    undocumented: str | None = Field(
        default=None, description="method and path, ids left open, of an operation that no document holds"
    )
    refused: Words | None = Field(default=None, description="why the proxy did not pass it on")

    @property
    def method(self) -> str:
        return self.request.method

    @property
    def path(self) -> str:
        """With its query, as sent."""
        return self.request.url

    @property
    def status(self) -> int | None:
        return None if self.response is None else self.response.status

    @property
    def seconds(self) -> float:
        return max(0.0, self.ended - self.started)

    @property
    def contract(self) -> str | None:
        return self.operation.partition("#")[0] if self.operation else None

    @property
    def unjudged(self) -> bool:
        """The harness failed on it; others are unchecked for what came by, or because no contract holds."""
        return self.reason in get_args(OwnFault) or (self.unchecked or "").startswith(UNJUDGED)


class ExchangeRecord(ExchangeSummary):
    """One exchange as the proxy wrote it."""

    messages: ClassVar = frozenset({"request", "response"})

    request: Request
    response: Response | None


class ExchangeLoss(Payload):
    """An exchange that was passed on and could not be recorded, written as soon as writing worked again.

    ``path`` is without its query; ``ended`` is on the recording machine's monotonic clock.
    """

    kind: ClassVar = Kind.EXCHANGE_LOST

    id: str
    source: str
    target: str
    method: str
    path: str
    status: Count | None = None
    ended: float
    trace: TraceContext | None = None
    why: str = Field(description="what kept it from being recorded")

    def __str__(self) -> str:
        return f"{self.method} {self.path} on {self.source}→{self.target}: {self.why}"


class Coverage(Payload):
    """What an exchange showed of its contract that none before it did."""

    kind: ClassVar = Kind.COVERAGE

    service: str
    source: Literal["generated", "traffic"] = Field(description="contract tests, or people and services")
    operation: str
    hits: list[str]
