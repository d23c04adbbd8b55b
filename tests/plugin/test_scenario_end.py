"""Whose fault it was that something did not hold: a fault of ours explains what was seen."""

from __future__ import annotations

import time
from itertools import count
from types import SimpleNamespace
from typing import Any, cast

import pytest

from harness.core.errors import BrokenError, HarnessFault, PageFault, ProcessDied
from harness.core.platforms import USUAL
from harness.platforms.session import Thrown
from harness.plugin import scenario_end

OURS = Thrown("Error: no node", "src/a.ts:1", "", fault=True)
THEIRS = Thrown("TypeError: x is undefined", "pages/a.js:3", "")


class Stage:
    """As much of a stage as its end asks for."""

    def __init__(self, *threw: Thrown) -> None:
        self.exchanges = SimpleNamespace(so_far=list)
        self._threw = list(threw)

    def thrown_meanwhile(self) -> dict[str, list[Thrown]]:
        return {"miniprogram": self._threw}

    def explain(self, error: Exception) -> Exception:
        return error


def explained(
    error: Exception, *threw: Thrown, died: ProcessDied | None = None, told_after: int = 0
) -> Exception:
    """``told_after`` so many looks the supervisor has noticed that a process ``died``."""
    looks = count()

    def check() -> None:
        if died is not None and next(looks) >= told_after:
            raise died

    run = SimpleNamespace(
        check=check, is_whole=lambda: died is None, settings=SimpleNamespace(known_platforms=USUAL)
    )
    return scenario_end.explained(cast(Any, run), cast(Any, Stage(*threw)), error)


@pytest.mark.parametrize(
    "error", [PageFault("nothing happens"), AssertionError("nothing happens"), ValueError("nothing happens")]
)
def test_a_fault_of_ours_is_what_is_told(error: Exception) -> None:
    told = explained(error, THEIRS, OURS)
    assert isinstance(told, HarnessFault)
    assert "what was seen then: nothing happens" in str(told)


def test_the_products_exception_is_told_beside_what_it_did_not_do() -> None:
    told = explained(PageFault("nothing happens"), THEIRS)
    assert isinstance(told, PageFault)
    assert "own code threw: TypeError: x is undefined (pages/a.js:3)" in str(told)


def test_where_nothing_was_thrown_an_error_stays_what_it_is() -> None:
    error = PageFault("nothing happens")
    assert explained(error) is error
    assert error.evidence.notes == ()
    assert isinstance(explained(ValueError("x")), BrokenError)


def test_a_death_explains_more_than_a_fault() -> None:
    died = ProcessDied("the simulator", how="signal 9")
    assert explained(PageFault("nothing happens"), OURS, died=died) is died


def test_nobody_waits_for_a_death_while_all_processes_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenario_end, "NOTICE_WITHIN", 30.0)
    began = time.monotonic()
    explained(PageFault("nothing happens"))
    assert time.monotonic() - began < 10


def test_of_a_process_that_is_gone_the_reason_is_waited_for() -> None:
    died = ProcessDied("website", how="signal 9")
    assert explained(PageFault("nothing happens"), died=died, told_after=4) is died
