"""The screen of the simulator: where a finger lands."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from harness.automator.client import SimulatorClient

APP = Path(__file__).parents[2] / "fixture_apps" / "counter"
TAPS = 24  # of 80, 12 landed elsewhere


def test_a_touch_right_after_a_picture_lands_where_it_was_meant() -> None:
    command = [sys.executable, "-m", "harness.simulator", "--project", str(APP), "--port", "0", "--json"]
    with subprocess.Popen(
        [*command, "--stdin-guard"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        with SimulatorClient(ready["endpoint"], deadline=20) as app:
            page = app.call("App.getCurrentPage")["pageId"]
            button = app.call("Page.getElement", {"pageId": page, "selector": "#add"})["elementId"]
            for _ in range(TAPS):
                app.screenshot()
                app.call("Element.tap", {"pageId": page, "elementId": button})
            data = app.call("Page.getData", {"pageId": page, "path": "count"})["data"]
        assert process.stdin is not None
        process.stdin.close()
    assert data == TAPS
