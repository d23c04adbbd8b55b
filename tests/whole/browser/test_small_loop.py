"""``harness up`` and the pytest after it: what it uses, what it refuses, and what each leaves."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from harness.core.polling import poll
from harness.reporting.figures import RunFigures

TESTS = Path(__file__).resolve().parents[2]
USED = "this run used the system of 'harness up'"
# What the pytest around has set for its own processes, a terminal has not.
OF_A_TERMINAL = {name: value for name, value in os.environ.items() if not name.startswith("LINKAGE_HARNESS_")}
SLOW = """
import time
from pathlib import Path

def test_slow(harness_run):
    harness_run.system()
    Path(__file__).with_name("began").touch()
    time.sleep(60)
"""
pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


class Resident:
    """A project and the ``harness up`` of it."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "fixture_ends"
        shutil.copytree(
            TESTS / "fixture_ends", self.project, ignore=shutil.ignore_patterns("reports", "__pycache__")
        )
        shutil.copytree(TESTS / "fixture_apps" / "counter", folder / "fixture_apps" / "counter")
        self.runs = self.project / "reports" / "runs"
        self._log = (folder / "up.log").open("w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "harness", "up"],
            cwd=self.project,
            env=OF_A_TERMINAL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        self.wait_until_ready(1)

    def wait_until_ready(self, times: int) -> None:
        words = "the next pytest uses this system"
        ready = poll(lambda: self.said.count(words), lambda count: count >= times, within=60)
        assert ready.satisfied, self.said

    @property
    def said(self) -> str:
        return Path(self._log.name).read_text(encoding="utf-8")

    def pytest(self, *arguments: str) -> tuple[subprocess.CompletedProcess[str], Path]:
        """One run and its folder."""
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "-p",
                "no:cacheprovider",
                "--harness-language=en",
                *arguments,
            ],
            cwd=self.project,
            env=OF_A_TERMINAL,
            capture_output=True,
            text=True,
            timeout=120,
        )
        named = re.search(r"run folder (\S+)", done.stdout)
        assert named is not None, done.stdout + done.stderr
        return done, self.project / named[1]

    def end(self, number: signal.Signals = signal.SIGINT) -> None:
        self.process.send_signal(number)
        self.process.wait(timeout=30)
        self._log.close()


@pytest.fixture
def resident(tmp_path: Path) -> Iterator[Resident]:
    started = Resident(tmp_path)
    yield started
    if started.process.poll() is None:
        started.end()


def left_of(folder: Path) -> list[str]:
    """The command lines of all processes that were started in a folder or for it."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        words = " ".join(process.info["cmdline"] or [])
        if process.pid != os.getpid() and str(folder) in words:
            found.append(words)
    return found


def test_runs_one_after_the_other(resident: Resident, tmp_path: Path) -> None:
    first, one = resident.pytest("scenarios", "-k", "E01")
    second, other = resident.pytest("scenarios", "-k", "E01", "-n", "2")
    for done, folder in ((first, one), (second, other)):
        assert done.returncode == 0, done.stdout
        assert USED in done.stdout
        assert "earlier runs left" in done.stdout  # nothing of this project resets its data
        figures = RunFigures.read(folder)
        assert not figures.damage
        assert [test.id for test in figures.scenarios] == ["E01"]
        assert {each.source for each in figures.records.exchanges} >= {"browser", "phone", "harness"}
        assert not (folder / "system.json").exists()
        assert (folder / "logs" / "shop.log").is_file()
    # What goes through the proxies between two runs belongs to neither.
    assert len(RunFigures.read(one).records.exchanges) == len(RunFigures.read(other).records.exchanges)

    resident.end()
    gone = poll(lambda: left_of(tmp_path), lambda left: not left, within=5)
    assert gone.satisfied, gone.value
    own, folder = resident.pytest("scenarios", "-k", "E01")
    assert own.returncode == 0, own.stdout
    assert "harness up" not in own.stdout


def test_a_change_is_refused_by_name_and_then_taken_up(resident: Resident) -> None:
    service = resident.project / "service.py"
    service.write_text(service.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    done, _ = resident.pytest("scenarios", "-k", "E01")
    assert done.returncode == 0, done.stdout
    refused = "the system of 'harness up' was not used: " in done.stdout
    resident.wait_until_ready(2)
    assert "service.py changed, starting again" in resident.said
    # It may have been quicker than pytest.
    assert refused or USED in done.stdout, f"{done.stdout}\n{resident.said}\n{resident.process.poll()}"
    if refused:
        assert "changed since it was started: service.py" in done.stdout or "it is starting" in done.stdout
    again, _ = resident.pytest("scenarios", "-k", "E01")
    assert USED in again.stdout


@pytest.mark.full
def test_settings_that_are_none_are_told_and_waited_for(resident: Resident) -> None:
    toml = resident.project / "harness.toml"
    good = toml.read_text(encoding="utf-8")
    toml.write_text(good.replace("[website]", "[web]"), encoding="utf-8")
    assert poll(lambda: "harness.toml:" in resident.said, bool, within=20).satisfied, resident.said
    toml.write_text(good, encoding="utf-8")
    resident.wait_until_ready(2)
    assert "Traceback" not in resident.said


DATA = """
[[data]]
request = {service = "shop", method = "PUT", path = "/api/price", body = {price = 1}}

[[data]]
when = "scenario"
command = ["{python}", "-c", "import pathlib; pathlib.Path('before').open('a').write('x')"]
"""


@pytest.mark.full
def test_data_is_reset_before_a_run_and_before_each_scenario(resident: Resident) -> None:
    toml = resident.project / "harness.toml"
    good = toml.read_text(encoding="utf-8")
    toml.write_text(good + DATA, encoding="utf-8")
    resident.wait_until_ready(2)
    done, _ = resident.pytest("scenarios", "-k", "E01 or E02", "-n", "2")
    assert done.returncode == 0, done.stdout
    assert USED in done.stdout
    assert "earlier runs left" not in done.stdout
    assert (resident.project / "before").read_text(encoding="utf-8") == "xx"

    toml.write_text(good + DATA.replace("/api/price", "/nowhere").replace("PUT", "DELETE"), encoding="utf-8")
    done, _ = resident.pytest("scenarios", "contracts", "-n", "2")
    assert done.returncode == 3, done.stdout
    assert "step 1 of [[data]] (DELETE shop /nowhere) failed: 501" in done.stdout
    assert "passed" not in done.stdout.splitlines()[-1]


@pytest.mark.full
def test_one_run_at_a_time_and_one_that_is_killed(resident: Resident) -> None:
    slow = resident.project / "scenarios" / "test_slow.py"
    slow.write_text(SLOW, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "scenarios/test_slow.py"]
    holding = subprocess.Popen(command, cwd=resident.project, stdout=subprocess.DEVNULL)
    try:
        assert poll(slow.with_name("began").exists, bool, within=30).satisfied
        done, _ = resident.pytest("contracts/price.yaml::shop::getPrice")
        assert done.returncode == 0, done.stdout
        assert "was not used: another run is using it" in done.stdout
    finally:
        holding.kill()
        holding.wait()
    done, folder = resident.pytest("contracts/price.yaml::shop::getPrice")
    assert done.returncode == 0, done.stdout
    assert USED in done.stdout
    assert RunFigures.read(folder).records.exchanges


@pytest.mark.full
def test_a_second_one_is_told_of_the_first(resident: Resident) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "harness", "up"],
        cwd=resident.project,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert second.returncode == 2
    assert "'harness up' runs for this project already" in second.stderr
    done, _ = resident.pytest("contracts/price.yaml::shop::getPrice")
    assert USED in done.stdout


def test_one_that_is_killed_leaves_nothing(resident: Resident, tmp_path: Path) -> None:
    [folder] = [each for each in resident.runs.iterdir() if each.is_dir()]
    assert json.loads((resident.runs / "resident.json").read_text(encoding="utf-8"))["folder"] == str(folder)
    resident.end(signal.SIGKILL)
    gone = poll(lambda: left_of(tmp_path), lambda left: not left, within=15)
    assert gone.satisfied, gone.value
    done, _ = resident.pytest("contracts/price.yaml::shop::getPrice")
    assert done.returncode == 0, done.stdout
    assert "harness up" not in done.stdout


STANDS_STILL = """
def test_browser(harness_run, platform_drivers):
    session = platform_drivers.website("website").open()
    session.open("/")
    [chromium] = harness_run.shared.residents.browser.processes()
    chromium.suspend()
    session.tap("nothing")
"""


@pytest.mark.full
def test_a_browser_that_stands_still_is_ended_and_not_the_products_fault(resident: Resident) -> None:
    (resident.project / "scenarios" / "test_still.py").write_text(STANDS_STILL, encoding="utf-8")
    done, _ = resident.pytest("scenarios/test_still.py")
    assert done.returncode == 3, done.stdout
    assert "1 broken" in done.stdout
    assert re.search("browser died|Chromium of the website", done.stdout)
