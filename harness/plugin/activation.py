"""When the harness takes part in a pytest run, and the run it then begins or joins.

It takes part when the command line names the contracts' or scenarios' folder of a harness.toml (or something
inside), or gives ``--harness-config``; in every other pytest run it does nothing. With ``--collect-only`` it lists what
it would run, and writes and starts nothing.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from harness.config.location import FILE, INVITATION, find
from harness.core.errors import EXIT_BROKEN, BrokenError, UsageError
from harness.core.text import Language
from harness.plugin import browser_options
from harness.plugin.miniprogram_apps import add_options
from harness.plugin.state import STATE, PluginState

PRIORITIES = ("P0", "P1", "P2")


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    group = parser.getgroup("harness", "linkage QA harness")
    group.addoption("--harness-config", metavar="FILE", help=f"the {FILE} to use (default: the nearest one)")
    group.addoption("--harness-profile", metavar="NAME", help=f"profile of {FILE} (default: HARNESS_PROFILE)")
    group.addoption(
        "--harness-yes-production", metavar="NAME", help="read from production: the name of the system"
    )
    group.addoption("--harness-seed", metavar="N", help="seed of everything generated (default: a new one)")
    group.addoption("--harness-language", choices=("zh", "en"), help="language of steps and messages")
    group.addoption("--harness-fault", metavar="ID", help="plant this fault of the catalogue first")
    group.addoption(
        "--harness-only",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="contract tests of this backend, contract, operation, tag or kind only (may be repeated)",
    )
    group.addoption(
        "--harness-part",
        action="store_true",
        help="this run is one part of several that are merged: what it leaves out does not fail its gate",
    )
    add_options(parser)
    browser_options.add_options(parser, pluginmanager)
    group.addoption(
        "--harness-repeat", metavar="N", type=int, default=1, help="run scenarios and linkage checks N times"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "scenario(id): the test of a scenario of the catalogue")
    for priority in PRIORITIES:
        config.addinivalue_line("markers", f"{priority}: scenarios of this priority, as the catalogue says")
    try:
        state = _take_part(config)
    except UsageError as error:
        raise pytest.UsageError(error.say(_language(config))) from None
    except (BrokenError, OSError) as error:
        pytest.exit(f"broken: {error}", returncode=EXIT_BROKEN)
    if state is None:
        return
    from harness.plugin.collected import Collected
    from harness.plugin.collecting import Collecting
    from harness.plugin.minitest import MiniTestHooks
    from harness.plugin.run_plugin import RunPlugin
    from harness.plugin.silent_parts import SilentParts
    from harness.reporting.raw_results import FOLDER

    root = str(state.run.settings.root)
    if root not in sys.path:
        sys.path.insert(0, root)  # scenarios import their actors, whatever way pytest was started
    collecting = Collecting(config, state.run)
    config.pluginmanager.register(collecting, Collecting.NAME)
    if config.option.collectonly:
        return
    config.stash[STATE] = state
    if not getattr(config.option, "allure_report_dir", None):  # also with -p no:allure_pytest
        config.option.allure_report_dir = str(state.run.folder / FOLDER)
    config.pluginmanager.register(RunPlugin(config, state, collecting), "harness-run")
    config.pluginmanager.register(Collected(config, state.run, collecting.catalogue), Collected.NAME)
    if state.run.change.warm:
        from harness.plugin.fault_loop import FaultLoop

        config.pluginmanager.register(FaultLoop(state.run), "harness-faults")
    config.pluginmanager.register(MiniTestHooks(state.run), MiniTestHooks.NAME)
    config.pluginmanager.register(SilentParts(state.run), SilentParts.NAME)


def _language(config: pytest.Config) -> Language:
    """Of what is wrong before there is a run: as asked, else as harness.toml says."""
    from harness.config.settings import language_of

    asked: Language | None = config.getoption("harness_language")
    named = config.getoption("harness_config")
    return asked or language_of(Path(named) if named else find(Path(config.rootpath)))


def _take_part(config: pytest.Config) -> PluginState | None:
    worker = getattr(config, "workerinput", {}).get("harness")
    invitation = None if config.option.collectonly else worker or os.environ.get(INVITATION)
    path = None if invitation else _wanted(config)
    if path is None and not invitation:
        return None
    from harness.processes.parent import end_with
    from harness.runs.run import Run  # only now: other people's test runs stay quick

    if worker:
        return PluginState(Run.join(worker, role=os.environ["PYTEST_XDIST_WORKER"]), owner=False)
    if invitation:
        for option in ("config", "profile", "yes-production", "seed", "language", "fault"):
            if config.getoption(f"harness_{option.replace('-', '_')}"):
                raise UsageError(f"--harness-{option} is pytest's; 'harness run' has an option --{option}")
        run = Run.join(invitation)
        end_with(run.owner_pid)
        run.owner_pid = os.getpid()
        return PluginState(run, owner=True)
    assert path is not None
    if config.option.collectonly:
        return PluginState(Run.outline(path, profile=config.getoption("harness_profile")), owner=True)
    run = Run.begin(
        path,
        language=config.getoption("harness_language"),
        seed=config.getoption("harness_seed"),
        fault=config.getoption("harness_fault"),
        profile=config.getoption("harness_profile"),
        yes_production=config.getoption("harness_yes_production"),
        resident=True,
    )
    return PluginState(run, owner=True)


def _wanted(config: pytest.Config) -> Path | None:
    """The harness.toml of a run that concerns the harness, else None."""
    if named := config.getoption("harness_config"):
        if not Path(named).is_file():
            raise UsageError("no such file", where=named)
        return Path(named)
    path = find(Path(config.rootpath))
    if path is None:
        return None
    from harness.config.settings import load

    paths = load(path, profile=config.getoption("harness_profile")).paths
    asked = [(config.invocation_params.dir / arg.partition("::")[0]).resolve() for arg in config.args]
    rooms = tuple(path.resolve() for path in (paths.contracts, paths.scenarios, *paths.tests))
    if config.option.collectonly:  # of a whole project, too: nothing is started
        return (
            path
            if any(room in (ask, *ask.parents) or ask in room.parents for ask in asked for room in rooms)
            else None
        )
    return path if any(room in (ask, *ask.parents) for ask in asked for room in rooms) else None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    times = metafunc.config.getoption("harness_repeat")
    if times > 1 and metafunc.definition.get_closest_marker("scenario"):
        metafunc.fixturenames.append("harness_repeat")
        metafunc.parametrize("harness_repeat", range(1, times + 1), ids=lambda number: f"run{number}")
