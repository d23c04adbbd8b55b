"""A process of a run, or two at once, is killed, ended or stopped in mid-scenario.

The run ends by itself, broken unless nobody needed what is gone; it says what that was, keeps what it had seen, and
leaves nothing: no process, no port, no data, no profile of a browser.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

import pytest

from harness.core.events import read_events
from harness.core.payloads import Damage, Step
from harness.core.polling import pause
from tests.support.drill import COMMAND, ROLES, drill

if os.name != "posix":  # pragma: no cover
    pytest.skip("signals of POSIX", allow_module_level=True)

PASSED, BROKEN = 0, 3
ENDS_WITHIN = (
    60.0  # seconds; one that is stopped is given 5, a call to Minium 10, and this machine may be busy
)
GONE_WITHIN = 20.0
STOPPED_FOR = 2.0
TESTS = "the tests"
# Continued after a while, as by fg: whoever stops the command or pytest means to.
CONTINUED = {COMMAND, TESTS}
NOT_MISSED = {"the standby", *CONTINUED}
SIGNALS = {"killed": signal.SIGKILL, "ended": signal.SIGTERM, "stopped": signal.SIGSTOP}
# What the verdict says of each, ``END`` of how it ended: who is stopped may be found so before it is ended for it.
END = {
    "killed": "died",
    "ended": "died",
    "stopped": r"(died: it was stopped by a signal for 5 s|is stopped \(SIGSTOP\))",
}
NAMED = {
    "the simulator": r"^the simulator END",
    "the simulator's Playwright": r"(?s)^the simulator died: exit code 3\n.*Playwright's driver END",
    "the simulator's Chromium": r"(?s)^the simulator died: exit code 3\n.*Chromium END",
    "the website's Playwright": r"^Playwright of the website END",
    "the website's Chromium": r"^Chromium of the website END",
}
# What a run's system consists of, as its messages call it.
PARTS = {"the supervisor": "supervisor", "the proxies": "proxies", "shop": "shop", "mall": "mall"}


def named(role: str, how: str) -> str:
    """The pattern of the message where this was done to a role; "" where nobody misses it."""
    if role in PARTS:
        stopped = rf"^stopped by a signal \(SIGSTOP\): {PARTS[role]} \(process \d+\)"
        return stopped if how == "stopped" else rf"^(the )?{PARTS[role]} died: "
    return NAMED.get(role, "").replace("END", END[how])


# One of each way to be missed: behind our WebSocket, behind a port, as what the others are behind.
SAMPLE = {("the simulator", "killed"), ("shop", "killed"), ("the proxies", "killed")}


def code_of(roles: tuple[str, ...], how: str) -> int:
    if COMMAND in roles and how != "stopped":
        return -signal.SIGKILL if how == "killed" else 128 + signal.SIGTERM
    if set(roles) <= (NOT_MISSED if how == "stopped" else NOT_MISSED - CONTINUED):
        return PASSED
    return BROKEN


def run(folder: Path, roles: tuple[str, ...], how: str) -> None:
    with drill(folder) as under_way:
        found = under_way.under_way()
        steps, exchanges = len(under_way.steps()), under_way.exchanges()
        for role in roles:
            found[role].send_signal(SIGNALS[how])
        expected = code_of(roles, how)
        if how == "stopped" and CONTINUED & set(roles):
            pause(STOPPED_FOR)
            for role in CONTINUED & set(roles):
                found[role].resume()
        if expected == PASSED or how == "stopped":  # it ends only if nothing that stands still is needed
            under_way.let_it_end()
        code = under_way.ended(ENDS_WITHIN)
        under_way.nothing_left(GONE_WITHIN)
        assert code == expected, under_way.said
        assert "Traceback" not in under_way.said
        assert len(under_way.steps()) >= steps, "what was seen so far is kept"
        assert under_way.exchanges() >= exchanges, "what was seen so far is kept"
        verdicts = under_way.verdicts()
        if expected == PASSED:
            assert [verdict.verdict for verdict in verdicts] == ["passed"]
            return
        assert [verdict.verdict for verdict in verdicts] in ([], ["broken"])
        if COMMAND not in roles:
            assert (under_way.folder / "report" / "index.html").is_file()
        if len(roles) == 1 and (pattern := named(roles[0], how)):
            [verdict] = verdicts
            assert re.search(pattern, verdict.message.en), verdict.message.en


@pytest.mark.parametrize(
    ("role", "how"),
    [
        pytest.param(role, how, marks=() if (role, how) in SAMPLE else pytest.mark.full)
        for role in ROLES
        for how in SIGNALS
    ],
)
def test_one(role: str, how: str, tmp_path: Path) -> None:
    run(tmp_path, (role,), how)


@pytest.mark.full
@pytest.mark.parametrize("how", SIGNALS)
@pytest.mark.parametrize("roles", list(combinations(ROLES, 2)), ids=" and ".join)
def test_two(roles: tuple[str, ...], how: str, tmp_path: Path) -> None:
    run(tmp_path, roles, how)


@pytest.fixture
def small_disk() -> Iterator[Callable[[Path], None]]:
    """Gives a project a disk of its own for its reports, of a few megabytes."""
    mounted: list[Path] = []

    def mount(project: Path) -> None:
        reports = project / "reports"
        reports.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(reports)]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("who runs the tests may not mount a small disk")
        mounted.append(reports)

    yield mount
    for reports in mounted:
        subprocess.run(["umount", "--lazy", str(reports)], check=True)


def fill(folder: Path) -> Path:
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    return filler


@pytest.mark.full
@pytest.mark.parametrize("for_good", [False, True])
def test_a_disk_that_is_full(tmp_path: Path, small_disk: Callable[[Path], None], for_good: bool) -> None:
    with drill(tmp_path, change=small_disk) as under_way:
        under_way.under_way()
        steps = len(under_way.steps())
        filler = fill(under_way.folder)
        pause(STOPPED_FOR)
        if not for_good:
            filler.unlink()
            pause(STOPPED_FOR)
        under_way.let_it_end()
        assert under_way.ended(ENDS_WITHIN) == BROKEN, "exchanges are missing in the record"
        under_way.nothing_left(GONE_WITHIN)
        assert "Traceback" not in under_way.said
        if for_good:
            assert "could not be written" in under_way.said
            assert len(under_way.steps()) >= steps
            return
        [verdict] = under_way.verdicts()
        if verdict.verdict != "passed":  # an exchange that is not recorded is not judged either
            assert verdict.verdict == "broken"
            assert "could not be recorded: OSError: No space left on device" in verdict.message.en
        damage: list[Damage] = []
        assert len(list(read_events(under_way.folder, Step, damage=damage))) > steps
        assert damage == [], "not one event of the test process is lost"


@pytest.mark.full
def test_a_run_folder_that_is_gone(tmp_path: Path) -> None:
    with drill(tmp_path) as under_way:
        under_way.under_way()
        shutil.rmtree(under_way.folder, ignore_errors=True)
        pause(STOPPED_FOR)
        under_way.let_it_end()
        assert under_way.ended(ENDS_WITHIN) == BROKEN
        under_way.nothing_left(GONE_WITHIN)
        assert "Traceback" not in under_way.said
        assert "could not be written" in under_way.said
