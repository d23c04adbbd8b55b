"""What drives platforms and is kept running by another process: addresses only, nothing is imported or started."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from harness.processes.process_tree import Identity


@dataclass(frozen=True, slots=True)
class SimulatorAddress:
    """Its control endpoint, its process and its browser's, the file it writes its log to."""

    control: str
    process: Identity
    browser_pid: int
    log: Path


@dataclass(frozen=True, slots=True)
class BrowserAddress:
    """A Playwright server with a browser without a window: its WebSocket endpoint, and its process."""

    endpoint: str
    server: Identity

    def processes(self) -> set[psutil.Process]:
        """The browser's own: Playwright's command starts its driver, and that the browser."""
        server = self.server.find()
        drivers = [] if server is None else server.children()
        return {browser for driver in drivers for browser in driver.children()}


@dataclass(frozen=True, slots=True)
class Residents:
    """``simulators`` by platform; ``browser`` for all websites without a window."""

    simulators: Mapping[str, SimulatorAddress] = field(default_factory=dict)
    browser: BrowserAddress | None = None
