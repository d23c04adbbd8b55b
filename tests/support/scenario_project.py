"""A project of one scenario, for pytest in a process of its own: what a user's tests do to a run."""

from __future__ import annotations

import pytest

from harness.core.events import Event, read_events

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
import pytest
from harness import Actor, BrokenError, NotRun, PageFault, Text, scenario, step
from harness.platforms.session import Shown

class Session:
    platform = "website"
    threw = ()
    def trace(self, header): self.header = header
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
def wang(stage):
    return Somebody(stage, stage.person("王芳"), Session())

@scenario("L01")
"""


class Project:
    """A project of one scenario; ``run`` gives exit code, output and events."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester, self.root = pytester, pytester.path
        (self.root / "harness.toml").write_text(HARNESS, encoding="utf-8")
        (self.root / "scenarios").mkdir()
        (self.root / "contracts").mkdir()
        (self.root / "scenarios" / "catalogue.yaml").write_text(CATALOGUE, encoding="utf-8")

    def run(self, body: str, *options: str, begin: str = BEGIN) -> tuple[int, str, list[Event]]:
        (self.root / "scenarios" / "test_it.py").write_text(begin + body, encoding="utf-8")
        result = self.pytester.runpytest_subprocess(
            "scenarios", "-p", "no:cacheprovider", "-p", "no:xdist", *options
        )
        folder = next((self.root / "reports" / "runs").glob("*"), None)
        return (
            int(result.ret),
            result.stdout.str() + result.stderr.str(),
            list(read_events(folder)) if folder else [],
        )
