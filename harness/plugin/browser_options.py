"""``--headed --slowmo --tracing --screenshot``, spelled as pytest-playwright spells them; where it is installed, they
are its own options.

Its ``--screenshot`` and ``--tracing`` are off unless they are given; ours are not, so an *off* that nobody typed is
none.
"""

from __future__ import annotations

import os
import shlex
from importlib.metadata import entry_points
from typing import TypeVar, get_args

import pytest

from harness.platforms.watching import USUAL, Screenshot, Tracing, Watching

T = TypeVar("T", bound=str)
OTHER = "playwright"
"""The name under which pytest-playwright registers."""


def add_options(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    if _is_other_there(pluginmanager):
        return
    group = parser.getgroup("harness-browser", "what is seen of browser and simulator")
    group.addoption("--headed", action="store_true", help="show the windows of website and simulator")
    group.addoption(
        "--slowmo", type=int, default=0, metavar="MS", help="milliseconds before each browser action"
    )
    group.addoption(
        "--tracing",
        choices=get_args(Tracing),
        default=USUAL.tracing,
        help="Playwright traces, masked: of websites (default: retain-on-failure), if given also of the simulator",
    )
    group.addoption(
        "--screenshot",
        choices=get_args(Screenshot),
        default=USUAL.screenshot,
        help="pictures of all screens at the end of a scenario (default: on)",
    )


def watching(config: pytest.Config) -> Watching:
    """As the command line says, whosever options they are."""
    return Watching(
        headed=bool(config.getoption("headed", False)),
        slow_motion=float(config.getoption("slowmo", 0)),
        tracing=_said(config, "tracing", USUAL.tracing),
        screenshot=_said(config, "screenshot", USUAL.screenshot),
        phones=_is_typed(config, "--tracing"),
    )


def _said(config: pytest.Config, option: str, usual: T) -> T:
    value: T = config.getoption(option, usual)
    return usual if value == "off" and not _is_typed(config, f"--{option}") else value


def _is_typed(config: pytest.Config, option: str) -> bool:
    words = [
        *map(str, config.invocation_params.args),
        *config.getini("addopts"),
        *shlex.split(os.environ.get("PYTEST_ADDOPTS", "")),
        *getattr(config, "workerinput", {}).get("mainargv", ()),  # xdist's workers are given the values alone
    ]
    return any(word.partition("=")[0] == option for word in words)


def _is_other_there(pluginmanager: pytest.PytestPluginManager) -> bool:
    """Whether pytest-playwright is loaded, or will be: an option that is added twice ends the run."""
    if pluginmanager.is_blocked(OTHER):
        return False
    return pluginmanager.has_plugin(OTHER) or bool(entry_points(group="pytest11", name=OTHER))
