"""Whose fault it is that a mini-program on the simulator answers no more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from harness.core.errors import AppException, BrokenError, DriverError, PageFault, ProcessDied, Timeout
from harness.core.platforms import MINIPROGRAM
from harness.platforms.settings import MiniProgramSettings
from harness.platforms.simulator import SimulatedSession, _options
from harness.platforms.simulator_faults import Faults
from harness.platforms.simulator_process import SimulatorProcess

LOOP = "the mini-program's code has run for 5 s without a pause, in spin (pages/a.js:5)"


class Process:
    """As much of the simulator's process as a session asks after an error."""

    def __init__(self, findings: dict[str, Any] | BrokenError, died: ProcessDied | None = None) -> None:
        self._findings, self._died = findings, died

    def call(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        if isinstance(self._findings, BrokenError):
            raise self._findings
        return self._findings

    def death(self, *, within: float = 0.0) -> ProcessDied | None:
        return self._died


def tap(process: Process, error: Exception) -> None:
    session = SimulatedSession.__new__(SimulatedSession)
    session._simulator = cast(SimulatorProcess, process)
    session.about, session.platform, session.port = MINIPROGRAM, "miniprogram", 1
    with session._errors("tapping '#a'"):
        raise error


def refused() -> Exception:
    return RuntimeError("the client was refused")


@pytest.mark.parametrize("error", [refused, lambda: Timeout("no answer")], ids=["refused", "late"])
def test_an_endless_loop_is_the_mini_programs(error: Callable[[], Exception]) -> None:
    with pytest.raises(AppException, match="own code has ended it: the mini-program's code has run"):
        tap(Process({"ended": LOOP}), error())


@pytest.mark.parametrize("findings", [{}, BrokenError("no app is open")], ids=["it runs", "nobody knows"])
def test_without_a_reason_it_is_nobodys(findings: dict[str, Any] | BrokenError) -> None:
    with pytest.raises(DriverError, match="Minium failed while tapping '#a'"):
        tap(Process(findings), refused())


def test_a_simulator_that_died_is_what_is_told() -> None:
    with pytest.raises(ProcessDied):
        tap(Process(BrokenError("gone"), ProcessDied("the simulator", how="signal 9")), refused())


def test_what_a_page_lacks_stays_the_pages() -> None:
    with pytest.raises(PageFault):
        tap(Process({"ended": LOOP}), PageFault("no button"))


@pytest.mark.parametrize(
    ("frames", "place"),
    [
        (["at fail (pages/mine/mine.js:23:5)", "at pages/b.js:1:1"], "pages/mine/mine.js:23"),
        (["at pages/mine/mine.js:23:5"], "pages/mine/mine.js:23"),
        (["at async Promise.all (index 0)", "at async go (mp:///pages/a.js:2:1)"], "pages/a.js:2"),
        (["at eval (https://mp.invalid/__host/host.js:1:2)", "at a (pages/a.ts:3:1)"], "pages/a.ts:3"),
        # What a source map tells of a build.
        (["at f (src/pages/me/me.vue:12:5)"], "src/pages/me/me.vue:12"),
        (["at r (node_modules/vue/dist/vue.js:9:1)", "at f (src/我的/me.tsx:12:5)"], "src/我的/me.tsx:12"),
        (["at r (node_modules/vue/dist/vue.js:9:1)"], "node_modules/vue/dist/vue.js:9"),
        (["at Array.forEach (<anonymous>)"], ""),
        ([], ""),
    ],
)
def test_the_place_of_an_exception_is_the_first_of_its_own_source(frames: list[str], place: str) -> None:
    thrown = {"message": "no", "stack": "\n    ".join(["Error: no", *frames]), "times": 1}
    found = {"exceptions": [thrown], "thrown": 1, "faults": []}
    session = SimulatedSession.__new__(SimulatedSession)
    session._simulator, session.port = cast(SimulatorProcess, Process(found)), 1
    session._faults, session._seen_exceptions = Faults(), 0
    assert [thrown.place for thrown in session.thrown()] == [place]


def test_the_simulator_is_told_where_the_source_maps_are() -> None:
    settings = MiniProgramSettings(project=Path("dist"), source_maps=Path("maps"))
    assert _options(settings) == ["--source-maps=maps"]
