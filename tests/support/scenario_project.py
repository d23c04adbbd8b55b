"""A project of one scenario, for pytest in a process of its own: what a user's tests do to a run."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from harness.core.events import Event, Kind, read_events

REPOSITORY = Path(__file__).parents[2]
HARNESS = """
name = "tiny"
environment = "disposable"
language = "en"

[services.site]
title = {zh = "网站", en = "site"}
command = ["{python}", "-m", "http.server", "{port}", "--bind", "127.0.0.1", "--directory", "{data}"]
health = "/"
platform = "website"

[website]
service = "site"

[miniprogram]
service = "site"
project = "."
"""
CATALOGUE = """
- id: L01
  title: {zh: 甲, en: first}
  priority: P0
  level: linkage
  platforms: [website]
"""
BEGIN = """
import urllib.request
import pytest
from harness import Actor, BrokenError, NotRun, PageFault, Text, scenario, step
from harness.platforms.session import Shown

class Session:
    platform = "website"
    threw = ()
    def __init__(self, url): self.url = url
    def trace(self, header):
        urllib.request.urlopen(urllib.request.Request(self.url, headers={"traceparent": header})).close()
    def thrown(self): return list(self.threw)
    def where(self): return "/"
    def screenshot(self): return b"png"
    def texts(self): return [Shown(Text(zh="树", en="tree"), "tree.wxml.txt", "<view>token=abcdefgh12</view>")]
    def close(self): pass

class Somebody(Actor):
    @step(zh="{who} 做{what}", en="{who} does {what}")
    def does(self, what, error=None):
        if error is not None:
            raise error

@pytest.fixture
def wang(stage, harness_run):
    return Somebody(stage, stage.person("王芳"), Session(harness_run.url("browser", "site")))

@scenario("L01")
"""


AGAIN = """
@scenario("L01")
"""


@dataclass(frozen=True)
class Ended:
    """A pytest that has ended, and what its run folder tells."""

    code: int
    output: str
    folder: Path | None
    events: list[Event]

    def of(self, test: str, kind: Kind) -> list[Event]:
        """The events of one kind in one test."""
        return [
            each for each in self.events if each.kind == kind and f"{each.scenario}[".find(f"::{test}[") > 0
        ]

    @property
    def verdicts(self) -> list[tuple[str, str | None]]:
        return [(each.data.verdict, each.data.fault) for each in self.events if each.kind == Kind.VERDICT]


class Project:
    """A project of one scenario; ``run`` has its tests run by a pytest of their own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "harness.toml").write_text(HARNESS, encoding="utf-8")
        (root / "scenarios").mkdir()
        (root / "contracts").mkdir()
        (root / "scenarios" / "catalogue.yaml").write_text(CATALOGUE, encoding="utf-8")

    def write(self, *bodies: str, begin: str = BEGIN) -> None:
        """The project's tests: functions ``test_…``, each of them a test of the scenario."""
        text = begin + AGAIN.join(bodies)
        (self.root / "scenarios" / "test_it.py").write_text(text, encoding="utf-8")

    def run(self, *options: str) -> Ended:
        """``pytest scenarios``, and the run it leaves."""
        return self.pytest("scenarios", *options)

    def pytest(self, *arguments: str, typed: str = "", **variables: str) -> Ended:
        """``typed``: what is typed at its terminal."""
        before = self._runs()
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *arguments],
            cwd=self.root,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY), "PY_COLORS": "0", **variables},
            input=typed,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        folder = next(iter(self._runs() - before), None)
        return Ended(
            done.returncode,
            done.stdout + done.stderr,
            folder,
            list(read_events(folder)) if folder else [],
        )

    def _runs(self) -> set[Path]:
        return set((self.root / "reports" / "runs").glob("*"))
