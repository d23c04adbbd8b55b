"""A command that is interrupted or ended: what it started ends too, and what there is is told."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from harness.core.polling import poll

TESTS = Path(__file__).parents[2]
SIGTERM_CODE = 128 + signal.SIGTERM
SLOW = """
import time
from pathlib import Path

def test_quick(harness_run):
    harness_run.system()

def test_slow(harness_run):
    Path(__file__).with_name("began").touch()
    time.sleep(60)
"""
pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


def left_of(folder: Path) -> list[str]:
    """The command lines of all processes that were started in or for a folder."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        try:
            words = " ".join(process.info["cmdline"] or [])
            if process.pid != os.getpid() and (str(folder) in words or process.cwd().startswith(str(folder))):
                found.append(words)
        except psutil.Error:
            continue
    return found


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "kiosk"
    shutil.copytree(TESTS / "fixture_faults", folder, ignore=shutil.ignore_patterns("reports"))
    (folder / "slow").mkdir()
    (folder / "slow" / "test_slow.py").write_text(SLOW, encoding="utf-8")
    yield folder
    assert poll(lambda: left_of(folder), lambda left: not left, within=15).value == []


def begin(folder: Path, *words: str) -> subprocess.Popen[str]:
    """``harness`` in a process group of its own, as a shell starts it."""
    return subprocess.Popen(
        [sys.executable, "-m", "harness", *words],
        cwd=folder,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "300"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        process_group=0,
    )


def until_it_tests(folder: Path) -> None:
    assert poll(lambda: list(folder.glob("slow/began")), bool, within=30).satisfied


def test_sigterm_ends_the_run_and_all_it_started(kiosk: Path) -> None:
    process = begin(kiosk, "run", "slow")
    until_it_tests(kiosk)
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=40)
    assert process.returncode == SIGTERM_CODE, said


def test_ctrl_c_tells_what_there_is(kiosk: Path) -> None:
    process = begin(kiosk, "run", "slow")
    until_it_tests(kiosk)
    os.killpg(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 3, said
    assert "tests selected and not run: 1: the run was interrupted" in said
    assert "report" in said
    assert "Traceback" not in said
    assert list(kiosk.glob("reports/runs/*/report/index.html"))


@pytest.mark.full
def test_tests_do_not_go_on_without_the_command_that_runs_them(kiosk: Path) -> None:
    process = begin(kiosk, "run", "slow")
    until_it_tests(kiosk)
    process.kill()
    process.communicate(timeout=40)  # to the end of the output, which pytest shares
    assert poll(lambda: left_of(kiosk), lambda left: not left, within=5).value == []


def test_sigterm_ends_a_simulator_and_frees_its_port(tmp_path: Path) -> None:
    app = Path(shutil.copytree(TESTS / "fixture_apps" / "counter", tmp_path / "counter"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = begin(tmp_path, "simulator", "--project", str(app), "--port", str(port))
    assert process.stdout is not None
    assert str(port) in process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert poll(lambda: left_of(tmp_path), lambda left: not left, within=10).value == []
    with socket.socket() as again:
        again.bind(("127.0.0.1", port))


@pytest.mark.parametrize(
    "charset",
    [
        "cp1252",
        pytest.param("latin-1", marks=pytest.mark.full),
        pytest.param("ascii", marks=pytest.mark.full),
    ],
)
def test_a_terminal_of_another_charset_changes_no_exit_code(tmp_path: Path, charset: str) -> None:
    folder = tmp_path / "kiosk"
    shutil.copytree(TESTS / "fixture_faults", folder, ignore=shutil.ignore_patterns("reports"))
    for words in (["check", "--language", "zh"], ["doctor", "--language", "zh"]):
        done = subprocess.run(
            [sys.executable, "-m", "harness", *words],
            cwd=folder,
            env={**os.environ, "PYTHONIOENCODING": charset},
            capture_output=True,
            timeout=120,
        )
        said = (done.stdout + done.stderr).decode(charset)
        assert "Traceback" not in said
        assert done.returncode == 0 or words[0] == "doctor", said
        assert done.returncode != 1, said
