"""How the gate's verdict is told: a table in the terminal, gate.json for machines, gate.md for people.

Owns layout only; every number comes from :mod:`harness.reporting.gate`.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from harness.core.text import Language
from harness.reporting.language import GROUPS, words
from harness.reporting.language import VERDICTS as TEST_VERDICTS
from harness.reporting.rules import Rule

if TYPE_CHECKING:
    from harness.reporting.gate import GateResult

VERDICTS = {
    "passed": words("通过", "passed"),
    "failed": words("未通过", "failed"),
    "not applicable": words("不适用", "not applicable"),
}
COLUMNS = (
    words("规则", "Rule"),
    words("实测", "Measured"),
    words("限值", "Limit"),
    words("结论", "Verdict"),
    words("说明", "Explanation"),
)
LEVEL = words("测试阶段", "Test level")
STYLES = {"passed": "green", "failed": "bold red", "not applicable": "dim"}


def table(result: GateResult, language: Language) -> Table:
    """The gate as a rich table; its title is the verdict."""
    style = "bold green" if result.passed else "bold red"
    view = Table(title=f"[{style}]{escape(result.title.say(language))}[/]", title_justify="left")
    for column in COLUMNS:
        view.add_column(column.say(language), justify="right" if column in COLUMNS[1:3] else "left")
    for rule in result.rules:
        verdict = f"[{STYLES[rule.verdict]}]{VERDICTS[rule.verdict].say(language)}[/]"
        title, explanation = escape(rule.title.say(language)), escape(rule.explanation.say(language))
        view.add_row(title, measured(rule), limit(rule), verdict, explanation)
    return view


def measured(rule: Rule) -> str:
    """The number measured; a share is rounded down, so that 99.97 % never reads as 100 %."""
    return "–" if rule.measured is None else f"{_number(math.floor(rule.measured * 10) / 10)}{rule.unit}"


def limit(rule: Rule) -> str:
    return f"{'≤' if rule.bound == 'max' else '≥'} {_number(rule.limit)}{rule.unit}"


def as_json(result: GateResult) -> dict[str, Any]:
    """What gate.json holds: verdict, exit code, every rule, and the counts a trend needs."""
    figures = result.figures
    counts = figures.counts()
    return {
        "v": 1,
        "run": figures.run,
        "name": figures.name,
        "began": figures.records.began.isoformat() if figures.records.began else None,
        "seconds": figures.seconds,
        "verdict": result.verdict,
        "exit_code": result.exit_code,
        "title": result.title.to_json(),
        "tests": {
            "passed": counts.passed,
            "failed": counts.failed,
            "broken": counts.broken,
            "flaky": counts.flaky,
            "not_run": counts.not_run,
        },
        "rules": [
            {
                "name": rule.name,
                "title": rule.title.to_json(),
                "measured": rule.measured,
                "limit": rule.limit,
                "bound": rule.bound,
                "unit": rule.unit,
                "concern": rule.concern,
                "verdict": rule.verdict,
                "explanation": rule.explanation.to_json(),
            }
            for rule in result.rules
        ],
    }


def as_markdown(result: GateResult, language: Language) -> str:
    """What gate.md holds: verdict, rules, verdicts per test level."""
    figures = result.figures
    lines = [
        f"## {'✅' if result.passed else '❌'} {_cell(result.title.say(language))}",
        "",
        f"{_cell(figures.name)} · `{figures.run}` · "
        + words(f"退出码 {result.exit_code}", f"exit code {result.exit_code}").say(language),
        "",
        _row(*(column.say(language) for column in COLUMNS)),
        _row("---", "---:", "---:", "---", "---"),
    ]
    lines += [
        _row(
            rule.title.say(language),
            measured(rule),
            limit(rule),
            VERDICTS[rule.verdict].say(language),
            rule.explanation.say(language),
        )
        for rule in result.rules
    ]
    lines += ["", _row(LEVEL.say(language), *(word.say(language) for word in TEST_VERDICTS.values()))]
    lines += [_row("---", *["---:"] * len(TEST_VERDICTS))]
    for group in figures.groups:
        count = figures.counts(group=group)
        numbers = (count.passed, count.failed, count.broken, count.flaky, count.not_run)
        lines.append(_row(GROUPS[group].say(language), *map(str, numbers)))
    return "\n".join(lines) + "\n"


def write(result: GateResult, language: Language) -> tuple[Path, Path]:
    """Write gate.json and gate.md into the run folder and return their paths."""
    data, text = result.folder / "gate.json", result.folder / "gate.md"
    data.write_text(json.dumps(as_json(result), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    text.write_text(as_markdown(result, language), encoding="utf-8")
    return data, text


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _row(*cells: str) -> str:
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
