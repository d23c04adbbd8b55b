"""Reading the record of a run that plants its faults one after the other: what belongs to which, and what is amiss."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from harness.core.errors import BrokenError
from harness.core.events import EventLog, Kind
from harness.runs.faults import Fault
from harness.runs.warm_proof import WarmRecord

WORDS = {"zh": "缺陷", "en": "fault"}


def fault(id: str) -> Fault:
    return Fault(
        id=id,
        kind="contract",
        title=WORDS,
        notice=WORDS,
        service="site",
        environment={"F": id},
        found_by=(f"site::{id}",),
        expect="not right",
    )


FAULTS = [fault("a"), fault("b")]


class Told:
    """A run folder as the pytest process writes it."""

    def __init__(self, folder: Path) -> None:
        self.log = EventLog(folder, "r", "pytest")
        run: Any = SimpleNamespace(folder=folder, role="pytest", language="en", id="r")
        self.record = WarmRecord(run, list(FAULTS))

    def planted(self, id: str | None, problem: str = "") -> None:
        self.log.write(Kind.FAULT, {"planted": id, "problem": problem})

    def verdict(self, test: str, verdict: str, message: str = "not right") -> None:
        said = {"zh": message, "en": message} if verdict != "passed" else {"zh": "", "en": ""}
        self.log.write(Kind.VERDICT, {"id": None, "test": test, "verdict": verdict, "message": said})

    def found(self, *ids: str) -> None:
        for id in ids:
            self.planted(id)
            self.verdict(f"site::{id}", "failed")
            self.planted(None)

    def proofs(self) -> list[tuple[str, bool, bool, str]]:
        return [(each.fault.id, each.found, each.broken, each.reason) for each in self.record.proofs()]


@pytest.fixture
def events(tmp_path: Path) -> Iterator[Told]:
    told = Told(tmp_path)
    yield told
    told.log.close()


def test_the_verdicts_of_one_fault_are_not_those_of_the_next(told: Told) -> None:
    told.planted(None)
    told.found("a")
    told.planted("b")
    told.verdict("site::b", "passed")
    assert told.proofs() == [("a", True, False, "")]  # b is not over yet
    told.planted(None)
    (second,) = told.proofs()
    assert second[:3] == ("b", False, False)
    assert second[3].startswith("all 1 tests passed with the fault planted")
    assert "cold: true" in second[3]


def test_a_test_nobody_named_must_not_fail(told: Told) -> None:
    told.planted(None)
    told.planted("a")
    told.verdict("site::a", "failed")
    told.verdict("phone::a", "failed")
    told.planted(None)
    assert told.proofs() == [("a", False, False, "also blames phone::a")]


def test_what_a_switch_refused_is_broken_and_the_next_is_not(told: Told) -> None:
    told.planted(None)
    told.planted("a", "the switch answers 400")
    told.planted(None)
    told.found("b")
    assert told.proofs() == [
        ("a", False, True, "the run is broken: the switch answers 400"),
        ("b", True, False, ""),
    ]


def test_a_problem_without_a_fault_ends_it(told: Told) -> None:
    told.planted(None)
    told.planted("a")
    told.planted(None, "site died")
    with pytest.raises(BrokenError, match="site died"):
        told.proofs()


def test_faults_it_did_not_come_to_are_broken(told: Told) -> None:
    told.planted(None)
    told.found("a")
    told.planted("b")
    told.verdict("site::b", "failed")  # and the process dies
    told.proofs()
    assert [(each.fault.id, each.broken) for each in told.record.unplanted()] == [("b", True)]
    told.record.check()  # blames no switch: it did not come to that


def test_without_faults_all_must_pass(told: Told) -> None:
    told.planted(None)
    told.found("a", "b")
    told.verdict("site::a", "passed")
    told.verdict("site::b", "failed")
    told.proofs()
    with pytest.raises(
        BrokenError, match=r"site::b is still failed: the fault switch of site does not go back"
    ):
        told.record.check()


def test_without_faults_the_test_of_each_must_have_run(told: Told) -> None:
    told.planted(None)
    told.found("a", "b")
    told.verdict("site::a", "passed")
    told.verdict("site::b", "not run")
    told.proofs()
    with pytest.raises(BrokenError, match="that site is without b again is not shown"):
        told.record.check()


def test_without_faults_all_passed(told: Told) -> None:
    told.planted(None)
    told.found("a", "b")
    told.verdict("site::a", "passed")
    told.verdict("site::b", "passed")
    told.proofs()
    told.record.check()
