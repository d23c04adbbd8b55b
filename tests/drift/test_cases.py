"""The planted cases are what they say: archives of HAR 1.2, each with a name of its own."""

from __future__ import annotations

import json
from pathlib import Path

from tests.drift.cases import CONTRACT, cases, write

from harness.contracts import load

EXPECTED = {"findings", "undocumented", "unchecked", "out_of_scope"}


def test_every_case_is_an_archive_and_names_operations_of_the_contract(tmp_path: Path) -> None:
    known = {operation.id for operation in load(CONTRACT).operations}
    names = [case["name"] for case in cases()]
    assert len(set(names)) == len(names)
    for case in cases():
        archive = json.loads(write(case, tmp_path / "case.har").read_text(encoding="utf-8"))
        assert archive["log"]["entries"], case["name"]
        assert set(case) <= {"name", "entries", "times"} | EXPECTED, case["name"]
        for finding in case.get("findings", ()):
            operation, _, side = finding.split(" ")
            assert operation in known
            assert side in ("contract", "code", "either")
