"""A simulator that another process keeps running: its death as far as it shows from here."""

from __future__ import annotations

import contextlib
import threading

from harness.automator.client import SimulatorClient
from harness.core.errors import ProcessDied
from harness.core.polling import poll
from harness.core.text import Text
from harness.platforms.resident import SimulatorAddress
from harness.platforms.simulator_control import SIMULATOR, Simulator

GONE = Text(zh="进程已不存在", en="its process is gone")
LOOK_EVERY = 0.5  # seconds


class ResidentSimulator(Simulator):
    """BrokenError where it does not answer. One that stands still is ended by the process that keeps it."""

    def __init__(self, address: SimulatorAddress) -> None:
        super().__init__(address.log)
        self._process = address.process
        self.pid, self.browser_pid = address.process.pid, address.browser_pid
        self.control = SimulatorClient(address.control)
        self._death: ProcessDied | None = None
        self._over = threading.Event()
        self._watchdog = threading.Thread(target=self._watch, daemon=True, name="simulator watchdog")
        self._watchdog.start()

    def death(self, *, within: float = 0.0) -> ProcessDied | None:
        if self._death is None and within:
            patience = self._patience(within)
            if poll(self._is_gone, bool, within=patience, every=0.05).value:
                self._note_death()
        return self._death

    def close(self) -> None:
        self._over.set()
        with contextlib.suppress(Exception):
            self.control.close()
        self._watchdog.join(timeout=2)

    def _is_gone(self) -> bool:
        return self._process.find() is None

    def _watch(self) -> None:
        while not self._over.wait(LOOK_EVERY):
            if self._is_gone():
                self._tell(self._note_death())
                return

    def _note_death(self) -> ProcessDied:
        self._death = ProcessDied(SIMULATOR, how=GONE, last_words=self.last_words())
        return self._death


def close_apps(address: SimulatorAddress) -> None:
    """End the apps that somebody left open. BrokenError where the simulator does not answer."""
    control = SimulatorClient(address.control)
    try:
        for app in control.info()["apps"]:
            control.call("Simulator.closeApp", {"port": app["port"]})
    finally:
        control.close()
