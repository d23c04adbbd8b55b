from __future__ import annotations

from pathlib import Path

import pytest

from harness.core.errors import NotRun, UsageError
from harness.platforms.capabilities import CAPABILITIES, require
from tests.support.languages import chinese, english

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_simulator_says_what_it_does_not_simulate() -> None:
    for name in ("cloud", "plugins", "skyline", "live-camera-map", "real-code"):
        with pytest.raises(NotRun, match=f"simulator cannot {name}: "):
            require("simulator", name)
        require("devtools", name)
    require("simulator", "several-users", "payment", "background")


@pytest.mark.parametrize(
    ("file", "yes", "no"), [("devtools.md", "yes", "no"), ("devtools.zh-CN.md", "能", "不能")]
)
def test_the_documented_table_is_this_one(file: str, yes: str, no: str) -> None:
    language = "zh" if "zh" in file else "en"

    def cell(reason: str | None) -> str:
        return no if reason else yes

    rows = [
        f"| `{each.name}` {each.what.say(language)} | {cell(each.simulator)} | {cell(each.devtools)} |"
        for each in CAPABILITIES.values()
    ]
    lines = (DOCS / file).read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("| `") and line.count("|") == 4] == rows


def test_what_devtools_cannot_is_not_run_with_the_reason() -> None:
    require("devtools", "login")
    with pytest.raises(NotRun, match="devtools cannot several-users: one WeChat DevTools window"):
        require("devtools", "login", "several-users")


@pytest.mark.parametrize("name", [name for name, each in CAPABILITIES.items() if each.devtools])
def test_each_reason_is_in_the_language_of_the_report(name: str) -> None:
    with pytest.raises(NotRun) as raised:
        require("devtools", name)
    assert english(raised.value.say("zh")) is None
    assert chinese(raised.value.say("en")) is None


def test_an_unknown_capability_is_told_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="'severl-users'; did you mean 'several-users'"):
        require("simulator", "severl-users")
