"""A simulator that another process keeps running: calls to it, and its death as far as it shows from here."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Any, Protocol

from harness.automator.client import SimulatorClient
from harness.core.errors import ProcessDied
from harness.core.polling import poll
from harness.core.text import Text
from harness.platforms.resident import SimulatorAddress

SIMULATOR = Text(zh="模拟器", en="the simulator")
GONE = Text(zh="进程已不存在", en="its process is gone")
LOOK_EVERY = 0.5  # seconds
LAST_WORDS = 5  # lines


class Simulator(Protocol):
    """A running simulator: many apps, one Chromium."""

    pid: int
    browser_pid: int
    control: SimulatorClient

    def call(
        self, method: str, params: dict[str, Any] | None = None, *, within: float = 15.0
    ) -> dict[str, Any]:
        """Call a ``Simulator.*`` method; a dead process is named as such."""

    def death(self, *, within: float = 0.0) -> ProcessDied | None:
        """How the process died, if it did; waits up to ``within`` seconds for it to show."""

    def when_dead(self, callback: Callable[[ProcessDied], None]) -> Callable[[], None]:
        """Call back once the process has died; what is returned takes that back."""

    def close(self) -> None:
        """Nothing more will be asked of it."""


class ResidentSimulator:
    """Errors: BrokenError where it does not answer."""

    def __init__(self, address: SimulatorAddress) -> None:
        self._address = address
        self.pid, self.browser_pid = address.process.pid, address.browser_pid
        self.control = SimulatorClient(address.control)
        self._death: ProcessDied | None = None
        self._on_death: list[Callable[[ProcessDied], None]] = []
        self._over = threading.Event()
        self._watchdog = threading.Thread(target=self._watch, daemon=True, name="simulator watchdog")
        self._watchdog.start()

    def call(
        self, method: str, params: dict[str, Any] | None = None, *, within: float = 15.0
    ) -> dict[str, Any]:
        if death := self.death():
            raise death
        try:
            result: dict[str, Any] = self.control.call(method, params or {}, deadline=within)
            return result
        except Exception:
            if death := self.death(within=1.0):
                raise death from None
            raise

    def death(self, *, within: float = 0.0) -> ProcessDied | None:
        if self._death is None and within:
            gone = poll(lambda: self._address.process.find() is None, bool, within=within, every=0.05)
            if gone.value:
                self._note_death()
        return self._death

    def when_dead(self, callback: Callable[[ProcessDied], None]) -> Callable[[], None]:
        self._on_death.append(callback)
        return lambda: self._on_death.remove(callback)

    def close(self) -> None:
        self._over.set()
        with contextlib.suppress(Exception):
            self.control.close()
        self._watchdog.join(timeout=2)

    def _watch(self) -> None:
        while not self._over.wait(LOOK_EVERY):
            if self._address.process.find() is None:
                death = self._note_death()
                for callback in tuple(self._on_death):
                    callback(death)
                return

    def _note_death(self) -> ProcessDied:
        words = ""
        with contextlib.suppress(OSError):
            lines = self._address.log.read_text(encoding="utf-8", errors="replace").splitlines()
            words = " | ".join(lines[-LAST_WORDS:])
        self._death = ProcessDied(SIMULATOR, how=GONE, last_words=words)
        return self._death


def close_apps(address: SimulatorAddress) -> None:
    """End the apps that somebody left open. BrokenError where the simulator does not answer."""
    control = SimulatorClient(address.control)
    try:
        for app in control.info()["apps"]:
            control.call("Simulator.closeApp", {"port": app["port"]})
    finally:
        control.close()
