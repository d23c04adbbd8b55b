"""The release gate: one verdict on a run, and its exit code.

Exit code: 1 when a rule about the product fails; else 3 when a rule about the run itself fails (broken,
incomplete, empty, flaky: it proves nothing); else 0. Where both fail, both are named. Owns this decision and
nothing that is measured or drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from harness.core.errors import EXIT_BROKEN, EXIT_PASSED, EXIT_PRODUCT
from harness.core.text import Text
from harness.reporting.figures import RunFigures
from harness.reporting.language import words
from harness.reporting.rules import Rule, measure
from harness.reporting.settings import GateSettings


@dataclass(frozen=True, slots=True)
class GateResult:
    """The verdict on one run."""

    figures: RunFigures
    folder: Path
    rules: tuple[Rule, ...]

    @property
    def failed(self) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules if not rule.passed)

    @property
    def exit_code(self) -> int:
        concerns = {rule.concern for rule in self.failed}
        if "product" in concerns:
            return EXIT_PRODUCT
        return EXIT_BROKEN if concerns else EXIT_PASSED

    @property
    def passed(self) -> bool:
        return self.exit_code == EXIT_PASSED

    @property
    def verdict(self) -> Literal["passed", "product fault", "broken"]:
        if self.passed:
            return "passed"
        return "product fault" if self.exit_code == EXIT_PRODUCT else "broken"

    @property
    def title(self) -> Text:
        """One sentence for the person who decides on the release: what the verdict covers where it passed, product
        and run faults both where it did not.
        """
        if self.passed:
            return self.figures.scope.passed
        product = [rule for rule in self.failed if rule.concern == "product"]
        run = [rule for rule in self.failed if rule.concern == "run"]
        zh = [f"产品存在问题（{len(product)} 条规则未通过）"] * bool(product) + [
            f"本次测试的结果不完全可信（{len(run)} 条规则未通过）"
        ] * bool(run)
        en = [f"the product is at fault ({_rules(len(product))} failed)"] * bool(product) + [
            f"this run cannot be fully trusted ({_rules(len(run))} failed)"
        ] * bool(run)
        return words("不可发布：" + "；".join(zh), "Do not release: " + "; ".join(en))


def judge(run_folder: Path, settings: GateSettings) -> GateResult:
    """Judge a finished run: one whose ``run.finished`` event is written (without it the run is broken)."""
    figures = RunFigures.read(run_folder)
    return GateResult(figures, figures.records.folder, measure(figures, settings))


def _rules(count: int) -> str:
    return f"{count} rule" if count == 1 else f"{count} rules"
