"""The planted cases: each drift is found, with the side that would have to change, and nothing odd is taken for one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.drift.comparison import compare
from harness.drift.findings import Drift
from tests.drift.cases import CONTRACT, cases, write

EXPECTED = {"findings", "undocumented", "unchecked", "out_of_scope"}


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["name"])
def test_it_comes_to_what_was_planted(case: dict[str, Any], tmp_path: Path) -> None:
    drift = compare([write(case, tmp_path / "case.har")], [CONTRACT])
    assert outcome(drift) == {"findings": [], "undocumented": [], "unchecked": {}, "out_of_scope": {}} | {
        key: sorted(value) if isinstance(value, list) else value
        for key, value in case.items()
        if key in EXPECTED
    }


def outcome(drift: Drift) -> dict[str, Any]:
    return {
        "findings": sorted(
            f"{each.operation.id} {each.violation.code} {each.side}" for each in drift.findings
        ),
        "undocumented": sorted(each.name for each in drift.undocumented),
        "unchecked": dict(drift.unchecked),
        "out_of_scope": dict(drift.excluded),
    }


def test_the_names_of_cases_and_their_keys_are_known() -> None:
    names = [case["name"] for case in cases()]
    assert len(set(names)) == len(names)
    assert all(set(case) <= {"name", "entries", "times"} | EXPECTED for case in cases())
