"""MiniTest classes among pytest's tests: the run's app for them, steps and pictures in its record."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from harness.core.text import Text
from harness.plugin.state import STATE

if TYPE_CHECKING:
    from harness.platforms.miniprogram import MiniProgramDriver
    from harness.runs.run import Run

PLATFORM = "miniprogram"
PERSON = "minitest"  # whom MiniTest's one app belongs to
TITLE = Text(zh="失败时小程序的画面", en="the mini-program when the test failed")


def is_minitest(item: object) -> bool:
    """Whether a test is a MiniTest's; imports nothing that the test's module has not imported."""
    framework, cls = sys.modules.get("minium.framework.minitest"), getattr(item, "cls", None)
    return framework is not None and isinstance(cls, type) and issubclass(cls, framework.MiniTest)


@pytest.fixture(scope="class", autouse=True)
def harness_minitest(request: pytest.FixtureRequest) -> None:
    """Where a run takes part and describes a mini-program, MiniTest classes are given its app."""
    state = request.config.stash.get(STATE, None)
    if state is not None and state.run.settings.miniprogram is not None and is_minitest(request):
        request.getfixturevalue("minitest_app")


@pytest.fixture(scope="session")
def minitest_app(
    pytestconfig: pytest.Config, harness_run: Run, miniprogram_driver: MiniProgramDriver
) -> Iterator[int]:
    """The port of the one app all MiniTest classes of this process use: MiniTest keeps one connection."""
    from harness.core.actors import invent
    from harness.platforms import minitest

    port = miniprogram_driver.open_app(invent(PERSON, harness_run.seed))
    minitest.configure(port, harness_run.folder / "minium")
    hooks = pytestconfig.pluginmanager.getplugin(MiniTestHooks.NAME)
    hooks.picture = lambda: miniprogram_driver.picture(port, minitest.client)
    yield port
    minitest.release()


class MiniTestHooks:
    """Registered where there is a run to take part in."""

    NAME = "harness-minitest"

    def __init__(self, run: Run) -> None:
        self.run = run
        self.picture: Callable[[], bytes] | None = None
        """The screen of the app, once there is one."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        if not is_minitest(item):
            return (yield)
        from harness.platforms.minitest import watched

        numbers = itertools.count(1)

        def tell(text: Text, seconds: float, outcome: str) -> None:
            data = {"text": text.to_json(), "seconds": seconds, "outcome": outcome}
            self._write(item, "step", data, step=next(numbers))

        with watched(tell):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if report.failed and call.when == "call" and self.picture is not None and is_minitest(item):
            self._take_picture(item, self.picture)
        return report

    def _take_picture(self, item: pytest.Item, picture: Callable[[], bytes]) -> None:
        data: dict[str, Any] = {"title": TITLE.to_json(), "type": "image/png"}
        try:
            shot = picture()
        except Exception as error:
            data["missing"] = f"{type(error).__name__}: {error}"
        else:
            folder = self.run.folder / "evidence"
            folder.mkdir(exist_ok=True)
            number = sum(1 for _ in folder.glob(f"minitest-{self.run.log.source}-*")) + 1
            data["file"] = f"evidence/minitest-{self.run.log.source}-{number}.png"
            (self.run.folder / data["file"]).write_bytes(shot)
        self._write(item, "evidence", data)

    def _write(self, item: pytest.Item, kind: str, data: dict[str, Any], **fields: Any) -> None:
        from harness.core.events import Kind

        self.run.log.write(Kind(kind), data, scenario=item.nodeid, platform=PLATFORM, **fields)
