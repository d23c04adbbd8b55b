"""How the proxies and backends of a run are told what is to go wrong in a scenario."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from harness.api.client import Client
from harness.api.situations import switch
from harness.contracts import Index, load
from harness.core.errors import NotRun, UsageError
from harness.core.nearest import ANY, nearest
from harness.linkage.world import WorldControl
from harness.processes import clock
from harness.runs.backends import backends_of_run
from harness.runs.edge_discovery import edges
from harness.runs.plan import clock_of
from harness.runs.run import Run
from harness.traffic.fault_injection import happened, inject
from harness.traffic.obstruction import Obstruction, set_obstructed


def world_control(run: Run) -> WorldControl:
    """The controls of a run whose system has been started."""

    @contextmanager
    def situation(name: str, service: str) -> Iterator[None]:
        known = {each.name: each for each in run.settings.situations}
        if name not in known:
            raise UsageError(
                f"no situation of harness.toml is called {name!r}", nearest=nearest(name, known, alike=ANY)
            )
        backend = backends_of_run(run)[service]
        contracts = [load(path, readable=backend.readable) for path in backend.contracts]
        client = Client(
            backend,
            Index(contracts, service=service),
            timeout=run.settings.conformance.request_timeout,
        )
        try:
            switch(client, contracts, backend, known[name], on=True)
            try:
                yield
            finally:
                switch(client, contracts, backend, known[name], on=False)
        finally:
            client.close()

    @contextmanager
    def ahead(service: str, seconds: float) -> Iterator[None]:
        run.system()
        its, offset = run.settings.services.get(service), clock_of(run.folder, service)
        if its is None or not its.clock:
            raise UsageError(f"services.{service}: its clock can be set only where it says 'clock = true'")
        if not offset.exists():  # it was started without
            raise NotRun(clock.unable(its.program) or clock.NOT_INSTALLED)
        clock.set_offset(offset, seconds)
        try:
            yield
        finally:
            clock.set_offset(offset, 0)

    def hinder(service: str, obstruction: Obstruction, on: bool) -> int:
        to_it = [edge for edge in edges(run.settings) if edge.target == service]
        return sum(
            set_obstructed(run.url(edge.source, edge.target), on=on, obstruction=obstruction)
            for edge in to_it
        )

    return WorldControl(
        edges=frozenset((edge.source, edge.target) for edge in edges(run.settings)),
        attached=frozenset(name for name, its in run.settings.services.items() if its.url is not None),
        inject=lambda source, target, fault: inject(run.url(source, target), fault),
        happened=lambda source, target, trace_id: happened(run.url(source, target), trace_id),
        obstruct=run.obstruct,
        hinder=hinder,
        situation=situation,
        clock=ahead,
    )
