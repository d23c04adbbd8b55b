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
from dataclasses import dataclass

import psutil

from harness.processes.process_tree import runs

LOOK_EVERY = 0.1
# While one grows by so many megabytes between two looks.
FAST, LOOK_FAST_EVERY = 5, 0.02
# Seconds: for what a process took, or how it grew, so long before its end it may have ended; and so long it takes the
# browser at most to say whose page it was.
LATELY = 3.0
NEARLY = 0.9  # of the limit
# Finding the processes means reading every process of the machine, which costs more than looking at those found.
FIND_EVERY = 0.4
# What a page process takes once it has started. As it starts it sets aside half a gigabyte at once.
STARTED = 100
MEGABYTE = 1024 * 1024


@dataclass(slots=True)
class Page:
    """What a page process takes, and took lately: one that has no more gives some back before it is gone."""

    megabytes: int
    most: int
    most_at: float
    grew_at: float = float("-inf")

    def note(self, megabytes: int) -> bool:
        """What it takes now; whether it grows fast."""
        now, grows = time.monotonic(), megabytes > self.megabytes + FAST
        if grows:
            self.grew_at = now
        if megabytes >= self.most or now - self.most_at > LATELY:
            self.most, self.most_at = megabytes, now
        self.megabytes = megabytes
        return grows

    @property
    def most_lately(self) -> int:
        return self.most if time.monotonic() - self.most_at <= LATELY else self.megabytes

    @property
    def grew(self) -> bool:
        """Whether it grew fast lately."""
        return time.monotonic() - self.grew_at <= LATELY


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
        self._pages: dict[psutil.Process, Page] = {}
        """Those that had started when they were looked at last."""
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
                    # In a thread: reading every process of a busy machine takes longer than a call may wait.
                    async with self._looking:
                        found = await asyncio.to_thread(self._found_pages)
                    self._note_ended()
                    grow = [self._note(process, megabytes) for process, megabytes in found.items()]
                    self._pages = {each: page for each, page in self._pages.items() if runs(each)}
                    for process, megabytes in found.items():
                        await self._judge(process, megabytes, asking)
                    await asyncio.sleep(LOOK_FAST_EVERY if any(grow) else LOOK_EVERY)

    async def find(self) -> None:
        """Find the page processes there are by now: code is about to run in one."""
        async with self._looking:
            self._found_at = float("-inf")
            with contextlib.suppress(psutil.NoSuchProcess):
                await asyncio.to_thread(self._found_pages)

    def ended(self) -> str | None:
        """Why a page process ended just now: the kernel gave it no more; None where none did."""
        self._note_ended()
        taken, at = self._ended
        if sys.platform != "linux" or taken == 0 or time.monotonic() - at > LATELY:
            return None
        self._ended = (0, 0.0)
        return f"it took more than {taken} MB of memory, and got no more than the {self._limit} MB an app may"

    def _note(self, process: psutil.Process, megabytes: int) -> bool:
        """Note what it takes; whether it grows fast."""
        page = self._pages.get(process)
        if page is None:
            self._pages[process] = Page(megabytes, megabytes, time.monotonic())
            return True
        return page.note(megabytes)

    def _note_ended(self) -> None:
        """One that is gone and had nearly all it may lately, or half and grew fast, ended for its memory."""
        for process, page in list(self._pages.items()):
            share = page.most_lately / self._limit
            if (share > NEARLY or (share > 0.5 and page.grew)) and not runs(process):
                self._ended = (page.most_lately, time.monotonic())
                del self._pages[process]

    async def _judge(self, process: psutil.Process, taken: int, asking: asyncio.TaskGroup) -> None:
        if taken > self._limit:
            await self._on_excess(f"it took {taken} MB of memory, more than the {self._limit} MB an app may")
            # Not one that ends of itself.
            self._pages.pop(process, None)
            with contextlib.suppress(psutil.Error):
                process.kill()
        elif taken > self._limit / 2 and process.pid not in self._half:
            self._half.add(process.pid)
            # Asking takes seconds, and looking must go on.
            asking.create_task(self._on_half())

    def _found_pages(self) -> dict[psutil.Process, int]:
        """The page processes that have started, and their megabytes."""
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
                if taken > min(STARTED, self._limit / 2) and is_page(process):
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
