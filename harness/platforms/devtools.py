"""A mini-program in WeChat DevTools that somebody has started: one window, one WeChat user at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from harness.core.actors import Person
from harness.core.errors import ProcessDied
from harness.core.platforms import MINIPROGRAM, Platform
from harness.platforms import capabilities
from harness.platforms.miniprogram import MiniProgramSession
from harness.platforms.minium_client import minium_errors
from harness.platforms.session import Thrown
from harness.platforms.settings import MiniProgramSettings
from harness.platforms.wording import picturing


class DevToolsDriver:
    """Joins the window; whoever is signed in there is the person."""

    def __init__(self, settings: MiniProgramSettings, *, folder: Path, about: Platform = MINIPROGRAM) -> None:
        self.settings, self.about, self._folder = settings, about, folder
        self._session: MiniProgramSession | None = None

    @property
    def capabilities(self) -> frozenset[str]:
        return capabilities.of("devtools")

    def prepare(self) -> None:
        pass  # DevTools run already

    def open(self, person: Person) -> MiniProgramSession:
        if self._session is not None and not self._session.closed:
            capabilities.require("devtools", "several-users")
        port = self.open_app(person)
        self._session = MiniProgramSession(self.settings, port, self._folder, self.about)
        return self._session

    def open_app(self, person: Person) -> int:
        return self.settings.devtools_port

    def picture(self, port: int, client: Callable[[], Any]) -> bytes:
        with minium_errors(picturing(self.about), about=self.about):
            return bytes(client().app.screen_shot(format="raw"))

    def faults(self, port: int) -> list[Thrown]:
        return []  # DevTools tell nothing of their own

    def when_dead(self, callback: Callable[[], None]) -> None:
        pass  # nobody watches a program that is not ours

    def death(self, *, within: float = 0.0) -> ProcessDied | None:
        return None

    def close(self) -> None:
        if self._session is not None:
            self._session.close()
