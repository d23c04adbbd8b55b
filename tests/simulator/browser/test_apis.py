"""Every name of the platform's published API: it exists, is of its kind, and works or fails as it says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from harness.automator.client import SimulatorClient
from tests.support.phone import Phone, phone_of

ROOT = Path(__file__).parents[3]
LISTED = ROOT / "harness" / "simulator" / "wx_apis.json"
TYPINGS = ROOT / "harness/simulator/runtime/node_modules/miniprogram-api-typings/types/wx/lib.wx.api.d.ts"
# They end the app service that is asked.
ENDS_THE_APP = {"restartMiniProgram"}
TASKS = {"request", "uploadFile", "downloadFile", "connectSocket"}

CALL_ALL = """(names) => names.map((name) => {
  try {
    const made = wx[name]()
    const thenable = typeof made?.then === 'function'
    if (thenable) made.then(() => {}, () => {})
    return [name, thenable]
  } catch (error) { return [name, String(error.message)] }
})"""
REFUSALS = """(names) => Promise.all(names.map((name) => wx[name]().then(
  () => [name, 'ok'], (failed) => [name, failed.errMsg])))"""


@pytest.fixture(scope="module")
def apis(phone: Phone) -> dict[str, dict[str, Any]]:
    return {
        each["name"]: each for each in phone.control.call("Simulator.getApis", {"port": phone.port})["apis"]
    }


def members_of_wx() -> set[str]:
    """The names in ``interface Wx``, read without the compiler the runtime is built with."""
    text = re.sub(r"/\*.*?\*/", "", TYPINGS.read_text("utf-8"), flags=re.S)
    body = text.partition("interface Wx {")[2].partition("\n    }\n")[0]
    return set(re.findall(r"^        (\w+)\??\s*[(:<]", body, re.M))


def test_the_names_are_those_of_the_typings(apis: dict[str, Any]) -> None:
    assert set(apis) == members_of_wx()
    assert len(apis) > 480


def test_each_exists_and_is_of_its_kind(phone: Phone, apis: dict[str, Any]) -> None:
    types = phone.run("(names) => names.map((name) => typeof wx[name])", list(apis))
    wrong = {
        name: (apis[name]["kind"], found)
        for name, found in zip(apis, types, strict=True)
        if found != ("object" if apis[name]["kind"] == "value" else "function")
    }
    assert wrong == {}


def test_without_callbacks_a_call_is_a_promise(phone: Phone, apis: dict[str, Any]) -> None:
    calls = [name for name, api in apis.items() if api["kind"] == "call"]
    asked = [name for name in calls if name not in ENDS_THE_APP | TASKS]
    wrong = {name: made for name, made in phone.run(CALL_ALL, asked) if made is not True}
    assert wrong == {}


def test_what_is_not_simulated_fails_as_such_and_is_counted(
    control: SimulatorClient, apis: dict[str, Any]
) -> None:
    with phone_of(control) as other:
        failing = [n for n, api in apis.items() if not api["simulated"] and api["kind"] == "call"]
        said = dict(other.run(REFUSALS, failing))
        wrong = {
            name: words
            for name, words in said.items()
            if words != f"{name}:fail not supported by the simulator"
            and ":fail parameter error: " not in words
        }
        assert wrong == {}
        gaps = control.findings(port=other.port)["gaps"]
        plain = [name for name, words in said.items() if "parameter error" not in words]
        assert {name: gaps.get(name) for name in plain} == dict.fromkeys(plain, 1)
        other.run("() => wx.createLivePlayerContext('v').play()")
        warnings = control.findings(port=other.port)["warnings"]
        assert "not simulated: createLivePlayerContext.play (used once)" in warnings


def test_the_list_for_the_documentation_is_what_runs(apis: dict[str, Any]) -> None:
    now = {
        "simulated": sorted(name for name, api in apis.items() if api["simulated"]),
        "only fail": sorted(name for name, api in apis.items() if not api["simulated"]),
    }
    assert json.loads(LISTED.read_text("utf-8")) == now, (
        f"{LISTED.name} is not what the simulator does; it would be\n{json.dumps(now, indent=1)}"
    )
