"""Unmodified miniprogram-automator 0.12.1 on the simulator: what a test uses most, each call seen another way."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from harness.automator.client import SimulatorClient
from tests.rigs.simulator import APPS, simulating

FOLDER = Path(__file__).parent / "automator"
XIAO_MING = {"openid": "oXiaoMing", "nickName": "小明"}
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


def test_automator(tmp_path: Path) -> None:
    node = shutil.which("node")
    assert node, "Node.js is not installed"
    if not (FOLDER / "node_modules").is_dir():
        pytest.fail(
            "miniprogram-automator is not installed; run: npm ci --prefix tests/automator", pytrace=False
        )
    files = sorted(FOLDER.glob("*.test.mjs"))
    notes = tmp_path / "notes"
    with (
        simulating(APPS / "probe") as simulator,
        SimulatorClient(simulator.ready["control"], deadline=20) as control,
    ):
        apps = {file.name.split(".")[0]: control.new_app(XIAO_MING).endpoint for file in files}
        ran = subprocess.run(
            [node, "--test", "--test-reporter=spec", f"--test-concurrency={len(files)}", *map(str, files)],
            env={**os.environ, "AUTOMATOR_APPS": json.dumps(apps), "AUTOMATOR_NOTES": str(notes)},
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    noted = [line.split() for line in notes.read_text().splitlines()]
    offered = {name for kind, name in noted if kind == "offered"}
    used = {name for kind, name in noted if kind == "used"}
    assert used & set(LEFT_OUT) == set(), "used, and left out"
    assert offered - used - set(LEFT_OUT) == set(), "offered by automator, neither used nor left out"
    assert set(LEFT_OUT) - offered == set(), "no longer offered by automator"
