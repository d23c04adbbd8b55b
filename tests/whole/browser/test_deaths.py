"""A part of the run is killed in mid-scenario: the run ends, says who died, keeps what it had, leaves nothing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from harness.core.events import read_events
from harness.core.payloads import ExchangeRecord, Step, Verdict
from harness.core.polling import poll
from harness.processes.process_tree import runs

ROOT = Path(__file__).resolve().parents[3]
ENDS_WITHIN = 15.0  # seconds after the kill
STARTS_WITHIN = 60.0
BROKEN = 3


def family(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        return []


def words(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def module(name: str) -> Callable[[list[psutil.Process]], psutil.Process | None]:
    return lambda them: next((its for its in them if f"-m {name}" in words(its)), None)


def chromium_of(simulated: bool) -> Callable[[list[psutil.Process]], psutil.Process | None]:
    def find(them: list[psutil.Process]) -> psutil.Process | None:
        simulator = module("harness.simulator")(them)
        inside = {its.pid for its in family(simulator.pid)} if simulator else set()
        for its in them:
            if "--remote-debugging" in words(its) and "--type=" not in words(its):
                if (its.pid in inside) == simulated:
                    return its
        return None

    return find


VICTIMS = {
    "the simulator": (module("harness.simulator"), r"^the simulator died: signal 9"),
    "the website's backend": (module("demo.website"), r"^website died"),
    "the mini-program's backend": (module("demo.miniprogram_backend"), r"^miniprogram died"),
    "the proxies": (module("harness.traffic"), r"^proxies died"),
    "the supervisor": (module("harness.processes"), r"^the supervisor died"),
    "Chromium of the website": (chromium_of(False), r"^Chromium of the website died"),
    "Chromium of the simulator": (chromium_of(True), r"^the simulator died: exit code 3\n.*Chromium died"),
}


# One of each way to die: behind our WebSocket, and behind the supervisor.
SAMPLE = ("the simulator", "the website's backend")


@pytest.mark.parametrize(
    "victim",
    [pytest.param(name, marks=() if name in SAMPLE else pytest.mark.full) for name in VICTIMS],
)
def test_the_run_ends_broken_and_names_what_died(victim: str, tmp_path: Path) -> None:
    find, name = VICTIMS[victim]
    config = tmp_path / "harness.toml"
    text = (ROOT / "harness.toml").read_text(encoding="utf-8")
    for room in ("contracts", "scenarios", "demo/"):
        text = text.replace(f'"{room}', f'"{ROOT.as_posix()}/{room}')
    config.write_text(
        text.replace("[paths]", f'[paths]\nruns = "{(tmp_path / "runs").as_posix()}"'), encoding="utf-8"
    )
    command = [sys.executable, "-m", "pytest", str(ROOT / "scenarios"), "-k", "log_in_on", "-q"]
    command += ["--harness-config", str(config), "-p", "no:cacheprovider"]
    run = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    seen: set[psutil.Process] = set()

    def under_way() -> psutil.Process | None:
        them = family(run.pid)
        seen.update(them)
        folder = next((tmp_path / "runs").glob("*"), None)
        steps = list(read_events(folder, Step)) if folder else []
        on_phone = any(step.platform == "miniprogram" for step in steps)
        ready = on_phone or (steps and victim == "Chromium of the website")
        return find(them) if ready else None

    try:
        target = poll(
            under_way, lambda its: its is not None or run.poll() is not None, within=STARTS_WITHIN
        ).value
        assert target is not None, f"{victim} was never there"
        target.kill()
        killed = time.monotonic()
        output, _ = run.communicate(timeout=ENDS_WITHIN)
    finally:
        for its in (*family(run.pid), *([psutil.Process(run.pid)] if run.poll() is None else [])):
            its.kill()
    assert time.monotonic() - killed < ENDS_WITHIN
    assert run.returncode == BROKEN, output

    folder = next((tmp_path / "runs").glob("*"))
    [verdict] = list(read_events(folder, Verdict))
    assert verdict.data.verdict == "broken"
    assert verdict.data.fault == "ProcessDied", verdict.data
    assert re.search(name, verdict.data.message.en), verdict.data.message.en
    assert list(read_events(folder, Step)), "what was seen so far is kept"
    assert list(read_events(folder, ExchangeRecord)), "what was seen so far is kept"
    assert not (folder / "data").exists()

    def left() -> list[str]:
        return [words(its) for its in seen if runs(its)]

    assert poll(left, lambda them: not them, within=3).value == []


if os.name != "posix":  # pragma: no cover
    pytest.skip("killing in mid-scenario is tested on POSIX only", allow_module_level=True)
