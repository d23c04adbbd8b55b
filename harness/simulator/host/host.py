"""The simulator process as a whole: the browser, the apps people have open, and their ports.

Owns which apps exist and how they come and go. It keeps one prepared screen in reserve, so that opening
an app costs its boot only.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from harness.automator.messages import Request
from harness.automator.spec import load_spec
from harness.core.errors import BrokenError, HarnessError, ProtocolError, UsageError
from harness.simulator.build import Bundle
from harness.simulator.chromium.browser import Chromium
from harness.simulator.chromium.memory import MemoryWatch
from harness.simulator.chromium.screen import Screen
from harness.simulator.device.device_state import DeviceState
from harness.simulator.device.phone import Phone
from harness.simulator.device.wechat_users import Answers, WeChatUser
from harness.simulator.host import handlers
from harness.simulator.host.app import RunningApp
from harness.simulator.host.connection import Connection
from harness.simulator.host.context import HostContext
from harness.simulator.host.server import Listener
from harness.simulator.host.wechat import WeChatClient
from harness.simulator.network.domains import Routing
from harness.simulator.network.fetch import Network
from harness.simulator.runtime_places import RuntimePlaces
from harness.simulator.settings import Device, SimulatorSettings
from harness.simulator.source.project import Project

SUSPECT_WITHIN = 1.5
NAME, VERSION = "linkage-harness simulator", version("linkage-harness")
CAPABILITIES = (
    "newApp",
    "setTrace",
    "setAnswer",
    "setDeviceState",
    "setForeground",
    "deviceEvent",
    "getEffects",
    "getFindings",
    "getMeasures",
    "getTree",
    "tracing",
    "screenshot",
    "phoneNumber",
    "hostMapping",
)


@dataclass(slots=True)
class OpenApp:
    app: RunningApp
    listener: Listener
    used: bool = False
    """Whether a client asked it for anything since its app service started."""


class SimulatorHost:
    """Create, :meth:`start`, wait for :attr:`stop`, :meth:`close`."""

    def __init__(self, settings: SimulatorSettings, project: Project, bundle: Bundle) -> None:
        self.stop = asyncio.Event()
        """Set by Simulator.shutdown."""
        self.control = Listener(self._carry_control)
        self._settings, self._project, self._bundle = settings, project, bundle
        check = project.checks_domains if settings.check_domains is None else settings.check_domains
        self._network = Network(
            Routing(
                settings.hosts,
                lists=settings.domains,
                check=check,
                allow_any=settings.allow_any_host,
                own_ports=self._own_ports,
            )
        )
        self._context = HostContext(
            settings=settings,
            project=project,
            network=self._network,
            wechat=WeChatClient(settings.wechat, self._network.client),
            sdk_version=load_spec().sdk_version,
            places=RuntimePlaces(bundle),
        )
        self._chromium: Chromium | None = None
        self._open_apps: dict[int, OpenApp] = {}
        self._listeners = {self.control}
        """All that listen, those of apps that come or go among them."""
        self._reserve: asyncio.Task[Screen] | None = None
        self._watching: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the browser and listen for control; UsageError or BrokenError says what is missing."""
        settings = self._settings
        self._chromium = await Chromium.start(
            settings.browser, headless=settings.headless, pixel_ratio=settings.device.pixel_ratio
        )
        if settings.memory:
            watch = MemoryWatch(self._chromium.pid, settings.memory, self._suspect, self._too_much_memory)
            self._context.before_boot = watch.find
            self._context.out_of_memory = watch.ended
            self._watching = asyncio.create_task(watch.run())
        await self.control.open(self._settings.control_port)

    @property
    def chromium(self) -> Chromium:
        if self._chromium is None:
            raise BrokenError("the simulator has not started its browser")
        return self._chromium

    async def new_app(
        self,
        person: WeChatUser,
        *,
        port: int = 0,
        storage: Mapping[str, Any] | None = None,
        path: str | None = None,
        query: Mapping[str, str] | None = None,
        answers: Mapping[str, Any] | None = None,
        device_state: DeviceState | None = None,
        device: Device | None = None,
    ) -> tuple[Listener, RunningApp, float]:
        """Open the mini-program as ``person``: its listener, the app, and its launch time in ms."""
        screen = await self._take_screen(device or self._settings.device)
        around = device_state or self.device_state(person, {})
        phone = Phone(
            app_id=self._project.app_id,
            person=person,
            answers=Answers({**self._settings.answers, **(answers or {})}),
            device_state=around.model_copy(deep=True),
            granted=dict(around.permissions),
            storage=dict(storage or {}),
        )
        app = RunningApp(screen, phone, self._context, self._take_screen)
        listener = Listener(
            lambda connection, request: self._carry(app, connection, request),
            lambda connection: self._newcomer(app, connection),
        )
        self._listeners.add(listener)
        try:
            boot_ms = await app.boot(path, query)
            await listener.open(port)
        except BaseException:
            self._listeners.discard(listener)
            await app.close()
            raise
        app.on_event = lambda method, params: _pass_on(listener, app, method, params)
        self._open_apps[listener.port] = OpenApp(app, listener)
        self._fill_reserve()
        return listener, app, boot_ms

    async def close_app(self, port: int) -> None:
        """The app and its port are gone; UsageError when there is none."""
        open_app = self._open_apps.pop(self._known(port))
        await open_app.app.close()
        await open_app.listener.close()
        self._listeners.discard(open_app.listener)

    def app(self, port: int | None) -> RunningApp:
        """The app of a port; None means the only one. UsageError lists the ports there are."""
        if port is None and len(self._open_apps) == 1:
            return next(iter(self._open_apps.values())).app
        if port is None:
            raise UsageError(f"port: expected one of {self._ports()}, got nothing")
        return self._open_apps[self._known(port)].app

    @property
    def device(self) -> dict[str, Any]:
        """The phone people have unless they bring their own."""
        return self._settings.device.model_dump(by_alias=True)

    def device_state(self, person: WeChatUser, said: Mapping[str, Any]) -> DeviceState:
        """The state of everybody, changed by what the settings and the caller say of this person's.

        UsageError names a mistake of the caller.
        """
        people, everybody = self._settings.people, self._settings.device_state
        own = people.get(person.openid) or people.get(person.nick_name)
        return everybody.changed({**(own.given_facts() if own else {}), **said})

    async def info(self) -> dict[str, Any]:
        """The result of ``Simulator.getInfo``."""
        return {
            "name": NAME,
            "version": VERSION,
            "pid": os.getpid(),
            "browserPid": self.chromium.pid,
            "capabilities": list(CAPABILITIES),
            "apps": [
                {
                    "port": port,
                    "appId": open_app.app.phone.app_id,
                    "openid": open_app.app.phone.person.masked,
                    "route": await open_app.app.current_route(),
                }
                for port, open_app in self._open_apps.items()
            ],
        }

    @property
    def attended(self) -> bool:
        """Whether any client is connected, at any port."""
        return any(listener.attended for listener in self._listeners)

    async def end(self) -> None:
        """Ask the process to end."""
        self.stop.set()

    async def close(self) -> None:
        """End every app, every connection and the browser."""
        for task in (self._reserve, self._watching):
            if task is not None:
                task.cancel()
        await asyncio.gather(*(listener.close() for listener in self._listeners))
        self._open_apps.clear()
        await self._network.close()
        if self._chromium is not None:
            await self._chromium.close()

    async def prepared(self) -> None:
        """Return once a screen is in reserve: the next app costs its boot only."""
        self._fill_reserve()
        if self._reserve is not None:
            await asyncio.wait({self._reserve})

    async def _take_screen(self, device: Device) -> Screen:
        if device != self._settings.device:
            return await self._prepare(device)
        reserved, self._reserve = self._reserve, None
        if reserved is not None:
            try:
                return await reserved
            except BrokenError as error:
                sys.stderr.write(f"the reserved screen failed, making another: {error}\n")
        return await self._prepare(device)

    async def _prepare(self, device: Device) -> Screen:
        return await Screen.prepare(self.chromium, self._project, self._bundle, device)

    def _fill_reserve(self) -> None:
        if self._reserve is None:
            self._reserve = asyncio.create_task(self._prepare(self._settings.device))
            # Looked at when it is taken; asyncio must not complain of one nobody took.
            self._reserve.add_done_callback(lambda task: task.cancelled() or task.exception())

    async def _newcomer(self, app: RunningApp, connection: Connection) -> None:
        """A client after another finds a fresh app service.

        minium skips its set-up in a service it has prepared before, and its hooks then report to bindings
        that went with the earlier connection. App.initialized tells a client that came back to set up again.
        """
        open_app = self._open_app(app)
        if open_app is None or not open_app.used:
            return
        open_app.used = False
        try:
            await app.restart()
            connection.event("App.initialized", {"from": "devtools"})
        except HarnessError as error:
            app.phone.findings.warn(f"the app service did not restart for a new client: {error}")

    def _open_app(self, app: RunningApp) -> OpenApp | None:
        return next((open_app for open_app in self._open_apps.values() if open_app.app is app), None)

    async def _carry(self, app: RunningApp, connection: Connection, request: Request) -> Mapping[str, Any]:
        if open_app := self._open_app(app):
            open_app.used = True
        return await handlers.answer(self, app, connection, request)

    async def _suspect(self) -> None:
        """A page process grows: the one app whose code runs now, if there is one, is remembered."""
        apps = [open_app.app for open_app in self._open_apps.values()]
        places = await asyncio.gather(*(app.source_location(SUSPECT_WITHIN) for app in apps))
        running = [(app, place) for app, place in zip(apps, places, strict=True) if place]
        if len(running) == 1:
            self._context.suspect = running[0]

    async def _too_much_memory(self, how: str) -> None:
        """A page process is about to be ended: the crash tells which app it was, its code perhaps where."""
        self._context.excess = how
        await self._suspect()

    async def _carry_control(self, connection: Connection, request: Request) -> Mapping[str, Any]:
        return await handlers.answer(self, None, connection, request)

    def _own_ports(self) -> set[int]:
        return {self.chromium.cdp.port, *(listener.port for listener in self._listeners)}

    def _known(self, port: int) -> int:
        if port not in self._open_apps:
            raise UsageError(f"port: expected one of {self._ports()}, got {port}")
        return port

    def _ports(self) -> str:
        return ", ".join(map(str, self._open_apps)) or "none (no app is open)"


def _pass_on(listener: Listener, app: RunningApp, method: str, params: Mapping[str, Any]) -> None:
    try:
        listener.event(method, params)
    except ProtocolError as error:
        app.phone.findings.warn(f"event not passed on: {error}")
