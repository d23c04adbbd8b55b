"""The memory limit of an app: a page process that takes more is ended, and the app it belongs to is told.

Owns looking and ending, and on Linux the bound that the kernel keeps between two looks. Which app a process belongs to
the browser does not say; whose code is running when it grows does, and otherwise the crash that follows.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine

import psutil

from harness.processes.process_tree import runs

LOOK_EVERY = 0.1
# While one grows by so many megabytes between two looks.
FAST, LOOK_FAST_EVERY = 5, 0.02
# Seconds from the end of a process until the browser says whose page it was.
TOLD_WITHIN = 3.0
NEARLY = 0.9
# Finding the processes means reading every process of the machine, which costs more than looking at those found.
FIND_EVERY = 0.4
# What a page process takes once it has started. As it starts it sets aside half a gigabyte at once.
STARTED = 100
MEGABYTE = 1024 * 1024

OnExcess = Callable[[str], Awaitable[None]]


class MemoryWatch:
    """Watches the page processes of one browser.

    ``on_half`` is awaited once when one takes half of the limit, ``on_excess`` before one is ended.
    """

    def __init__(
        self,
        browser: int,
        limit: int,
        on_half: Callable[[], Coroutine[None, None, None]],
        on_excess: OnExcess,
    ) -> None:
        self._browser, self._limit = psutil.Process(browser), limit
        self._on_half, self._on_excess = on_half, on_excess
        self._half: set[int] = set()
        self._taken: dict[psutil.Process, int] = {}
        """Those that took more than half of the limit when they were looked at last, and their megabytes."""
        self._growing: set[psutil.Process] = set()
        """Those of them that took much more than at the look before."""
        self._bounded: set[psutil.Process] = set()
        self._looking = asyncio.Lock()
        self._ended = (0, 0.0)
        """What the one that ended last took at the last look, and when it was found gone."""
        self._found: list[psutil.Process] = []
        self._found_at = float("-inf")

    async def run(self) -> None:
        """Watch until cancelled or until the browser is gone."""
        async with asyncio.TaskGroup() as asking:
            with contextlib.suppress(psutil.NoSuchProcess):
                while True:
                    before = self._taken
                    # In a thread: reading every process of a busy machine takes longer than a call may wait.
                    async with self._looking:
                        self._taken = await asyncio.to_thread(self._big_pages)
                    self._note_ended(before)
                    self._growing = {
                        each for each, now in self._taken.items() if now > before.get(each, 0) + FAST
                    }
                    for process, taken in list(self._taken.items()):
                        await self._judge(process, taken, asking)
                    await asyncio.sleep(LOOK_FAST_EVERY if self._growing else LOOK_EVERY)

    async def find(self) -> None:
        """Find the page processes there are by now: code is about to run in one."""
        async with self._looking:
            self._found_at = float("-inf")
            with contextlib.suppress(psutil.NoSuchProcess):
                await asyncio.to_thread(self._big_pages)

    def ended(self) -> str | None:
        """Why a page process ended just now: the kernel gave it no more; None where none did."""
        self._note_ended(self._taken, crashed=True)
        taken, at = self._ended
        if sys.platform != "linux" or taken == 0 or time.monotonic() - at > TOLD_WITHIN:
            return None
        self._ended = (0, 0.0)
        return f"it took more than {taken} MB of memory, and got no more than the {self._limit} MB an app may"

    def _note_ended(self, taken: dict[psutil.Process, int], *, crashed: bool = False) -> None:
        """Of those that took so much, one that is gone and had nearly all it may, or grew fast, ended for its memory.
        ``crashed``: one did, and may be seen to run a moment longer.
        """
        for process, megabytes in list(taken.items()):
            full, gone = megabytes > self._limit * NEARLY, not runs(process)
            if (full and crashed) or (gone and (full or process in self._growing)):
                self._ended = (taken.pop(process), time.monotonic())

    async def _judge(self, process: psutil.Process, taken: int, asking: asyncio.TaskGroup) -> None:
        if taken > self._limit:
            await self._on_excess(f"it took {taken} MB of memory, more than the {self._limit} MB an app may")
            # Not one that ends of itself.
            self._taken = {each: taken for each, taken in self._taken.items() if each != process}
            with contextlib.suppress(psutil.Error):
                process.kill()
        elif process.pid not in self._half:
            self._half.add(process.pid)
            # Asking takes seconds, and looking must go on.
            asking.create_task(self._on_half())

    def _big_pages(self) -> dict[psutil.Process, int]:
        """The page processes that take more than half of the limit, and their megabytes."""
        if time.monotonic() - self._found_at >= FIND_EVERY:
            self._found, self._found_at = self._browser.children(recursive=True), time.monotonic()
            self._bounded.intersection_update(self._found)
            for process in self._found:
                with contextlib.suppress(psutil.Error):
                    if process not in self._bounded and is_page(process):
                        self._bounded.add(process)
        found = {}
        for process in self._found:
            with contextlib.suppress(psutil.Error):
                if process in self._bounded:
                    bound(process, self._limit)
                taken = process.memory_info().rss // MEGABYTE
                if taken > self._limit / 2 and is_page(process):
                    found[process] = taken
        return found


def is_page(process: psutil.Process) -> bool:
    """Whether it shows pages. Never remembered: a page process is forked off under its parent's name first."""
    return "--type=renderer" in process.cmdline()


def bound(process: psutil.Process, limit: int) -> None:
    """Let the kernel give it no memory beyond the limit until the next look, where it can: much is taken meanwhile.

    An array that does not fit is then a RangeError, as on a phone; a heap that does not fit ends the process. The
    kernel counts what may be written, and a page process sets aside much of it that it never takes: hence at each look.
    """
    now = process.memory_info()
    if sys.platform == "linux" and now.rss > STARTED * MEGABYTE:
        most = now.data + max(0, limit * MEGABYTE - now.rss)
        _, hard = process.rlimit(psutil.RLIMIT_DATA)
        process.rlimit(psutil.RLIMIT_DATA, (most if hard == psutil.RLIM_INFINITY else min(most, hard), hard))
