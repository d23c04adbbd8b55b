"""The bridge from a run's settings to the conformance collector."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from harness.conformance import waivers
from harness.conformance.backend import BackendUnderTest, sign_in
from harness.conformance.collector import collect
from harness.conformance.settings import LoginSettings
from harness.core.errors import UsageError
from harness.core.events import Kind
from harness.runs.edges import HARNESS
from harness.runs.run import Run
from harness.systems.settings import ServiceSettings


def collect_contract(path: Path, parent: pytest.Collector, run: Run) -> Any:
    """The generated tests of one document against every backend that serves it; None where none does."""
    backends = [
        _backend(name, service, run) for name, service in run.settings.services.items() if service.platform
    ]
    settings = run.settings.conformance.model_copy(update={"seed": int(run.seed)})

    def record(data: dict[str, Any]) -> None:
        run.log.write(Kind.CONFORMANCE, data, scenario=data["test"], platform=data["platform"])

    return collect(path, parent, backends, settings, record, run.language, waivers.load(run.settings.waivers))


def _backend(name: str, service: ServiceSettings, run: Run) -> BackendUnderTest:
    def base_url() -> str:
        run.check()
        return run.url(HARNESS, name)

    assert service.platform is not None
    return BackendUnderTest(
        name=name,
        title=service.title,
        platform=service.platform,
        contracts=tuple(run.settings.contract(contract) for contract in service.contracts),
        base_url=base_url,
        token=_token(name, service, base_url),
        signatures=run.settings.signatures,
        situations=run.settings.situations,
        obstruct=run.obstruct,
    )


def _token(name: str, service: ServiceSettings, base_url: Callable[[], str]) -> Callable[[], str | None]:
    if service.login is None:
        return lambda: None
    try:
        login = LoginSettings.model_validate(service.login)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        raise UsageError(f"services.{name}.login.{key}: {first['msg']}", where="harness.toml") from None
    return lambda: sign_in(base_url(), login)
