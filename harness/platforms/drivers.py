"""The drivers of a test process: one for each platform, made when it is first asked for.

Playwright, Minium and what they drive are imported and started only then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from harness.core.errors import UsageError
from harness.core.platforms import Platforms
from harness.platforms.driver import Driver
from harness.platforms.resident import Residents
from harness.platforms.settings import EndSettings, MiniProgramSettings, WebsiteSettings
from harness.platforms.watching import Watching

if TYPE_CHECKING:
    from harness.platforms.chromium_pool import ChromiumPool
    from harness.platforms.miniprogram import MiniProgramDriver
    from harness.platforms.system import SystemDriver
    from harness.platforms.website import WebsiteDriver

NOT_WATCHED = Watching(tracing="off")


class Drivers:
    """``service_of`` says who answers a platform, ``url`` under which address a caller reaches a service."""

    def __init__(
        self,
        platforms: Platforms,
        ends: Mapping[str, EndSettings],
        *,
        service_of: Callable[[str], str],
        url: Callable[[str, str], str],
        folder: Path,
        residents: Callable[[], Residents] = Residents,
        watching: Watching = NOT_WATCHED,
    ) -> None:
        """``residents``: what another process keeps running, asked when a platform is first opened."""
        self._residents = Residents if watching.headed else residents
        if watching.headed:
            ends = {name: end.model_copy(update={"headless": False}) for name, end in ends.items()}
        self._platforms, self._ends, self._folder, self._watching = platforms, ends, folder, watching
        self._service_of, self._url = service_of, url
        self._pool: ChromiumPool | None = None
        self._websites: dict[str, WebsiteDriver] = {}
        self._miniprograms: dict[str, MiniProgramDriver] = {}
        self._systems: dict[str, SystemDriver] = {}

    def choose(self, name: str) -> Driver:
        """The driver of any platform. Errors: UsageError for one that is not declared or has no service."""
        if not self._platforms.choose(name).has_screen:
            return self.system(name)
        if isinstance(self._ends.get(name), MiniProgramSettings):
            return self.miniprogram(name)
        return self.website(name)

    def website(self, name: str) -> WebsiteDriver:
        if name not in self._websites:
            from harness.platforms.chromium_pool import ChromiumPool
            from harness.platforms.website import WebsiteDriver

            service, settings, about = self._service_of(name), self._ends[name], self._platforms.choose(name)
            if not isinstance(settings, WebsiteSettings):
                raise UsageError(f"{name} is no website")
            url = self._url(about.caller, service)
            self._pool = self._pool or ChromiumPool(
                self._residents().browser, slow_motion=self._watching.slow_motion
            )
            hosts = {host: self._url(about.caller, its) for host, its in settings.hosts.items()}
            self._websites[name] = WebsiteDriver(
                settings, url, self._pool, about, hosts, trace=self._watching.records
            )
        return self._websites[name]

    def miniprogram(self, name: str) -> MiniProgramDriver:
        if name not in self._miniprograms:
            settings = self._ends.get(name)
            if settings is None:
                raise UsageError(f"a mini-program needs the table [{name}]")
            if not isinstance(settings, MiniProgramSettings):
                raise UsageError(f"{name} is no mini-program")
            self._miniprograms[name] = self._miniprogram(name, settings)
        return self._miniprograms[name]

    def _miniprogram(self, name: str, settings: MiniProgramSettings) -> MiniProgramDriver:
        about = self._platforms.choose(name)
        if settings.driver == "devtools":
            from harness.platforms.devtools import DevToolsDriver

            return DevToolsDriver(settings, folder=self._folder, about=about)
        from harness.platforms.simulator import SimulatorDriver

        hosts = {host: self._url(about.caller, service) for host, service in settings.hosts.items()}
        return SimulatorDriver(
            settings,
            hosts=hosts,
            wechat=self._url(about.caller, settings.wechat) if settings.wechat else None,
            folder=self._folder,
            about=about,
            resident=self._residents().simulators.get(name),
            trace=self._watching.records and self._watching.phones,
        )

    def system(self, name: str) -> SystemDriver:
        if name not in self._systems:
            from harness.platforms.system import SystemDriver

            about = self._platforms.choose(name)
            self._systems[name] = SystemDriver(self._url(about.caller, self._service_of(name)), about)
        return self._systems[name]

    def prepare(self, names: Iterable[str]) -> None:
        """Start now what the platforms called ``names`` need."""
        for name in names:
            self.choose(name).prepare()

    def close(self) -> None:
        for driver in (*self._websites.values(), *self._miniprograms.values(), *self._systems.values()):
            driver.close()
        if self._pool is not None:
            self._pool.close()
