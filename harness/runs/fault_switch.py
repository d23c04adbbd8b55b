"""Fault switches: planting faults in a system that runs.

A service says in harness.toml where its switch is (``faults = "/__faults"``). PUT of a fault's ``environment``
plants that and nothing else, ``{}`` takes all away; a switch should also put the data back as at the start. Of
several faults at once, the values of a variable that they share are joined by a comma.
Called past the recording proxies: what is sent to a switch is neither recorded nor judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import httpx

from harness.config.settings import HarnessSettings
from harness.core import http_client
from harness.core.answer_words import status_and_body
from harness.core.errors import BrokenError
from harness.core.masking import mask_text
from harness.core.polling import poll
from harness.runs.faults import Fault, require_disposable
from harness.runs.plan import service_url

TIMEOUT = 10.0  # seconds for a switch to answer
DRAIN_WITHIN = 2.0  # seconds for messages under way; a planted fault may keep one for ever


def has_switch(settings: HarnessSettings, fault: Fault) -> bool:
    """Whether ``fault`` can be planted while the system runs."""
    if fault.cold or fault.service is None:
        return False
    service = settings.services.get(fault.service)
    return service is not None and service.faults is not None


def prepare(settings: HarnessSettings) -> HarnessSettings:
    """The settings of a run that plants faults while its system runs.

    Without the budget of all contract tests together, since each may run many times.
    """
    require_disposable(settings)
    conformance = settings.conformance.model_copy(update={"total_seconds": None})
    return settings.model_copy(update={"conformance": conformance})


class FaultSwitches:
    """The switches of the running system that was planned in ``folder``."""

    def __init__(self, settings: HarnessSettings, folder: Path) -> None:
        self._switches = {
            name: service_url(folder, name) + service.faults
            for name, service in settings.services.items()
            if service.faults is not None
        }
        self._outboxes = [
            service_url(folder, name) + service.drain.path
            for name, service in settings.services.items()
            if service.drain is not None and service.drain.path is not None
        ]

    def plant(self, *faults: Fault) -> None:
        """Plant ``faults``. BrokenError where the switch of a service does not answer, or refuses them."""
        services: dict[str, dict[str, str]] = {}
        for fault in faults:
            assert fault.service is not None
            its = services.setdefault(fault.service, {})
            for name, value in fault.environment.items():
                its[name] = f"{its[name]},{value}" if name in its else value
        for service, environment in services.items():
            self._set(service, environment)

    def take_away(self) -> None:
        """Take all faults away, on every service. BrokenError where a switch does not answer, or refuses.

        What is still under way between the services is waited for: it would reach data that was put back.
        """
        poll(self._drained, lambda drained: drained, within=DRAIN_WITHIN, every=0.02)
        for service in self._switches:
            self._set(service, {})

    def _set(self, service: str, environment: Mapping[str, str]) -> None:
        url = self._switches[service]
        problem = f"the fault switch of {service} (PUT {url})"
        try:
            answer = _client().put(url, json=dict(environment))
        except httpx.HTTPError as error:
            raise BrokenError(f"{problem} does not answer: {http_client.seen(error)}") from None
        if not answer.is_success:
            words = status_and_body(answer.status_code, answer.text[:500])
            raise BrokenError(f"{problem} answers {mask_text(words)}")

    def _drained(self) -> bool:
        """Whether nothing is under way, as far as the services tell."""
        return not any(map(_pending, self._outboxes))


def _pending(outbox: str) -> bool:
    try:
        state = _client().get(outbox).json()
    except (httpx.HTTPError, ValueError, RecursionError):
        return False
    return isinstance(state, dict) and state.get("pending") != 0


@lru_cache(maxsize=1)
def _client() -> httpx.Client:
    """A connection for each request: nothing to be closed meanwhile."""
    return http_client.client(TIMEOUT, keep=False)
