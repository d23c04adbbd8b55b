"""When what was planted counts as found, and as told: one fault as one problem, two as two."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from harness.reporting.figures import RunFigures
from harness.runs.faults import Fault, Planting, pairs
from harness.runs.proof import Outcome, Proof, judge
from harness.runs.warm_proof import summary
from tests.support.sample import POINTS, Sample


def fault(id: str, *found_by: str, **more: Any) -> Fault:
    words = {"zh": id, "en": id}
    names = found_by or (f"site::{id}",)
    given = {"kind": "contract", "service": "site", "environment": {"F": id}, "expect": "wrong", **more}
    return Fault.model_validate({"id": id, "title": words, "notice": words, "found_by": names, **given})


A, B = fault("a"), fault("b")


class Red:
    """A run in which tests of faults are red."""

    def __init__(self, sample: Sample) -> None:
        self.sample = sample

    def test(self, name: str, *causes: str, message: str = "wrong", verdict: str = "failed") -> None:
        findings = [{"title": cause, "cause": {"name": cause}} for cause in causes]
        self.sample.conformance("site", POINTS, 1, *findings, test=name)
        self.sample.verdict(name, verdict, message=message, group="contract")

    def judged(self, *faults: Fault, whole: bool = False) -> tuple[bool, str]:
        found, reason, _ = judge(Planting(faults), RunFigures.read(self.sample.folder), "en", whole=whole)
        return found, reason


@pytest.fixture
def red(sample: Sample) -> Red:
    return Red(sample)


def test_one_fault_that_is_told_as_one_problem(red: Red) -> None:
    red.test("site::a", "c")
    assert red.judged(A) == (True, "")


def test_one_fault_that_is_told_as_two_problems(red: Red) -> None:
    red.test("site::a", "c", "d")
    found, reason = red.judged(A)
    assert not found
    assert reason.startswith("told as 2 problems, not 1: ")
    assert "[c]" in reason
    assert "[d]" in reason


def test_a_fault_that_breaks_two_things_says_so(red: Red) -> None:
    red.test("site::a", "c", "d")
    assert red.judged(fault("a", problems=2, because="it also forgets the stock")) == (True, "")


def test_two_faults_are_two_problems(red: Red) -> None:
    red.test("site::a", "c")
    red.test("site::b", "d")
    assert red.judged(A, B, whole=True) == (True, "")


def test_two_faults_told_as_one_problem(red: Red) -> None:
    red.test("site::a", "c")
    red.test("site::b", "c")
    assert red.judged(A, B, whole=True)[1].startswith("told as 1 problems, not 2")


def test_each_of_two_faults_must_be_found(red: Red) -> None:
    red.test("site::a", "c", "d")
    assert red.judged(A, B, whole=True) == (False, "found by site::a only, not by site::b")


def test_a_fault_whose_test_another_one_keeps_from_running_is_hidden(red: Red) -> None:
    red.test("site::a", "c")
    red.test("site::b", verdict="not run", message="product did not come")
    assert red.judged(A, B, whole=True) == (False, "hidden: site::b is not run")


def test_consequences_are_blamed_on_nobody_where_all_tests_ran(red: Red) -> None:
    red.test("site::a", "c")
    red.test("site::z", "c")
    assert red.judged(A) == (False, "also blames site::z")
    assert red.judged(A, whole=True) == (True, "")


def test_more_problems_than_one_need_a_reason() -> None:
    with pytest.raises(ValidationError, match="'because'"):
        fault("a", problems=2)
    with pytest.raises(ValidationError, match="'because'"):
        fault("a", because="why")


def test_pairs_are_drawn_by_lot_and_the_same_again() -> None:
    faults = [fault(name) for name in "abcdef"]
    drawn = pairs(faults, 5, "7")
    assert drawn == pairs(faults, 5, "7")
    assert len({each.id for each in drawn}) == 5
    assert drawn != pairs(faults, 5, "8")
    assert len(pairs(faults, 1000, "7")) == 15


def test_what_one_scenario_finds_is_no_pair() -> None:
    scenario = [fault("a", "L01"), fault("b", "L01")]
    assert pairs(scenario, 9, "1") == []
    assert [each.id for each in pairs([*scenario, fault("c", "L02")], 9, "1")]
    assert [each.id for each in pairs([fault("a", "site::x"), fault("b", "site::x")], 9, "1")] == ["a+b"]


@pytest.mark.parametrize(("found_by", "concerned"), [
    (("site::getPoints", "parity::getPoints"), ("getPoints",)),
    (("site::setStock[reads-back]",), ("setStock",)),
    (("site::situation[closed]", "L01"), ("situation[closed]", "L01")),
    (("linkage.yaml::order::a→b[appears]",), ("a→b[appears]",)),
])  # fmt: skip
def test_the_tests_concerned_are_those_of_the_operations(
    found_by: tuple[str, ...], concerned: tuple[str, ...]
) -> None:
    assert fault("a", *found_by).concerned == concerned


def proof(*, found: bool, broken: bool = False, missed: str | None = None) -> Proof:
    planting = Planting((fault("cut", missed=missed),))
    return Proof(planting, found, broken, "", "", 1.0, "r1", warm=True)


def test_what_keeps_one_value_from_crossing_on_one_way_is_no_pair() -> None:
    way = "linkage.yaml::member::app→site"
    one, other = fault("a", f"{way}[appears]"), fault("b", f"{way}[converges]")
    assert pairs([one, other], 9, "1") == []
    back = fault("c", "linkage.yaml::member::site→app[appears]")
    assert [each.id for each in pairs([one, back], 9, "1")] == ["a+c"]
    assert [each.id for each in pairs([one, other.model_copy(update={"expect": "phone"})], 9, "1")] == ["a+b"]


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        (proof(found=True), "found"),
        (proof(found=False), "missed"),
        (proof(found=False, missed="no check looks there yet"), "listed"),
        (proof(found=True, missed="no check looks there yet"), "stale"),
        (proof(found=False, broken=True, missed="no check looks there yet"), "broken"),
    ],
)
def test_what_a_proof_comes_to(given: Proof, outcome: Outcome) -> None:
    assert given.outcome == outcome


def test_what_is_listed_is_counted() -> None:
    proofs = [proof(found=True), proof(found=False, missed="not yet")]
    assert summary(proofs).startswith("1 of 2 planted faults found; 1 listed as missed")
