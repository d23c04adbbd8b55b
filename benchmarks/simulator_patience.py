"""Whether any call of minium stalls: 20,000 of them while two other processes keep the cores busy.

``python benchmarks/simulator_patience.py [calls]``. The promise: none takes a second. (minium's own way of
waiting loses wake-ups; automator/outbox.py has the remedy.) The simulator is a process of its own here.
"""

from __future__ import annotations

import json
import multiprocessing
import subprocess
import sys
import time

from _measure import Promises
from _simulator import ROOT, SMALL, dial, end

CALLS, BUSY, SLOW = 20_000, 2, 1.0


def burn() -> None:
    while True:
        sum(range(100_000))


def main() -> None:
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else CALLS
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "harness.simulator",
            "--port",
            "0",
            "--stdin-guard",
            "--json",
            "--project",
            SMALL,
        ],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    port = int(json.loads(process.stdout.readline())["endpoint"].rsplit(":", 1)[1])
    client = dial(port)
    page = client.app.get_current_page()
    text = page.get_element("#count")
    burners = [multiprocessing.Process(target=burn, daemon=True) for _ in range(BUSY)]
    for burner in burners:
        burner.start()
    kinds = (
        lambda: client.app.evaluate("() => 1", sync=True),
        lambda: text.inner_text,
        lambda: page.data,
        lambda: client.app.call_wx_method("getStorageInfoSync"),
    )
    seconds = []
    for number in range(calls):
        began = time.perf_counter()
        kinds[number % len(kinds)]()
        seconds.append(time.perf_counter() - began)
    for burner in burners:
        burner.kill()
    assert process.stdin is not None
    process.stdin.close()
    process.wait(30)
    seconds.sort()
    for part in (0.5, 0.9, 0.99, 0.999):
        print(f"{part:6.1%} within {seconds[int(len(seconds) * part)] * 1000:7.1f} ms")
    promises = Promises()
    promises.at_most(f"the slowest of {calls} calls", seconds[-1], SLOW, " s")
    promises.at_most("calls over a second", sum(each > SLOW for each in seconds), 0)
    end(promises.end)


if __name__ == "__main__":
    main()
