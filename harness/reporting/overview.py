"""The first page a person opens: verdict, what to do, matrix, lags, contracts, trend. One file, no scripts.

Owns which figures stand on the page and in which order; its look is ``templates/overview.html.j2``.
"""

from __future__ import annotations

from dataclasses import dataclass

from harness.core.text import Language
from harness.reporting import allure, gate_table, undocumented_table, view
from harness.reporting.event_records import GROUPS, Lag
from harness.reporting.figures import MatrixRow, RunFigures
from harness.reporting.gate import GateResult
from harness.reporting.output import Output
from harness.reporting.problem_chapter import attention
from harness.reporting.selection import LeftOut
from harness.reporting.settings import ReportingSettings
from harness.reporting.tiles import tiles
from harness.reporting.trend import trend

FILE = "report/index.html"
LAG_ORDER = ("never", "late", "on the edge", "in time")


@dataclass(frozen=True, slots=True)
class Chapter:
    """The scenarios of one level: those that were selected, and those that were left out."""

    group: str
    rows: list[MatrixRow]
    left_out: list[LeftOut]

    @property
    def passed(self) -> str:
        """``3/4``: of all there are, selected or not."""
        passed = sum(row.test.verdict == "passed" for row in self.rows)
        return f"{passed}/{len(self.rows) + len(self.left_out)}"


def render(result: GateResult, language: Language, *, details: str | None) -> str:
    """The page as HTML. ``details`` is the relative address of the Allure report, if there is one."""
    figures = result.figures
    template = view.environment(language, figures.platforms).get_template("overview.html.j2")
    return template.render(
        result=result,
        figures=figures,
        about=figures.records.started,
        began=figures.records.began,
        tiles=tiles(figures),
        chapters=_chapters(figures),
        attention=attention(figures, language),
        lags=_lags(figures),
        scale=view.scale_of(figures.records.lags),
        points=trend(result),
        details=details,
        language=language,
        measured=gate_table.measured,
        limit=gate_table.limit,
        rule_verdicts=gate_table.VERDICTS,
        undocumented=undocumented_table,
    )


def write(result: GateResult, settings: ReportingSettings) -> None:
    """Write the page; it links to the Allure report where that is there."""
    details = (result.folder / allure.FILE).name if (result.folder / allure.FILE).is_file() else None
    page = render(result, settings.language, details=details)
    (result.folder / FILE).write_text(page, encoding="utf-8")


OUTPUT = Output("overview", FILE, write, links=True)


def _chapters(figures: RunFigures) -> list[Chapter]:
    """None where no scenario was selected: what was left out then stands under the verdict."""
    chapters = [
        Chapter(
            group,
            [row for row in figures.matrix if row.test.group == group],
            [each for each in figures.selected.left_out if each.scenario.level == group],
        )
        for group in GROUPS
    ]
    found = [chapter for chapter in chapters if chapter.rows or chapter.left_out]
    return found if figures.matrix else []


def _lags(figures: RunFigures) -> list[tuple[Lag, str | None]]:
    """Lags with the id of their scenario, those nearest to their limit or beyond it first.

    Those of the linkage contract's checks stand in its own table.
    """
    ids = {test.test: test.id for test in figures.scenarios}
    worst_first = sorted(
        (lag for lag in figures.records.lags if lag.test in ids),
        key=lambda lag: (LAG_ORDER.index(lag.state), -(lag.upper or 0.0) / (lag.allowed or 1.0)),
    )
    return [(lag, ids.get(lag.test or "")) for lag in worst_first]
