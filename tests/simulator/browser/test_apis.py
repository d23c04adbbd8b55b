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

# What is made is called to the third level, and every promise waited for.
USE_ALL = """async (names) => {
  const wrong = []
  const use = async (made, path) => {
    for (const [name, member] of Object.entries(made)) {
      if (path.length < 3 && member && typeof member === 'object') await use(member, [...path, name])
      if (typeof member !== 'function') continue
      try {
        const given = await member.call(made, {})
        if (path.length < 3 && given && typeof given === 'object') await use(given, [...path, name])
      } catch (error) {
        const words = String(error.errMsg ?? error.message)
        if (words !== `${name}:fail not supported by the simulator`) wrong.push([...path, name, words].join(' '))
      }
    }
  }
  for (const name of names) {
    const made = typeof wx[name] === 'function' ? wx[name]('x') : wx[name]
    if (made && typeof made === 'object') await use(made, [name])
  }
  return wrong
}"""
SHAPES = {
    "promise": "typeof wx.createInterstitialAd({ adUnitId: 'a' }).show().catch(() => 0).then === 'function'",
    "its reason": "wx.createRewardedVideoAd({ adUnitId: 'a' }).load().catch((e) => e.errMsg)",
    "task": "typeof wx.cloud.downloadFile({ fileID: 'f', success() {} }).abort",
    "no task": "wx.cloud.downloadFile({ fileID: 'f' }).catch((e) => e.errMsg)",
    "chain": "wx.cloud.database().collection('c').where({ a: 1 }).orderBy('a', 'asc').limit(1).get()"
    ".catch((e) => e.errMsg)",
    "field": "typeof wx.cloud.database().command.eq",
    "object in a field": "typeof wx.cloud.extend.AI.createModel('m').generateText",
    "constructor": "typeof new wx.cloud.CloudID('c')",
    "plain fields": "(({ src, paused, duration }) => [src, paused, duration])(wx.createInnerAudioContext())",
    "set": "(() => { const a = wx.createInnerAudioContext(); a.src = 'b.mp3'; return a.src })()",
    "boolean": "wx.isVKSupport('v2')",
    "callback": "new Promise((done) => wx.cloud.callFunction({ name: 'f', fail: (e) => done(e.errMsg) }))",
}
SHAPED = {
    "promise": True,
    "its reason": "load:fail not supported by the simulator",
    "task": "function",
    "no task": "downloadFile:fail not supported by the simulator",
    "chain": "get:fail not supported by the simulator",
    "field": "function",
    "object in a field": "function",
    "constructor": "object",
    "plain fields": ["", False, 0],
    "set": "b.mp3",
    "boolean": False,
    "callback": "callFunction:fail not supported by the simulator",
}


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


def test_a_name_that_no_api_has_is_counted_and_asking_for_one_is_not(control: SimulatorClient) -> None:
    with phone_of(control) as other:
        other.run(
            "() => { wx.$own = 1; wx.set = 2; return [wx.$own, wx.set, wx.$other, 'none' in wx, wx.canIUse('nil'),"
            " (wx.shop = wx.shop || {}), wx.hasOwnProperty('lacks'),"
            " JSON.stringify(wx.env), Object.keys(wx).length, wx.then] }"
        )
        assert control.findings(port=other.port)["gaps"] == {}
        other.run("() => { if (wx.newerThanThis) wx.newerThanThis(); return wx.newerThanThis }")
        found = control.findings(port=other.port)
        assert found["gaps"] == {"wx.newerThanThis": 2}
        assert found["warnings"] == ["not simulated: wx.newerThanThis, no published API (read 2 times)"]


@pytest.mark.parametrize("name", SHAPES)
def test_what_is_missing_answers_in_its_documented_shape(phone: Phone, name: str) -> None:
    assert phone.run(f"() => {SHAPES[name]}") == SHAPED[name]


def test_every_object_that_is_missing_can_be_used(control: SimulatorClient, apis: dict[str, Any]) -> None:
    with phone_of(control) as other:
        made = [n for n, api in apis.items() if not api["simulated"] and api["kind"] != "call"]
        made = [name for name in made if not name.startswith(("on", "off"))]
        assert len(made) > 30
        assert other.run(USE_ALL, [*made, "cloud"]) == []
        found = control.findings(port=other.port)
        assert (found["exceptions"], found["faults"]) == ([], [])
        used = {name.partition(".")[0] for name in found["gaps"]}
        assert used >= {"cloud", "createInterstitialAd", "createWorker", "getRecorderManager"}
        # A chain of queries is counted by where it began, and does not get longer with each part.
        other.run(
            "() => void wx.cloud.database().collection('c').orderBy('a').orderBy('b').get().catch(() => 0)"
        )
        chained = [name for name in control.findings(port=other.port)["gaps"] if name.count("orderBy") > 1]
        assert chained == []


def test_the_list_for_the_documentation_is_what_runs(apis: dict[str, Any]) -> None:
    now = {
        "simulated": sorted(name for name, api in apis.items() if api["simulated"]),
        "only fail": sorted(name for name, api in apis.items() if not api["simulated"]),
    }
    assert json.loads(LISTED.read_text("utf-8")) == now, (
        f"{LISTED.name} is not what the simulator does; it would be\n{json.dumps(now, indent=1)}"
    )
