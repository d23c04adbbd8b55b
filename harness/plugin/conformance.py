"""The bridge from a run's settings to the conformance collector."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.checks import waivers
from harness.checks.item import CheckContext
from harness.conformance.collector import collect
from harness.core.payloads import CheckResult
from harness.runs.backends import backends_of_run
from harness.runs.run import Run


def collect_contract(path: Path, parent: pytest.Collector, run: Run) -> Any:
    """The generated tests of one document against every backend that serves it; None where none does."""
    settings = run.settings.conformance.model_copy(update={"seed": int(run.seed)})
    context = check_context(run)
    return collect(path, parent, list(backends_of_run(run).values()), settings, context)


def check_context(run: Run) -> CheckContext:
    """What all checks of the run share."""
    settings = run.settings.conformance

    def record(result: CheckResult) -> None:
        run.log.write(result, scenario=result.test, platform=result.platform)

    return CheckContext(
        record=record,
        waivers=waivers.load(run.settings.waivers),
        seed=int(run.seed),
        seconds=settings.seconds,
        total_seconds=settings.total_seconds,
        request_timeout=settings.request_timeout,
        language=run.language,
    )
