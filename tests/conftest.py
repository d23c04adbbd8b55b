"""Fixtures several test modules use, and which tests a plain run leaves to ``.ci/full``."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.register_assert_rewrite("tests.minium_methods")

from harness.core.masking import credentials  # noqa: E402
from tests.support.miniprograms import workshop  # noqa: E402
from tests.support.phone import control, phone  # noqa: E402
from tests.support.project import project  # noqa: E402
from tests.support.sample_run import full_run, sample  # noqa: E402
from tests.support.traffic import rig, running  # noqa: E402

__all__ = ["control", "full_run", "phone", "project", "rig", "running", "sample", "workshop"]


TESTS = Path(__file__).parent
FOLDERS = {
    "browser": "starts Chromium",
    "node": "starts Node.js",
    "processes": "starts processes of the harness, or pytest again",
    "generated": "runs generated contract tests on a small backend: takes seconds",
    "vendors": "plays a linkage contract on two vendors' backends: takes seconds, most of them to wait",
}

# Suites of their own, which tests hand to ``minitest`` and to another pytest.
collect_ignore = ["fixture_ends", "fixture_leaks", "fixture_minitest", "fixture_projects"]


# Plugins of others that every pytest a test starts would load again, for a second and a half each.
WITHOUT = "-p no:schemathesis -p no:hypothesispytest -p no:anyio"


@pytest.fixture(scope="session", autouse=True)
def _quick_pytest() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTEST_ADDOPTS", WITHOUT)
        yield


@pytest.fixture(autouse=True)
def _nobody_signed_in() -> Iterator[None]:
    """What one test signs in with is masked by value: it may be a word of the next."""
    yield
    credentials.forget()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="run only the tests marked full: they take long")


def pytest_configure(config: pytest.Config) -> None:
    # A shell that runs us in the background has us ignore Ctrl-C, and what we start would inherit that.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.addinivalue_line("markers", "full: takes long; .ci/full runs it, with --full")
    for name, what in FOLDERS.items():
        config.addinivalue_line("markers", f"{name}: {what} (set by the folder {name}/)")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        for name in FOLDERS.keys() & set(item.path.relative_to(TESTS).parts[1:-1]):
            item.add_marker(name)
    wanted = bool(config.getoption("--full"))
    left_out = [item for item in items if (item.get_closest_marker("full") is not None) is not wanted]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    if hasattr(config, "workerinput"):
        # No worker is to begin what takes long when the others have nothing left to do.
        items.sort(key=_rank)


def _rank(item: pytest.Item) -> int:
    """Tests that start more come first: FOLDERS is in that order."""
    return next((rank for rank, name in enumerate(FOLDERS) if item.get_closest_marker(name)), len(FOLDERS))
