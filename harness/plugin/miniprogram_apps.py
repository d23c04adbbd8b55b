"""Fixtures for any project's tests of a mini-program: a fresh, isolated app for each test, driven by Minium.

The mini-program is the one of ``--miniprogram PATH``, of ``miniprogram`` in pytest's settings, or of the
nearest harness.toml. ``miniprogram_person``, ``miniprogram_hosts`` and ``miniprogram_options``
are there to be redefined.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from harness.config.location import FILE, find
from harness.core.errors import UsageError
from harness.plugin.browser_options import watching
from harness.plugin.state import STATE

if TYPE_CHECKING:
    from harness.platforms.miniprogram_apps import MiniProgramApp, MiniProgramSimulator

OPTION = "miniprogram"


def add_options(parser: pytest.Parser) -> None:
    parser.getgroup("harness").addoption(
        "--miniprogram", metavar="PATH", help="folder of the mini-program of the miniprogram fixture"
    )
    parser.addini(OPTION, "folder of the mini-program of the miniprogram fixture, from the root folder")


@pytest.fixture(scope="session")
def miniprogram_project(pytestconfig: pytest.Config) -> Path:
    """The mini-program's folder."""
    if given := pytestconfig.getoption(OPTION):
        return Path(pytestconfig.invocation_params.dir, given)
    if given := pytestconfig.getini(OPTION):
        return Path(pytestconfig.rootpath, given)
    if (path := find(pytestconfig.rootpath)) is not None:
        from harness.config.settings import load

        try:
            settings = load(path)
        except UsageError as error:
            raise pytest.UsageError(str(error)) from None
        for miniprogram in settings.miniprograms.values():  # the first
            return miniprogram.project
    raise pytest.UsageError(
        f"which mini-program? Say --miniprogram PATH, or miniprogram in pytest's settings, or {FILE}"
    )


def _of_run(request: pytest.FixtureRequest) -> tuple[Mapping[str, str], str | None, Sequence[str]]:
    """What the run that takes part reaches for its mini-program: hosts, WeChat's stand-in, options. Starts the system.

    Nothing where no run takes part, or where another mini-program is named.
    """
    config = request.config
    state = config.stash.get(STATE, None)
    if state is None or config.getoption(OPTION) or config.getini(OPTION):
        return {}, None, ()
    from harness.platforms.simulator import SimulatorDriver

    for name in state.run.settings.miniprograms:  # the first
        driver = request.getfixturevalue("platform_drivers").miniprogram(name)
        return driver.reaches if isinstance(driver, SimulatorDriver) else ({}, None, ())
    return {}, None, ()


@pytest.fixture(scope="session")
def miniprogram_hosts(request: pytest.FixtureRequest) -> Mapping[str, str]:
    """Origin in the mini-program's source → origin that answers: those of the run that takes part, else none.

    Redefine it to reach a backend of your own.
    """
    return _of_run(request)[0]


@pytest.fixture(scope="session")
def miniprogram_wechat(request: pytest.FixtureRequest) -> str | None:
    """The address of what stands in for WeChat's platform: that of the run that takes part, else none."""
    return _of_run(request)[1]


@pytest.fixture(scope="session")
def miniprogram_options(request: pytest.FixtureRequest) -> Sequence[str]:
    """Other options of the simulator's command line, such as ``--no-domain-check``: those of the run that takes part,
    else none. Redefine it to give some.
    """
    return _of_run(request)[2]


@pytest.fixture(scope="session")
def miniprogram_simulator(
    miniprogram_project: Path,
    miniprogram_hosts: Mapping[str, str],
    miniprogram_wechat: str | None,
    miniprogram_options: Sequence[str],
    pytestconfig: pytest.Config,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[MiniProgramSimulator]:
    """The simulator of this test process; started by whoever first needs it."""
    from harness.platforms.miniprogram_apps import MiniProgramSimulator

    folder = tmp_path_factory.mktemp("mini-program")
    try:
        simulator = MiniProgramSimulator(
            miniprogram_project,
            hosts=miniprogram_hosts,
            wechat=miniprogram_wechat,
            headless=not watching(pytestconfig).headed,
            options=miniprogram_options,
            folder=folder,
        )
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None
    yield simulator
    simulator.close()


@pytest.fixture
def miniprogram_person() -> Mapping[str, Any] | None:
    """Who opens the app; None: somebody new for each test. Redefine it to be somebody."""
    return None


@pytest.fixture
def miniprogram_app(
    miniprogram_simulator: MiniProgramSimulator, miniprogram_person: Mapping[str, Any] | None
) -> Iterator[MiniProgramApp]:
    """A fresh app: its endpoint, its Minium, what the person answers, what it threw, its screen."""
    app = miniprogram_simulator.open(miniprogram_person)
    yield app
    app.close()


@pytest.fixture
def miniprogram(miniprogram_app: MiniProgramApp) -> Any:
    """A ``minium.Minium`` of a fresh app."""
    return miniprogram_app.minium
