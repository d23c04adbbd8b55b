"""The bridge from a run's settings to the collector of the linkage contract."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pytest

from harness.checks.item import CheckContext
from harness.core import payloads
from harness.core.errors import NotRun
from harness.core.text import Text
from harness.linkage.checks.collector import LinkageFile, LinkageSources
from harness.linkage.contract.reading import Document, read
from harness.linkage.drains import Drain
from harness.linkage.outboxes import Outboxes
from harness.linkage.participants.participant import Participant
from harness.linkage.promises import words
from harness.linkage.promises.hops import Hops
from harness.processes.settings import EnvironmentClass
from harness.runs.backends import backends_of_run
from harness.runs.linkage import participants_of, ways_of
from harness.runs.outboxes import databases_of_run, drains_of
from harness.runs.run import Run
from harness.traffic.attribution import ScenarioExchanges
from harness.traffic.fault_injection import happened, inject


def collect_linkage(path: Path, parent: pytest.Collector, run: Run, context: CheckContext) -> LinkageFile:
    """The checks of a linkage contract."""
    backends, databases = backends_of_run(run), databases_of_run(run)
    drains = drains_of(run, databases)
    ways = ways_of(run.settings)

    def read_all() -> tuple[Document, Mapping[str, Participant]]:
        document = read(path, run.settings.known_platforms)
        return document, participants_of(document, run.settings, backends, run.url, databases)

    def hops(trace_id: str) -> Hops:
        run.system()  # before anything is recorded: the reader begins with what comes now
        return Hops(ScenarioExchanges(run.folder, trace_id).so_far, ways.edges, ways.relays)

    def record_lag(test: str, lag: payloads.Lag) -> None:
        run.log.write(lag, scenario=test, platform=lag.target)

    def refusal() -> Text | None:
        if run.settings.environment == EnvironmentClass.DISPOSABLE:
            return None
        environment = str(run.settings.environment)
        return Text(
            zh=f"environment = {environment!r}：联动检查只在一次性的系统上写入",
            en=f"environment = {environment!r}: the linkage checks write on a disposable system only",
        )

    file: LinkageFile = LinkageFile.from_parent(parent, path=path)
    file.context = context
    file.sources = LinkageSources(
        read=read_all,
        hops=hops,
        quiet=partial(_quiet, drains),
        ways=ways,
        times=parent.config.getoption("harness_repeat"),
        record_lag=record_lag,
        obstruct=run.obstruct,
        inject=lambda source, target, fault: inject(run.url(source, target), fault),
        happened=lambda source, target, trace_id: happened(run.url(source, target), trace_id),
        refusal=refusal,
        one_time_code=run.settings.people.one_time_code,
        together=not run.change.warm,  # where faults are planted one by one, so are their tests run
    )
    return file


def _quiet(drains: Mapping[str, Drain], within: float) -> None:
    """Wait until no service has data to deliver any more."""
    if not drains:
        raise NotRun(words.NO_DRAIN)
    Outboxes(drains).seen_empty(within=within)
