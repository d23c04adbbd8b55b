"""What drives platforms and is kept running by another process: addresses only, nothing is imported or started."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.processes.process_tree import Identity


@dataclass(frozen=True, slots=True)
class SimulatorAddress:
    """Its control endpoint, its process and its browser's, the file it writes its log to."""

    control: str
    process: Identity
    browser_pid: int
    log: Path


@dataclass(frozen=True, slots=True)
class Residents:
    """``simulators`` by platform; ``browser`` is the WebSocket endpoint of a Playwright server without a window."""

    simulators: Mapping[str, SimulatorAddress] = field(default_factory=dict)
    browser: str | None = None
