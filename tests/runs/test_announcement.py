"""What a run says of the driver of its mini-program: how far DevTools are known to do the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.automator.endpoint_checks import OURS, record
from harness.core.errors import UsageError
from harness.platforms.settings import MiniProgramSettings
from harness.runs.announcement import driver_of


def settings(devtools_record: Path | None = None, driver: str = "simulator") -> MiniProgramSettings:
    given = {"project": "app", "driver": driver, "devtools_record": devtools_record}
    return MiniProgramSettings.model_validate(given)


def test_without_a_record_nothing_is_confirmed() -> None:
    assert str(driver_of(settings())) == "simulator 0.1.0, not confirmed on DevTools"
    assert str(driver_of(settings(driver="devtools"))) == "WeChat DevTools"


def test_a_record_of_devtools_confirms_what_it_saw_likewise(tmp_path: Path) -> None:
    ours = record.read(OURS)
    total = len(ours.results)
    seen = [
        each.model_copy(update={"seen": "something else", "outcome": "failed"}) if number < 3 else each
        for number, each in enumerate(ours.results[1:])
    ]
    theirs = ours.model_copy(update={"endpoint": "devtools", "tool": "1.06.2503310", "results": tuple(seen)})
    theirs.write(tmp_path / "devtools.json")
    said = driver_of(settings(tmp_path / "devtools.json"))
    assert (
        str(said) == f"simulator 0.1.0, confirmed on DevTools 1.06.2503310 for {total - 4} of {total} checks"
    )


def test_the_simulators_own_record_confirms_nothing() -> None:
    with pytest.raises(UsageError, match="a record of the simulator confirms nothing"):
        driver_of(settings(OURS))
