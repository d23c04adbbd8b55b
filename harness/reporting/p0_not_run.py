"""The P0 tests of a run that did not run, each with its reason: skipped, interrupted, deselected, not collected."""

from __future__ import annotations

from harness.core.text import Text
from harness.reporting.figures import RunFigures
from harness.reporting.language import words

SHOWN = 8  # tests named for each reason


def count(figures: RunFigures) -> int | None:
    """How many; None where there are none, or no scenario was asked for: there is nothing to measure."""
    return figures.p0.not_run if figures.p0.total else None


def sentence(figures: RunFigures) -> Text:
    """How many P0 tests there are, and which of them did not run for which reason."""
    if count(figures) is None:
        left_out = sum(each.scenario.priority == "P0" for each in figures.selected.left_out)
        if not left_out:
            return words("没有 P0 测试", "no P0 test")
        return words(
            f"没有选定场景；清单中 {left_out} 个 P0 场景不作判断",
            f"no scenario was selected: the {left_out} P0 scenarios of the catalogue are not judged",
        )
    by_reason: dict[str, tuple[Text, list[str]]] = {}
    for name, reason in _not_run(figures):
        by_reason.setdefault(reason.en, (reason, []))[1].append(name)
    zh, en = [f"共 {figures.p0.total} 个 P0 测试"], [f"P0 tests in all: {figures.p0.total}"]
    for reason, names in by_reason.values():
        shown = ", ".join(names[:SHOWN]) + (", …" if len(names) > SHOWN else "")
        zh.append(f"{shown}（{reason.zh}）")
        en.append(f"{shown} ({reason.en})")
    return words("；".join(zh), "; ".join(en))


def _not_run(figures: RunFigures) -> list[tuple[str, Text]]:
    empty = words("", "")
    found = [
        (test.id or test.test, _first_line(test.message or empty))
        for test in figures.tests
        if test.priority == "P0" and test.verdict == "not run"
    ]
    return [*found, *((each.scenario.id, each.reason) for each in figures.p0_left_out)]


def _first_line(text: Text) -> Text:
    return words(text.zh.strip().partition("\n")[0], text.en.strip().partition("\n")[0])
