"""Allure's files are for show: one that cannot be written costs itself, is counted, and stops nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from allure_commons import model2
from allure_commons.logger import AllureFileLogger

from harness.plugin.allure_results import Mask, MaskedWriter


def test_what_cannot_be_written_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = MaskedWriter(AllureFileLogger(tmp_path / "results"))
    (tmp_path / "results").rmdir()
    result: Any = model2.TestResult(uuid="1", name="a test")
    writer.report_result(result)
    writer.report_attached_data(body=b"png", file_name="1.png")
    writer.report_attached_file(source=tmp_path / "gone.txt", file_name="2.txt")
    [said] = Mask({}, (writer,)).lost
    assert said.en.startswith("3 files of Allure's results could not be written: ")
    assert "No such file" in said.zh


def test_where_all_was_written_nothing_is_said(tmp_path: Path) -> None:
    writer = MaskedWriter(AllureFileLogger(tmp_path / "results"))
    writer.report_attached_data(body="[" * 100_000, file_name="deep.json")  # JSON that nobody can read
    assert (tmp_path / "results" / "deep.json").stat().st_size == 100_000
    assert Mask({}, (writer,)).lost == []
