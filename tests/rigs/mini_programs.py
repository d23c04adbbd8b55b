"""Mini-programs made of a few lines of text, opened in one browser: what the start says, what the run finds."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from harness.core.errors import UsageError
from harness.simulator.app import RunningApp, Surroundings
from harness.simulator.bridge import Phone
from harness.simulator.browser import Chromium
from harness.simulator.build import ensure_bundle
from harness.simulator.network import Network
from harness.simulator.people import NOBODY
from harness.simulator.project import load_project
from harness.simulator.screen import Screen
from harness.simulator.settings import SimulatorSettings
from harness.simulator.wechat import WeChatClient

HOME = {
    "app.json": '{\n  "pages": [\n    "pages/home/home"\n  ]\n}',
    "app.js": "App({})",
    "pages/home/home.js": "Page({})",
    "pages/home/home.json": "{}",
    "pages/home/home.wxml": '<view id="home">home</view>',
}


def write_tree(folder: Path, files: Mapping[str, str | bytes | None]) -> Path:
    """Write the smallest app with ``files`` over it; None leaves a file of it out."""
    for name, content in (HOME | dict(files)).items():
        if content is not None:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


class Workshop:
    """Opens one folder after another in the same Chromium."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self._bundle = ensure_bundle()

    def __enter__(self) -> Self:
        self._chromium = self._runner.run(Chromium.start(None, headless=True))
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._runner.run(self._chromium.close())
        self._runner.close()

    def findings(self, folder: Path) -> dict[str, Any]:
        """What a run finds up to its first page; UsageError when it does not start."""
        return self._runner.run(self._findings(folder))

    async def _findings(self, folder: Path) -> dict[str, Any]:
        settings = SimulatorSettings(project=folder)
        project = load_project(folder)
        network = Network({}, allow_any=False)
        around = Surroundings(settings, project, network, WeChatClient(None, network.client), "3.5.0")
        screen = await Screen.prepare(self._chromium.browser, project, self._bundle, settings.device)
        app = RunningApp(screen, Phone(project.app_id, NOBODY), around)
        try:
            await app.boot()
            return await app.findings()
        finally:
            await app.close()
            await network.close()

    def refusal(self, folder: Path) -> str | None:
        """What the start is refused with, relative to the folder; None when it starts."""
        try:
            self.findings(folder)
        except UsageError as error:
            return str(error).replace(f"{folder.resolve()}/", "")
        return None
