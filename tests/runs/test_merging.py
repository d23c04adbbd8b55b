"""Run folders of several machines as one: nothing lost, nothing counted twice, whose driver it was is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.core.errors import UsageError
from harness.core.payloads import Evidence
from harness.core.text import text_of
from harness.reporting.event_records import read
from harness.runs.merging import merge
from tests.support.sample import BOTH, Sample, png

ONE, TWO = "scenarios/test_one.py::test_a", "scenarios/test_two.py::test_b"


def a_run(folder: Path, test: str, driver: str, exit_code: int = 0, **about: object) -> Path:
    sample = Sample(folder)
    sample.started(drivers={"miniprogram": driver}, **about)
    verdict = "failed" if exit_code else "passed"
    sample.verdict(test, verdict, title={"zh": test, "en": test}, **BOTH)
    (folder / "evidence").mkdir()
    (folder / "evidence" / "1.png").write_bytes(png(2, 2, (1, 2, 3)))
    said = {"title": {"zh": "图", "en": "picture"}, "type": "image/png", "file": "evidence/1.png"}
    sample.log.write(Evidence.model_validate(said), scenario=test)
    (folder / "coverage-targets.json").write_text("{}")
    sample.finished(exit_code)
    sample.log.close()
    return folder


def test_two_runs_become_one(tmp_path: Path) -> None:
    linux = a_run(tmp_path / "20260101-linux", ONE, "simulator 0.1.0")
    mac = a_run(tmp_path / "20260101-mac", TWO, "WeChat DevTools", exit_code=1)
    folder = merge([linux, mac], tmp_path / "runs")
    assert folder.name == "20260101-linux-merged"
    records = read(folder)
    assert records.run == folder.name
    assert [(each.test, each.verdict) for each in records.verdicts] == [(ONE, "passed"), (TWO, "failed")]
    assert records.started is not None
    assert records.started.drivers == {"miniprogram": text_of("simulator 0.1.0 + WeChat DevTools")}
    assert records.finished is not None
    assert records.finished.exit_code == 1
    assert 0 <= float(records.finished.seconds or 0) < 60  # one clock for both
    files = [each.file for each in records.evidence]
    assert files == ["evidence/1-1.png", "evidence/2-1.png"]
    assert all((folder / str(file)).is_file() for file in files)
    assert (folder / "coverage-targets.json").is_file()


def test_what_is_no_part_of_the_same_whole_is_refused(tmp_path: Path) -> None:
    linux = a_run(tmp_path / "linux", ONE, "simulator")
    with pytest.raises(UsageError, match="two run folders or more"):
        merge([linux], tmp_path / "runs")
    with pytest.raises(UsageError, match=f"{ONE} ran in linux as well"):
        merge([linux, a_run(tmp_path / "again", ONE, "DevTools")], tmp_path / "runs")
    with pytest.raises(UsageError, match="a run of 'other', not of '橙子小铺'"):
        merge([linux, a_run(tmp_path / "other", TWO, "DevTools", name="other")], tmp_path / "runs")
    with pytest.raises(UsageError, match="nothing began here"):
        merge([linux, tmp_path], tmp_path / "runs")
    mac = a_run(tmp_path / "mac", TWO, "DevTools")
    merge([linux, mac], tmp_path / "runs")
    with pytest.raises(UsageError, match="have been merged"):
        merge([linux, mac], tmp_path / "runs")
