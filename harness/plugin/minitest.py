"""MiniTest classes among pytest's tests: the run's app for them, steps and pictures in its record."""

from __future__ import annotations

import contextlib
import itertools
import sys
from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from harness.core.errors import BrokenError, ProcessDied
from harness.core.platforms import MINIPROGRAM
from harness.core.text import Text
from harness.plugin.app_evidence import Left, keep, picture, requests, texts
from harness.plugin.simulator_faults import blame_simulator
from harness.plugin.state import STATE

if TYPE_CHECKING:
    from harness.core.payloads import Step
    from harness.core.platforms import Platform
    from harness.platforms.drivers import Drivers
    from harness.platforms.miniprogram import MiniProgramDriver
    from harness.platforms.session import Thrown
    from harness.runs.run import Run

PERSON = "minitest"  # whom MiniTest's one app belongs to
DEATH_WITHIN = 1.0  # seconds until the simulator's death shows, after an error that may come of it


def is_minitest(item: object) -> bool:
    """Whether a test is a MiniTest's; imports nothing that the test's module has not imported."""
    framework, cls = sys.modules.get("minium.framework.minitest"), getattr(item, "cls", None)
    return framework is not None and isinstance(cls, type) and issubclass(cls, framework.MiniTest)


@pytest.fixture(scope="class", autouse=True)
def harness_minitest(request: pytest.FixtureRequest) -> None:
    """Where a run takes part and describes a mini-program, MiniTest classes are given its app."""
    state = request.config.stash.get(STATE, None)
    if state is not None and state.run.settings.miniprograms and is_minitest(request):
        request.getfixturevalue("minitest_app").open()


@pytest.fixture(scope="session")
def minitest_app(
    pytestconfig: pytest.Config, harness_run: Run, platform_drivers: Drivers
) -> Iterator[MiniTestApp]:
    """The one app all MiniTest classes of this process use: MiniTest keeps one connection.

    Of several mini-programs it is the first that harness.toml declares.
    """
    name = next(iter(harness_run.settings.miniprograms))
    driver = platform_drivers.miniprogram(name)
    driver.prepare()
    app = MiniTestApp(harness_run, driver, harness_run.settings.known_platforms.choose(name))
    pytestconfig.pluginmanager.getplugin(MiniTestHooks.NAME).app = app
    yield app
    app.close()


class MiniTestApp:
    """The app MiniTest is pointed at; another one where the simulator died, from the next class on."""

    def __init__(self, run: Run, driver: MiniProgramDriver, about: Platform) -> None:
        self._run, self._driver, self.about = run, driver, about
        self._port: int | None = None

    def open(self) -> None:
        from harness.core.actors import invent
        from harness.platforms import minitest

        if self._port is not None and self.death() is None:
            return
        minitest.release()
        self._port = self._driver.open_app(invent(PERSON, self._run.seed))
        minitest.configure(self._port, self._run.folder / "minium")
        self._driver.when_dead(minitest.interrupt)

    def death(self, *, within: float = 0.0) -> ProcessDied | None:
        return self._driver.death(within=within)

    def faults(self) -> list[Thrown]:
        return [] if self._port is None else self._driver.faults(self._port)

    def texts(self) -> list[Left]:
        """WXML, console and exceptions; nothing where DevTools runs it, which does not tell them."""
        from harness.platforms.simulator import SimulatorDriver

        if self._port is None or not isinstance(self._driver, SimulatorDriver):
            return []
        return texts(self.about, *self._driver.look(self._port))

    def picture(self) -> bytes:
        from harness.platforms import minitest

        assert self._port is not None
        return self._driver.picture(self._port, minitest.client)

    def close(self) -> None:
        from harness.platforms import minitest

        minitest.release()


class MiniTestHooks:
    """Registered where there is a run to take part in."""

    NAME = "harness-minitest"

    def __init__(self, run: Run) -> None:
        self.run = run
        self._began = datetime.now(UTC)  # the test under way
        self.app: MiniTestApp | None = None
        """Once a MiniTest class has begun."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        if not is_minitest(item):
            return (yield)
        from harness.core.payloads import Step
        from harness.platforms.minitest import watched

        self._began = datetime.now(UTC)
        numbers = itertools.count(1)
        platform = self.app.about.name if self.app is not None else MINIPROGRAM.name

        def tell(text: Text, seconds: float, outcome: str) -> None:
            step = Step.model_validate({"text": text, "seconds": seconds, "outcome": outcome})
            self._write(item, platform, step, step=next(numbers))

        with watched(tell):
            return (yield)

    # trylast: inside of the wrapper that decides the verdict, which then sees what is put right here.
    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if self.app is None or not is_minitest(item):
            return report
        # Who found something else than expected had an answer; any other error may come of a death.
        error = call.excinfo.value if call.excinfo is not None and report.failed else None
        puzzling = error is not None and not isinstance(error, AssertionError)
        died = self.app.death(within=DEATH_WITHIN if puzzling else 0.0)
        if call.when == "call" and not report.skipped and died is None:
            with contextlib.suppress(ProcessDied):
                blame_simulator(call, report, self.app.faults(), self.app.about)
        if not report.failed:
            return report
        if died is not None and call.excinfo is not None:
            where = died.with_traceback(call.excinfo.tb)
            call.excinfo, report.longrepr = pytest.ExceptionInfo.from_exception(where), str(died)
        elif call.when == "call":
            self._show(item, self.app)
        return report

    def _show(self, item: pytest.Item, app: MiniTestApp) -> None:
        left = [picture(app.about, app.picture)]
        with contextlib.suppress(BrokenError):  # its picture has to do
            left += app.texts()
        keep(self.run, item.nodeid, app.about.name, [*left, *requests(self.run, app.about, self._began)])

    def _write(self, item: pytest.Item, platform: str, payload: Step, *, step: int | None = None) -> None:
        self.run.log.write(payload, scenario=item.nodeid, step=step, platform=platform)
