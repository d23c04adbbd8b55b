"""Fixtures for any project's tests of a mini-program: a fresh, isolated app for each test, driven by Minium.

The mini-program is the one of ``--mini-program PATH``, of ``mini_program`` in pytest's settings, or of the
nearest harness.toml. ``mini_program_person``, ``mini_program_hosts`` and ``mini_program_options``
are there to be redefined.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from harness.config.location import FILE, find
from harness.core.errors import UsageError

if TYPE_CHECKING:
    from harness.platforms.mini_apps import MiniApp, MiniProgramSimulator

OPTION = "mini_program"


def add_options(parser: pytest.Parser) -> None:
    parser.getgroup("harness").addoption(
        "--mini-program", metavar="PATH", help="folder of the mini-program of the mini_program fixture"
    )
    parser.addini(OPTION, "folder of the mini-program of the mini_program fixture, from the root folder")


@pytest.fixture(scope="session")
def mini_program_project(pytestconfig: pytest.Config) -> Path:
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
        for mini_program in settings.mini_programs.values():  # the first
            return mini_program.project
    raise pytest.UsageError(
        f"which mini-program? Say --mini-program PATH, or mini_program in pytest's settings, or {FILE}"
    )


@pytest.fixture(scope="session")
def mini_program_hosts() -> Mapping[str, str]:
    """Origin in the mini-program's source → origin that answers. Redefine it to reach a backend."""
    return {}


@pytest.fixture(scope="session")
def mini_program_options() -> Sequence[str]:
    """Other options of the simulator's command line, such as ``--no-domain-check``. Redefine it to give some."""
    return ()


@pytest.fixture(scope="session")
def mini_program_simulator(
    mini_program_project: Path,
    mini_program_hosts: Mapping[str, str],
    mini_program_options: Sequence[str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[MiniProgramSimulator]:
    """The simulator of this test process; started by whoever first needs it."""
    from harness.platforms.mini_apps import MiniProgramSimulator

    folder = tmp_path_factory.mktemp("mini-program")
    try:
        simulator = MiniProgramSimulator(
            mini_program_project, hosts=mini_program_hosts, options=mini_program_options, folder=folder
        )
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None
    yield simulator
    simulator.close()


@pytest.fixture
def mini_program_person() -> Mapping[str, Any] | None:
    """Who opens the app; None: somebody new for each test. Redefine it to be somebody."""
    return None


@pytest.fixture
def mini_app(
    mini_program_simulator: MiniProgramSimulator, mini_program_person: Mapping[str, Any] | None
) -> Iterator[MiniApp]:
    """A fresh app: its endpoint, its Minium, what the person answers, what it threw, its screen."""
    app = mini_program_simulator.open(mini_program_person)
    yield app
    app.close()


@pytest.fixture
def mini_program(mini_app: MiniApp) -> Any:
    """A ``minium.Minium`` of a fresh app."""
    return mini_app.minium
