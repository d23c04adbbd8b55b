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
from harness.simulator.device.device_state import World
from harness.simulator.device.phone import Phone
from harness.simulator.device.wechat_users import Answers, Person
from harness.simulator.host import handlers
from harness.simulator.host.app import RunningApp, Surroundings
from harness.simulator.host.connection import Connection
from harness.simulator.host.server import Door
from harness.simulator.host.wechat import WeChatClient
from harness.simulator.network.domains import Routing
from harness.simulator.network.fetch import Network
from harness.simulator.settings import Device, SimulatorSettings
from harness.simulator.source.project import Project

SUSPECT_WITHIN = 1.5
NAME, VERSION = "linkage-harness simulator", version("linkage-harness")
CAPABILITIES = (
    "newApp",
    "setTrace",
    "setAnswer",
    "setWorld",
    "setForeground",
    "deviceEvent",
    "getEffects",
    "getFindings",
    "getTree",
    "tracing",
    "screenshot",
    "phoneNumber",
    "hostMapping",
)


@dataclass(slots=True)
class _Tenant:
    app: RunningApp
    door: Door
    used: bool = False
    """Whether a client asked it for anything since its app service started."""


class SimulatorHost:
    """Create, :meth:`start`, wait for :attr:`stop`, :meth:`close`."""

    def __init__(self, settings: SimulatorSettings, project: Project, bundle: Bundle) -> None:
        self.stop = asyncio.Event()
        """Set by Simulator.shutdown."""
        self.control = Door(self._carry_control)
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
        self._around = Surroundings(
            settings=settings,
            project=project,
            network=self._network,
            wechat=WeChatClient(settings.wechat, self._network.client),
            sdk_version=load_spec().sdk_version,
        )
        self._chromium: Chromium | None = None
        self._tenants: dict[int, _Tenant] = {}
        self._doors = {self.control}
        """All that listen, those of apps that come or go among them."""
        self._reserve: asyncio.Task[Screen] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._suspected: tuple[RunningApp, str] | None = None

    async def start(self) -> None:
        """Start the browser and listen for control; UsageError or BrokenError says what is missing."""
        settings = self._settings
        self._chromium = await Chromium.start(
            settings.browser, headless=settings.headless, pixel_ratio=settings.device.pixel_ratio
        )
        if settings.memory:
            watch = MemoryWatch(self._chromium.pid, settings.memory, self._suspect, self._too_much_memory)
            self._watching = asyncio.create_task(watch.run())
        await self.control.open(self._settings.control_port)

    @property
    def chromium(self) -> Chromium:
        if self._chromium is None:
            raise BrokenError("the simulator has not started its browser")
        return self._chromium

    async def new_app(
        self,
        person: Person,
        *,
        port: int = 0,
        storage: Mapping[str, Any] | None = None,
        path: str | None = None,
        query: Mapping[str, str] | None = None,
        answers: Mapping[str, Any] | None = None,
        world: World | None = None,
        device: Device | None = None,
    ) -> tuple[Door, RunningApp, float]:
        """Open the mini-program as ``person``: its door, the app, and its launch time in ms."""
        screen = await self._take_screen(device or self._settings.device)
        around = world or self.world(person, {})
        phone = Phone(
            app_id=self._project.app_id,
            person=person,
            answers=Answers({**self._settings.answers, **(answers or {})}),
            world=around.model_copy(deep=True),
            granted=dict(around.permissions),
            storage=dict(storage or {}),
        )
        app = RunningApp(screen, phone, self._around, self._take_screen)
        door = Door(
            lambda connection, request: self._carry(app, connection, request),
            lambda connection: self._newcomer(app, connection),
        )
        self._doors.add(door)
        try:
            boot_ms = await app.boot(path, query)
            await door.open(port)
        except BaseException:
            self._doors.discard(door)
            await app.close()
            raise
        app.on_event = lambda method, params: _pass_on(door, app, method, params)
        self._tenants[door.port] = _Tenant(app, door)
        self._fill_reserve()
        return door, app, boot_ms

    async def close_app(self, port: int) -> None:
        """The app and its port are gone; UsageError when there is none."""
        tenant = self._tenants.pop(self._known(port))
        await tenant.app.close()
        await tenant.door.close()
        self._doors.discard(tenant.door)

    def app(self, port: int | None) -> RunningApp:
        """The app of a port; None means the only one. UsageError lists the ports there are."""
        if port is None and len(self._tenants) == 1:
            return next(iter(self._tenants.values())).app
        if port is None:
            raise UsageError(f"port: expected one of {self._ports()}, got nothing")
        return self._tenants[self._known(port)].app

    @property
    def device(self) -> dict[str, Any]:
        """The phone people have unless they bring their own."""
        return self._settings.device.model_dump(by_alias=True)

    def world(self, person: Person, said: Mapping[str, Any]) -> World:
        """Everybody's world, changed by what the settings and the caller say of this person's.

        UsageError names a mistake of the caller.
        """
        people, world = self._settings.people, self._settings.world
        own = people.get(person.openid) or people.get(person.nick_name)
        return world.changed({**(own.said() if own else {}), **said})

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
                    "appId": tenant.app.phone.app_id,
                    "openid": tenant.app.phone.person.masked,
                    "route": await tenant.app.current_route(),
                }
                for port, tenant in self._tenants.items()
            ],
        }

    @property
    def attended(self) -> bool:
        """Whether any client is connected, at any port."""
        return any(door.attended for door in self._doors)

    async def end(self) -> None:
        """Ask the process to end."""
        self.stop.set()

    async def close(self) -> None:
        """End every app, every connection and the browser."""
        for task in (self._reserve, self._watching):
            if task is not None:
                task.cancel()
        await asyncio.gather(*(door.close() for door in self._doors))
        self._tenants.clear()
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
        tenant = self._tenant(app)
        if tenant is None or not tenant.used:
            return
        tenant.used = False
        try:
            await app.restart()
            connection.event("App.initialized", {"from": "devtools"})
        except HarnessError as error:
            app.phone.findings.warn(f"the app service did not restart for a new client: {error}")

    def _tenant(self, app: RunningApp) -> _Tenant | None:
        return next((tenant for tenant in self._tenants.values() if tenant.app is app), None)

    async def _carry(self, app: RunningApp, connection: Connection, request: Request) -> Mapping[str, Any]:
        if tenant := self._tenant(app):
            tenant.used = True
        return await handlers.answer(self, app, connection, request)

    async def _suspect(self) -> None:
        """A page process grows: the one app whose code runs now, if there is one, is remembered."""
        apps = [tenant.app for tenant in self._tenants.values()]
        places = await asyncio.gather(*(app.whereabouts(SUSPECT_WITHIN) for app in apps))
        running = [(app, place) for app, place in zip(apps, places, strict=True) if place]
        if len(running) == 1:
            self._suspected = running[0]

    async def _too_much_memory(self, how: str) -> None:
        """A page process is about to be ended: the crash tells which app it was, its code perhaps where."""
        self._around.excess = how
        await self._suspect()
        if self._suspected is not None:
            app, place = self._suspected
            app.condemn(f"the mini-program was ended: {how}, in {place}")
            self._suspected = None

    async def _carry_control(self, connection: Connection, request: Request) -> Mapping[str, Any]:
        return await handlers.answer(self, None, connection, request)

    def _own_ports(self) -> set[int]:
        return {self.chromium.cdp.port, *(door.port for door in self._doors)}

    def _known(self, port: int) -> int:
        if port not in self._tenants:
            raise UsageError(f"port: expected one of {self._ports()}, got {port}")
        return port

    def _ports(self) -> str:
        return ", ".join(map(str, self._tenants)) or "none (no app is open)"


def _pass_on(door: Door, app: RunningApp, method: str, params: Mapping[str, Any]) -> None:
    try:
        door.event(method, params)
    except ProtocolError as error:
        app.phone.findings.warn(f"event not passed on: {error}")
