from __future__ import annotations

import sys
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from harness.core.chromium import VARIABLE, find_chromium, launch_arguments, launch_environment
from harness.core.errors import UsageError


def executable(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o755)
    return path


def test_the_order_of_search(tmp_path: Path) -> None:
    asked, named = executable(tmp_path / "asked"), executable(tmp_path / "named")
    own, found = executable(tmp_path / "own"), executable(tmp_path / "bin" / "chromium")
    everything = {VARIABLE: str(named), "PATH": str(found.parent)}
    assert find_chromium(own, explicit=asked, environ=everything) == asked
    assert find_chromium(own, environ=everything) == named
    assert find_chromium(own, environ={"PATH": str(found.parent)}) == own
    assert find_chromium(tmp_path / "not installed", environ={"PATH": str(found.parent)}) == found


@pytest.mark.parametrize(("explicit", "environ"), [("gone", {}), (None, {VARIABLE: "gone"})])
def test_one_that_was_asked_for_and_is_not_there_is_an_error(
    tmp_path: Path, explicit: str | None, environ: dict[str, str]
) -> None:
    with pytest.raises(UsageError, match="names the browser gone, which is not a file"):
        find_chromium(executable(tmp_path / "own"), explicit=explicit, environ=environ)


def test_none_at_all_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    with pytest.raises(UsageError, match="apt-get install chromium"):
        find_chromium(environ={"PATH": str(tmp_path)})


def test_offline_arguments_leave_no_way_out() -> None:
    offline = launch_arguments(offline=True)
    assert "--proxy-bypass-list=<-loopback>" in offline
    assert any(argument.startswith("--webrtc-ip-handling-policy=") for argument in offline)
    assert not any("proxy" in argument for argument in launch_arguments())


@pytest.mark.skipif(sys.platform != "linux", reason="the length of a socket's path is Linux' own")
def test_a_browser_starts_where_temporary_files_have_a_long_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("x" * 80)
    deep.mkdir()
    monkeypatch.setenv("TMPDIR", str(deep))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(playwright.chromium.executable_path),
            args=launch_arguments(),
            env=launch_environment(),
        )
        assert browser.new_page().evaluate("6 * 7") == 42
        browser.close()


def test_a_short_path_for_temporary_files_is_left_alone() -> None:
    given = {"TMPDIR": "/short", "LANG": "C"}
    assert launch_environment(given) == given
