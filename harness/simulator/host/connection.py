"""One WebSocket connection around a :class:`HostSession`: the socket and the clock, nothing else."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import traceback
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed
from websockets.protocol import State

from harness.automator.messages import Request
from harness.automator.refusals import one_text
from harness.automator.session import HostSession
from harness.core.errors import BrokenError, HarnessError
from harness.core.masking import mask_text

# automator's close() needs the answer to Tool.close before the socket ends.
CLOSE_AFTER = 0.05
# What a client that went away had asked for may finish (App.exit is never waited for), but not for ever.
FINISH_WITHIN = 5.0
# Characters. Events for a client that does not read them are kept no longer than this.
MAX_UNSENT = 64 * 1024 * 1024

Carry = Callable[["Connection", Request], Awaitable[Mapping[str, Any]]]


class Connection:
    """A client. Requests are carried out concurrently; answers go out when the session says."""

    def __init__(self, socket: ServerConnection, carry: Carry) -> None:
        # minium's WebSocket library always sends an Origin, automator's never does.
        origin = socket.request.headers.get("Origin") if socket.request else None
        self.session = HostSession(remedy=origin is not None)
        self._socket, self._carry = socket, carry
        self._closing = False
        self._wake = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._answering: set[asyncio.Task[None]] = set()
        self._loop = asyncio.get_running_loop()

    @property
    def open(self) -> bool:
        """Whether this client can still ask something: not while its socket is on its way to the end."""
        return not self._closing and self._socket.state is State.OPEN

    async def run(self) -> None:
        """Serve until the socket ends; bindings are dropped then."""
        sending = asyncio.create_task(self._send_due())
        try:
            async for text in self._socket:
                request = self.session.receive(text, self._loop.time())
                self._wake.set()
                if request is not None:
                    self._answering.add(task := self._start(self._answer(request)))
                    task.add_done_callback(self._answering.discard)
        except ConnectionClosed:
            pass
        finally:
            self.session.close()
            sending.cancel()
            self._start(self._give_up(set(self._answering)))

    def event(self, method: str, params: Mapping[str, Any]) -> None:
        """Send an event if this client is of its audience; ProtocolError when it does not fit."""
        if self.session.event(method, params, self._loop.time()):
            self._wake.set()
            self._mind_the_backlog()

    def close_soon(self) -> None:
        """Close the socket once what is being answered has gone out."""
        self._closing = True
        self.afterwards(self._socket.close)

    def afterwards(self, work: Callable[[], Awaitable[object]]) -> None:
        """Do something that ends this connection, once what is being answered has gone out."""
        self._start(self._later(work))

    def _start(self, work: Awaitable[None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    @staticmethod
    async def _give_up(answering: set[asyncio.Task[None]]) -> None:
        if answering:
            _, late = await asyncio.wait(answering, timeout=FINISH_WITHIN)
            for task in late:
                task.cancel()

    def _mind_the_backlog(self) -> None:
        if self.session.unsent > MAX_UNSENT:
            sys.stderr.write(f"a client was cut off: it left {self.session.unsent} characters unread\n")
            self.session.close()
            self._socket.transport.abort()

    async def _answer(self, request: Request) -> None:
        try:
            result = await self._carry(self, request)
        except (HarnessError, BrokenError) as error:
            self.session.refuse(request.id, one_text(error.text), self._loop.time())
        except Exception as error:
            # A client must get an answer whatever happens here, and the reason must not be lost.
            sys.stderr.write(mask_text(traceback.format_exc()))
            said = f"{request.method}: the simulator failed: {type(error).__name__}: {error}"
            self.session.refuse(request.id, said, self._loop.time())
        else:
            self.session.reply(request.id, result, self._loop.time())
        self._wake.set()
        self._mind_the_backlog()

    async def _send_due(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            while True:
                for text in self.session.due(self._loop.time()):
                    await self._socket.send(text)
                due = self.session.next_due()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout_at(due):
                        await self._wake.wait()
                self._wake.clear()

    async def _later(self, work: Callable[[], Awaitable[object]]) -> None:
        await asyncio.sleep(CLOSE_AFTER)
        await work()
