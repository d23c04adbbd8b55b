"""The gate's rules as rows of a table, and that table in a terminal.

Owns layout only; every number comes from :mod:`harness.reporting.gate`.
"""

from __future__ import annotations

import math
from typing import Literal

from rich.markup import escape
from rich.table import Table

from harness.core.text import Language
from harness.reporting.gate import GateResult
from harness.reporting.language import words
from harness.reporting.rules import Rule

VERDICTS = {
    "passed": words("通过", "passed"),
    "failed": words("未通过", "failed"),
    "not applicable": words("不适用", "not applicable"),
    "not judged": words("不判定", "not judged"),
}
COLUMNS = (
    words("规则", "Rule"),
    words("实测", "Measured"),
    words("限值", "Limit"),
    words("结论", "Verdict"),
    words("说明", "Explanation"),
)
STYLES = {"passed": "green", "failed": "bold red", "not applicable": "dim", "not judged": "dim"}


def table(result: GateResult, language: Language) -> Table:
    """The gate as a rich table; its title is the verdict, and what the verdict covers stands under it."""
    style = "bold green" if result.passed else "bold red"
    view = Table(
        title=f"[{style}]{escape(result.title.say(language))}[/]",
        title_justify="left",
        caption=escape("\n".join(line.say(language) for line in result.figures.scope.lines)) or None,
        caption_justify="left",
        caption_style="",
    )
    for column in COLUMNS:
        justify: Literal["right", "left"] = "right" if column in COLUMNS[1:3] else "left"
        view.add_column(column.say(language), justify=justify, overflow="fold")
    for rule in result.rules:
        title, number, bound, verdict, explanation = cells(rule, language)
        view.add_row(
            escape(title), number, bound, f"[{STYLES[rule.verdict]}]{verdict}[/]", escape(explanation)
        )
    return view


def cells(rule: Rule, language: Language) -> tuple[str, str, str, str, str]:
    """What stands under each of :data:`COLUMNS`."""
    return (
        rule.title.say(language),
        measured(rule),
        limit(rule),
        VERDICTS[rule.verdict].say(language),
        rule.explanation.say(language),
    )


def measured(rule: Rule) -> str:
    """The number measured; a share is rounded down, so that 99.97 % never reads as 100 %."""
    return "–" if rule.measured is None else f"{_number(math.floor(rule.measured * 10) / 10)}{rule.unit}"


def limit(rule: Rule) -> str:
    if rule.limit is None:
        return "–"
    return f"{'≤' if rule.bound == 'max' else '≥'} {_number(rule.limit)}{rule.unit}"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
