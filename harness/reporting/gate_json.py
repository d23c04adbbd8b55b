"""``gate.json``: the gate's verdict for machines, and the counts a later run's trend reads."""

from __future__ import annotations

import json
from typing import Any

from harness.reporting.gate import GateResult
from harness.reporting.output import Output
from harness.reporting.settings import ReportingSettings

FILE = "gate.json"


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


def write(result: GateResult, settings: ReportingSettings) -> None:
    """Write the file; it holds both languages."""
    text = json.dumps(as_json(result), ensure_ascii=False, indent=2) + "\n"
    (result.folder / FILE).write_text(text, encoding="utf-8")


OUTPUT = Output("gate.json", FILE, write)
