"""The fixtures any project may use: which mini-program, and a fresh, isolated app for each test."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parents[2]
COUNTER = HERE / "fixture_apps" / "counter"
TESTS = """
import pytest
from harness import MiniProgramSimulator

@pytest.fixture(scope="session")
def miniprogram_options():
    return ["--no-domain-check"]

def visits(mini):
    return mini.app.evaluate("() => getApp().globalData.visits", sync=True)["result"]["result"]

def test_first(miniprogram):
    page = miniprogram.app.get_current_page()
    page.get_element("#add").tap()
    assert page.data["count"] == 1
    assert visits(miniprogram) == 1

def test_second_knows_nothing_of_the_first(miniprogram):
    assert miniprogram.app.get_current_page().data["count"] == 0
    assert visits(miniprogram) == 1

class TestSomebody:
    @pytest.fixture
    def miniprogram_person(self):
        return {"openid": "oAnna", "nickName": "Anna"}

    def test_is_who_is_said(self, miniprogram_app):
        assert miniprogram_app.minium.get_test_accounts()[0]["openid"] == "oAnna"
        miniprogram_app.call("setDeviceState", deviceState={"networkType": "none"})
        assert miniprogram_app.minium.app.call_wx_method("getNetworkType")["result"]["result"]["networkType"] == "none"
        assert miniprogram_app.findings()["exceptions"] == []
        assert miniprogram_app.screenshot().startswith(bytes([0x89]) + b"PNG")

def test_two_people_at_once(miniprogram_simulator):
    apps = [miniprogram_simulator.open(), miniprogram_simulator.open(storage={"visits": 41})]
    assert [visits(app.minium) for app in apps] == [1, 42]
    assert apps[0].person["openid"] != apps[1].person["openid"]
    assert isinstance(miniprogram_simulator, MiniProgramSimulator)
    for app in apps:
        app.close()
"""


def run(folder: Path, *arguments: str, ini: str = "") -> tuple[int, str]:
    (folder / "test_it.py").write_text(TESTS, encoding="utf-8")
    (folder / "pytest.ini").write_text(f"[pytest]\n{ini}", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=150,
        env={**os.environ, "PYTHONPATH": str(HERE.parent)},
    )
    return done.returncode, done.stdout + done.stderr


def test_every_test_has_an_app_of_its_own(tmp_path: Path) -> None:
    code, said = run(tmp_path, ini=f"miniprogram = {COUNTER}")
    assert code == 0, said
    assert "4 passed" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            [],
            "which mini-program? Say --miniprogram PATH, or miniprogram in pytest's settings, or harness.toml",
        ),
        (["--miniprogram", "."], "no app.json here"),
    ],
)
def test_a_project_without_one_is_told(tmp_path: Path, arguments: list[str], said: str) -> None:
    code, output = run(tmp_path, *arguments, "-k", "first")
    assert code == 1
    assert said in output
    assert "Traceback" not in output
