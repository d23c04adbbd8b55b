"""The people of a scenario: the same for the same seed, others where it is played again for another fault."""

from __future__ import annotations

from pathlib import Path

from harness.core.events import EventLog
from harness.core.text import Text
from harness.linkage.catalogue import Entry
from harness.linkage.stage import RunContext, Stage


def phone(folder: Path, variant: str) -> str:
    with EventLog(folder, "r", "pytest") as log:
        context = RunContext(
            log=log, folder=folder, language="en", seed="7", check_system=lambda: None, services={}
        )
        entry = Entry(
            id="L01", title=Text(zh="题", en="t"), priority="P0", level="linkage", platforms=("website",)
        )
        return Stage(context, "a.py::b", entry, "pytest", variant=variant).person("wang").phone


def test_the_people_of_a_scenario_are_its_own_for_each_fault(tmp_path: Path) -> None:
    assert phone(tmp_path, "") == phone(tmp_path, "")
    assert len({phone(tmp_path, ""), phone(tmp_path, "one-fault"), phone(tmp_path, "another")}) == 3
