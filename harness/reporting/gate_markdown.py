"""``gate.md``: the gate's verdict for people, to paste into a merge request or a chat."""

from __future__ import annotations

from harness.core.text import Language
from harness.reporting import undocumented_table
from harness.reporting.gate import GateResult
from harness.reporting.gate_table import COLUMNS, cells
from harness.reporting.language import GROUPS, VERDICTS, words
from harness.reporting.output import Output
from harness.reporting.problem_lines import details, where
from harness.reporting.problems import Problems
from harness.reporting.settings import ReportingSettings
from harness.reporting.undocumented import Undocumented

FILE = "gate.md"
LEVEL = words("测试阶段", "Test level")


def as_markdown(result: GateResult, language: Language) -> str:
    """What gate.md holds: verdict, what it covers, rules, verdicts per test level."""
    figures = result.figures
    lines = [
        f"## {'✅' if result.passed else '❌'} {_cell(result.title.say(language))}",
        "",
        f"{_cell(figures.name)} · `{figures.run}` · "
        + words(f"退出码 {result.exit_code}", f"exit code {result.exit_code}").say(language),
        "",
        *(f"- {_cell(line.say(language))}" for line in figures.scope.lines),
        *([""] if figures.scope.lines else []),
        _row(*(column.say(language) for column in COLUMNS)),
        _row("---", "---:", "---:", "---", "---"),
    ]
    lines += [_row(*cells(rule, language)) for rule in result.rules]
    lines += ["", _row(LEVEL.say(language), *(word.say(language) for word in VERDICTS.values()))]
    lines += [_row("---", *["---:"] * len(VERDICTS))]
    for group in figures.groups:
        count = figures.counts(group=group)
        numbers = (count.passed, count.failed, count.broken, count.flaky, count.not_run)
        lines.append(_row(GROUPS[group].say(language), *map(str, numbers)))
    lines += _problems(figures.problems, language)
    lines += _undocumented(figures.undocumented, language)
    return "\n".join(lines) + "\n"


def _problems(problems: Problems, language: Language) -> list[str]:
    """What is behind the red tests; none of it where there is nothing red."""
    if not problems.all:
        return []
    lines = ["", f"### {problems.headline.say(language)}", ""]
    for number, problem in enumerate(problems.all, 1):
        lines.append(f"{number}. **{_cell(problem.title.say(language))}**")
        told = [text for text in (details(problem), where(problem), problem.main.advice) if text is not None]
        lines += [f"   {_cell(text.say(language))}" for text in told]
    return lines


def _undocumented(found: Undocumented, language: Language) -> list[str]:
    """The operations in traffic that no document holds; none of it where there are none."""
    if not found.operations and not found.stale:
        return []
    columns = undocumented_table.COLUMNS
    lines = ["", f"### {undocumented_table.TITLE.say(language)}", ""]
    lines += [_row(*(column.say(language) for column in columns)), _row("---", "---", "---:", "---", "---")]
    for item in found.operations[: undocumented_table.MOST]:
        lines.append(_row(*(cell.say(language) for cell in undocumented_table.cells(item))))
    return [
        *lines,
        *(line for text in undocumented_table.rest(found) for line in ("", _cell(text.say(language)))),
    ]


def write(result: GateResult, settings: ReportingSettings) -> None:
    (result.folder / FILE).write_text(as_markdown(result, settings.language), encoding="utf-8")


OUTPUT = Output("gate.md", FILE, write)


def _row(*cells: str) -> str:
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
