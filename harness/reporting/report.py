"""The report of a run: everything that is made once it ended, from its folder alone.

::

    reports/runs/<run id>/report/index.html    overview: verdict, matrix, lags, contracts, trend
    reports/runs/<run id>/report/allure.html   Allure, in one file
    reports/runs/<run id>/gate.json, gate.md   the gate
    reports/latest                             link to the run's folder, or a file with its id
"""

from __future__ import annotations

import os
from pathlib import Path

from harness.reporting import allure, overview
from harness.reporting.enrich import enrich
from harness.reporting.figures import RunFigures
from harness.reporting.gate import judge_figures
from harness.reporting.settings import GateSettings, ReportingSettings


def generate(run_folder: Path, settings: ReportingSettings, gate: GateSettings) -> Path:
    """Make the report of a finished run and return its first page.

    May be called again, also in the other language: nothing of the run's own data is lost. The overview and
    the gate's files are written before Allure runs, whose errors :func:`harness.reporting.allure.generate`
    names.
    """
    folder = run_folder.resolve()
    figures = RunFigures.read(folder)
    result = judge_figures(figures, gate)
    result.write(settings.language)
    report = folder / "report"
    report.mkdir(exist_ok=True)
    page = report / "index.html"
    details = report / "allure.html"
    details.unlink(missing_ok=True)
    page.write_text(overview.render(result, settings.language, details=None), encoding="utf-8")
    point_latest(folder)
    allure.generate(figures, settings, enrich(figures, settings.language), details)
    page.write_text(overview.render(result, settings.language, details=details.name), encoding="utf-8")
    return page


def point_latest(run_folder: Path) -> Path:
    """Let ``reports/latest`` name this run, by a relative link or, where none can be made, by its id."""
    reports = run_folder.parents[1]
    latest, beside = reports / "latest", reports / f".latest-{os.getpid()}"
    target = os.path.relpath(run_folder, reports)
    try:
        beside.symlink_to(target, target_is_directory=True)
    except OSError:
        beside.write_text(run_folder.name + "\n", encoding="utf-8")
    os.replace(beside, latest)
    return latest
