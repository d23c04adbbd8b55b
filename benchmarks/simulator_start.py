"""How long an app takes to start: from a prepared browser, and cold beside launching Chromium alone.

``python benchmarks/simulator_start.py``. The promises: a fresh isolated app within 0.3 s (small) and 0.8 s
(the shop); from nothing to the first page within 3 times what Playwright takes to open a blank page.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

from _measure import Promises, interleaved
from _simulator import ROOT, SHOP, SMALL, end, simulator

from harness.core.chromium import find_chromium
from harness.simulator.device.wechat_users import WeChatUser

APPS, COLD = 9, 5
BLANK = """
import sys
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=sys.argv[1])
    page = browser.new_page()
    page.goto("data:text/html,<p>blank")
    print(page.inner_text("p"), flush=True)
    sys.stdin.read()
"""


def fresh(project: Path) -> float:
    """Median seconds from a prepared screen to the first page, one new person each time."""
    seconds = []
    with simulator(project) as running:
        for number in range(APPS):
            running.wait(running.host.prepared())
            began = time.perf_counter()
            door, _, _ = running.wait(running.host.new_app(WeChatUser(openid=f"oBench{number}")))
            seconds.append(time.perf_counter() - began)
            running.wait(running.host.close_app(door.port))
    # The first has to compile the templates; its time is in the line of the cold start.
    print(f"{project.name:12s}first {seconds[0]:.3f} s, then {statistics.median(seconds[1:]):.3f} s")
    return statistics.median(seconds[1:])


def until_ready(*command: str) -> None:
    """Run a command until its first line of output, then let it end."""
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    assert process.stdout.readline()
    assert process.stdin is not None
    process.stdin.close()
    process.wait(30)
    process.stdout.close()


def main() -> None:
    promises = Promises()
    promises.at_most("a small app", fresh(SMALL), 0.3, " s")
    promises.at_most("the shop", fresh(SHOP), 0.8, " s")
    chromium = str(find_chromium())
    start = ["-m", "harness.simulator", "--port", "0", "--stdin-guard", "--project"]
    seconds = interleaved(
        {
            "blank page": lambda: until_ready(sys.executable, "-c", BLANK, chromium),
            "small app": lambda: until_ready(sys.executable, *start, str(SMALL)),
            "the shop": lambda: until_ready(sys.executable, *start, str(SHOP)),
        },
        COLD,
    )
    for name, each in seconds.items():
        print(f"{name:12s}{each:7.2f} s cold, to its first line and to its end")
    promises.at_most("cold, against a blank page", seconds["small app"] / seconds["blank page"], 3)
    end(promises.end)


if __name__ == "__main__":
    main()
