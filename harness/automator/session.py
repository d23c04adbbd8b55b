"""One connection of the automation protocol, without sockets and without a clock, for both of its ends.

:class:`HostSession` turns text into requests and replies into text, and says *when* each text is due: the
shell around it owns the clock and the socket. :class:`ClientSession` turns calls into text and replies into
outcomes. Neither knows what a method does.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.automator.messages import (
    MAX_MESSAGE,
    Event,
    Failure,
    RefusedMessage,
    Request,
    Success,
    parse_reply,
    parse_request,
    serialise,
)
from harness.automator.outbox import Outbox
from harness.automator.refusals import in_both
from harness.automator.spec import Spec, load_spec
from harness.core.errors import BrokenError, ProtocolError
from harness.core.text import Text, text_of

# Both clients wait for most answers before they ask again; who has this many pending is out of order.
MAX_PENDING = 1000
# What minium waits for after it has the answer to the call, and the name it gives its binding.
LEAVING_A_PAGE = ("App.callWxMethod", "navigateBack")
ROUTE_DONE = "onAppRouteDone"


@dataclass(slots=True)
class _Received:
    method: str
    at: float


class HostSession:
    """The answering end. Times are seconds of any monotonic clock, the same one throughout.

    ``remedy`` turns on the delay and the repeats for minium, which is known by the Origin header it sends.
    """

    def __init__(self, *, spec: Spec | None = None, remedy: bool = False, limit: int = MAX_MESSAGE) -> None:
        self.spec = spec or load_spec()
        self.bindings: set[str] = set()
        """Names this connection added; their calls go to nobody else."""
        self.logs = False
        """Whether this connection asked for App.logAdded."""
        self.closed = False
        self.remedy = remedy
        self._limit = limit
        self._received: dict[str, _Received] = {}
        self._outbox = Outbox(remedy=remedy)

    def receive(self, text: str | bytes, now: float) -> Request | None:
        """Take one message; the request to carry out, or None when it was answered with an error here."""
        if self.closed:
            return None
        self._outbox.asked(now)
        try:
            request = parse_request(text, limit=self._limit)
        except RefusedMessage as error:
            self._outbox.send(serialise(Failure(error.id, str(error))), now)
            return None
        if request.id in self._received:
            taken = f"id {request.id}: another request with it is pending"
            self._outbox.send(serialise(Failure(None, taken)), now)
            return None
        if len(self._received) >= MAX_PENDING:
            full = f"{MAX_PENDING} requests are pending, no more are taken"
            self._outbox.send(serialise(Failure(request.id, full)), now)
            return None
        self._received[request.id] = _Received(request.method, now)
        try:
            self.spec.check_params(request.method, request.params)
            if answer := self.spec.method(request.method).answer:
                raise ProtocolError(self.spec.error(answer, method=request.method))
        except ProtocolError as error:
            self.refuse(request.id, str(error), now)
            return None
        # Before the page answers: a binding may be called while the page is still adding it.
        if request.method == "App.addBinding":
            self.bindings.add(request.params["name"])
        elif request.method == "App.enableLog":
            self.logs = True
        elif (request.method, request.params.get("method")) == LEAVING_A_PAGE:
            self._outbox.leaves_a_page(request.id)
        return request

    def reply(self, request_id: str, result: Mapping[str, Any], now: float) -> None:
        """Answer a request; a result that does not fit the specification is answered as an error."""
        if self.closed or (received := self._received.get(request_id)) is None:
            return
        try:
            self.spec.check_result(received.method, result)
            text = serialise(Success(request_id, result))
        except ProtocolError as error:
            self.refuse(request_id, str(error), now)
            return
        self._answer(request_id, text, now)

    def refuse(self, request_id: str, message: str, now: float) -> None:
        """Answer a request with an error."""
        if not self.closed and request_id in self._received:
            self._answer(request_id, serialise(Failure(request_id, message)), now)

    def event(self, method: str, params: Mapping[str, Any], now: float) -> bool:
        """Send an event if this connection is one of its audience; ProtocolError when it does not fit."""
        kind = self.spec.check_event(method, params)
        wanted = {
            "all": True,
            "log": self.logs,
            "binding": params.get("name") in self.bindings,
        }[kind.audience]
        if wanted and not self.closed:
            text = serialise(Event(method, params))
            if params.get("name") == ROUTE_DONE:
                self._outbox.route_done(text, now)
            else:
                self._outbox.send(text, now)
        return wanted

    def due(self, now: float) -> list[str]:
        """The texts to send now, in order."""
        return self._outbox.due(now)

    def next_due(self) -> float | None:
        """When :meth:`due` has something next; None when nothing is planned."""
        return self._outbox.next_due()

    @property
    def unsent(self) -> int:
        """Characters of the texts that are due, or will be."""
        return self._outbox.unsent

    @property
    def pending(self) -> dict[str, str]:
        """Requests not answered yet: id to method."""
        return {request_id: received.method for request_id, received in self._received.items()}

    def close(self) -> None:
        """The connection is gone: nothing more is due, bindings are dropped."""
        self.closed = True
        self.bindings.clear()
        self._received.clear()
        self._outbox.clear()

    def _answer(self, request_id: str, text: str, now: float) -> None:
        received = self._received.pop(request_id)
        self._outbox.answer(request_id, text, received.at, now)


@dataclass(slots=True, eq=False)
class Pending:
    """A call on its way. ``outcome`` is None until it is settled."""

    id: str
    method: str
    outcome: Success | Failure | BrokenError | None = None

    def result(self) -> Mapping[str, Any]:
        """The result object. ProtocolError when it was refused, BrokenError when the connection ended."""
        match self.outcome:
            case Success(_, result):
                return result
            case Failure(_, message):
                raise ProtocolError(in_both(message).map(lambda said: f"{self.method}: {said}"))
            case BrokenError() as error:
                raise error
            case _:
                raise AssertionError(f"{self.method} is not settled")


class ClientSession:
    """The calling end: one settled outcome per call, whatever order replies come in."""

    def __init__(self, *, spec: Spec | None = None, limit: int = MAX_MESSAGE) -> None:
        self.spec = spec or load_spec()
        self.pending: dict[str, Pending] = {}
        self.last_seen = Text(zh="什么也没有", en="nothing yet")
        """The last message, in words, for the report of a connection that ended."""
        self._closed: Text | None = None
        self._limit = limit
        self._ids = itertools.count(1)

    def call(self, method: str, params: Mapping[str, Any]) -> tuple[Pending, str]:
        """A new call and the text that carries it; ProtocolError when ``params`` do not fit."""
        self.spec.check_params(method, params)
        if self._closed is not None:
            raise self._over(method, self._closed)
        pending = Pending(f"{next(self._ids)}", method)
        text = serialise(Request(pending.id, method, dict(params)))
        self.pending[pending.id] = pending
        return pending, text

    def receive(self, text: str | bytes) -> Pending | Event | None:
        """Take one message: the call it settles, an event, or None for a reply nobody waits for.

        RefusedMessage when it cannot be read.
        """
        message = parse_reply(text, limit=self._limit)
        if isinstance(message, Event):
            self.last_seen = Text(zh=f"事件 {message.method}", en=f"event {message.method}")
            self.spec.check_event(message.method, message.params)
            return message
        pending = self.pending.pop(message.id, None) if message.id is not None else None
        if pending is None:
            self.last_seen = Text(
                zh=f"一个没有人在等的应答（id {message.id}）",
                en=f"a reply nobody waits for (id {message.id})",
            )
            return None
        self.last_seen = Text(zh=f"{pending.method} 的应答", en=f"the reply to {pending.method}")
        if isinstance(message, Success):
            try:
                self.spec.check_result(pending.method, message.result)
            except ProtocolError as error:
                message = Failure(message.id, str(error))
        pending.outcome = message
        return pending

    def forget(self, pending: Pending) -> None:
        """The caller waits no longer; a late reply is then one nobody waits for."""
        self.pending.pop(pending.id, None)

    def close(self, reason: Text | str) -> list[Pending]:
        """The connection is gone: every pending call is settled with the reason."""
        self._closed = reason = text_of(reason)
        settled = list(self.pending.values())
        self.pending.clear()
        for pending in settled:
            pending.outcome = self._over(pending.method, reason)
        return settled

    def _over(self, method: str, reason: Text) -> BrokenError:
        words = Text(zh="{method}：{reason}；最后看到：{seen}", en="{method}: {reason}; last seen: {seen}")
        return BrokenError(words.format(method=method, reason=reason, seen=self.last_seen))
