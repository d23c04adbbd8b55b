"""Ours judges all generated exchanges as they were made (``test_generated_exchanges.py``); where others do not, it is
known why: ``disagreements.yaml``, which holds what happens and nothing else.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.generated_exchanges import Case, cases, documents, named
from tests.support.judges import Judge, openapi_core, schemathesis_answers

JUDGES = {"openapi-core": openapi_core, "schemathesis": schemathesis_answers}
LISTED: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    Path(__file__).with_name("disagreements.yaml").read_text(encoding="utf-8")
)
SAMPLE, FULL = 160, 2_000


def judged_by(name: str, found: list[Case]) -> Judge:
    return JUDGES[name](dict(documents(list({case.slot.number: case.slot for case in found}.values()))))


def truth(case: Case) -> str:
    return "right" if case.planted is None else "wrong"


@pytest.mark.parametrize("name", JUDGES)
@pytest.mark.parametrize("many", [SAMPLE, pytest.param(FULL, marks=pytest.mark.full)])
def test_every_disagreement_is_explained(name: str, many: int) -> None:
    found = cases(1, many)
    judge = judged_by(name, found)
    said = {str(case): judge(case) for case in found}
    otherwise = [case for case in found if said[str(case)] not in ("unasked", truth(case))]
    unexplained = [
        str(case)
        for case in otherwise
        if not any(
            entry["says"] == said[str(case)]
            and any(fnmatchcase(str(case), each) for each in entry["exchanges"])
            for entry in LISTED[name]
        )
    ]
    assert unexplained == []
    assert len(otherwise) < sum(
        value != "unasked" for value in said.values()
    )  # it is asked, and right at times


@pytest.mark.parametrize("name", JUDGES)
def test_every_disagreement_listed_still_happens(name: str) -> None:
    for entry in LISTED[name]:
        assert any(fnmatchcase(entry["seen"], each) for each in entry["exchanges"]), entry["seen"]
    tries = [[named(entry["seen"], seed) for seed in range(8)] for entry in LISTED[name]]
    judge = judged_by(name, [case for each in tries for case in each])
    gone = [
        entry["why"]
        for entry, each in zip(LISTED[name], tries, strict=True)
        if not any(judge(case) == entry["says"] != truth(case) for case in each)
    ]
    assert gone == []


def test_the_list_says_why_and_by_which_clause() -> None:
    for entry in (entry for each in LISTED.values() for entry in each):
        assert set(entry) == {"why", "clause", "says", "seen", "exchanges"}
        assert entry["says"] in ("right", "wrong")
