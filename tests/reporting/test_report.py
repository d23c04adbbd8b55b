from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.core.errors import BrokenError
from harness.reporting import allure, har, report
from harness.reporting.outputs import ON_DEMAND
from harness.reporting.settings import GateSettings, ReportingSettings


@pytest.fixture
def without_allure(monkeypatch: pytest.MonkeyPatch) -> None:
    def draw(figures: Any, settings: Any, results: Path, output: Path) -> Path:
        output.write_text("allure")
        return output

    monkeypatch.setattr(allure, "generate", draw)


def finished(sample: Any) -> Path:
    sample.started()
    sample.verdict("a.py::b", "failed")
    sample.finished(1)
    sample.log.close()
    folder: Path = sample.folder
    return folder


@pytest.mark.usefixtures("without_allure")
def test_the_first_page_is_the_overview_with_a_link_to_allure(sample: Any) -> None:
    folder = finished(sample)
    page = report.generate(folder, ReportingSettings(language="en"), GateSettings(tests_failed=1))
    assert page == folder.resolve() / "report" / "index.html"
    html = page.read_text(encoding="utf-8")
    assert 'href="allure.html"' in html
    assert "Passed, of what was run" in html, "the page uses the limits it is given"
    assert json.loads((folder / "gate.json").read_text(encoding="utf-8"))["exit_code"] == 0
    assert (folder.parents[1] / "latest").resolve() == folder.resolve()


@pytest.mark.usefixtures("without_allure")
def test_what_is_asked_for_is_drawn_beside_the_page(sample: Any) -> None:
    folder = finished(sample)
    report.generate(folder, ReportingSettings(), GateSettings())
    assert not (folder / har.FILE).exists()
    report.generate(folder, ReportingSettings(), GateSettings(), ON_DEMAND)
    assert (folder / har.FILE).is_file()


@pytest.mark.usefixtures("without_allure")
def test_the_other_language_replaces_the_page(sample: Any) -> None:
    folder = finished(sample)
    for language, words in (("zh", "不可发布"), ("en", "Do not release")):
        page = report.generate(folder, ReportingSettings(language=language), GateSettings())
        assert words in page.read_text(encoding="utf-8")


def test_without_the_generator_verdict_and_overview_are_still_there(sample: Any, tmp_path: Path) -> None:
    folder = finished(sample)
    with pytest.raises(BrokenError, match="the report generator Allure is not installed"):
        report.generate(folder, ReportingSettings(packages=tmp_path), GateSettings())
    html = (folder / "report" / "index.html").read_text(encoding="utf-8")
    assert "不可发布" in html
    assert "allure.html" not in html
    assert (folder / "gate.md").is_file()


def test_latest_is_a_relative_link_and_moves_on(tmp_path: Path) -> None:
    for name in ("r1", "r2"):
        folder = tmp_path / "reports" / "runs" / name
        folder.mkdir(parents=True)
        latest = report.point_latest(folder)
        assert latest.readlink() == Path("runs") / name
        assert latest.resolve() == folder.resolve()


def test_latest_that_cannot_be_replaced_leaves_nothing_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "reports" / "runs" / "r1"
    folder.mkdir(parents=True)
    (tmp_path / "reports" / "latest").mkdir()
    with pytest.raises(OSError, match="latest"):
        report.point_latest(folder)
    assert sorted(path.name for path in (tmp_path / "reports").iterdir()) == ["latest", "runs"]


def test_latest_is_a_file_where_no_links_can_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise OSError("no privilege")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    folder = tmp_path / "reports" / "runs" / "r1"
    folder.mkdir(parents=True)
    assert report.point_latest(folder).read_text(encoding="utf-8") == "r1\n"
