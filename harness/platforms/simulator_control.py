"""A running simulator as its users have it, whoever started it: calls by its control connection, word of its death."""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any

from harness.automator.client import SimulatorClient
from harness.core.errors import ProcessDied
from harness.core.text import Text

SIMULATOR = Text(zh="模拟器", en="the simulator")
LAST_WORDS = 5  # lines
ENDS_WITHIN = 10.0  # seconds from the end of its connection to us; it closes apps and its browser meanwhile


class Simulator(ABC):
    """Many apps, one Chromium. Who is told of its death is called from a thread of its own."""

    pid: int
    browser_pid: int
    control: SimulatorClient

    def __init__(self, log: Path) -> None:
        """``log``: the file that it writes to."""
        self._log = log
        self._on_death: list[Callable[[ProcessDied], None]] = []

    def call(
        self, method: str, params: dict[str, Any] | None = None, *, within: float = 15.0
    ) -> dict[str, Any]:
        """Call a ``Simulator.*`` method; a dead process is named as such."""
        if death := self.death():
            raise death
        try:
            result: dict[str, Any] = self.control.call(method, params or {}, deadline=within)
            return result
        except Exception:
            if death := self.death(within=1.0):
                raise death from None
            raise

    def when_dead(self, callback: Callable[[ProcessDied], None]) -> Callable[[], None]:
        """Call back once the process has died; what is returned takes that back."""
        self._on_death.append(callback)
        return lambda: self._on_death.remove(callback)

    def last_words(self) -> str:
        with contextlib.suppress(OSError):
            lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
            return " | ".join(lines[-LAST_WORDS:])
        return ""

    def _tell(self, death: ProcessDied) -> None:
        for callback in tuple(self._on_death):
            callback(death)

    def _patience(self, within: float) -> float:
        """One that has ended its connection to us is dying, and is waited for until it is gone."""
        return max(within, ENDS_WITHIN) if self.control.over else within

    @abstractmethod
    def death(self, *, within: float = 0.0) -> ProcessDied | None:
        """How the process died, if it did; waits up to ``within`` seconds for it to show."""

    @abstractmethod
    def close(self) -> None:
        """Nothing more will be asked of it; never raises."""
