from __future__ import annotations

from dataclasses import replace

import pytest

from harness.api.users import User
from harness.checks.outcome import Outcome
from harness.conformance.contract_test import ContractTest
from harness.conformance.kinds import links
from harness.contracts import load
from tests.support.backend_lockers import CONTRACTS, SETTINGS, Rented, rented, the_contract

__all__ = ["rented"]


def walked(rented: Rented, *faults: str) -> Outcome:
    (test,) = links.tests(the_contract(), rented(*faults), SETTINGS)
    assert isinstance(test, ContractTest)
    assert test.name == "links"
    return test.execute()


def test_every_link_is_followed(rented: Rented) -> None:
    outcome = walked(rented)
    assert outcome.findings == ()
    assert outcome.not_run == ()
    assert outcome.statuses == {"200": 2, "201": 3, "204": 1, "404": 1}


@pytest.mark.parametrize(
    ("fault", "check", "operation", "requests"),
    [
        ("not-kept", "ensure_resource_availability", "/get", 2),
        ("stays", "use_after_free", "/get", 3),
        ("answers-nothing", "response_schema_conformance", "/components/schemas/Locker/required", 2),
    ],
)
def test_a_broken_chain_is_found_and_shown_whole(
    rented: Rented, fault: str, check: str, operation: str, requests: int
) -> None:
    found = [finding for finding in walked(rented, fault).findings if finding.check == check]
    assert any(finding.pointer.endswith(operation) for finding in found)
    assert all(len(finding.curl.splitlines()) == requests for finding in found)
    assert "POST" in found[0].curl.splitlines()[0]


def test_a_link_without_a_thing_to_follow_is_not_run(rented: Rented) -> None:
    stranger = User(name="stranger", token=lambda: "nobody's")
    backend = replace(rented(), users=(stranger,))
    (test,) = links.tests(the_contract(), backend, SETTINGS)
    outcome = test.execute()
    assert outcome.findings == ()
    assert "POST /lockers: no request was answered 201, so readIt leads nowhere" in [
        reason.en for reason in outcome.not_run
    ]


def test_without_a_user_who_may_nothing_is_sent_and_the_scheme_is_told(rented: Rented) -> None:
    (test,) = links.tests(the_contract(), replace(rented(), users=()), SETTINGS)
    outcome = test.execute()
    assert outcome.statuses == {}
    assert ["POST /lockers asks for bearer" in reason.en for reason in outcome.not_run] == [True]


def test_a_contract_without_links_has_no_such_test(rented: Rented) -> None:
    assert list(links.tests(load(CONTRACTS / "common.yaml"), rented(), SETTINGS)) == []
