"""``harness up``: keeps a system with its simulators and a browser running, and starts it again when it changes."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field

from filelock import FileLock, Timeout

from harness.config.settings import HarnessSettings
from harness.core.errors import HarnessError, UsageError
from harness.core.polling import pause
from harness.core.text import Language, Text
from harness.platforms.browser_server import server
from harness.platforms.drivers import Drivers
from harness.platforms.resident import BrowserAddress, Residents, SimulatorAddress
from harness.platforms.settings import WebsiteSettings
from harness.platforms.simulator import SimulatorDriver
from harness.processes.plan import ProcessPlan
from harness.processes.ports import free_ports
from harness.processes.process_tree import Identity
from harness.runs.plan import local, log_of
from harness.runs.resident.fingerprint import Fingerprint, differences, fingerprint
from harness.runs.resident.lease import HOST_LOCK, LOCK, few
from harness.runs.resident.state import ResidentState
from harness.runs.run import Run

LOOK_EVERY, COMPARE_EVERY = 0.2, 1.0  # seconds

RUNS_ALREADY = Text(
    zh="这个项目已经有一个 'harness up' 在运行", en="'harness up' runs for this project already"
)

CHANGED = Text(zh="{names} 有变化，重新启动", en="{names} changed, starting again")


@dataclass(slots=True)
class ResidentHost:
    """``begin`` makes a run of the settings as they are now; ``on_start`` is called whenever all of it runs."""

    begin: Callable[[], Run]
    on_start: Callable[[Run], None]
    on_change: Callable[[Text], None]
    language: Language = "zh"
    _run: Run | None = field(default=None, repr=False)
    _drivers: Drivers | None = field(default=None, repr=False)
    _state: ResidentState | None = field(default=None, repr=False)
    _settings: HarnessSettings | None = field(default=None, repr=False)
    _seen: Fingerprint = field(default_factory=dict, repr=False)
    _alone: FileLock | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start everything. UsageError where another process keeps a system of this project."""
        run = self.begin()
        runs = run.settings.paths.runs
        if self._alone is None:
            alone = FileLock(runs / HOST_LOCK)
            try:
                alone.acquire(blocking=False)
            except Timeout:
                raise UsageError(RUNS_ALREADY) from None
            self._alone = alone
        self._run, self.language = run, run.language
        # Before the start: what changes meanwhile is a difference.
        self._settings, self._seen = run.settings, fingerprint(run.settings)
        browser = _browser(run)
        run.beside = () if browser is None else (browser[0],)
        system = run.system()
        me = Identity.of(os.getpid())
        self._state = ResidentState(
            folder=run.folder,
            run=run.id,
            pid=me.pid,
            created=me.created,
            fingerprint=dict(self._seen),
            residents=Residents(
                self._simulators(run),
                browser and BrowserAddress(browser[1], Identity.of(system.processes[browser[0].name])),
            ),
        )
        self._state.write(runs)
        self.on_start(run)

    def keep(self) -> None:
        """Until Ctrl-C. Errors: ProcessDied when a part of the system ends."""
        looks = round(COMPARE_EVERY / LOOK_EVERY)
        while True:
            for _ in range(looks):
                if self._run is not None:
                    self._run.check()
                pause(LOOK_EVERY)
            assert self._settings is not None
            now = fingerprint(self._settings)
            if names := differences(self._seen, now):
                self._start_again(names, now)

    def _start_again(self, names: list[str], now: Fingerprint) -> None:
        """Once no run uses the system. What cannot be started is told, and tried again after the next change."""
        assert self._settings is not None
        try:
            with FileLock(self._settings.paths.runs / LOCK).acquire(blocking=False):
                self.on_change(CHANGED.format(names=few(names)))
                self._end_system()
                self._seen = now
        except Timeout:
            return
        try:
            self.start()
        except HarnessError as error:
            self._end_system()
            self.on_change(Text(zh=error.say("zh"), en=error.say("en")))

    def stop(self) -> None:
        """End everything; nothing is left when this returns."""
        self._end_system()
        if self._alone is not None:
            self._alone.release()

    def _end_system(self) -> None:
        if self._state is not None and self._settings is not None:
            ResidentState.remove(self._settings.paths.runs)
            self._state = None
        if self._drivers is not None:
            self._drivers.close()
            self._drivers = None
        if self._run is not None:
            self._run.close()
            self._run = None

    def _simulators(self, run: Run) -> dict[str, SimulatorAddress]:
        settings = run.settings
        self._drivers = Drivers(
            settings.known_platforms,
            settings.ends,
            service_of=settings.service_of,
            url=run.url,
            folder=run.folder,
        )
        found: dict[str, SimulatorAddress] = {}
        for name in settings.miniprograms:
            driver = self._drivers.miniprogram(name)
            if isinstance(driver, SimulatorDriver):
                its = driver.simulator()
                found[name] = SimulatorAddress(
                    its.control.endpoint, Identity.of(its.pid), its.browser_pid, driver.log
                )
        return found


def _browser(run: Run) -> tuple[ProcessPlan, str] | None:
    """A Playwright server with a browser for all websites without a window, and its endpoint."""
    ends = run.settings.ends.values()
    if not any(isinstance(end, WebsiteSettings) and end.headless for end in ends):
        return None
    [port] = free_ports(1)
    command, endpoint = server(run.folder / "browser.json", port)
    plan = ProcessPlan(
        name="browser", command=command, ready=local(port), log=log_of(run.folder, "browser"), group="proxy"
    )
    return plan, endpoint
