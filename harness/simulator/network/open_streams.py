"""What goes on for a while between an app and a server, told to the page piece by piece.

Owns the queues. The page asks for the next piece when it has dealt with the last, so nothing is pushed into a
page that does not listen, and the order is kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from harness.simulator.network.domains import Refused

MAX_OPEN = 200
MAX_AT_ONCE = 64
BATCH_CHARACTERS = 4 * 1024 * 1024
MAX_WAITING, MAX_SAID = 4 * 1024 * 1024, 32 * 1024 * 1024
"""Characters that wait for the page, until the server has to; and those of the page that wait for the server."""

Piece = dict[str, Any]


class Stream:
    """One upload, download, chunked request or socket. ``inbox`` is what the page says meanwhile."""

    def __init__(self, work: Callable[[Stream], Awaitable[None]]) -> None:
        self.inbox: asyncio.Queue[Mapping[str, Any]] = asyncio.Queue()
        self._pieces: asyncio.Queue[Piece | None] = asyncio.Queue()
        self._over = False
        self._waiting = self._said = 0
        self._taken = asyncio.Event()
        self._task = asyncio.ensure_future(self._run(work))

    def tell(self, event: str, **detail: object) -> None:
        """A piece for the page."""
        self._pieces.put_nowait(piece := {"event": event, **detail})
        self._waiting += _length(piece)

    async def room(self) -> None:
        """Wait until the page has taken enough of what it was told to be told more."""
        while self._waiting > MAX_WAITING:
            self._taken.clear()
            await self._taken.wait()

    def say(self, told: Mapping[str, Any]) -> None:
        """Something of the page for the server; too much that the server does not take ends the stream."""
        self._said += _length(told)
        if self._said > MAX_SAID and not self._task.cancelling():
            self.tell("failed", error="the server does not take what is sent", errno=600000)
            self.stop()
        if not self._task.cancelling():
            self.inbox.put_nowait(told)

    async def hear(self) -> Mapping[str, Any]:
        """What the page says next."""
        told = await self.inbox.get()
        self._said -= _length(told)
        return told

    async def next(self) -> list[Piece]:
        """The pieces there are, at least one; none when it is over."""
        if self._over:
            return []
        pieces = [await self._pieces.get()]
        size = 0
        while not self._pieces.empty() and len(pieces) < MAX_AT_ONCE and size < BATCH_CHARACTERS:
            pieces.append(self._pieces.get_nowait())
            size += len((pieces[-1] or {}).get("base64", ""))
        self._over = pieces[-1] is None
        told = [piece for piece in pieces if piece is not None]
        self._waiting -= sum(map(_length, told))
        self._taken.set()
        return told

    def stop(self) -> None:
        self._task.cancel()

    async def _run(self, work: Callable[[Stream], Awaitable[None]]) -> None:
        try:
            await work(self)
        except Refused as refused:
            self.tell("failed", error=str(refused), errno=refused.errno)
        finally:
            self._pieces.put_nowait(None)


class OpenStreams:
    """The streams of one app by the page's own ids."""

    def __init__(self) -> None:
        self._open: dict[str, Stream] = {}

    def start(self, key: str, work: Callable[[Stream], Awaitable[None]]) -> None:
        """Refused when there are too many already, or one of that id."""
        if len(self._open) >= MAX_OPEN or key in self._open:
            raise Refused("exceed max task count", 600007)
        self._open[key] = Stream(work)

    async def next(self, key: str) -> list[Piece]:
        stream = self._open.get(key)
        pieces = [] if stream is None else await stream.next()
        if not pieces:
            self._open.pop(key, None)
        return pieces

    def say(self, key: str, told: Mapping[str, Any]) -> None:
        """Something of the page for the stream; one that is over hears nothing."""
        if (stream := self._open.get(key)) is not None:
            stream.say(told)

    def stop(self, key: str) -> None:
        if (stream := self._open.pop(key, None)) is not None:
            stream.stop()

    def stop_all(self) -> None:
        for key in list(self._open):
            self.stop(key)

    def say_to_all(self, told: Mapping[str, Any]) -> None:
        for stream in self._open.values():
            stream.say(told)


def _length(piece: Mapping[str, Any]) -> int:
    return sum(len(value) for value in (piece.get("base64"), piece.get("data")) if isinstance(value, str))
