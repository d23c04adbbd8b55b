"""The bridge from a run's settings to the conformance collector."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.api.backend import BackendUnderTest
from harness.checks import waivers
from harness.checks.item import CheckContext
from harness.config.settings import ProjectService
from harness.conformance.collector import collect
from harness.contracts import Operation
from harness.core.payloads import CheckResult
from harness.core.platforms import HARNESS
from harness.runs.edge_discovery import EdgeName
from harness.runs.environment_rules import rules_of
from harness.runs.run import Run
from harness.runs.users import users_of


def collect_contract(path: Path, parent: pytest.Collector, run: Run) -> Any:
    """The generated tests of one document against every backend that serves it; None where none does."""
    settings = run.settings.conformance.model_copy(update={"seed": int(run.seed)})
    context = check_context(run)
    return collect(path, parent, list(backends_of(run).values()), settings, context)


def backends_of(run: Run) -> dict[str, BackendUnderTest]:
    """The backends of the platforms, by service."""
    return {
        name: _backend(name, service, run)
        for name, service in run.settings.services.items()
        if service.platform
    }


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


def _backend(name: str, service: ProjectService, run: Run) -> BackendUnderTest:
    def base_url() -> str:
        run.check()
        return run.url(HARNESS, name)

    rules = rules_of(run.settings, EdgeName(HARNESS, name))

    def held_back(operation: Operation | None) -> str | None:
        if rules is None:
            return None
        if operation is None:
            return (
                f"environment = {str(rules.environment)!r}: only a disposable system is brought into states"
            )
        return rules.refusal(operation.method, operation)

    return BackendUnderTest(
        name=name,
        title=service.title,
        platforms=service.platform,
        contracts=tuple(run.settings.contract(contract) for contract in service.contracts),
        base_url=base_url,
        users=tuple(user() for user in users_of(run.settings, name, base_url).values()),
        signatures=run.settings.signatures,
        situations=run.settings.situations,
        envelope=service.envelope,
        obstruct=run.obstruct,
        held_back=held_back,
    )
