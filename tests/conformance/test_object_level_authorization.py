from __future__ import annotations

import pytest

from harness.checks.outcome import Outcome
from harness.conformance.contract_test import ContractTest
from harness.conformance.kinds import object_level_authorization
from tests.support.backend_lockers import ANN, SETTINGS, Rented, rented, the_contract

__all__ = ["rented"]


def the_tests(rented: Rented, *faults: str, alone: bool = False) -> dict[str, ContractTest]:
    backend = rented(*faults, users=(ANN,)) if alone else rented(*faults)
    return {test.name: test for test in object_level_authorization.tests(the_contract(), backend, SETTINGS)}


def tried(rented: Rented, name: str, *faults: str) -> Outcome:
    return the_tests(rented, *faults)[f"{name}[object_level_authorization]"].execute()


def test_tried_are_operations_on_an_object_of_somebody_and_what_a_user_is_forbidden(rented: Rented) -> None:
    names = sorted(the_tests(rented))
    assert names == [
        "getDoor[object_level_authorization]",
        "getLocker[object_level_authorization]",
        "labelLocker[object_level_authorization]",
        "returnLocker[object_level_authorization]",
        "sweep[object_level_authorization]",
    ]


@pytest.mark.parametrize("name", ["getLocker", "labelLocker", "returnLocker", "sweep"])
def test_a_backend_that_refuses_is_clean(rented: Rented, name: str) -> None:
    outcome = tried(rented, name)
    assert outcome.findings == ()
    assert outcome.not_run == ()
    assert outcome.statuses.keys() & {"401", "403", "404"}


def test_what_everybody_is_shown_belongs_to_nobody(rented: Rented) -> None:
    outcome = tried(rented, "getDoor")
    assert outcome.findings == ()
    assert "401" in outcome.statuses


@pytest.mark.parametrize(
    ("name", "fault", "words"),
    [
        ("getLocker", "anybody-reads", "bob is let through to what is somebody else's"),
        ("getLocker", "open-door", "nobody is let through to what is somebody else's"),
        ("labelLocker", "open-door", "bob is let through to what is somebody else's"),
        (
            "labelLocker",
            "refuses-and-writes",
            "was refused, and changed what is somebody else's all the same",
        ),
        ("returnLocker", "open-door", "bob is let through to what is somebody else's"),
        ("sweep", "anybody-sweeps", "bob is let through to what harness.toml forbids bob"),
    ],
)
def test_a_backend_that_lets_others_through_is_found(
    rented: Rented, name: str, fault: str, words: str
) -> None:
    findings = tried(rented, name, fault).findings
    assert words in [finding.title.en for finding in findings]
    assert {finding.check for finding in findings} == {"object_level_authorization"}
    assert all("curl" in finding.curl and "the-token" not in finding.curl for finding in findings)


def test_with_one_user_only_others_are_not_run_but_nobody_is(rented: Rented) -> None:
    outcome = the_tests(rented, alone=True)["getLocker[object_level_authorization]"].execute()
    assert [reason.en for reason in outcome.not_run] == [
        "harness.toml gives lockers one user only who may use GET /lockers/{locker_id} (ann); "
        "another of that kind is needed"
    ]
    found = (
        the_tests(rented, "open-door", alone=True)["getLocker[object_level_authorization]"].execute().findings
    )
    assert [finding.title.en for finding in found] == ["nobody is let through to what is somebody else's"]
