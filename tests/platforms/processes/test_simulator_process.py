"""A simulator that is on its way to its end is told as dead, however long it takes to get there."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.core.errors import BrokenError, ProcessDied, UsageError
from harness.platforms import simulator_process
from harness.platforms.simulator_process import SimulatorProcess

# Answers its control connection once, ends it and then takes its time.
SIMULATOR = """\
#!{python}
import json, sys, threading, time
from websockets.sync.server import serve

def answer(connection):
    connection.recv()
    connection.close()

with serve(answer, "127.0.0.1", 0) as server:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps({{"control": f"ws://127.0.0.1:{{server.socket.getsockname()[1]}}"}}), flush=True)
    sys.stdin.read() if {hangs} else time.sleep({lives})
    sys.stderr.write("the last of it\\n")
"""
Start = Callable[..., SimulatorProcess]


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    started: list[SimulatorProcess] = []

    def begin(*, lives: float = 0.0, hangs: bool = False) -> SimulatorProcess:
        program = tmp_path / "simulator.py"
        text = textwrap.dedent(SIMULATOR).format(python=sys.executable, lives=lives, hangs=hangs)
        program.write_text(text, encoding="utf-8")
        program.chmod(0o755)
        monkeypatch.setattr(simulator_process.sys, "executable", str(program))
        started.append(SimulatorProcess(tmp_path, hosts={}, wechat=None, log=tmp_path / "simulator.log"))
        return started[-1]

    yield begin
    for each in started:
        each.close()


def test_one_that_ended_its_connection_is_waited_for(start: Start) -> None:
    simulator = start(lives=1.5)
    with pytest.raises(
        ProcessDied, match=r"^the simulator died: exit code 0\n  its last words: the last of it"
    ):
        simulator.call("Simulator.getInfo")
    assert simulator.death() is not None


def test_one_that_does_not_end_is_ended(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulator_process, "ENDS_WITHIN", 0.2)
    simulator = start(hangs=True)
    with pytest.raises(BrokenError):
        simulator.call("Simulator.getInfo")
    died = simulator.death(within=0.1)
    assert died is not None
    assert died.say("en").startswith("the simulator died: it ended its connections, was not gone")
    assert simulator._process.poll() is not None


def test_why_a_mini_program_is_refused_is_told_in_both_languages(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        SimulatorProcess(tmp_path, hosts={}, wechat=None, log=tmp_path / "simulator.log")
    assert refused.value.say("en").startswith(f"{tmp_path}: no app.json here")
    assert refused.value.say("zh").startswith(f"{tmp_path}: 这里没有 app.json")
