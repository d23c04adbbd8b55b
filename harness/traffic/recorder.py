"""The recorder: turns one passage through the proxy into one event: judged as it was, written masked.

Owns what the event of an exchange says. It does not know HTTP servers or clients; the proxy tells it what
came by, piece by piece. Nothing here raises into serving: what cannot be recorded is a loss, and told as one.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import time
from collections import deque
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from harness.core import silence_words
from harness.core.codec import CodecError
from harness.core.content_codings import decoded
from harness.core.errors import BrokenError
from harness.core.events import EventLog
from harness.core.exchange import TRACE_HEADER, BodyFlaw, Exchange, Message
from harness.core.masking import mask_path, mask_query, mask_text
from harness.core.payloads import ExchangeLoss, ExchangeRecord
from harness.core.payloads.traffic import TraceContext
from harness.core.silence_words import CHECK_FAILED, NOT_RECORDED
from harness.core.text import Text
from harness.traffic import bodies
from harness.traffic.attribution import parse
from harness.traffic.edges import ROLE, Edge
from harness.traffic.headers import Pairs, is_event_stream
from harness.traffic.judging import Judge, Judgement, Unchecked
from harness.traffic.losses import Losses
from harness.traffic.settings import TrafficSettings

# Bodies above this, decoded, are judged and masked in a thread, so that other exchanges go on meanwhile.
LARGE = 64 * 1024
MOST_SILENCES = 200  # remembered, of all edges
CUT = Text(zh="只记录了前 {size} 字节", en="only its first {size} bytes are recorded")
# How an exchange ends whose target gave no answer, or half of one; a service that waits no longer leaves.
SILENCE = ("no answer", "cut short")


class Record:
    """Where exchanges of one run are written, and what could not be."""

    def __init__(self, log: EventLog) -> None:
        self.log, self.losses = log, Losses(log)
        self.open: set[str] = set()
        """Numbers of the exchanges that are not written yet."""


class Recorder:
    """Writes the exchanges of one process to its shard of a run folder."""

    def __init__(self, log: EventLog, settings: TrafficSettings) -> None:
        self.settings = settings
        self.record = Record(log)
        self._records = [self.record]
        self.large = asyncio.Lock()
        """One at a time: as JSON a body takes thirty times its size, and threads share one interpreter."""
        self._numbers = itertools.count(1)
        self._pending: dict[str, Recording] = {}
        self._silences: deque[tuple[Edge, float, str]] = deque(maxlen=MOST_SILENCES)

    def begin(self, edge: Edge, judge: Judge, method: str, path: str, headers: Pairs) -> Recording:
        """A request has arrived."""
        number = f"{os.getpid()}-{next(self._numbers)}"
        recording = Recording(self, edge, judge, number, method, path, headers)
        self._pending[number] = recording
        return recording

    def end(self, number: str, silence: str | None) -> None:
        """An exchange is over; ``silence`` says how the target let it without an answer."""
        recording = self._pending.pop(number, None)
        if recording is not None and silence is not None:
            self._silences.append((recording.edge, time.monotonic(), recording.silent(silence)))

    def silence_behind(self, service: str, since: float) -> str | None:
        """What ``service`` itself asked in vain since then, the last of it; it may wait for it still."""
        for recording in self._pending.values():
            if recording.edge.source == service and recording.waits_since(since):
                return recording.silent(silence_words.NOT_YET.en)
        for edge, ended, words in reversed(self._silences):
            if edge.source == service and ended >= since:
                return words
        return None

    def state(self) -> dict[str, Any]:
        """What is under way on all edges of the process, and how much the record does not tell of."""
        now = time.monotonic()
        pending = [each.state(now) for each in self._pending.values()]
        return {"pending": pending, "lost": len(self.record.losses)}

    def move(self, folder: Path, run: str) -> None:
        """Exchanges that begin from now on belong to another run; those under way end where they began.

        BrokenError where nothing can be written to the folder: then all stays as it was.
        """
        if folder == self.record.log.folder:
            return
        self.record = Record(EventLog(folder, run, ROLE))
        self._records.append(self.record)
        self.write_losses()

    def write_losses(self) -> None:
        """Tell the records of what is missing in them, and close those that nothing belongs to any more."""
        for record in list(self._records):
            record.losses.write()
            if record is not self.record and not record.open and not len(record.losses):
                record.log.close()
                self._records.remove(record)

    def close(self) -> None:
        """Write what is still to be told. BrokenError where a record does not say what is missing in it."""
        self.write_losses()
        words = [record.losses.last_words() for record in self._records]
        for record in self._records:
            record.log.close()
        if first := next(filter(None, words), None):
            raise BrokenError(first)


class Recording:
    """One exchange under way. Exactly one event comes of it, whoever is the first to finish it."""

    def __init__(
        self,
        recorder: Recorder,
        edge: Edge,
        judge: Judge,
        number: str,
        method: str,
        path: str,
        headers: Pairs,
    ) -> None:
        self._recorder, self.edge, self._judge = recorder, edge, judge
        self.record = recorder.record
        self.record.open.add(number)
        self._number, self._method, self._path, self._headers = number, method, path, headers
        self._started = time.monotonic()
        self._status: int | None = None
        self._answer: Pairs = ()
        self._finished = False
        self._refused: Text | None = None
        self.socket: object | None = None
        """The WebSocket that the exchange became; its words at the end say what went through."""
        self.request_body = bodies.Collected(recorder.settings.body_limit)
        self.response_body = bodies.Collected(recorder.settings.body_limit)

    @property
    def traceparent(self) -> str | None:
        """What the request says it is part of (W3C Trace Context)."""
        return Message(self._headers, b"").header(TRACE_HEADER)

    def silent(self, seen: str) -> str:
        """That its target gave no answer, for the one who asked."""
        request = f"{_plain(self._method)} {self._plain_path()}"
        return silence_words.OWN_REQUEST.format(request=request, target=self.edge.target, seen=seen).en

    def waits_since(self, moment: float) -> bool:
        """Whether it began after that and has no answer yet."""
        return self._status is None and self._started >= moment

    @property
    def silence_behind(self) -> str | None:
        """What the target asked other services in vain meanwhile."""
        return self._recorder.silence_behind(self.edge.target, self._started)

    def answered(self, status: int, headers: Pairs) -> None:
        """The head of a response has come."""
        self._status, self._answer = status, headers

    def refused(self, reason: Text) -> None:
        """The request was not passed on: the rules of the edge forbid it."""
        self._refused = reason

    def unanswered(self) -> None:
        """The response broke off before any of it was passed on: there is none."""
        self._status = None

    def state(self, now: float) -> dict[str, Any]:
        """What is known of it so far; ``seconds`` since the request came. Masked, as all that leaves here."""
        trace = _trace(self.traceparent)
        return {
            "source": self.edge.source,
            "target": self.edge.target,
            "method": _plain(self._method),
            "path": self._plain_path(),
            "trace_id": trace.trace_id if trace else "",
            "status": self._status,
            "received": len(self.response_body),
            "endless": self.socket is not None or is_event_stream(self._answer),
            "seconds": round(now - self._started, 3),
        }

    async def finish(self, problem: Unchecked | None = None) -> None:
        """Write the event; when this returns it is on disk, or a loss."""
        if self._finished:
            return
        if not self._is_large():
            self.finish_now(problem)
            return
        self._finished = True
        ended = time.monotonic()
        try:
            # The client may leave meanwhile: the event is written all the same, and only once.
            await asyncio.shield(self._write_large(problem, ended))
        except RuntimeError:  # no thread can be started
            self._write(problem, ended)

    def _is_large(self) -> bool:
        """Also of few bytes that decode to many."""
        if len(self.request_body) + len(self.response_body) > LARGE:
            return True
        sides = ((self._headers, self.request_body), (self._answer, self.response_body))
        try:
            return any(
                decoded(Message(headers, bytes(body)), LARGE).flaw is not None for headers, body in sides
            )
        except Exception:  # which is met again, and told, where it is written
            return True

    async def _write_large(self, problem: Unchecked | None, ended: float) -> None:
        async with self._recorder.large:
            await asyncio.to_thread(self._write, problem, ended)

    def finish_now(self, problem: Unchecked | None = None) -> None:
        """The same where nothing may be awaited: the exchange was cancelled."""
        if not self._finished:
            self._finished = True
            self._write(problem, time.monotonic())

    def _write(self, problem: Unchecked | None, ended: float) -> None:
        silent = problem is not None and (
            problem.reason in SILENCE or (problem.reason == "client left" and self._status is None)
        )
        self._recorder.end(self._number, problem.words if silent and problem else None)
        try:
            self._record(problem, ended)
        except Exception as error:
            self.record.losses.add(self._loss(error, ended))
        else:
            self.record.losses.write()
        finally:
            self.record.open.discard(self._number)

    def _record(self, problem: Unchecked | None, ended: float) -> None:
        request, unopened = self._opened(self._message(self._headers, self.request_body))
        response = None
        if self._status is not None:
            message = self._message(self._answer, self.response_body, whole=problem is None)
            response, response_unopened = self._opened(message)
            unopened = unopened or response_unopened
        exchange = Exchange(
            id=self._number,
            source=self.edge.source,
            target=self.edge.target,
            method=self._method,
            path=self._path,
            request=request,
            status=self._status,
            response=response,
            started=self._started,
            ended=ended,
            error=problem.words if problem else None,
        )
        judgement = self._judge(
            exchange,
            (Unchecked("refused", self._refused.en) if self._refused else None)
            or problem
            or (Unchecked("websocket", str(self.socket)) if self.socket is not None else None)
            or (Unchecked("check failed", CHECK_FAILED.format(seen=unopened).en) if unopened else None)
            or _cut("request", self.request_body)
            or (_cut("response", self.response_body) if response is not None else None),
        )
        write = partial(self.record.log.write, platform=self.edge.target)
        try:
            write(self._event(self._masked(exchange), exchange, judgement))
        except Exception as error:  # of the content: the exchange is still told, and counts as unjudged
            write(
                self._event(
                    _bare(replace(exchange, path=self._plain_path())),
                    exchange,
                    _unrecordable(judgement, error),
                )
            )
        if judgement.operation is not None and judgement.unchecked is None:
            covered = self._judge.covered(exchange)
            if covered is not None:
                write(covered)

    def _event(self, shown: dict[str, Any], exchange: Exchange, judgement: Judgement) -> ExchangeRecord:
        about = {"trace": _trace(exchange.traceparent), "refused": self._refused}
        return ExchangeRecord.model_validate({**shown, **judgement.to_json(), **about})

    def _loss(self, error: Exception, ended: float) -> ExchangeLoss:
        try:
            trace = _trace(Message(self._headers, b"").header(TRACE_HEADER))
        except Exception:  # what kept the exchange from being recorded, perhaps
            trace = None
        return ExchangeLoss(
            id=self._number,
            source=self.edge.source,
            target=self.edge.target,
            method=_plain(self._method),
            path=self._plain_path(),
            status=self._status,
            ended=ended,
            trace=trace,
            why=_cause(error),
        )

    def _message(self, headers: Pairs, body: bodies.Collected, *, whole: bool = True) -> Message:
        message = Message(headers, bytes(body))
        is_sealed = self._judge.codec is not None
        if not body.cut and (whole or not is_sealed):
            return decoded(message, self._recorder.settings.body_limit)
        # Half of a text can be masked. Half of what is coded or sealed cannot, nor be opened: nothing of it is kept.
        is_coded = message.header("content-encoding") is not None
        if not message.body or not (is_sealed or is_coded):
            return message
        return replace(message, body=b"", flaw=BodyFlaw(CUT.format(size=len(body))))

    def _opened(self, message: Message) -> tuple[Message, Text | None]:
        """The message as the codec of the edge opens it; nothing of one that it cannot open, and why."""
        codec = self._judge.codec
        if codec is None:
            return message, None
        try:
            return codec.open(message), None
        except CodecError as error:
            return replace(message, body=b"", flaw=BodyFlaw(error.title)), error.title

    def _plain_path(self) -> str:
        """The path alone, for people. Never raises: it tells of what went wrong elsewhere."""
        path = self._path.partition("?")[0]
        try:
            path = mask_query(self._masked_path(path))
        except Exception:
            path = "/***"  # which nobody could mask
        return mask_text(_plain(path))

    def _masked_path(self, path: str) -> str:
        """The path without what its parameters say of people; found before anything of it can go wrong."""
        try:
            index = self._judge.index
            operation = index.match(self._method, self._path) if index is not None else None
        except Exception:
            operation = None
        return path if operation is None else mask_path(path, operation.path)

    def _masked(self, exchange: Exchange) -> dict[str, Any]:
        folder, limit = self.record.log.folder, self._recorder.settings.inline_limit
        request, request_content = _hidden(exchange.request, folder, limit, cut=self.request_body.cut)
        response = exchange.response
        response_content: dict[str, Any] = {}
        if response is not None:
            response, response_content = _hidden(response, folder, limit, cut=self.response_body.cut)
        path = mask_query(self._masked_path(exchange.path))
        data = replace(exchange, path=path, request=request, response=response).to_json()
        data["request"]["content"].update(request_content)
        if response is not None:
            data["response"]["content"].update(response_content)
        return data


def _bare(exchange: Exchange) -> dict[str, Any]:
    """What can be told of any exchange: nothing of its query, headers and bodies."""
    nothing = Message((), b"")
    return replace(
        exchange,
        method=_plain(exchange.method),
        path=_plain(exchange.path.partition("?")[0]),
        request=nothing,
        response=None if exchange.response is None else nothing,
        error=exchange.error and _plain(exchange.error),
    ).to_json()


def _unrecordable(judgement: Judgement, error: Exception) -> Judgement:
    words = NOT_RECORDED.format(seen=_cause(error)).en
    violations = tuple(
        {key: _plain(value) if isinstance(value, str) else value for key, value in each.items()}
        for each in judgement.violations
    )
    return replace(judgement, violations=violations, unchecked=Unchecked("not recordable", words))


def _cause(error: Exception) -> str:
    """What an error is, without the content it may quote."""
    name = type(error).__name__
    return f"{name}: {error.strerror}" if isinstance(error, OSError) and error.strerror else name


def _plain(text: str) -> str:
    """The text as Unicode that can be written: a byte that is none stands as its escape."""
    return text.encode("utf-8", "backslashreplace").decode()


def _trace(traceparent: str | None) -> TraceContext | None:
    parent = parse(traceparent)
    return TraceContext(trace_id=parent.trace_id, span_id=parent.span_id) if parent else None


def _hidden(message: Message, folder: Path, limit: int, *, cut: bool) -> tuple[Message, dict[str, Any]]:
    """The masked message, a large body replaced by its file, and what its content says about that."""
    body = bodies.masked(message)
    about: dict[str, Any] = {"cut": True} if cut or (not body and (message.body or message.flaw)) else {}
    if len(body) > limit:
        about |= bodies.put_away(folder, body)
        body = b""
    return Message(message.headers, body), about


def _cut(which: str, body: bodies.Collected) -> Unchecked | None:
    if not body.cut:
        return None
    words = f"the {which}'s body cannot be judged: {CUT.format(size=len(body)).en}"
    return Unchecked("too large", words)
