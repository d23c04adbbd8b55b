"""``gate.json``: the gate's verdict for machines, and the counts a later run's trend reads."""

from __future__ import annotations

import json
from typing import Any

from harness.reporting.gate import GateResult
from harness.reporting.output import Output
from harness.reporting.scope import Scope
from harness.reporting.settings import ReportingSettings

FILE = "gate.json"


def as_json(result: GateResult) -> dict[str, Any]:
    """What gate.json holds: verdict, what it covers, exit code, every rule, and the counts a trend needs."""
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
        "scope": _scope(figures.scope),
        "problems": [
            {
                "cause": problem.cause,
                "title": problem.title.to_json(),
                "service": problem.service or None,
                "pointer": problem.main.pointer,
                "tests": [test.test for test in problem.tests],
                "blocked": [test.test for test in problem.blocked],
            }
            for problem in figures.problems.all
        ],
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


def _scope(scope: Scope) -> dict[str, Any] | None:
    """What the verdict covers; None where the run does not say what was selected."""
    if not scope.known:
        return None
    kinds = {
        "scenarios": scope.scenarios,
        "contract_tests": scope.contract_tests,
        "linkage_checks": scope.linkage_checks,
        "other": scope.other,
    }
    return {
        "whole": scope.whole,
        "part": scope.part,
        **{
            name: {"there": extent.there, "selected": extent.selected, "ran": extent.ran}
            for name, extent in kinds.items()
        },
        "left_out": [
            {"id": each.scenario.id, "priority": each.scenario.priority, "reason": each.reason.to_json()}
            for each in scope.left_out
        ],
        "lines": [line.to_json() for line in scope.lines],
    }


def write(result: GateResult, settings: ReportingSettings) -> None:
    """Write the file; it holds both languages."""
    text = json.dumps(as_json(result), ensure_ascii=False, indent=2) + "\n"
    (result.folder / FILE).write_text(text, encoding="utf-8")


OUTPUT = Output("gate.json", FILE, write)
