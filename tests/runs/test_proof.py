from __future__ import annotations

import pytest

from harness.core.text import Text
from harness.runs.faults import Fault
from harness.runs.proof import Outcome, Proof
from harness.runs.warm_proof import summary


def proof(*, found: bool, broken: bool = False, missed: str | None = None) -> Proof:
    fault = Fault(
        id="cut",
        kind="linkage",
        title=Text(zh="截断", en="cut"),
        notice=Text(zh="截断", en="cut"),
        service="website",
        environment={"FAULTS": "cut"},
        found_by=("product",),
        expect="name",
        missed=missed,
    )
    return Proof(fault, found, broken, "", "", 1.0, "r1", warm=True)


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
