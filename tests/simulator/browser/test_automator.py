"""Unmodified miniprogram-automator 0.12.1 on the simulator: what a test uses most, each call seen another way."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from harness.automator.client import SimulatorClient
from tests.support.minium_simulator import MUTANT, XIAO_MING
from tests.support.simulator import APPS, PLAIN, simulating

FOLDER = Path(__file__).parents[2] / "automator_methods"
SHARING = "shown through minium, which presses the same buttons"

LEFT_OUT = {
    "MiniProgram.callPluginWxMethod": "plugins are not simulated",
    "MiniProgram.mockPluginWxMethod": "plugins are not simulated",
    "MiniProgram.restorePluginWxMethod": "plugins are not simulated",
    "MiniProgram.close": "App.exit, a second of sleep, Tool.close: both are shown through minium",
    "MiniProgram.disconnect": "closes its own socket",
    "Native.shareCancel": SHARING,
    "Native.shareConfirm": SHARING,
}


# Handlers only automator asks for, with the file that must notice when one says it is done and is not.
MUTATED_HANDLERS = {
    "Tool.getInfo": "app",
    "App.getPageStack": "routes",
    "Page.getElement": "elements",
    "Element.getElement": "elements",
}


def drive(
    files: list[Path], folder: Path, command: Sequence[str] = PLAIN
) -> subprocess.CompletedProcess[str]:
    """Run files of node's tests, each on an app of its own."""
    node = shutil.which("node")
    assert node, "Node.js is not installed"
    if not (FOLDER / "node_modules").is_dir():
        pytest.fail(
            "miniprogram-automator is not installed; run: npm ci --prefix tests/automator_methods",
            pytrace=False,
        )
    with (
        simulating(APPS / "probe", command=command) as simulator,
        SimulatorClient(simulator.ready["control"], deadline=20) as control,
    ):
        apps = {file.name.split(".")[0]: control.new_app(XIAO_MING).endpoint for file in files}
        return subprocess.run(
            [node, "--test", "--test-reporter=spec", f"--test-concurrency={len(files)}", *map(str, files)],
            env={**os.environ, "AUTOMATOR_APPS": json.dumps(apps), "AUTOMATOR_NOTES": str(folder / "notes")},
            capture_output=True,
            text=True,
            timeout=120,
        )


def test_automator(tmp_path: Path) -> None:
    ran = drive(sorted(FOLDER.glob("*.test.mjs")), tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    noted = [line.split() for line in (tmp_path / "notes").read_text().splitlines()]
    offered = {name for kind, name in noted if kind == "offered"}
    used = {name for kind, name in noted if kind == "used"}
    assert used & set(LEFT_OUT) == set(), "used, and left out"
    assert offered - used - set(LEFT_OUT) == set(), "offered by automator, neither used nor left out"
    assert set(LEFT_OUT) - offered == set(), "no longer offered by automator"


@pytest.mark.full
@pytest.mark.parametrize("method", MUTATED_HANDLERS)
def test_a_handler_that_only_says_it_is_done_is_noticed(method: str, tmp_path: Path) -> None:
    (tmp_path / "lies").write_text(f"others {method}")
    command = (sys.executable, str(MUTANT), str(tmp_path))
    ran = drive([FOLDER / f"{MUTATED_HANDLERS[method]}.test.mjs"], tmp_path, command)
    assert ran.returncode == 1, ran.stdout + ran.stderr
