"""A recording proxy for whoever goes through: every exchange recorded and judged, each violation told once.

For a developer at their own backend, with any client: a browser, curl, DevTools on a phone. Owns the proxy's
plan and the reading of its record while it grows; recording and judging are ``traffic``'s.
"""

from __future__ import annotations

import re
import secrets
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Self

from harness.config.settings import HarnessSettings
from harness.contracts import load
from harness.core import advice
from harness.core.errors import EXIT_BROKEN, EXIT_PASSED, EXIT_PRODUCT, UsageError
from harness.core.event_reader import EventReader
from harness.core.nearest import nearest
from harness.core.payloads import ExchangeSummary
from harness.core.payloads.traffic import UNJUDGED
from harness.core.tls import TLSSettings
from harness.processes.plan import ProcessPlan, SystemPlan
from harness.processes.ports import free_ports, holder, is_free
from harness.processes.system import System
from harness.runs.edge_discovery import EdgeName
from harness.runs.environment_rules import require_permission, rules_of
from harness.runs.plan import EDGES
from harness.traffic import Edge, EdgesPlan
from harness.traffic.edges import HEALTH, ROLE
from harness.traffic.guard import Rules

CLIENT = "client"  # whoever goes through
START_WITHIN = 30.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What the proxy stands before. ``runs``: the folder in which the record gets a folder of its own."""

    name: str
    upstream: str
    contracts: tuple[Path, ...]
    runs: Path
    readable: tuple[Path, ...] = ()
    api: tuple[str, ...] = ("/",)
    rules: Rules | None = None
    tls: TLSSettings | None = None


def named(settings: HarnessSettings, service: str, yes_production: str | None) -> Target:
    """A service of harness.toml that runs already. UsageError where it does not, or may not be touched."""
    if service not in settings.services:
        close = nearest(service, settings.services)
        raise UsageError(f"--service: no service is called {service!r}", nearest=close)
    its = settings.services[service]
    if its.url is None:
        raise UsageError(
            f"--service {service}: it is started by a command and has no url; '{advice.harness('up')}' "
            "starts it behind its proxies, or give --upstream with the address at which it runs"
        )
    require_permission(settings, yes_production)
    return Target(
        name=service,
        upstream=its.url,
        contracts=tuple(settings.contract(name) for name in its.contracts),
        runs=settings.paths.runs,
        readable=settings.readable,
        api=its.api,
        rules=rules_of(settings, EdgeName(CLIENT, service)),
        tls=its.tls,
    )


@dataclass(slots=True)
class ProxySession:
    """A running proxy and what it has recorded so far."""

    target: Target
    folder: Path
    port: int
    system: System
    exchanges: int = 0
    checked: int = 0
    unjudged: int = 0
    refused: int = 0
    violations: Counter[tuple[str, str]] = field(default_factory=Counter)
    undocumented: Counter[str] = field(default_factory=Counter)
    _events: EventReader = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._events = EventReader(self.folder)

    @classmethod
    def begin(cls, target: Target, port: int | None = None) -> Self:
        """Open the proxy. UsageError for a contract that cannot be read, or a port that is taken."""
        for contract in target.contracts:
            load(contract, readable=target.readable)
        if port is not None and not is_free(port):
            raise UsageError(f"--port {port}: taken by {holder(port)}")
        port = port or free_ports(1)[0]
        run = f"proxy-{datetime.now():%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
        folder = (target.runs / run).resolve()
        folder.mkdir(parents=True)
        edge = Edge(
            source=CLIENT,
            target=target.name,
            port=port,
            upstream=target.upstream,
            contracts=[path.resolve() for path in target.contracts],
            api=target.api,
            rules=target.rules,
            tls=target.tls,
        )
        plan = EdgesPlan(run=run, folder=folder, edges=[edge], readable=target.readable)
        (folder / EDGES).write_text(plan.model_dump_json(), encoding="utf-8")
        process = ProcessPlan(
            name="proxies",
            command=(sys.executable, "-m", "harness.traffic", str(folder / EDGES)),
            ready=f"http://127.0.0.1:{port}{HEALTH}",
            log=folder / "logs" / "proxies.log",
            group="proxy",
            role=ROLE,
        )
        system = System.start(SystemPlan(run=run, folder=folder, processes=[process]), within=START_WITHIN)
        return cls(target, folder, port, system)

    def news(self) -> Iterator[str]:
        """What was recorded since the last call that a developer wants to see, in lines."""
        for event in self._events.new(ExchangeSummary):
            yield from self._lines(event.data)

    def stop(self) -> None:
        """Close the proxy; what it was in the middle of is recorded as aborted."""
        self.system.stop()

    @property
    def exit_code(self) -> int:
        """1 for violations, 3 where something could not be judged: what is unchecked is never green."""
        if self.violations:
            return EXIT_PRODUCT
        return EXIT_BROKEN if self.unjudged or self._events.unreadable else EXIT_PASSED

    def summary(self) -> list[str]:
        """The figures, and every violation and undocumented operation with how often it was seen."""
        lines = [
            f"{self.exchanges} exchanges, {self.checked} checked, {sum(self.violations.values())} violations "
            f"({len(self.violations)} different)"
        ]
        if self.refused:
            lines.append(
                f"{self.refused} refused: environment = {self.target.rules and self.target.rules.environment}"
            )
        if self.unjudged:
            lines.append(f"{self.unjudged} could not be judged: {UNJUDGED}")
        if self._events.unreadable:
            lines.append(f"{self._events.unreadable} could not be read back from the record")
        lines += [
            f"{count:>5} × undocumented operation {name}" for name, count in self.undocumented.most_common()
        ]
        lines += [
            f"{count:>5} × {pointer}  {where}" for (pointer, where), count in self.violations.most_common()
        ]
        return lines

    def _lines(self, exchange: ExchangeSummary) -> Iterator[str]:
        self.exchanges += 1
        self.checked += exchange.checked
        outcome = exchange.error if exchange.status is None else exchange.status
        subject = f"{exchange.method} {exchange.path} → {outcome}"
        if exchange.refused:
            self.refused += 1
            yield f"refused   {subject}  {exchange.refused}"
        elif exchange.unjudged:
            self.unjudged += 1
            yield f"unchecked {subject}  {exchange.unchecked}"
        if exchange.undocumented:
            self.undocumented[exchange.undocumented] += 1
            if self.undocumented[exchange.undocumented] == 1:
                yield f"undocumented {subject}  {exchange.undocumented}"
        for violation in exchange.violations:
            # The same fault in each entry of a list, or for each id, is one.
            where = re.sub(r"/\d+(?=/|$)", "/*", violation.where or "")
            key = (violation.pointer or "", where)
            self.violations[key] += 1
            if self.violations[key] == 1:
                yield f"violation {subject}  {violation.pointer}"
                seen = f"expected {violation.expected}, got {violation.seen}"
                yield f"          {violation.where}: {seen}"


def upstream(address: str, contracts: Sequence[Path], name: str) -> Target:
    """A service at an address. UsageError where that is none, or no contract is given."""
    if not re.fullmatch(r"https?://[^/?#\s]+(/[^?#\s]*)?", address):
        raise UsageError(
            f"--upstream {address!r}: write scheme, host and port, such as http://127.0.0.1:8080"
        )
    if not contracts:
        raise UsageError("--upstream needs at least one --contract FILE to judge by")
    for path in contracts:
        if not path.is_file():
            raise UsageError("no such file", where=str(path))
    return Target(
        name=name,
        upstream=address.rstrip("/"),
        contracts=tuple(contracts),
        runs=Path("reports/runs"),
    )
