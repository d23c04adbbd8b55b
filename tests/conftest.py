"""Fixtures several test modules use, and which tests a plain run leaves to ``.ci/full``."""

from __future__ import annotations

import signal

import pytest

pytest.register_assert_rewrite("tests.rows")

from tests.rigs.mini_programs import workshop  # noqa: E402
from tests.rigs.phone import control, phone  # noqa: E402
from tests.rigs.project import project  # noqa: E402
from tests.rigs.sample_run import full_run, sample  # noqa: E402
from tests.rigs.traffic import rig, running  # noqa: E402

__all__ = ["control", "full_run", "phone", "project", "rig", "running", "sample", "workshop"]


# A suite of its own, which tests hand to ``minitest`` and to another pytest.
collect_ignore = ["fixture_minitest"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="run only the tests marked full: they take long")


def pytest_configure(config: pytest.Config) -> None:
    # A shell that runs us in the background has us ignore Ctrl-C, and what we start would inherit that.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.addinivalue_line("markers", "full: takes long; .ci/full runs it, with --full")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted = bool(config.getoption("--full"))
    left_out = [item for item in items if (item.get_closest_marker("full") is not None) is not wanted]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
