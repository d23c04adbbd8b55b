"""One running mini-program: one person, one screen, one app service.

Owns the life of an app (boot, restart, end), calls into it with a deadline, and what touches it from outside:
fingers and cameras. How automation methods map onto these is the handlers'.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from harness.core.errors import BrokenError, DriverError, HarnessError, ProtocolError, Timeout, UsageError
from harness.simulator.bridge import Bridge
from harness.simulator.network import Network
from harness.simulator.phone import Phone
from harness.simulator.project import Project
from harness.simulator.screen import Screen
from harness.simulator.settings import SimulatorSettings
from harness.simulator.wechat import WeChatClient

SCENE_SEARCH = 1001
T = TypeVar("T")
EventSink = Callable[[str, Mapping[str, Any]], None]


@dataclass(slots=True)
class Surroundings:
    """What all apps of a process share. ``templates`` maps a project's digest to its compiled WXML."""

    settings: SimulatorSettings
    project: Project
    network: Network
    wechat: WeChatClient
    sdk_version: str
    templates: dict[str, str] = field(default_factory=dict)


class RunningApp:
    """A mini-program a person has open. Create, :meth:`boot`, use, :meth:`close`."""

    def __init__(self, screen: Screen, phone: Phone, around: Surroundings) -> None:
        self.phone = phone
        self.route = ""
        """The page it was launched at."""
        self.on_event: EventSink = lambda method, params: None
        self._screen, self._around = screen, around
        self._launch: tuple[str | None, Mapping[str, str]] = (None, {})
        self._ended: str | None = None
        self._bridge = Bridge(
            phone,
            around.network,
            around.wechat,
            on_event=self._tell,
            on_chrome=screen.draw,
            on_wish=self._wished,
        )
        self._wishes: set[asyncio.Task[None]] = set()
        screen.listener = self

    async def boot(self, path: str | None = None, query: Mapping[str, str] | None = None) -> float:
        """Start the app; how long it took, in ms. UsageError when the source tree is broken."""
        self._launch = (path, query or {})
        return await self._boot()

    async def restart(self) -> None:
        """A fresh app service with the same person and storage, at the page it was launched with."""
        self._bridge.close()
        await self._screen.load_frame()
        self._ended = None
        await self._boot()

    async def leave(self) -> None:
        """The person closes the app; calls fail until :meth:`restart`."""
        self._ended = "the mini-program has exited"
        self._bridge.close()
        await self._screen.unload_frame()

    @property
    def left(self) -> bool:
        return self._ended is not None

    async def call(self, method: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """An automation method inside the page; the result object.

        ProtocolError with the page's words when it refuses; Timeout when it takes longer than the deadline,
        or as soon as the page is found to run no other code: an endless loop in the app.
        """
        result = await self._patiently(self._screen.run("call", method, dict(params)))
        if not isinstance(result, dict):
            raise BrokenError(f"the page runtime answered {type(result).__name__}, not an object")
        return result

    async def _patiently(self, work: Coroutine[Any, Any, T]) -> T:
        """Wait for the page within the deadline, and no longer than it runs any code at all."""
        if self._ended is not None:
            work.close()
            raise BrokenError(self._ended)
        deadlines = self._around.settings.deadlines
        began = time.monotonic()
        task = asyncio.ensure_future(work)
        try:
            while not (await asyncio.wait({task}, timeout=deadlines.stuck))[0]:
                spent = time.monotonic() - began
                if not await self._screen.alive(deadlines.probe):
                    # Only code that runs can be paused: a machine that is merely slow is waited for.
                    if where := await self._screen.where_running(deadlines.probe):
                        raise Timeout(await self._give_up(time.monotonic() - began, where))
                if spent >= deadlines.call:
                    raise Timeout(f"no answer within {deadlines.call:g} s; the page itself runs")
            return task.result()
        finally:
            if not task.done():
                task.cancel()

    async def tap(self, page_id: object, element_id: object) -> None:
        """Touch an element where it is; ProtocolError saying why when a finger could not."""
        spot = await self.call("Host.locate", {"pageId": page_id, "elementId": element_id})
        if not spot.get("visible"):
            raise ProtocolError(f"element cannot be tapped: {spot.get('reason') or 'it is not visible'}")
        if covering := spot.get("covering"):
            raise ProtocolError(f"element cannot be tapped: {covering} is in front of it")
        await self._patiently(self._screen.tap(float(spot["x"]), float(spot["y"])))

    async def change_world(self, changes: Mapping[str, Any]) -> None:
        """Something around the person changes; the app hears of what a phone tells it. UsageError names a mistake."""
        phone = self.phone
        phone.world = phone.world.changed(changes)
        phone.granted.update(phone.world.permissions if "permissions" in changes else {})
        self._bridge.carrier.network_changed()
        if phone.world.window is not None and "window" in changes:
            await self._screen.resize(phone.world.window.width, phone.world.window.height)
        await self.call("Host.setWorld", {"facts": phone.world.facts(), "granted": phone.granted})

    async def move(self, foreground: bool, enter: Mapping[str, Any]) -> None:
        """Bring the app to the foreground, entered as ``enter`` says, or send it to the background."""
        await self.call("Host.foreground" if foreground else "Host.background", enter)

    async def touch(self, points: Sequence[tuple[float, float]], hold: float) -> None:
        """One finger from the first point to the last, in pixels of the app's frame."""
        await self._patiently(self._screen.drag(points, hold))

    async def keys(self, *, text: str | None = None, key: str | None = None) -> None:
        """The keyboard, into whatever has the focus: a text, or one key by its name."""
        await self._patiently(self._screen.keys(text=text, key=key))

    async def go_home(self) -> None:
        """Back to the launch page, as the home button does."""
        await self.call("App.callWxMethod", {"method": "reLaunch", "args": [{"url": f"/{self.route}"}]})

    async def screenshot(self) -> str:
        """The phone's screen, base64 of a PNG."""
        return await self._screen.screenshot(self._around.settings.deadlines.screenshot)

    async def findings(self) -> dict[str, Any]:
        """What went wrong since the start, and which APIs the app used that are not simulated."""
        result = self.phone.findings.as_result()
        try:
            gaps = (await self.call("Host.gaps", {})).get("gaps", [])
            result["warnings"] += [f"not simulated: {gap}" for gap in gaps]
        except (ProtocolError, BrokenError) as error:
            result["warnings"].append(f"the page could not be asked: {error}")
        return result

    async def press_dialogue(self, **button: object) -> None:
        """Touch a button of the dialogue on top; ProtocolError when there is none or it does not react.

        ``action``: confirm or cancel; or ``text``: what stands on the button.
        """
        spot = await self.call("Host.dialogButton", button)
        if not spot:
            wanted = next(iter(button.values()))
            raise ProtocolError(f"no dialogue is open that has a button {wanted!r}")
        await self._patiently(self._screen.tap(float(spot["x"]), float(spot["y"])))
        if not (await self.call("Host.dialogAnswered", {})).get("answered"):
            raise ProtocolError("the dialogue did not close when its button was touched")

    async def close(self) -> None:
        self._ended = "the mini-program was closed"
        self._bridge.close()
        await self._screen.close()

    async def told(self, kind: str, text: str) -> str | None:
        return await self._bridge.told(kind, text)

    async def touched(self, kind: str, text: str) -> None:
        """A touch on the bars: the app service decides what it means."""
        method = {"back": "Host.back", "switchTab": "Host.switchTab"}.get(kind)
        if method is not None:
            try:
                await self.call(method, json.loads(text))
            except (ProtocolError, BrokenError) as error:
                self.phone.findings.warn(f"touch on the bars: {error}")

    async def fetched(self, url: str) -> tuple[str, bytes] | None:
        return await self._around.network.load(url, app_id=self.phone.app_id)

    async def _give_up(self, spent: float, where: str) -> str:
        """The page runs no other code: take it off the screen, for it eats a core."""
        self._ended = f"the mini-program's code has run for {spent:.0f} s without a pause, in {where}"
        self.phone.findings.warn(self._ended)
        self._bridge.close()
        await self._screen.drop_frame()
        return self._ended

    def _wished(self, wish: str, told: Mapping[str, Any]) -> None:
        work = {"restart": self._start_anew, "leave": self._step_aside}.get(wish)
        if work is None:
            self.phone.findings.warn(f"bridge: no such wish: {wish[:40]!r}")
            return
        task = asyncio.ensure_future(work(told))
        self._wishes.add(task)
        task.add_done_callback(self._wishes.discard)

    async def _start_anew(self, told: Mapping[str, Any]) -> None:
        """wx.restartMiniProgram, or an update that is applied: the same person, storage and clients."""
        if told.get("update") is True:
            self.phone.world = self.phone.world.changed({"update": None})
        if isinstance(told.get("path"), str):
            query = told.get("query")
            self._launch = (
                told["path"],
                {str(k): str(v) for k, v in query.items()} if isinstance(query, dict) else {},
            )
        try:
            await self.restart()
        except HarnessError as error:
            self.phone.findings.warn(f"the app did not start anew: {error}")
            return
        self._tell("App.initialized", {"from": "devtools"})

    async def _step_aside(self, told: Mapping[str, Any]) -> None:
        try:
            await self.move(False, {})
        except HarnessError as error:
            self.phone.findings.warn(f"the app did not go to the background: {error}")

    def _tell(self, method: str, params: Mapping[str, Any]) -> None:
        self.on_event(method, params)

    async def current_route(self) -> str | None:
        """The page on top, or None when the app cannot say."""
        try:
            return str((await self.call("App.getCurrentPage", {}))["path"])
        except (ProtocolError, BrokenError, KeyError):
            return None

    async def _boot(self) -> float:
        around, began = self._around, time.monotonic()
        path, query = self._launch
        options: dict[str, Any] = {
            "appId": self.phone.app_id,
            "launchQuery": dict(query),
            "storage": self.phone.storage,
            "granted": self.phone.granted,
            "world": self.phone.world.facts(),
            "scene": SCENE_SEARCH,
            "sdkVersion": around.sdk_version,
            "device": self._screen.device.as_package(),
        }
        if path is not None:
            options["launchPath"] = path.lstrip("/")
        package: dict[str, Any] = {"files": around.project.files, "options": options}
        if compiled := around.templates.get(around.project.digest):
            package["templates"] = compiled
        try:
            async with asyncio.timeout(around.settings.deadlines.boot):
                report = await self._screen.run("boot", package)
        except ProtocolError as error:
            raise BrokenError(f"the mini-program did not start: {error}") from None
        except TimeoutError:
            limits = around.settings.deadlines
            where = await self._screen.where_running(limits.probe)
            said = f"the mini-program did not start within {limits.boot:g} s"
            raise Timeout(said + (where and f": it still runs {where}")) from None
        try:
            if (broken := report.get("broken")) is not None:
                where = f"{around.project.root / broken['path']}:{broken['line']}"
                raise UsageError(broken["message"], where=where)
            self.route = str(report["route"])
            around.templates[around.project.digest] = str(report["templates"])
            for found in report["diagnostics"]:
                self.phone.findings.diagnose(found)
        except (KeyError, TypeError) as error:
            raise DriverError(f"the page runtime's boot report is incomplete: {error}") from error
        return (time.monotonic() - began) * 1000
