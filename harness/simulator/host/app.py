"""One running mini-program: one person, one screen, one app service.

Owns the life of an app (boot, restart, end), calls into it with a deadline, and what touches it from outside:
fingers and cameras. How automation methods map onto these is the handlers'.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.automator.refusals import Overlay, covered, overlaid
from harness.core.errors import BrokenError, DriverError, HarnessError, ProtocolError, Timeout, UsageError
from harness.simulator.chromium.screen import Screen
from harness.simulator.device.phone import Phone
from harness.simulator.host.context import HostContext
from harness.simulator.host.liveness import Liveness
from harness.simulator.host.page_messages import PageMessages
from harness.simulator.host.trace_file import where_to_write
from harness.simulator.network.domains import Refused
from harness.simulator.network.fetch import Served, Visit
from harness.simulator.settings import Device

SCENE_SEARCH = 1001
EventSink = Callable[[str, Mapping[str, Any]], None]
Launch = tuple[str | None, Mapping[str, str]]
"""The page an app starts at, None for its own first, and the query."""
SpareScreen = Callable[[Device], Awaitable[Screen]]
STARTING = "the mini-program starts anew"
MAX_RESTARTS, RESTARTS_WITHIN = 10, 20.0
AT_ONCE = 2.0
"""Seconds the page has for what a report asks of it: the report is more than the page's part."""


class RunningApp:
    """A mini-program a person has open. Create, :meth:`boot`, use, :meth:`close`."""

    def __init__(self, screen: Screen, phone: Phone, context: HostContext, spare: SpareScreen) -> None:
        self.phone = phone
        self.route = ""
        """The page it was launched at."""
        self.on_event: EventSink = lambda method, params: None
        self._screen, self._context, self._spare = screen, context, spare
        self._launch: Launch = (None, {})
        self._liveness = Liveness(lambda: self._screen, context.settings.deadlines, self._stop)
        self._dropping: asyncio.Task[None] | None = None
        self._renewing = asyncio.Lock()
        self._bridge = PageMessages(
            phone,
            context.network,
            context.wechat,
            on_event=self._tell,
            on_chrome=self._draw,
            on_wish=self._on_app_wish,
            named=self._named,
            maps=context.project.maps,
        )
        self._tasks: set[asyncio.Task[None]] = set()
        self._restarts: list[float] = []
        self._tracing: Screen | None = None
        screen.listener = self

    async def boot(self, path: str | None = None, query: Mapping[str, str] | None = None) -> float:
        """Start the app; how long it took, in ms. UsageError when the source tree is broken."""
        self._launch = (path, query or {})
        began = time.monotonic()
        try:
            return await self._boot()
        except BrokenError:
            if not self._renewing.locked():
                raise
        # It asked to start anew while it started, as for an update: then it has started once that is done.
        async with self._renewing:
            if self._liveness.ended is not None:
                raise BrokenError(self._liveness.ended)
        return (time.monotonic() - began) * 1000

    async def restart(self, launch: Launch | None = None) -> None:
        """A fresh app service with the same person and storage, at the page it was launched with, or another."""
        async with self._renewing:
            self._end(STARTING)
            if self._dropping is not None:
                await asyncio.wait({self._dropping})
            try:
                if self._screen.crashed:
                    await self._screen.close()
                    self._screen = await self._spare(self._screen.device)
                    self._screen.listener = self
                else:
                    await self._screen.load_frame()
                self._liveness.begin()
                self.phone.findings.ended = None
                await self._boot(launch)
            except HarnessError as error:
                ended = self._liveness.ended
                self._liveness.begin()
                # Where it ended while it started, that is the reason, and a finding already.
                failed = f"the mini-program did not start anew: {error}"
                self._end(failed if ended is None or ended == STARTING else ended)
                raise

    async def leave(self) -> None:
        """The person closes the app; calls fail until :meth:`restart`."""
        self._end("the mini-program has exited")
        await self._screen.unload_frame()

    @property
    def left(self) -> bool:
        return self._liveness.ended is not None

    async def call(
        self, method: str, params: Mapping[str, Any], *, within: float | None = None
    ) -> dict[str, Any]:
        """An automation method inside the page; the result object.

        ProtocolError with the page's words when it refuses; Timeout when it takes longer than the deadline,
        or as soon as the page is found to run no other code: an endless loop in the app.
        """
        async with self._renewing:
            # Who asks while the app service starts anew means the new one.
            pass
        result = await self._liveness.wait(self._screen.run("call", method, dict(params)), within=within)
        if not isinstance(result, dict):
            raise BrokenError(f"the page runtime answered {type(result).__name__}, not an object")
        return result

    def _stop(self, reason: str) -> None:
        """The app's own doing ends it: a finding, and off the screen with it, for it may eat a core."""
        self.phone.findings.ended = reason
        self._drop(reason)

    def _drop(self, reason: str) -> None:
        self._end(reason)
        self.phone.findings.warn(reason)
        self._dropping = self._start(self._screen.drop_frame())

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        async def quietly() -> None:
            with contextlib.suppress(HarnessError):
                await work

        task = asyncio.ensure_future(quietly())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _end(self, reason: str) -> None:
        """The app runs no more: every call, pending or to come, ends with the reason."""
        self._liveness.end(reason)
        self._bridge.close()

    async def tap(self, page_id: object, element_id: object) -> None:
        """Touch an element where it is; ProtocolError saying why when a finger could not."""
        spot = await self.call("Host.locate", {"pageId": page_id, "elementId": element_id})
        if not spot.get("visible"):
            raise ProtocolError(f"element cannot be tapped: {spot.get('reason') or 'it is not visible'}")
        if overlay := spot.get("overlay"):
            raise ProtocolError(overlaid(Overlay(**overlay)))
        if covering := spot.get("covering"):
            raise ProtocolError(covered(str(covering)))
        await self._liveness.wait(self._screen.tap(float(spot["x"]), float(spot["y"])))

    async def change_device_state(self, changes: Mapping[str, Any]) -> None:
        """Something around the person changes; the app hears of what a phone tells it. UsageError names a mistake."""
        phone = self.phone
        phone.device_state = phone.device_state.changed(changes)
        phone.granted.update(phone.device_state.permissions if "permissions" in changes else {})
        self._bridge.requests.network_changed()
        if phone.device_state.window is not None and "window" in changes:
            await self._screen.resize(phone.device_state.window.width, phone.device_state.window.height)
        await self.call(
            "Host.setDeviceState", {"facts": phone.device_state.facts(), "granted": phone.granted}
        )

    async def move(self, foreground: bool, enter: Mapping[str, Any]) -> None:
        """Bring the app to the foreground, entered as ``enter`` says, or send it to the background."""
        await self.call("Host.foreground" if foreground else "Host.background", enter)

    async def touch(self, points: Sequence[tuple[float, float]], hold: float) -> None:
        """One finger from the first point to the last, in pixels of the app's frame."""
        await self._liveness.wait(self._screen.drag(points, hold))

    async def keys(self, *, text: str | None = None, key: str | None = None) -> None:
        """The keyboard, into whatever has the focus: a text, or one key by its name."""
        await self._liveness.wait(self._screen.keys(text=text, key=key))

    async def go_home(self) -> None:
        """Back to the launch page, as the home button does."""
        await self.call("App.callWxMethod", {"method": "reLaunch", "args": [{"url": f"/{self.route}"}]})

    async def screenshot(self) -> str:
        """The phone's screen, base64 of a PNG."""
        return await self._screen.screenshot(self._context.settings.deadlines.screenshot)

    async def tree(self) -> dict[str, Any]:
        """The page on top: its path and its WXML."""
        return {"path": await self.current_route() or "", **await self.call("Host.tree", {}, within=AT_ONCE)}

    async def start_tracing(self) -> None:
        """Record the screen; ProtocolError when it is being recorded."""
        if self._tracing is not None:
            raise ProtocolError("a trace is being recorded: stop it first")
        self._tracing = self._screen
        await self._screen.start_tracing(f"{self.phone.app_id} as {self.phone.person.masked}")

    async def stop_tracing(self, path: Path) -> Path:
        """Write the trace; UsageError when it cannot be written there, ProtocolError when none is recorded."""
        if (screen := self._tracing) is None:
            raise ProtocolError("no trace is being recorded: start one first")
        written = where_to_write(path)
        self._tracing = None
        await screen.stop_tracing(written)
        return written

    async def findings(self) -> dict[str, Any]:
        """What went wrong since the start, and which APIs the app used that are not simulated."""
        # What the page has told so far is heard once it has been answered; one that is gone tells no more.
        with contextlib.suppress(ProtocolError, BrokenError):
            await self.call("Host.heard", {}, within=AT_ONCE)
        await self._bridge.settled()
        result = self.phone.findings.as_result()
        for fault in result["faults"]:
            fault["stack"] = await asyncio.to_thread(self._named, fault["stack"])
        return result

    def _named(self, stack: str) -> str:
        """A stack with the places in the sources, of the page runtime and of the app."""
        return self._context.project.maps.named(self._context.places.named(stack))

    async def press_dialogue(self, **button: object) -> None:
        """Touch a button of the dialogue on top; ProtocolError when there is none or it does not react.

        ``action``: confirm or cancel; or ``text``: what stands on the button.
        """
        spot = await self.call("Host.dialogButton", button)
        if not spot:
            wanted = next(iter(button.values()))
            raise ProtocolError(f"no dialogue is open that has a button {wanted!r}")
        await self._liveness.wait(self._screen.tap(float(spot["x"]), float(spot["y"])))
        if not (await self.call("Host.dialogAnswered", {})).get("answered"):
            raise ProtocolError("the dialogue did not close when its button was touched")

    async def close(self) -> None:
        self._end("the mini-program was closed")
        await self._screen.close()

    def refused(self, what: str) -> None:
        self.phone.findings.warn(f"refused: {what}")

    def absent(self, path: str) -> None:
        self.phone.findings.warn(f"{path} does not exist: nothing is shown for it")

    def lost(self, how: str) -> None:
        """The page on the screen is no longer the app."""
        if self._liveness.ended is None:
            self._stop(f"the mini-program is gone: {how}")

    def crashed(self) -> None:
        context = self._context
        how, context.excess = context.excess or context.out_of_memory(), None
        suspect, context.suspect = context.suspect, None
        if how:
            place = f", in {suspect[1]}" if suspect is not None and suspect[0] is self else ""
            self.lost(f"{how}{place}")
        elif self._liveness.ended is None:
            # Nobody knows whose fault it is: an app's, or the browser's.
            self._drop("the mini-program is gone: the browser's process it ran in crashed")

    async def source_location(self, within: float) -> str:
        """What its code runs at this moment; empty when it does not run."""
        return "" if self._liveness.ended is not None else await self._screen.where_running(within)

    async def on_message(self, kind: str, text: str) -> str | None:
        return await self._bridge.on_message(kind, text)

    async def on_touch(self, kind: str, text: str) -> None:
        """A touch on the bars: the app service decides what it means."""
        method = {"back": "Host.back", "home": "Host.home", "switchTab": "Host.switchTab"}.get(kind)
        if method is not None:
            try:
                await self.call(method, json.loads(text))
            except (ProtocolError, BrokenError) as error:
                self.phone.findings.warn(f"touch on the bars: {error}")

    async def on_browse(self, visit: Visit) -> Served | None:
        try:
            return await self._context.network.browse(visit, app_id=self.phone.app_id)
        except Refused as refused:
            self._bridge.requests.note(refused)
            return None

    async def on_load(self, url: str) -> tuple[str, bytes] | None:
        try:
            return await self._context.network.load(url, app_id=self.phone.app_id)
        except Refused as refused:
            self._bridge.requests.note(refused)
            return None

    async def _draw(self, chrome: Mapping[str, Any]) -> Mapping[str, Any] | None:
        return None if self._liveness.ended is not None else await self._screen.draw(chrome)

    def _on_app_wish(self, wish: str, told: Mapping[str, Any]) -> None:
        work = {"restart": self._start_anew, "leave": self._step_aside}.get(wish)
        if work is None:
            self.phone.findings.warn(f"bridge: no such wish: {wish[:40]!r}")
            return
        if wish == "restart" and self._restarts_without_end():
            return
        self._start(work(told))

    def _restarts_without_end(self) -> bool:
        now = time.monotonic()
        self._restarts = [at for at in self._restarts if now - at < RESTARTS_WITHIN] + [now]
        if len(self._restarts) > MAX_RESTARTS:
            self.lost(f"it restarted itself {MAX_RESTARTS} times within {RESTARTS_WITHIN:g} s")
            return True
        return False

    async def _start_anew(self, told: Mapping[str, Any]) -> None:
        """wx.restartMiniProgram, or an update that is applied: the same person, storage and clients."""
        if told.get("update") is True:
            self.phone.device_state = self.phone.device_state.changed({"update": None})
        launch: Launch | None = None
        if isinstance(told.get("path"), str):
            query = told.get("query")
            known = query if isinstance(query, dict) else {}
            launch = told["path"], {str(key): str(value) for key, value in known.items()}
        try:
            await self.restart(launch)
        except HarnessError as error:
            if str(error) != self._liveness.ended:
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

    async def _boot(self, launch: Launch | None = None) -> float:
        context, began = self._context, time.monotonic()
        path, query = launch or self._launch
        options: dict[str, Any] = {
            "appId": self.phone.app_id,
            "launchQuery": dict(query),
            "storage": self.phone.storage,
            "sealed": sorted(self.phone.sealed),
            "granted": self.phone.granted,
            "deviceState": self.phone.device_state.facts(),
            "scene": SCENE_SEARCH,
            "sdkVersion": context.sdk_version,
            "device": self._screen.device.as_package(),
        }
        if path is not None:
            options["launchPath"] = path.lstrip("/")
        project = context.project
        errors = [error.as_package() for error in project.errors]
        package: dict[str, Any] = {"files": project.files, "errors": errors, "options": options}
        if compiled := context.templates.get(context.project.digest):
            package["templates"] = compiled
        else:
            package["preprocessors"] = project.preprocessors
        limits = context.settings.deadlines
        await context.before_boot()
        try:
            report = await self._liveness.wait(
                self._screen.run("boot", package), within=limits.boot, stuck=limits.stuck_at_boot
            )
        except ProtocolError as error:
            raise BrokenError(f"the mini-program did not start: {error}") from None
        except Timeout as error:
            raise Timeout(f"the mini-program did not start: {error}") from None
        try:
            if (broken := report.get("broken")) is not None:
                where = f"{context.project.root / broken['path']}:{broken['line']}"
                raise UsageError(broken["message"], where=where)
            self.route = str(report["route"])
            context.templates[context.project.digest] = str(report["templates"])
            for found in report["diagnostics"]:
                await self._bridge.diagnose(found)
        except (KeyError, TypeError) as error:
            raise DriverError(f"the page runtime's boot report is incomplete: {error}") from error
        return (time.monotonic() - began) * 1000
