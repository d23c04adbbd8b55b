"""``harness simulator …``: what stands beside serving a mini-program."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from harness.automator.endpoint_checks import APP, OURS


def harness(*words: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "harness", "simulator", *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=150,
        env=None,
    )
    return done.returncode, done.stdout + done.stderr


def test_help_names_what_there_is_beside_serving() -> None:
    code, said = harness("--help")
    assert code == 0
    assert "--project" in said
    assert "cli|shim|check-endpoint|score|gaps|capabilities" in "".join(said.split())


def test_gaps_are_asked_of_the_simulator_itself() -> None:
    code, said = harness("gaps", "--all")
    assert code == 0, said
    wx, _, rest = said.partition("components:")
    components, _, protocol = rest.partition("protocol:")
    simulated, missing = wx.split("missing:")
    assert {"request", "showModal"} <= set(simulated.split())
    assert "createLivePusherContext" in missing.split()
    simulated, missing = components.split("missing:")
    assert {"view", "button", "block"} <= set(simulated.split())
    assert {"map", "camera", "live-player"} <= set(missing.split())
    assert "Tool.stopAudits" in protocol.split("missing:")[1].split()


@pytest.mark.full
def test_conformance_by_itself_checks_a_simulator_it_starts(tmp_path: Path) -> None:
    record = tmp_path / "record.json"
    code, said = harness(
        "check-endpoint", "--domain", "errors", "--record", str(record), "--compare", str(OURS)
    )
    assert code == 0, said
    assert "the simulator 0.1.0, SDK 3.5.0: 5 passed, 0 failed, 0 not run" in said
    assert "differences to the simulator 0.1.0" in said  # what was not asked differs from what was recorded
    assert "errors." not in said.split("0 not run")[1]
    assert record.is_file()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["check-endpoint", "ws://127.0.0.1:9"], 3, "broken: nothing answers at ws://127.0.0.1:9"),
        (["check-endpoint", "--domain", "rouets"], 2, "usage: no domain is called 'rouets'"),
        (["check-endpoint", "--compare", "none.json"], 2, "usage: none.json: cannot be read"),
        (["shim", "cli", "--mapp", "a=b"], 2, "unrecognized arguments: --mapp"),
    ],
)
def test_what_is_wrong_is_one_line(words: list[str], code: int, said: str) -> None:
    seen, output = harness(*words)
    assert (seen, "Traceback" in output) == (code, False), output
    assert said in output


def test_the_conformance_mini_program_can_be_found() -> None:
    code, said = harness("check-endpoint", "--app")
    assert (code, Path(said.strip())) == (0, APP)
