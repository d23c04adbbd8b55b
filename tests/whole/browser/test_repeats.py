"""One scenario many times in one process: what the run holds stays as it is."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[2]
TIMES, SETTLED = int(os.environ.get("REPEATS", "40")), 10
# A pool of threads gains one and a connection ends a moment later: what grows is higher in all of the last runs.
WINDOW = 5
# Of each repetition pytest itself keeps its reports, and we its verdict.
OBJECTS_EACH = 60
MEGABYTES = 6
Rows = list[dict[str, dict[str, int]]]
CONFTEST = """
import contextlib, gc, json, threading
from pathlib import Path

import psutil

HERE, OURS = psutil.Process(), ("harness.simulator", "harness.traffic", "harness.processes")

def of(process):
    held = {"threads": process.num_threads(), "descriptors": process.num_fds(), "memory": process.memory_info().rss}
    name = next((word for word in process.cmdline() if word in OURS), "")
    return name, held

def pytest_runtest_logfinish(nodeid):
    gc.collect()
    held = {}
    for process in HERE.children(recursive=True):
        with contextlib.suppress(psutil.Error):  # a process of the browser that is just ending
            name, its = of(process)
            held[name] = its
    held["test process"] = {**of(HERE)[1], "threads": threading.active_count()}
    held["test process"]["objects"] = len(gc.get_objects())
    held.pop("", None)
    with Path("held.jsonl").open("a") as file:
        file.write(json.dumps(held) + "\\n")
"""


@pytest.mark.full
@pytest.mark.skipif(os.name != "posix", reason="counts descriptors as POSIX has them")
def test_nothing_grows(tmp_path: Path) -> None:
    project = tmp_path / "fixture_ends"
    shutil.copytree(TESTS / "fixture_ends", project, ignore=shutil.ignore_patterns("reports", "__pycache__"))
    shutil.copytree(TESTS / "fixture_apps" / "counter", tmp_path / "fixture_apps" / "counter")
    (project / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "scenarios", "-k", "E01", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, "-p", "no:xdist", "--harness-repeat", str(TIMES)],
        cwd=project,
        capture_output=True,
        text=True,
        timeout=30 * TIMES,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [json.loads(line) for line in (project / "held.jsonl").read_text().splitlines()]
    assert len(rows) == TIMES
    first = rows[SETTLED : SETTLED + WINDOW]
    last = rows[-WINDOW - 1 : -1]  # the very last sees the drivers closed already
    assert len({frozenset(row) for row in (*first, *last)}) == 1, "a process came or went"
    grown = {
        name: {what: lowest(last, name, what) - highest(first, name, what) for what in held}
        for name, held in first[0].items()
    }
    assert set(grown) == {"test process", "harness.simulator", "harness.traffic", "harness.processes"}
    for more in grown.values():
        assert more["threads"] <= 0, grown
        assert more["descriptors"] <= 0, grown
        assert more["memory"] < MEGABYTES * 2**20, grown
    assert grown["test process"]["objects"] < OBJECTS_EACH * (TIMES - SETTLED), grown


def highest(rows: Rows, name: str, what: str) -> int:
    return max(row[name][what] for row in rows)


def lowest(rows: Rows, name: str, what: str) -> int:
    return min(row[name][what] for row in rows)
