"""Whether one app runs, and waiting for its page no longer than it does.

Owns the reason why an app runs no more (every call, pending or to come, ends with it) and telling a page that
loops from one that is slow. What ends with the app is its owner's.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeVar

from harness.core.errors import BrokenError, DriverError, Timeout
from harness.simulator.settings import Deadlines

T = TypeVar("T")
# A call fails as its page crashes; the reason follows within this many seconds.
REASON_WITHIN = 0.5


class Watched(Protocol):
    """The page, as far as it can be watched."""

    async def alive(self, within: float) -> bool:
        """Whether it runs any code at all."""
        ...

    async def where_running(self, within: float) -> str:
        """What it runs now; empty when nothing."""
        ...


class Liveness:
    """From :meth:`begin` to :meth:`end`, and again. ``on_loop`` gets the reason when the page never pauses."""

    def __init__(
        self, page: Callable[[], Watched], deadlines: Deadlines, on_loop: Callable[[str], None]
    ) -> None:
        self._page, self._deadlines, self._on_loop = page, deadlines, on_loop
        self._looking = asyncio.Lock()
        self.begin()

    def begin(self) -> None:
        self._over: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def end(self, reason: str) -> None:
        """It runs no more; the first reason stands."""
        if not self._over.done():
            self._over.set_result(reason)

    @property
    def ended(self) -> str | None:
        """Why it runs no more; None while it does."""
        return self._over.result() if self._over.done() else None

    async def wait(
        self, work: Coroutine[Any, Any, T], *, within: float | None = None, stuck: float | None = None
    ) -> T:
        """Wait for the page within the deadline, and no longer than it runs any code at all.

        BrokenError with the reason when the app has ended or ends; Timeout when the page is only slow.
        """
        over = self._over
        if over.done():
            work.close()
            raise BrokenError(over.result())
        within = self._deadlines.call if within is None else within
        stuck = self._deadlines.stuck if stuck is None else stuck
        ends = time.monotonic() + within
        task = asyncio.ensure_future(work)
        either: set[asyncio.Future[Any]] = {task, over}
        try:
            while True:
                patience = min(stuck, max(0.0, ends - time.monotonic()))
                await asyncio.wait(either, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
                if task.done() and task.exception() is None:
                    # It had answered, even if it is over by now: an app that restarts itself answers first.
                    return task.result()
                if task.done() and isinstance(task.exception(), DriverError):
                    # The page may be gone, and how it went is told a moment after its calls fail.
                    await asyncio.wait({over}, timeout=REASON_WITHIN)
                if over.done():
                    raise BrokenError(over.result())
                if task.done():
                    return task.result()
                await self._look_for_a_loop(over, stuck)
                if time.monotonic() >= ends:
                    raise Timeout(f"no answer within {within:g} s; the page itself runs")
        finally:
            if not task.done():
                task.cancel()
            elif not task.cancelled():
                task.exception()

    async def _look_for_a_loop(self, over: asyncio.Future[str], waited: float) -> None:
        """Report a page that runs no other code any more, naming the function; not one that is slow."""
        began = time.monotonic()
        async with self._looking:
            if over.done() or await self._page().alive(self._deadlines.probe):
                return
            # Only code that runs can be paused: a machine that is merely slow is waited for.
            where = await self._page().where_running(self._deadlines.probe)
            if where and not over.done():
                spent = waited + time.monotonic() - began
                self._on_loop(
                    f"the mini-program's code has run for {spent:.0f} s without a pause, in {where}"
                )
