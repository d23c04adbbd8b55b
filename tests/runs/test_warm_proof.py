"""Reading the record of a run that plants its faults one after the other: what belongs to which, and what is amiss."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from harness.core.errors import BrokenError
from harness.core.events import EventLog
from harness.core.payloads import PlantedFault, Verdict
from harness.runs.faults import Fault, Planting
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


class Story:
    """A run folder as the pytest process writes it."""

    def __init__(self, folder: Path) -> None:
        self.log = EventLog(folder, "r", "pytest")
        change = SimpleNamespace(whole=False)
        run: Any = SimpleNamespace(folder=folder, role="pytest", language="en", id="r", change=change)
        self.record = WarmRecord(run, [Planting((each,)) for each in FAULTS])

    def planted(self, id: str | None, problem: str = "") -> None:
        self.log.write(PlantedFault(planted=id, problem=problem))

    def verdict(self, test: str, verdict: str, message: str = "not right") -> None:
        said = {"zh": message, "en": message} if verdict != "passed" else {"zh": "", "en": ""}
        data = {"id": None, "test": test, "verdict": verdict, "message": said}
        self.log.write(Verdict.model_validate(data))

    def found(self, *ids: str) -> None:
        for id in ids:
            self.planted(id)
            self.verdict(f"site::{id}", "failed")
            self.planted(None)

    def proofs(self) -> list[tuple[str, bool, bool, str]]:
        return [(each.planting.id, each.found, each.broken, each.reason) for each in self.record.proofs()]


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    story = Story(tmp_path)
    yield story
    story.log.close()


def test_the_verdicts_of_one_fault_are_not_those_of_the_next(story: Story) -> None:
    story.planted(None)
    story.found("a")
    story.planted("b")
    story.verdict("site::b", "passed")
    assert story.proofs() == [("a", True, False, "")]  # b is not over yet
    story.planted(None)
    (second,) = story.proofs()
    assert second[:3] == ("b", False, False)
    assert second[3].startswith("all 1 tests passed with the fault planted")
    assert "cold: true" in second[3]


def test_a_test_nobody_named_must_not_fail(story: Story) -> None:
    story.planted(None)
    story.planted("a")
    story.verdict("site::a", "failed")
    story.verdict("phone::a", "failed")
    story.planted(None)
    assert story.proofs() == [("a", False, False, "also blames phone::a")]


def test_what_a_switch_refused_is_broken_and_the_next_is_not(story: Story) -> None:
    story.planted(None)
    story.planted("a", "the switch answers 400")
    story.planted(None)
    story.found("b")
    assert story.proofs() == [
        ("a", False, True, "the run is broken: the switch answers 400"),
        ("b", True, False, ""),
    ]


def test_a_problem_without_a_fault_ends_it(story: Story) -> None:
    story.planted(None)
    story.planted("a")
    story.planted(None, "site died")
    with pytest.raises(BrokenError, match="site died"):
        story.proofs()


def test_faults_it_did_not_come_to_are_broken(story: Story) -> None:
    story.planted(None)
    story.found("a")
    story.planted("b")
    story.verdict("site::b", "failed")  # and the process dies
    story.proofs()
    assert [(each.planting.id, each.broken) for each in story.record.unplanted()] == [("b", True)]
    story.record.check()  # blames no switch: it did not come to that


def test_without_faults_all_must_pass(story: Story) -> None:
    story.planted(None)
    story.found("a", "b")
    story.verdict("site::a", "passed")
    story.verdict("site::b", "failed")
    story.proofs()
    with pytest.raises(
        BrokenError, match=r"site::b is still failed: the fault switch of site does not go back"
    ):
        story.record.check()


def test_without_faults_the_test_of_each_must_have_run(story: Story) -> None:
    story.planted(None)
    story.found("a", "b")
    story.verdict("site::a", "passed")
    story.verdict("site::b", "not run")
    story.proofs()
    with pytest.raises(BrokenError, match="that site is without b again is not shown"):
        story.record.check()


def test_without_faults_all_passed(story: Story) -> None:
    story.planted(None)
    story.found("a", "b")
    story.verdict("site::a", "passed")
    story.verdict("site::b", "passed")
    story.proofs()
    story.record.check()
