"""The outboxes and databases of a run's system, put together from harness.toml."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from harness.core.errors import BrokenError
from harness.core.platforms import HARNESS
from harness.core.polling import pause
from harness.core.text import Text
from harness.linkage import drains
from harness.linkage.drains import Drain
from harness.linkage.participants.row_source import RowSource
from harness.processes.settings import DrainSettings
from harness.runs.databases import databases_of
from harness.runs.environment_rules import interval, refusal_of_read
from harness.runs.plan import service_url
from harness.runs.run import Run

NOT_ASKED = Text(zh="不会访问 {url}：{reason}", en="{url} is not asked: {reason}")


def databases_of_run(run: Run) -> dict[str, RowSource]:
    """As :func:`databases_of`; the system is started when one is first read."""

    def folder() -> Path:
        run.system()
        return run.folder

    return databases_of(run.settings, folder)


def drains_of(run: Run, databases: Mapping[str, RowSource]) -> dict[str, Drain]:
    """What tells how much each service still has to deliver, by service."""
    settings = run.settings
    return {
        name: _drain(run, name, service.drain, databases)
        for name, service in settings.services.items()
        if service.drain is not None
    }


def _drain(run: Run, service: str, drain: DrainSettings, databases: Mapping[str, RowSource]) -> Drain:
    if drain.sql is not None:
        return drains.of_rows(databases[drain.database or ""], drain.sql)
    if drain.command is not None:
        return drains.of_command(drain.command, run.settings.root)

    tested = bool(run.settings.services[service].platform)
    asked = threading.Lock()

    def read() -> drains.State:
        if drain.path is not None and tested:
            return ask(run.url(HARNESS, service) + drain.path)
        # Of a service that is nobody's backend no proxy takes requests of the harness, nor of another address.
        url = drain.url
        if url is None:
            run.system()
            url = service_url(run.folder, service) + (drain.path or "")
        reason = refusal_of_read(run.settings, service, urlsplit(url).path)
        if reason is not None:
            raise BrokenError(NOT_ASKED.format(url=url, reason=reason))
        with asked:
            pause(interval(run.settings))
            return ask(url)

    def ask(url: str) -> drains.State:
        return drains.of_address(url, pending=drain.pending, headers=drain.headers)()

    return read
