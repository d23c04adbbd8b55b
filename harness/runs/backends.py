"""The backends that checks are about, put together from harness.toml: contracts, users, what may be sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from harness.api.backend import BackendUnderTest, Logged, no_log
from harness.config.settings import HarnessSettings
from harness.contracts import Operation
from harness.core.platforms import HARNESS
from harness.core.text import Text
from harness.runs.edge_discovery import EdgeName
from harness.runs.environment_rules import rules_of
from harness.runs.parts import require_parts
from harness.runs.plan import service_log
from harness.runs.run import Run
from harness.runs.users import users_of


def backends_of_run(run: Run) -> dict[str, BackendUnderTest]:
    """The backends of the platforms of a run, by service; the system is started when one is first asked."""

    def base_url(service: str) -> str:
        run.check()
        return run.url(HARNESS, service)

    backends = backends_of(run.settings, base_url, run.obstruct)
    parts = partial(require_parts, run, after_failure=True)
    return {
        name: replace(backend, require_parts=parts, logged=_logged(run, name))
        for name, backend in backends.items()
    }


def _logged(run: Run, service: str) -> Logged:
    log = service_log(run.settings, run.folder, service)
    return no_log if log is None else log.errors


def backends_of(
    settings: HarnessSettings,
    base_url: Callable[[str], str],
    obstruct: Callable[[str, bool], None] | None = None,
) -> dict[str, BackendUnderTest]:
    """The backends of the platforms, by service. ``base_url`` is asked for a service's address when it is needed."""
    return {
        name: _backend(settings, name, partial(base_url, name), obstruct)
        for name, service in settings.services.items()
        if service.platform
    }


def _backend(
    settings: HarnessSettings,
    name: str,
    base_url: Callable[[], str],
    obstruct: Callable[[str, bool], None] | None,
) -> BackendUnderTest:
    service, rules = settings.services[name], rules_of(settings, EdgeName(HARNESS, name))

    def held_back(operation: Operation | None) -> Text | None:
        if rules is None:
            return None
        if operation is None:
            environment = str(rules.environment)
            return Text(
                zh=f"environment = {environment!r}：只有一次性的系统才会被置于各种状态",
                en=f"environment = {environment!r}: only a disposable system is brought into states",
            )
        return rules.refusal(operation.method, operation)

    backend = BackendUnderTest(
        name=name,
        title=service.title,
        platforms=service.platform,
        contracts=tuple(settings.contract(contract) for contract in service.contracts),
        readable=settings.readable,
        base_url=base_url,
        users=tuple(user() for user in users_of(settings, name, base_url).values()),
        signatures=settings.signatures,
        situations=settings.situations,
        envelope=service.envelope,
        codec=codec.load() if (codec := settings.codec_of(name)) else None,
        held_back=held_back,
    )
    return backend if obstruct is None else replace(backend, obstruct=obstruct)
