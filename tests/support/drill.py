"""A run of the four-platform fixture, long enough to have any of its processes killed or stopped under way."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from harness.core.events import read_events
from harness.core.payloads import ExchangeRecord, Step, Verdict
from harness.core.polling import poll
from harness.processes import temporary
from harness.processes.process_tree import runs

TESTS = Path(__file__).parents[1]
STARTS_WITHIN = 120.0  # seconds; a busy machine
UNDER_WAY = 6  # steps
ENOUGH = "enough"  # the file that lets the scenario end

CATALOGUE = """\
- id: E03
  title: {zh: 一直改价, en: The price changes all the time}
  priority: P0
  level: linkage
  platforms: [website, miniprogram]
"""
SCENARIO = """\
from pathlib import Path

import pytest

from harness import Actor, poll, scenario, step

from price import OnMiniProgram, OnWebsite

class Seller(OnWebsite):
    @step(zh="{who} 把价格改为 {price} 并再看一遍", en="{who} changes the price to {price} and looks again")
    def changes(self, price):
        self.session.open("/")
        self.session.fill("new", str(price))
        self.session.tap("save")
        assert self.session.text("said") == "saved"
        assert self.price() == str(price)

class Shopper(OnMiniProgram):
    @step(zh="{who} 看价格", en="{who} looks at the price")
    def looks(self):
        self.session.tap("#fetch")
        said = poll(lambda: self.session.text("#said"), bool, within=8).value
        assert said.startswith("200 "), said

@scenario("E03")
def test_goes_on(stage, open_website, open_miniprogram):
    person = stage.person("li")
    seller = Seller(stage, person, open_website())
    shopper = Shopper(stage, person, open_miniprogram(person))
    for price in range(1, 400):
        seller.changes(price)
        shopper.looks()
        if Path("enough").exists():
            return
"""
# How a process is found among a run's: by its command line, and whose child it is.
COMMANDS = {
    "the tests": "-m pytest",
    "the supervisor": "-m harness.processes -",
    "the standby": "-m harness.processes.standby",
    "the proxies": "-m harness.traffic",
    "the simulator": "-m harness.simulator",
}
OWNED = {
    "the simulator's Playwright": ("the simulator", "run-driver"),
    "the simulator's Chromium": ("the simulator", "--remote-debugging"),
    "the website's Playwright": ("the tests", "run-driver"),
    "the website's Chromium": ("the tests", "--remote-debugging"),
}
COMMAND = "harness run"
BACKENDS = ("shop", "mall")
ROLES = (COMMAND, *COMMANDS, *OWNED, *BACKENDS)


def words(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def started_in(temporary: Path) -> Iterator[psutil.Process]:
    """Every process with this folder for temporary files, whosever child it is by now."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.environ().get("TMPDIR") == str(temporary) and runs(process):
                yield process


def family(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        return []


@dataclass
class Drill:
    """A run under way. ``output`` is what it says, ``temporary`` where all its processes put temporary files."""

    project: Path
    temporary: Path
    output: Path
    command: subprocess.Popen[bytes]
    seen: set[psutil.Process] = field(default_factory=set)

    @property
    def folder(self) -> Path:
        [folder] = (self.project / "reports" / "runs").iterdir()
        return folder

    @property
    def said(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace")

    # finding

    def look(self) -> dict[str, psutil.Process]:
        """Every process that has a role, by its role."""
        them = family(self.command.pid)
        self.seen.update(them)
        found = {COMMAND: psutil.Process(self.command.pid)}
        for role, command in COMMANDS.items():
            its = [each for each in them if command in f"{words(each)} -"[: len(words(each)) + 2]]
            found |= {role: its[0]} if its else {}
        for role, (owner, command) in OWNED.items():
            if owner not in found:
                continue
            inside = {each.pid for each in family(found[owner].pid)}
            if owner == "the tests" and "the simulator" in found:
                inside -= {each.pid for each in family(found["the simulator"].pid)}
            its = [
                each
                for each in them
                if each.pid in inside and command in words(each) and "--type=" not in words(each)
            ]
            found |= {role: its[0]} if its else {}
        state = next((self.project / "reports" / "runs").glob("*/system.json"), None)
        if state is not None:
            with contextlib.suppress(ValueError, OSError, psutil.Error):
                pids = json.loads(state.read_bytes()).get("processes", {})
                found |= {name: psutil.Process(pids[name]) for name in BACKENDS}
        return found

    def under_way(self) -> dict[str, psutil.Process]:
        """Wait until the scenario is in the middle: every process, by its role."""

        def ready() -> dict[str, psutil.Process] | None:
            if self.command.poll() is not None:
                raise AssertionError(self.said)
            folders = list((self.project / "reports" / "runs").glob("*"))
            steps = [event for folder in folders for event in read_events(folder, Step)]
            return self.look() if len(steps) >= UNDER_WAY else None

        outcome = poll(ready, lambda found: found is not None, within=STARTS_WITHIN, every=0.2)
        assert outcome.value is not None, self.said
        assert set(outcome.value) == set(ROLES), set(ROLES) - set(outcome.value)
        return outcome.value

    # ending

    def let_it_end(self) -> None:
        (self.project / ENOUGH).touch()

    def ended(self, within: float) -> int:
        """The exit code of the command."""
        try:
            return self.command.wait(within)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still there after {within:g} s:\n{self.said}\n{self.left()}") from None

    def left(self) -> list[str]:
        """The command lines of what still runs of it."""
        return [words(each) for each in {*self.seen, *started_in(self.temporary)} if runs(each)]

    def nothing_left(self, within: float) -> None:
        """No process, so no port; no data; temporary files only where the next run removes them.

        The ports are not asked: they may be another run's by now.
        """
        assert poll(self.left, lambda left: not left, within=within, every=0.1).value == []
        assert not (self.folder / "data").exists()
        assert not (self.folder / "system.json").exists()
        with _pretending_to_be_old(self.temporary):
            temporary.TemporaryFolder().remove()
        assert [path.name for path in self.temporary.iterdir()] == []

    # what is kept

    def steps(self) -> list[Step]:
        return [event.data for event in read_events(self.folder, Step)]

    def exchanges(self) -> int:
        return len(list(read_events(self.folder, ExchangeRecord)))

    def verdicts(self) -> list[Verdict]:
        return [event.data for event in read_events(self.folder, Verdict)]


@contextlib.contextmanager
def _pretending_to_be_old(base: Path) -> Iterator[None]:
    young, usual = temporary.YOUNG, tempfile.tempdir
    temporary.YOUNG, tempfile.tempdir = 0.0, str(base)  # type: ignore[misc]
    try:
        yield
    finally:
        temporary.YOUNG, tempfile.tempdir = young, usual  # type: ignore[misc]


@contextlib.contextmanager
def drill(folder: Path, *arguments: str, change: Callable[[Path], None] | None = None) -> Iterator[Drill]:
    """``harness run`` of the scenario that goes on; ``change`` is made to the copy of the project first."""
    project = folder / "fixture_ends"
    shutil.copytree(TESTS / "fixture_ends", project, ignore=shutil.ignore_patterns("reports", "__pycache__"))
    shutil.copytree(TESTS / "fixture_apps" / "counter", folder / "fixture_apps" / "counter")
    # The other scenarios are not this run's: a P0 scenario that is left out would break it.
    (project / "scenarios" / "test_price.py").rename(project / "scenarios" / "price.py")
    (project / "scenarios" / "catalogue.yaml").write_text(CATALOGUE, encoding="utf-8")
    (project / "scenarios" / "test_goes_on.py").write_text(SCENARIO, encoding="utf-8")
    # Each look is one of its own: what the one before has shown is gone.
    page = folder / "fixture_apps" / "counter" / "pages" / "home" / "home.js"
    page.write_text(
        page.read_text(encoding="utf-8").replace("  fetch() {", "  fetch() {\n    this.setData({ said: '' })")
    )
    if change is not None:
        change(project)
    short = Path(tempfile.mkdtemp(prefix="d", dir="/tmp"))  # of a length that a browser can live with
    command = [sys.executable, "-m", "harness", "run", "scenarios", "-p", "no:cacheprovider"]
    with (folder / "output.log").open("wb") as output:
        process = subprocess.Popen(
            [*command, *arguments],
            cwd=project,
            env={**os.environ, "TMPDIR": str(short), "NO_COLOR": "1", "COLUMNS": "160"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            process_group=0,
        )
    under_way = Drill(project, short, folder / "output.log", process)
    try:
        yield under_way
    finally:
        under_way.seen.update(family(process.pid))
        for each in (*under_way.seen, psutil.Process(process.pid) if process.poll() is None else None):
            if each is not None and runs(each):
                each.send_signal(signal.SIGKILL)
        process.wait()
        shutil.rmtree(short, ignore_errors=True)
