"""Mini-programs made of a few lines of text, opened in one browser: what the start says, what the run finds."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from harness.core.errors import ProtocolError, UsageError
from harness.simulator.build import ensure_bundle
from harness.simulator.chromium.browser import Chromium
from harness.simulator.chromium.screen import Screen
from harness.simulator.device.phone import Phone
from harness.simulator.device.wechat_users import NOBODY
from harness.simulator.host.app import RunningApp
from harness.simulator.host.context import HostContext
from harness.simulator.host.wechat import WeChatClient
from harness.simulator.network.domains import Routing
from harness.simulator.network.fetch import Network
from harness.simulator.runtime_places import RuntimePlaces
from harness.simulator.settings import Device, SimulatorSettings
from harness.simulator.source.project import load_project

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


def _identity(element: Mapping[str, Any]) -> dict[str, Any]:
    return {key: element[key] for key in ("elementId", "nodeId") if key in element}


class OpenApp:
    """A running mini-program, driven by the methods of the automation protocol."""

    def __init__(self, runner: asyncio.Runner, app: RunningApp, network: Network) -> None:
        self._runner, self._app, self._network = runner, app, network
        self.faults_expected = False
        """Whether the test makes the simulator itself fail."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        faults = self._app.phone.findings.faults
        self._runner.run(self._app.close())
        self._runner.run(self._network.close())
        assert self.faults_expected or not faults, faults

    def call(self, automation: str, /, **params: object) -> Any:
        """An automation method; the result object."""
        return self._runner.run(self._app.call(automation, params))

    def evaluate(self, function: str, *args: object) -> Any:
        """Run a function in the app service; what it returns, awaited."""
        return self.call("App.callFunction", functionDeclaration=function, args=list(args)).get("result")

    def wx(self, method: str, **options: object) -> Any:
        """Call an API; its result, or the ``errMsg`` it failed with."""
        try:
            return self.call("App.callWxMethod", method=method, args=[options])["result"]
        except ProtocolError as error:
            return str(error)

    def in_browser(self, expression: str) -> None:
        """Run something in the app's frame, outside of the app."""
        self._runner.run(self._app._screen.frame.evaluate(f"() => void ({expression})"))

    def in_page(self, expression: str) -> Any:
        """The value of an expression in the app's frame, outside of the app."""
        return self._runner.run(self._app._screen.frame.evaluate(f"() => {expression}"))

    def restart(self, path: str) -> None:
        """Start the app anew at a page."""
        self._runner.run(self._app.restart((path, {})))

    def pages(self) -> list[str]:
        """The routes on the page stack, after every route change has ended."""
        return [page["path"] for page in self.call("App.getPageStack")["pageStack"]]

    def page_method(self, method: str, *args: object) -> Any:
        """Call a method of the page on top."""
        page = self.call("App.getCurrentPage")["pageId"]
        return self.call("Page.callMethod", pageId=page, method=method, args=list(args)).get("result")

    def element(self, selector: str) -> dict[str, Any]:
        """The first element of the page on top, ``a >>> b`` inside a component; ProtocolError when none is."""
        page = self.call("App.getCurrentPage")["pageId"]
        first, *inner = selector.split(" >>> ")
        found = self.call("Page.getElement", pageId=page, selector=first)
        for part in inner:
            found = self.call("Element.getElement", pageId=page, selector=part, **_identity(found))
        return {"pageId": page, "elementId": found["elementId"]}

    def text(self, selector: str) -> str:
        """The text of an element."""
        element = self.element(selector)
        properties = self.call("Element.getDOMProperties", **element, names=["innerText"])["properties"]
        return str(properties[0])

    def tap(self, selector: str) -> None:
        """Touch an element where it is."""
        element = self.element(selector)
        self._runner.run(self._app.tap(element["pageId"], element["elementId"]))

    def touch_bar(self, kind: str, **detail: object) -> None:
        """A finger on the bars: ``back``, ``home`` or ``switchTab``."""
        self._runner.run(self._app.on_touch(kind, json.dumps(detail)))

    def device_state(self, **facts: object) -> None:
        """Other facts of the world around the phone."""
        self._runner.run(self._app.change_device_state(facts))

    def press(self, button: str) -> None:
        """Touch a button of the dialog on top: ``confirm`` or ``cancel``."""
        self._runner.run(self._app.press_dialogue(action=button))

    def findings(self) -> dict[str, Any]:
        """What went wrong so far."""
        return self._runner.run(self._app.findings())

    def screenshot(self) -> bytes:
        """The phone's screen, a PNG."""
        return base64.b64decode(self._runner.run(self._app.screenshot()))

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """A finger from one point of the screen to another."""
        left, top = self.shell("() => { const { x, y } = window.__shell.origin(); return [x, y] }")
        self._runner.run(self._app.touch([(x - left, y - top) for x, y in (start, end)], hold=0))

    def shell(self, script: str) -> Any:
        """Evaluate a script in the page around the app: the bars."""
        return self._runner.run(self._app._screen._page.evaluate(script))


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

    def open(self, folder: Path, path: str | None = None, query: Mapping[str, str] | None = None) -> OpenApp:
        """Start the app in a folder; UsageError when it does not start."""
        return self._runner.run(self._open(folder, path, query))

    def findings(self, folder: Path) -> dict[str, Any]:
        """What a run finds up to its first page; UsageError when it does not start."""
        with self.open(folder) as app:
            return app.findings()

    async def _open(self, folder: Path, path: str | None, query: Mapping[str, str] | None) -> OpenApp:
        settings = SimulatorSettings(project=folder)
        project = load_project(folder)
        network = Network(Routing({}, lists=settings.domains, check=False, allow_any=False))
        context = HostContext(
            settings,
            project,
            network,
            WeChatClient(None, network.client),
            "3.5.0",
            RuntimePlaces(self._bundle),
        )

        async def another(device: Device) -> Screen:
            return await Screen.prepare(self._chromium, project, self._bundle, device)

        screen = await another(settings.device)
        app = RunningApp(screen, Phone(project.app_id, NOBODY), context, another)
        try:
            await app.boot(path, query)
        except BaseException:
            await app.close()
            raise
        return OpenApp(self._runner, app, network)

    def refusal(self, folder: Path) -> str | None:
        """What the start is refused with, relative to the folder; None when it starts."""
        try:
            self.findings(folder)
        except UsageError as error:
            return str(error).replace(f"{folder.resolve()}/", "")
        return None


@pytest.fixture(scope="session")
def workshop() -> Iterator[Workshop]:
    with Workshop() as open_workshop:
        yield open_workshop
