"""The exchange: one HTTP request with its response, as recorded on one edge.

A HAR 1.2 entry (http://www.softwareishard.com/blog/har-12-spec/) with a few fields of ours: the edge, our
clock, the traceparent. Owns the shape in memory; its record is a payload, recording is ``traffic``'s, judging
``contracts``'.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from harness.core.payloads.traffic import ExchangeRecord, Request, Response
from harness.core.text import Text

TRACE_HEADER = "traceparent"  # W3C Trace Context, https://www.w3.org/TR/trace-context/
IDEMPOTENT_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE")  # RFC 9110, 9.2.2
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")  # RFC 9110, 9.2.1; what people and services read with
UNANSWERED = "X-Harness-Unanswered"  # header of an answer a service never gave: it gave none; its name
BEHIND = "X-Harness-Silence-Behind"  # header for the harness: what the service itself asked in vain meanwhile
REPEATED = "X-Harness-Repeated"  # header for the harness: why the request had been sent once before
BODY_LIMIT = 8 * 1024 * 1024  # bytes of a body that are read and judged, and of what it decodes to
CREDENTIALS = (
    "X-Harness-Credentials"  # header for the proxy: which headers a hook has set; it goes no further
)
REFUSED = "X-Harness-Refused"  # header of an answer a service never gave: the environment forbids the request


@dataclass(frozen=True, slots=True)
class BodyFlaw:
    """Why a body is not whole, or still in its content coding. ``expected`` is what its sender owes; None where
    nobody is at fault and it just cannot be judged.
    """

    seen: Text
    expected: Text | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """Headers in wire order and the whole body, decoded from transfer- and content-encoding; with a ``flaw``, as
    it came.
    """

    headers: tuple[tuple[str, str], ...]
    body: bytes
    flaw: BodyFlaw | None = None

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request with its response.

    ``source`` and ``target`` name the two ends of the edge (``browser`` → ``website``). ``started`` and
    ``ended`` are ``time.monotonic()`` seconds on the recording machine. ``status`` is None where no response
    came; ``error`` then says why.
    """

    id: str
    source: str
    target: str
    method: str
    path: str  # path with query, as sent
    request: Message
    status: int | None
    response: Message | None
    started: float
    ended: float
    error: str | None = None

    @property
    def traceparent(self) -> str | None:
        return self.request.header(TRACE_HEADER)

    @property
    def edge(self) -> str:
        return f"{self.source}→{self.target}"

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "source": self.source,
            "target": self.target,
            "request": {"method": self.method, "url": self.path, **_message(self.request)},
            "response": None if self.response is None else {"status": self.status, **_message(self.response)},
            "started": self.started,
            "ended": self.ended,
            "error": self.error,
        }

    @staticmethod
    def of(record: ExchangeRecord) -> Exchange:
        """The exchange that a record is of, its large bodies left out."""
        return Exchange(
            id=record.id,
            source=record.source,
            target=record.target,
            method=record.method,
            path=record.path,
            request=_message_of(record.request),
            status=record.status,
            response=None if record.response is None else _message_of(record.response),
            started=record.started,
            ended=record.ended,
            error=record.error,
        )


def _message(message: Message) -> dict[str, Any]:
    try:
        body: dict[str, Any] = {"text": message.body.decode()}
    except UnicodeDecodeError:
        body = {"text": base64.b64encode(message.body).decode(), "encoding": "base64"}
    return {"headers": [list(pair) for pair in message.headers], "content": body}


def _message_of(recorded: Request | Response) -> Message:
    content = recorded.content
    body = base64.b64decode(content.text) if content.encoding == "base64" else content.text.encode()
    return Message(tuple(recorded.headers), body)
