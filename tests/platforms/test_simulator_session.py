"""Whose fault it is that a mini-program on the simulator answers no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest

from harness.core.errors import AppException, BrokenError, DriverError, PageFault, ProcessDied, Timeout
from harness.core.platforms import MINIPROGRAM
from harness.platforms.simulator import SimulatedSession
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
