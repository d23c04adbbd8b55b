"""The bridge from a run's settings to the conformance collector."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from harness.api.backend import BackendUnderTest, sign_in
from harness.api.settings import LoginSettings, UserSettings
from harness.api.users import User, user_of
from harness.checks import waivers
from harness.checks.item import CheckContext
from harness.config.settings import ProjectService
from harness.conformance.collector import collect
from harness.contracts import Operation
from harness.contracts.envelope import EnvelopeSettings
from harness.core.payloads import CheckResult
from harness.core.platforms import HARNESS
from harness.runs.edge_discovery import EdgeName
from harness.runs.environment_rules import rules_of
from harness.runs.run import Run


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
        users=_users(name, service, run, base_url),
        signatures=run.settings.signatures,
        situations=run.settings.situations,
        envelope=service.envelope,
        obstruct=run.obstruct,
        held_back=held_back,
    )


def _users(name: str, service: ProjectService, run: Run, base_url: Callable[[], str]) -> tuple[User, ...]:
    """The users of a service, the first being the default; ``login`` alone is one user."""
    given: dict[str, UserSettings] = {}
    if service.login is not None:
        given["default"] = UserSettings(login=service.login)
    given |= service.users
    return tuple(
        user_of(
            user,
            settings,
            partial(_sign_in, base_url, settings.login, service.envelope),
            run.settings.root,
            f"services.{name}.users.{user}.hook",
        )
        for user, settings in given.items()
    )


def _sign_in(
    base_url: Callable[[], str], login: LoginSettings | None, envelope: EnvelopeSettings | None
) -> str:
    assert login is not None  # only users with a log-in have a token to get
    return sign_in(base_url(), login, envelope)
