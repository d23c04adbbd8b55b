"""The browsers of a test process: one Playwright, its Chromiums, and what became of those that are gone.

A call to Playwright waits for its driver without a limit, so one that stands still would hold up the run for ever: a
thread looks at driver and browsers, and ends what is stopped.
"""

from __future__ import annotations

import contextlib
import os
import threading

import psutil
from playwright.sync_api import Browser, Playwright, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from harness.core.chromium import find_chromium, launch_arguments, launch_environment
from harness.core.text import Text
from harness.platforms.resident import BrowserAddress
from harness.processes.process_tree import runs
from harness.processes.stillness import STOPPED, Stillness, is_stopped
from harness.processes.temporary import TemporaryFolder

DRIVER, BROWSER = "Playwright", "Chromium"
GONE = Text(zh="进程已不存在", en="its process is gone")
LOOK_EVERY = 0.5  # seconds


class ChromiumPool:
    """The Chromium of all websites of a test process: Playwright starts once in a thread.

    One that shows its windows and one that does not are two.
    """

    def __init__(self, resident: BrowserAddress | None = None, *, slow_motion: float = 0.0) -> None:
        """``resident``: a browser without windows that another process keeps running.

        ``slow_motion``: milliseconds that pass before each of Playwright's calls is carried out.
        """
        self._slow_motion = slow_motion
        self._resident = resident
        self._playwright: Playwright | None = None
        self._temporary: TemporaryFolder | None = None
        self._browsers: dict[bool, Browser] = {}
        self._processes: dict[str, psutil.Process] = {}
        self._watch: _Watch | None = None

    def browser(self, *, headless: bool) -> Browser:
        """The running browser; another one where the last is gone, or the driver."""
        if self._is_gone(DRIVER):
            self.close()
        found = self._browsers.get(headless)
        if found is None or not found.is_connected():
            playwright, temporary = self._driver()
            if headless and self._resident is not None:
                # Once: one that has died is not there a second time.
                resident, self._resident = self._resident, None
                with contextlib.suppress(PlaywrightError):
                    found = self._browsers[headless] = playwright.chromium.connect(
                        resident.endpoint, slow_mo=self._slow_motion
                    )
                    self._note(_browser(headless), resident.processes())
                    return found
            executable = find_chromium(playwright.chromium.executable_path)
            its = self._processes.get(DRIVER, psutil.Process())
            before = set(its.children())
            found = self._browsers[headless] = playwright.chromium.launch(
                executable_path=str(executable),
                headless=headless,
                slow_mo=self._slow_motion,
                args=launch_arguments(),
                handle_sigterm=False,  # the driver would end the browser instead of itself
                env=launch_environment({**os.environ, "TMPDIR": str(temporary.path)}),
            )
            self._note(_browser(headless), set(its.children()) - before)
        return found

    def _driver(self) -> tuple[Playwright, TemporaryFolder]:
        if self._playwright is None or self._temporary is None:
            self._temporary = TemporaryFolder()
            before = set(psutil.Process().children())
            with self._temporary.chosen():
                self._playwright = sync_playwright().start()
            self._watch = _Watch()
            self._note(DRIVER, set(psutil.Process().children()) - before)
        return self._playwright, self._temporary

    def _note(self, name: str, new: set[psutil.Process]) -> None:
        if len(new) == 1:  # else it cannot be told which it is
            [self._processes[name]] = new
            assert self._watch is not None
            self._watch.processes = dict(self._processes)

    def stopped(self, *, headless: bool) -> str | None:
        """What stands still at this moment: the browser, or the driver."""
        for name in (DRIVER, _browser(headless)):
            if name in self._processes and is_stopped(self._processes[name]):
                return name
        return None

    def gone(self, *, headless: bool) -> tuple[str, Text] | None:
        """What was started and is there no more, and how it ended."""
        for name in (DRIVER, _browser(headless)):
            if self._is_gone(name):
                ended = self._watch is not None and name in self._watch.ended
                return name, STOPPED if ended else GONE
        found = self._browsers.get(headless)
        return None if found is None or found.is_connected() else (BROWSER, GONE)

    def _is_gone(self, name: str) -> bool:
        return name in self._processes and not runs(self._processes[name])

    def close(self) -> None:
        for browser in self._browsers.values():
            with contextlib.suppress(PlaywrightError):
                browser.close()
        with contextlib.suppress(PlaywrightError):
            if self._playwright is not None:
                self._playwright.stop()
        if self._watch is not None:
            self._watch.end()
        if self._temporary is not None:
            self._temporary.remove()
        self._browsers, self._processes = {}, {}
        self._playwright = self._temporary = self._watch = None


class _Watch(threading.Thread):
    """Ends what stands still of ``processes``; ``ended`` are their names."""

    def __init__(self) -> None:
        super().__init__(name="Playwright watch", daemon=True)
        self.processes: dict[str, psutil.Process] = {}
        self.ended: set[str] = set()
        self._over = threading.Event()
        self.start()

    def run(self) -> None:
        still = Stillness()
        while not self._over.wait(LOOK_EVERY):
            for name, process in self.processes.items():
                if name not in self.ended and still.of(process):
                    self.ended.add(name)
                    with contextlib.suppress(psutil.Error):
                        process.kill()

    def end(self) -> None:
        self._over.set()
        self.join()


def _browser(headless: bool) -> str:
    return BROWSER if headless else f"{BROWSER} with a window"
