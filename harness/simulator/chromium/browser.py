"""The one Chromium of a simulator process: start, watch, end.

Owns the browser's process and Playwright's driver, both started here and ended here by their process ids.
What runs inside the browser is :mod:`harness.simulator.chromium.screen`'s.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
from pathlib import Path

import psutil
from playwright.async_api import Browser, Error, Playwright, async_playwright

from harness.core.chromium import find_chromium, launch_arguments, launch_environment
from harness.core.errors import BrokenError, ProcessDied
from harness.processes.process_tree import runs
from harness.processes.stillness import STOPPED, Stillness
from harness.processes.temporary import TemporaryFolder
from harness.simulator.chromium.cdp import CDP, PORT_ARGUMENT

WATCH_EVERY = 0.2
"""Seconds between two looks at the processes; bounds how long a dead browser goes unnoticed."""
CLOSE_WITHIN = 3.0
# An app may play what it likes; a browser waits for a touch first.
AS_IN_WECHAT = ("--autoplay-policy=no-user-gesture-required",)


class Chromium:
    """A running browser. Create with :meth:`start`, end with :meth:`close`."""

    def __init__(
        self,
        playwright: Playwright,
        browser: Browser,
        cdp: CDP,
        pid: int,
        driver: psutil.Process | None,
        temporary: TemporaryFolder,
    ) -> None:
        self.browser, self.cdp, self.pid = browser, cdp, pid
        self._playwright, self._temporary = playwright, temporary
        # In the order in which they are to blame: a driver that is gone takes its browser with it.
        self._processes = {} if driver is None else {"Playwright's driver": driver}
        self._processes["Chromium"] = psutil.Process(pid)

    @classmethod
    async def start(
        cls, explicit: Path | None = None, *, headless: bool = True, pixel_ratio: float = 1
    ) -> Chromium:
        """Find and launch; UsageError when there is no browser, BrokenError when it does not start."""
        # A page of another ratio than the browser's own is scaled while its picture is taken, and a touch
        # that follows lands elsewhere (12 of 80 did).
        scale = f"--force-device-scale-factor={pixel_ratio:g}"
        arguments = [*launch_arguments(offline=True), *AS_IN_WECHAT, scale, PORT_ARGUMENT]
        before = {process.pid for process in psutil.Process().children()}
        temporary = TemporaryFolder()
        with temporary.chosen():
            playwright = await async_playwright().start()
        try:
            new = [process for process in psutil.Process().children() if process.pid not in before]
            path = find_chromium(playwright.chromium.executable_path, explicit=explicit)
            try:
                browser = await playwright.chromium.launch(
                    executable_path=path,
                    headless=headless,
                    args=arguments,
                    handle_sigterm=False,  # the driver would end the browser instead of itself
                    env=launch_environment({**os.environ, "TMPDIR": str(temporary.path)}),
                )
                pid = await _browser_pid(browser)
            except Error as error:
                raise BrokenError(f"{path} did not start: {_last_words(error)}") from error
            cdp = await CDP.connect(pid)
            return cls(playwright, browser, cdp, pid, new[0] if len(new) == 1 else None, temporary)
        except BaseException as error:
            await playwright.stop()
            temporary.remove()
            if isinstance(error, psutil.Error):
                raise BrokenError(f"the browser ended as it started: {error}") from error
            raise

    async def watch(self) -> BrokenError:
        """Wait until the browser, its driver or our connection is gone; the error to report."""
        still = Stillness()
        while True:
            # Before the processes: the connection ends first where the browser does, and the browser is to blame.
            over = self.cdp.over
            for name, process in self._processes.items():
                if not runs(process):
                    return ProcessDied(name, how=f"process {process.pid} ended while mini-programs ran in it")
                if still.of(process):
                    return ProcessDied(name, how=f"{STOPPED} (process {process.pid})")
            if over is not None:
                return BrokenError(f"the connection to Chromium (process {self.pid}) ended: {over}")
            await asyncio.sleep(WATCH_EVERY)

    async def close(self) -> None:
        """End the browser; whatever does not end by itself within the time is killed."""
        processes = [
            child
            for process in self._processes.values()
            if runs(process)
            for child in (*process.children(recursive=True), process)
        ]
        with contextlib.suppress(Exception):
            async with asyncio.timeout(CLOSE_WITHIN):
                if runs(self._processes["Chromium"]):
                    await self.browser.close()
                await self.cdp.close()
                await self._playwright.stop()
        for process in processes:
            with contextlib.suppress(psutil.Error):
                process.kill()
        self._temporary.remove()

    @property
    def version(self) -> str:
        return self.browser.version


def _last_words(error: Error) -> str:
    """What the browser itself said last, and how it ended; Playwright's first line where it said nothing."""
    said = re.findall(r"\[pid=\d+\]\[err\] (.+)", error.message)
    ended = re.findall(r"<process did exit: (.+)>", error.message)
    return "; ".join([*said[-1:], *ended[-1:]]) or error.message.splitlines()[0]


async def _browser_pid(browser: Browser) -> int:
    session = await browser.new_browser_cdp_session()
    try:
        answer = await session.send("SystemInfo.getProcessInfo")
    finally:
        await session.detach()
    return next(int(process["id"]) for process in answer["processInfo"] if process["type"] == "browser")
