"""A child in the terminal of its parent ends with it, as by a Ctrl-C."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

WAITS = """
import sys, time
from harness.processes.parent import end_with
print("began", flush=True)
try:
    end_with(int(sys.argv[1]))
    time.sleep(60)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@pytest.mark.parametrize("dead_before", [False, True])
def test_it_is_interrupted_when_its_parent_is_gone(dead_before: bool) -> None:
    parent = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(60)"])
    if dead_before:
        parent.kill()
        parent.wait()
    child = subprocess.Popen(
        [sys.executable, "-c", WAITS, str(parent.pid)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "began\n"
    parent.kill()
    parent.wait()
    late = threading.Timer(20, child.kill)
    late.start()
    said, _ = child.communicate()
    late.cancel()
    assert said == "interrupted\n"
