"""A scenario under way: its people, its steps, and what they end with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from harness.core.actors import Person, invent
from harness.core.errors import HarnessFault
from harness.core.events import EventLog, Kind, read_events
from harness.core.platforms import DriverKind, Platform, Platforms
from harness.core.text import Text
from harness.linkage.catalogue import Entry
from harness.linkage.stage import RunContext, Stage
from harness.platforms.session import Shown, Thrown

ENTRY = Entry(id="L01", title=Text(zh="题", en="t"), priority="P0", level="linkage", platforms=("website",))


def make(log: EventLog, folder: Path, variant: str = "") -> Stage:
    context = RunContext(
        log=log, folder=folder, language="en", seed="7", check_system=lambda: None, services={}
    )
    return Stage(context, "a.py::b", ENTRY, "pytest", variant=variant)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with EventLog(tmp_path, "r", "pytest") as log:
        yield make(log, tmp_path)


def phone(folder: Path, variant: str) -> str:
    with EventLog(folder, "r", "pytest") as log:
        return make(log, folder, variant).person("wang").phone


def test_the_people_of_a_scenario_are_its_own_for_each_fault(tmp_path: Path) -> None:
    assert phone(tmp_path, "") == phone(tmp_path, "")
    assert len({phone(tmp_path, ""), phone(tmp_path, "one-fault"), phone(tmp_path, "another")}) == 3


class Session:
    platform = "website"

    def __init__(self, *threw: Thrown) -> None:
        self.threw = list(threw)

    def trace(self, traceparent: str | None) -> None:
        pass

    def thrown(self) -> list[Thrown]:
        found, self.threw = self.threw, []
        return found

    def where(self) -> str:
        return "/"

    def screenshot(self) -> bytes:
        return b"png"

    def texts(self) -> list[Shown]:
        return []

    def close(self) -> None:
        pass


def test_a_step_during_which_the_simulator_failed_is_broken(stage: Stage) -> None:
    session = Session(Thrown("Error: no node", "src/a.ts:1", "", fault=True))
    stage.person("wang")
    with pytest.raises(HarnessFault) as caught, stage.do(Text(zh="看", en="looks"), "wang", session):
        pass
    for part in ("step       1 looks", "platform   website", "seed       7", "reproduce  pytest"):
        assert part in str(caught.value)
    [step] = [event.data for event in read_events(stage.run.folder) if event.kind == Kind.STEP]
    assert step.outcome == "broken"


@pytest.mark.parametrize(("driver", "expected"), [("devtools", "13800000001"), ("simulator", None)])
def test_where_the_driver_cannot_choose_the_first_person_is_the_fixed_one(
    driver: DriverKind, expected: str | None, stage: Stage
) -> None:
    """Before, a made-up person was looked for on the website while DevTools acted as its own account."""
    phone = Platform("miniprogram", Text(zh="小程序", en="the mini-program"), driver)
    website = Platform("website", Text(zh="网站", en="the website"), "website")
    stage.run = replace(stage.run, platforms=Platforms((website, phone)))
    stage.entry = ENTRY.model_copy(update={"platforms": ("website", "miniprogram")})
    stage.fixed = Person("", "13800000001", "Li", "o-of-li")
    stage.credentials = {"one_time_code": "1"}
    invented = invent("wang", f"7/{stage.node_id}")
    first, second = stage.person("wang"), stage.person("li")
    assert (first.alias, first.phone) == ("wang", expected or invented.phone)
    assert first.openid == ("o-of-li" if expected else invented.openid)
    assert first.credentials == second.credentials == {"one_time_code": "1"}
    assert second.phone != "13800000001"
    assert stage.person("wang") is first
