"""A plain blocking connection for the checks: what an endpoint really sends, judged by nobody.

Unlike :class:`harness.automator.client.SimulatorClient` it validates nothing against our specification,
because whether an endpoint follows it is what the checks find out.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any, Self

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI
from websockets.sync.client import connect

from harness.automator.messages import (
    MAX_MESSAGE,
    Event,
    Failure,
    RefusedMessage,
    Request,
    Success,
    parse_reply,
    serialise,
)
from harness.core.errors import BrokenError, ProtocolError, Timeout, UsageError

WITHIN = 15.0  # seconds a call may take


class Wire:
    """Calls, raw texts, and the events seen meanwhile."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.events: list[Event] = []
        self._ids = itertools.count(1)
        self._answers: dict[str | None, Success | Failure] = {}
        self._open = ExitStack()
        try:
            self._socket = self._open.enter_context(
                connect(endpoint, open_timeout=WITHIN, close_timeout=1, max_size=2 * MAX_MESSAGE, proxy=None)
            )
        except InvalidURI as error:
            raise UsageError(f"{endpoint!r} is not an address of a WebSocket (ws://host:port)") from error
        except (OSError, InvalidHandshake) as error:
            raise BrokenError(f"nothing answers at {endpoint}: {error}") from error

    def call(self, method: str, params: Mapping[str, Any] | None = None, *, within: float = WITHIN) -> Any:
        """The result of a call. ProtocolError with the endpoint's words when it refuses, Timeout, BrokenError."""
        return self.finish(self.begin(method, params or {}), within=within)

    def begin(self, method: str, params: Mapping[str, Any]) -> str:
        """Send a call; the id to :meth:`finish` it with."""
        request_id = f"conformance-{next(self._ids)}"
        self.send(serialise(Request(request_id, method, dict(params))))
        return request_id

    def finish(self, request_id: str | None, *, within: float = WITHIN) -> Any:
        """The answer with that id (None: a failure that names no request)."""
        ends = time.monotonic() + within
        while request_id not in self._answers:
            self._receive(ends, "a call")
        message = self._answers.pop(request_id)
        if isinstance(message, Failure):
            raise ProtocolError(message.message)
        return dict(message.result)

    def event(self, wanted: Callable[[Event], bool], doing: str, *, within: float = 5.0) -> Event:
        """The first event since :meth:`forget_events` that is ``wanted``; Timeout when none comes."""
        ends = time.monotonic() + within
        while True:
            for event in self.events:
                if wanted(event):
                    return event
            self._receive(ends, doing)

    def forget_events(self) -> None:
        self.events.clear()

    def send(self, text: str) -> None:
        """Send any text, well-formed or not."""
        try:
            self._socket.send(text)
        except (ConnectionClosed, OSError) as error:
            raise BrokenError(f"the connection to {self.endpoint} ended: {error}") from error

    def _receive(self, ends: float, doing: str) -> None:
        """Take one message: an event, or an answer somebody will ask for."""
        try:
            text = self._socket.recv(max(0.0, ends - time.monotonic()))
        except TimeoutError:
            raise Timeout(f"{doing}: no answer in time") from None
        except (ConnectionClosed, OSError) as error:
            raise BrokenError(f"the connection to {self.endpoint} ended: {error}") from error
        try:
            message = parse_reply(text)
        except RefusedMessage as error:
            message = Failure(error.id, f"a reply that cannot be read: {error}")
        if isinstance(message, Event):
            self.events.append(message)
        else:
            self._answers[message.id] = message

    def close(self) -> None:
        self._open.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
