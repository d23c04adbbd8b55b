"""Four platforms, two of them websites on one backend, one without a screen: told apart in all that a run says."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harness.config.settings import load
from harness.reporting import overview
from harness.reporting.enrich import enrich
from harness.reporting.figures import Cell, RunFigures
from harness.reporting.gate import judge

TESTS = Path(__file__).resolve().parents[2]
PLATFORMS = ("website", "miniprogram", "staff", "erp")


def run(folder: Path, *arguments: str, **environment: str) -> tuple[int, RunFigures]:
    """One run of a copy of the project: its exit code and figures."""
    project = folder / "fixture_ends"
    shutil.copytree(TESTS / "fixture_ends", project, ignore=shutil.ignore_patterns("reports", "__pycache__"))
    shutil.copytree(TESTS / "fixture_apps" / "counter", folder / "fixture_apps" / "counter")
    command = [sys.executable, "-m", "pytest", "scenarios", "contracts", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, "--alluredir", "unused", *arguments],
        cwd=project,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=180,
    )
    [runs] = (project / "reports" / "runs").iterdir()
    assert (runs / "events").is_dir(), done.stdout + done.stderr
    return done.returncode, RunFigures.read(runs)


def directions(figures: RunFigures) -> list[tuple[str, str, str]]:
    return [(lag.source, lag.target, lag.state) for lag in figures.records.lags]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> RunFigures:
    code, figures = run(tmp_path_factory.mktemp("good"), "-k", "E01 or E02 or parity")
    assert code == 0, [(test.test, test.message) for test in figures.tests if test.verdict != "passed"]
    return figures


def test_every_step_lag_and_picture_names_its_platform(good: RunFigures) -> None:
    assert good.platforms.names == PLATFORMS
    [changed] = [its.test for its in good.scenarios if its.id == "E02"]
    steps = [step.platform for step in good.steps(changed)]
    assert steps == ["website", "staff", "website", "erp", "erp", "website", "staff"]
    assert directions(good) == [
        ("staff", "website", "in time"),
        ("staff", "miniprogram", "in time"),
        ("staff", "erp", "in time"),
        ("website", "erp", "in time"),
        ("erp", "website", "in time"),
        ("erp", "staff", "in time"),
    ]
    assert [lag.since for lag in good.records.lags] == ["the writer's answer"] * 6
    shown = {(item.platform, item.title.en) for item in good.evidence(changed)}
    assert shown == {("website", "what li sees on the website"), ("staff", "what li sees on the staff site")}


def test_requests_on_one_edge_belong_to_the_platform_of_their_step(good: RunFigures) -> None:
    writes = [x for x in good.records.exchanges if x.method == "PUT" and x.path == "/api/price"]
    assert [(x.source, x.target, x.platform) for x in writes] == [
        ("browser", "shop", "staff"),
        ("browser", "shop", "website"),
        ("harness", "erp", "erp"),
    ]
    assert {x.platform for x in good.records.exchanges if x.source == "browser"} == {"website", "staff"}
    assert {x.platform for x in good.records.exchanges if x.source == "phone"} == {"miniprogram"}


def test_the_matrix_has_a_column_for_each(good: RunFigures) -> None:
    assert good.matrix_platforms == PLATFORMS
    rows = {row.test.id: row.cells for row in good.matrix}
    assert rows["E01"] == dict.fromkeys(PLATFORMS, Cell("passed"))
    assert rows["E02"] == {**rows["E01"], "miniprogram": Cell(None)}
    assert [good.counts(platform=name).passed for name in PLATFORMS] == [4, 2, 4, 3]


def test_every_further_backend_is_compared_with_the_first(good: RunFigures) -> None:
    parity = {test.test.rpartition("::")[2]: test.platforms for test in good.tests if not test.priority}
    assert parity == {
        "getPrice": ["website", "staff", "miniprogram"],
        "getPrice[erp]": ["website", "staff", "erp"],
    }


@pytest.mark.parametrize(
    ("language", "title", "column", "way", "feature"),
    [
        ("en", "Website, mini-program, staff site and ERP quality report", "Staff site", "ERP → Staff site",
         "Website + Mini-program + Staff site + ERP"),
        ("zh", "网站、小程序、店员后台与ERP质量报告", "店员后台", "ERP → 店员后台", "网站 + 小程序 + 店员后台 + ERP"),
    ],
)  # fmt: skip
def test_gate_and_reports_name_all_of_them(
    good: RunFigures, language: str, title: str, column: str, way: str, feature: str
) -> None:
    result = judge(good.records.folder, load(TESTS / "fixture_ends" / "harness.toml").gate)
    assert result.passed
    page = overview.render(result, language, details=None)  # type: ignore[arg-type]
    for words in (title, f'<th class="cell">{column}</th>', way):
        assert words in page
    results = map(
        json.loads, (file.read_text("utf-8") for file in enrich(good, language).glob("*-result.json"))
    )  # type: ignore[arg-type]
    labels = [label["value"] for its in results for label in its["labels"] if label["name"] == "feature"]
    assert feature in labels


def test_a_lag_of_one_end_is_not_blamed_on_another_of_the_same_backend(tmp_path: Path) -> None:
    code, figures = run(tmp_path, "-k", "E02", HARNESS_SERVICES__SHOP__ENVIRONMENT__FAULT="staff-late")
    assert code == 1
    assert directions(figures)[1:] == [("erp", "website", "in time"), ("erp", "staff", "never")]
    [row] = figures.matrix
    assert row.cells == {"website": Cell("passed"), "staff": Cell("failed", 7), "erp": Cell("passed")}
    [test] = figures.tests
    assert test.fault == "LinkageFault"
    assert "the ERP's price" in test.message.en
    assert "on the staff site" in test.message.en
    assert "在店员后台" in test.message.zh
    result = judge(figures.records.folder, load(TESTS / "fixture_ends" / "harness.toml").gate)
    assert (result.verdict, figures.counts(platform="staff").failed) == ("product fault", 1)
