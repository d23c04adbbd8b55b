"""What all apps of one simulator process share."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from harness.simulator.host.wechat import WeChatClient
from harness.simulator.network.fetch import Network
from harness.simulator.runtime_places import RuntimePlaces
from harness.simulator.settings import SimulatorSettings
from harness.simulator.source.project import Project

if TYPE_CHECKING:
    from harness.simulator.host.app import RunningApp


@dataclass(slots=True)
class HostContext:
    """``templates`` maps a project's digest to its compiled WXML."""

    settings: SimulatorSettings
    project: Project
    network: Network
    wechat: WeChatClient
    sdk_version: str
    places: RuntimePlaces
    templates: dict[str, str] = field(default_factory=dict)
    excess: str | None = None
    """Why a page process was ended for its memory, until the app it belongs to says that it is gone."""
    before_boot: Callable[[], Awaitable[object]] = lambda: asyncio.sleep(0)
    """Awaited before code of an app runs."""
    out_of_memory: Callable[[], str | None] = lambda: None
    """Why a page process ended that nobody ended, if it was for its memory."""
    suspect: tuple[RunningApp, str] | None = None
    """The one app whose code ran while a page process grew, and where: it need not be that process's."""
