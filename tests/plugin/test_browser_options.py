"""``--headed --slowmo --tracing --screenshot``: ours, or pytest-playwright's where it is installed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.platforms.watching import USUAL, Watching

REPOSITORY = Path(__file__).parents[2]
# As pytest-playwright 0.7 adds them.
OTHER = """
def pytest_addoption(parser):
    group = parser.getgroup("playwright", "Playwright")
    group.addoption("--headed", action="store_true", default=False)
    group.addoption("--slowmo", default=0, type=int)
    group.addoption("--tracing", default="off", choices=["on", "off", "retain-on-failure"])
    group.addoption("--video", default="off", choices=["on", "off", "retain-on-failure"])
    group.addoption("--screenshot", default="off", choices=["on", "off", "only-on-failure"])
"""
SEEN = """
from harness.plugin.browser_options import watching
def test_seen(request):
    print("seen", watching(request.config))
"""


def seen(folder: Path, *options: str, other: bool) -> str:
    (folder / "test_seen.py").write_text(SEEN, encoding="utf-8")
    if other:
        about = folder / "pytest_playwright-0.7.0.dist-info"
        about.mkdir()
        (about / "METADATA").write_text("Metadata-Version: 2.1\nName: pytest-playwright\nVersion: 0.7.0\n")
        (about / "entry_points.txt").write_text("[pytest11]\nplaywright = pytest_playwright_stub\n")
        (folder / "pytest_playwright_stub.py").write_text(OTHER, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-s", "-q", "-p", "no:cacheprovider", *options, "test_seen.py"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{REPOSITORY}"},
        capture_output=True,
        text=True,
    )
    return next(
        (line for line in done.stdout.splitlines() if line.startswith("seen ")), done.stdout + done.stderr
    )


@pytest.mark.parametrize("other", [False, True], ids=["alone", "beside pytest-playwright"])
@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ((), USUAL),
        (("--headed", "--slowmo=250"), Watching(headed=True, slow_motion=250.0)),
        (
            ("--tracing", "on", "--screenshot=only-on-failure"),
            Watching(tracing="on", screenshot="only-on-failure", phones=True),
        ),
        (("--tracing=off", "--screenshot=off"), Watching(tracing="off", screenshot="off", phones=True)),
    ],
    ids=["nothing", "headed", "on", "off"],
)  # fmt: skip
def test_options_mean_the_same(
    options: tuple[str, ...], wanted: Watching, other: bool, tmp_path: Path
) -> None:
    assert seen(tmp_path, *options, other=other) == f"seen {wanted}"


def test_where_the_other_is_switched_off_they_are_ours(tmp_path: Path) -> None:
    said = seen(tmp_path, "-p", "no:playwright", "--tracing=on", other=True)
    assert said == f"seen {Watching(tracing='on', phones=True)}"


@pytest.mark.parametrize(
    ("tracing", "passed", "failed"),
    [("on", True, True), ("off", False, False), ("retain-on-failure", False, True)],
)
def test_what_is_kept(tracing: str, passed: bool, failed: bool) -> None:
    watching = Watching(tracing=tracing)  # type: ignore[arg-type]
    assert [watching.keeps_trace(failed=each) for each in (False, True)] == [passed, failed]
    pictures = Watching(screenshot="only-on-failure" if tracing == "retain-on-failure" else tracing)  # type: ignore[arg-type]
    assert [pictures.keeps_picture(failed=each) for each in (False, True)] == [passed, failed]
