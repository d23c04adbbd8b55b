"""Whether a run is complete: it ended as it should, and all that was selected came to a verdict."""

from __future__ import annotations

from collections.abc import Iterator

from harness.core.errors import EXIT_BROKEN, EXIT_PASSED, EXIT_PRODUCT
from harness.core.text import Text
from harness.reporting.figures import RunFigures
from harness.reporting.language import words
from harness.reporting.verdicts import why_not_begun

NOTHING_SELECTED = 5  # pytest's exit code
SHOWN = 3  # errors of the collection


def incomplete(figures: RunFigures) -> Text | None:
    """Why the run proves less than it should, or None."""
    found = list(_reasons(figures))
    if not found:
        return None
    return words("；".join(each.zh for each in found), "; ".join(each.en for each in found))


def _reasons(figures: RunFigures) -> Iterator[Text]:
    records, selected = figures.records, figures.selected
    finished = records.finished
    if finished is None:
        yield words("没有“运行结束”记录：主进程中途退出", "it has no end: its main process was killed")
    for error in selected.errors[:SHOWN]:
        yield words(
            f"无法收集 {error.node}：{error.message}", f"{error.node} could not be collected: {error.message}"
        )
    if figures.never_begun:
        count, why = len(figures.never_begun), why_not_begun(records, selected)
        yield words(
            f"{count} 个选定的测试没有执行：{why.zh}", f"tests selected and not run: {count}: {why.en}"
        )
    elif finished is not None and not selected.errors and not _accounted(figures, finished.exit_code):
        if finished.exit_code == NOTHING_SELECTED and selected.known:
            by = selected.options
            yield words(
                "没有选定任何测试" + (f"（{by}）" if by else ""),
                "no test was selected" + (f" ({by})" if by else ""),
            )
        elif finished.stopped is not None:
            yield finished.stopped
        else:
            yield words(
                f"测试进程以退出码 {finished.exit_code} 结束，没有测试能解释",
                f"the test process ended with exit code {finished.exit_code}, which no test accounts for",
            )


def _accounted(figures: RunFigures, code: int) -> bool:
    """Whether the verdicts explain the exit code of the test process."""
    counts = figures.counts()
    unclear = counts.broken + counts.flaky
    accounts = {EXIT_PASSED: True, EXIT_PRODUCT: counts.failed + unclear > 0, EXIT_BROKEN: unclear > 0}
    return accounts.get(code, False)
