"""The recorder: turns one passage through the proxy into one event: judged as it was, written masked.

Owns what the event of an exchange says. It does not know HTTP servers or clients; the proxy tells it what
came by, piece by piece.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from harness.core.events import EventLog
from harness.core.exchange import Exchange, Message
from harness.core.payloads import ExchangeRecord
from harness.core.payloads.traffic import UNJUDGED
from harness.traffic import bodies
from harness.traffic.attribution import parse
from harness.traffic.edges import Edge
from harness.traffic.headers import Pairs
from harness.traffic.judging import Judge
from harness.traffic.settings import TrafficSettings

# Bodies above this are decoded, judged and masked in a thread, so that other exchanges go on meanwhile.
LARGE = 64 * 1024


class Recorder:
    """Writes the exchanges of one process to its shard of the run folder."""

    def __init__(self, log: EventLog, settings: TrafficSettings) -> None:
        self._log, self._settings = log, settings
        self._numbers = itertools.count(1)

    def begin(self, edge: Edge, judge: Judge, method: str, path: str, headers: Pairs) -> Recording:
        """A request has arrived."""
        number = f"{os.getpid()}-{next(self._numbers)}"
        return Recording(self._log, self._settings, edge, judge, number, method, path, headers)


class Recording:
    """One exchange under way. Exactly one event comes of it, whoever is the first to finish it."""

    def __init__(
        self,
        log: EventLog,
        settings: TrafficSettings,
        edge: Edge,
        judge: Judge,
        number: str,
        method: str,
        path: str,
        headers: Pairs,
    ) -> None:
        self._log, self._settings, self._edge, self._judge = log, settings, edge, judge
        self._number, self._method, self._path, self._headers = number, method, path, headers
        self._started = time.monotonic()
        self._status: int | None = None
        self._answer: Pairs = ()
        self._finished = False
        self._refused: str | None = None
        self.unchecked: object | None = None
        """What has no contract to be checked against; its words at the end say why."""
        self.request_body = bodies.Collected(settings.body_limit)
        self.response_body = bodies.Collected(settings.body_limit)

    def answered(self, status: int, headers: Pairs) -> None:
        """The head of a response has come."""
        self._status, self._answer = status, headers

    def refused(self, reason: str) -> None:
        """The request was not passed on: the rules of the edge forbid it."""
        self._refused = reason

    def unanswered(self) -> None:
        """The response broke off before any of it was passed on: there is none."""
        self._status = None

    async def finish(self, error: str | None = None) -> None:
        """Write the event; when this returns it is on disk."""
        if self._finished:
            return
        if len(self.request_body) + len(self.response_body) <= LARGE:
            self.finish_now(error)
            return
        self._finished = True
        writing = asyncio.ensure_future(asyncio.to_thread(self._write, error, time.monotonic()))
        # The client may leave meanwhile: the event is written all the same, and only once.
        await asyncio.shield(writing)

    def finish_now(self, error: str | None = None) -> None:
        """The same where nothing may be awaited: the exchange was cancelled."""
        if not self._finished:
            self._finished = True
            self._write(error, time.monotonic())

    def _write(self, error: str | None, ended: float) -> None:
        limit = self._settings.body_limit
        request, request_flaw = self._message(self._headers, self.request_body, limit)
        response, response_flaw = None, None
        if self._status is not None:
            response, response_flaw = self._message(self._answer, self.response_body, limit)
        exchange = Exchange(
            id=self._number,
            source=self._edge.source,
            target=self._edge.target,
            method=self._method,
            path=self._path,
            request=request,
            status=self._status,
            response=response,
            started=self._started,
            ended=ended,
            error=error,
        )
        judgement = self._judge(
            exchange,
            self._refused
            or error
            or (None if self.unchecked is None else str(self.unchecked))
            or _flaw("request", request_flaw, "response", response_flaw),
        )
        parent = parse(exchange.traceparent)
        try:
            shown = self._masked(exchange)
        except Exception as problem:  # of the content: the exchange is still told, and counts as unjudged
            shown = _without_content(exchange)
            words = f"{UNJUDGED}: it could not be recorded: {type(problem).__name__}"
            judgement = replace(judgement, unchecked=words)
        record = ExchangeRecord.model_validate(
            {
                **shown,
                "trace": {"trace_id": parent.trace_id, "span_id": parent.span_id} if parent else None,
                **judgement.to_json(),
                "refused": self._refused,
            }
        )
        self._log.write(record, platform=self._edge.target)
        if judgement.operation is not None and judgement.unchecked is None:
            covered = self._judge.covered(exchange)
            if covered is not None:
                self._log.write(covered, platform=self._edge.target)

    def _message(self, headers: Pairs, body: bodies.Collected, limit: int) -> tuple[Message, str | None]:
        message = Message(headers, bytes(body))
        if body.cut:
            return message, f"only its first {limit} bytes are recorded"
        return bodies.decoded(message, limit)

    def _masked(self, exchange: Exchange) -> dict[str, Any]:
        folder, limit = self._log.folder, self._settings.inline_limit
        request, request_content = _hidden(exchange.request, folder, limit, cut=self.request_body.cut)
        response = exchange.response
        response_content: dict[str, Any] = {}
        if response is not None:
            response, response_content = _hidden(response, folder, limit, cut=self.response_body.cut)
        path = bodies.masked_query(exchange.path)
        data = replace(exchange, path=path, request=request, response=response).to_json()
        data["request"]["content"].update(request_content)
        if response is not None:
            data["response"]["content"].update(response_content)
        return data


def _without_content(exchange: Exchange) -> dict[str, Any]:
    """What can be told of any exchange: nothing of its query, headers and bodies."""
    nothing = Message((), b"")
    return replace(
        exchange,
        path=exchange.path.partition("?")[0],
        request=nothing,
        response=None if exchange.response is None else nothing,
    ).to_json()


def _hidden(message: Message, folder: Path, limit: int, *, cut: bool) -> tuple[Message, dict[str, Any]]:
    """The masked message, a large body replaced by its file, and what its content says about that."""
    body = bodies.masked(message)
    about: dict[str, Any] = {"cut": True} if cut else {}
    if len(body) > limit:
        about |= bodies.put_away(folder, body)
        body = b""
    return Message(message.headers, body), about


def _flaw(first: str, first_flaw: str | None, second: str, second_flaw: str | None) -> str | None:
    if first_flaw:
        return f"the {first}'s body cannot be judged: {first_flaw}"
    return f"the {second}'s body cannot be judged: {second_flaw}" if second_flaw else None
