"""An existing MiniTest suite, unchanged: by the ``minitest`` command, and among pytest's tests with our record."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.platforms.simulator_process import SimulatorProcess
from harness.reporting.event_records import read
from harness.simulator import devtools_cli

HERE = Path(__file__).parents[2]
SUITE = HERE / "fixture_minitest"
COUNTER = HERE / "fixture_apps" / "counter"
CONFIG = """\
name = "counter"
environment = "disposable"
language = "en"

[miniprogram]
project = "counter"
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    shutil.copytree(SUITE, tmp_path / "suite", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(COUNTER, tmp_path / "counter")
    return tmp_path / "suite"


def configure(suite: Path, **settings: object) -> None:
    given = json.loads((suite / "config.json").read_text())
    (suite / "config.json").write_text(json.dumps({**given, "outputs": str(suite / "outputs"), **settings}))


def command(suite: Path) -> set[str]:
    """Run ``minitest`` as its users do; the tests it calls successful."""
    program = Path(sys.executable).parent / ("minitest.exe" if sys.platform == "win32" else "minitest")
    words = [str(program), "-p", ".", "-s", "suite.json", "-c", "config.json", "-g"]
    done = subprocess.run(words, cwd=suite, capture_output=True, text=True, timeout=150)
    results = [json.loads(file.read_text()) for file in suite.glob("outputs/*/*/*/result.json")]
    assert results, done.stderr[-2000:]
    # Not whether it failed or is an error: minium 1.6.1 makes errors of failed assertions (its log filter throws).
    return {each["case_name"] for each in results if each["success"]}


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    process = SimulatorProcess(COUNTER, hosts={}, wechat=None, log=tmp_path / "simulator.log")
    yield process.control.new_app({"openid": "oMini"}).port
    process.close()


SUCCESSFUL = {"test_counts", "test_opens_detail", "test_left_out"}


@pytest.mark.full
def test_the_minitest_command_runs_by_test_port(suite: Path, port: int) -> None:
    configure(suite, test_port=port)
    assert command(suite) == SUCCESSFUL


@pytest.mark.full
def test_the_minitest_command_starts_the_simulator_itself(
    suite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    shim = devtools_cli.shim(tmp_path / "tool" / "cli")
    configure(suite, project_path="../counter", dev_tool_path=str(shim), test_port=9477)
    try:
        successful = command(suite)
    finally:
        assert devtools_cli.main(["--", "quit"]) == 0
    assert successful == SUCCESSFUL


DEATH = """
import minium, psutil

class FirstTest(minium.MiniTest):
    def test_killed(self):
        for child in psutil.Process().children(recursive=True):
            if "harness.simulator" in child.cmdline():
                child.kill()
        self.app.get_current_page().get_element("#add").tap()

class NextTest(minium.MiniTest):
    def test_goes_on(self):
        self.assertEqual(self.app.get_current_page().path, "/pages/home/home")
"""


@pytest.mark.full
def test_a_simulator_that_dies_is_named_and_the_next_class_has_another(suite: Path) -> None:
    (suite.parent / "harness.toml").write_text(CONFIG)
    (suite / "counter_test.py").write_text(DEATH)
    done = by_pytest(suite)
    assert done.returncode == 3, done.stdout[-3000:]
    (folder,) = (suite.parent / "reports" / "runs").iterdir()
    verdicts = {each.test.rpartition("::")[2]: each for each in read(folder).verdicts}
    assert verdicts["test_goes_on"].verdict == "passed"
    assert verdicts["test_killed"].verdict == "broken"
    assert "the simulator died: " in str(verdicts["test_killed"].message)


def by_pytest(suite: Path) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    return subprocess.run(
        [*words, "--harness-config", "../harness.toml", "."],
        cwd=suite,
        capture_output=True,
        text=True,
        timeout=150,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE.parent), *sys.path])},
    )


def test_pytest_collects_the_suite_and_the_run_tells_of_it(suite: Path) -> None:
    (suite.parent / "harness.toml").write_text(CONFIG)
    done = by_pytest(suite)
    assert done.returncode == 1, done.stdout[-3000:]
    assert "2 failed, 1 not run, 2 passed" in done.stdout
    assert "mini-program: simulator 0.1.0, not confirmed on DevTools" in done.stdout
    (folder,) = (suite.parent / "reports" / "runs").iterdir()
    run = read(folder)
    verdicts = {each.test.rpartition("::")[2]: each.verdict for each in run.verdicts}
    assert verdicts == {
        "test_counts": "passed",
        "test_opens_detail": "passed",
        "test_wrong_number": "failed",
        "test_nothing_there": "failed",
        "test_own_mistake": "broken",
        "test_left_out": "not run",
    }
    steps = [
        (step.number, step.text.en, step.outcome)
        for step in run.steps
        if step.test.endswith("::test_wrong_number")
    ]
    assert steps[0][1:] == ("goes to the first page", "passed")
    assert steps[1] == (2, "taps #add", "passed")
    assert steps[2] == (3, "checks assertEqual: '2' != '7'", "failed")
    pictures = {each.test.rpartition("::")[2]: each.file for each in run.evidence if each.type == "image/png"}
    assert set(pictures) == {"test_wrong_number", "test_nothing_there", "test_own_mistake"}
    assert all((folder / str(file)).read_bytes().startswith(b"\x89PNG") for file in pictures.values())
    assert not (suite / "outputs").exists()
