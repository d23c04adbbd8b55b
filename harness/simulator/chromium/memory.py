"""The memory limit of an app: a page process that takes more is ended, and the app it belongs to is told.

Owns looking and ending. Which app a process belongs to the browser does not say; whose code is running when
it grows does, and otherwise the crash that follows.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable

import psutil

LOOK_EVERY = 0.1
# Finding the processes means reading every process of the machine, which costs more than looking at those found.
FIND_EVERY = 0.4
MEGABYTE = 1024 * 1024

OnExcess = Callable[[str], Awaitable[None]]


class MemoryWatch:
    """Watches the page processes of one browser.

    ``on_half`` is awaited once when one takes half of the limit, ``on_excess`` before one is ended.
    """

    def __init__(
        self, browser: int, limit: int, on_half: Callable[[], Awaitable[None]], on_excess: OnExcess
    ) -> None:
        self._browser, self._limit = psutil.Process(browser), limit
        self._on_half, self._on_excess = on_half, on_excess
        self._half: set[int] = set()
        self._found: list[psutil.Process] = []
        self._found_at = float("-inf")

    async def run(self) -> None:
        """Watch until cancelled or until the browser is gone."""
        with contextlib.suppress(psutil.NoSuchProcess):
            while True:
                # In a thread: reading every process of a busy machine takes longer than a call may wait.
                for process, taken in await asyncio.to_thread(self._big_pages):
                    await self._judge(process, taken)
                await asyncio.sleep(LOOK_EVERY)

    async def _judge(self, process: psutil.Process, taken: int) -> None:
        if taken > self._limit:
            await self._on_excess(f"it took {taken} MB of memory, more than the {self._limit} MB an app may")
            with contextlib.suppress(psutil.Error):
                process.kill()
        elif process.pid not in self._half:
            self._half.add(process.pid)
            await self._on_half()

    def _big_pages(self) -> list[tuple[psutil.Process, int]]:
        """The page processes that take more than half of the limit, and their megabytes."""
        if time.monotonic() - self._found_at >= FIND_EVERY:
            self._found, self._found_at = self._browser.children(recursive=True), time.monotonic()
        found = []
        for process in self._found:
            with contextlib.suppress(psutil.Error):
                taken = process.memory_info().rss // MEGABYTE
                if taken > self._limit / 2 and is_page(process):
                    found.append((process, taken))
        return found


def is_page(process: psutil.Process) -> bool:
    """Whether it shows pages. Never remembered: a page process is forked off under its parent's name first."""
    return "--type=renderer" in process.cmdline()
