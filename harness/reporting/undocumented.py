"""Operations in recorded traffic that no OpenAPI document of their service holds.

Owns their count, and which of them a waiver accepts. That an exchange has none, the recording proxy says.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from harness.core.nearest import nearest
from harness.core.payloads.run import WaiverEntry
from harness.reporting.event_records import AttributedExchange, Records

VARIABLE = re.compile(r"\{[^/{}]*\}")
ABSENT = {404, 405, 501}  # how a service says that it has no such operation either
ALIKE = 0.8


@dataclass(frozen=True, slots=True)
class UndocumentedOperation:
    """``operation`` is its method and path, ids left open. ``statuses``: how often it was answered how, None
    for no answer.

    ``nearest`` is the most alike documented operation, where the service seems to have none such either;
    ``waiver`` the entry that accepts it, ``expired`` one that did so once.
    """

    service: str
    operation: str
    edges: tuple[str, ...]
    times: int
    statuses: dict[int | None, int]
    tests: tuple[str, ...]
    nearest: str | None = None
    waiver: WaiverEntry | None = None
    expired: WaiverEntry | None = None


@dataclass(frozen=True, slots=True)
class Undocumented:
    """``stale`` are waivers of operations that are documented by now."""

    operations: tuple[UndocumentedOperation, ...] = ()
    stale: tuple[WaiverEntry, ...] = ()

    @property
    def counted(self) -> tuple[UndocumentedOperation, ...]:
        """Those that no waiver accepts; first those that a typing error may explain, then by frequency."""
        return tuple(item for item in self.operations if item.waiver is None)

    @property
    def waived(self) -> tuple[UndocumentedOperation, ...]:
        return tuple(item for item in self.operations if item.waiver is not None)


def undocumented_of(records: Records) -> Undocumented:
    """Those of a run. Requests of contract tests are left out: they are wrong on purpose."""
    found: dict[tuple[str, str], list[AttributedExchange]] = {}
    for exchange in records.exchanges:
        if exchange.undocumented and not exchange.generated:
            found.setdefault((exchange.target, exchange.undocumented), []).append(exchange)
    documented, waivers = _documented(records), _waivers(records)
    today = records.began.date() if records.began else date.max
    operations = [
        _operation(service, operation, exchanges, documented.get(service, []), waivers, today)
        for (service, operation), exchanges in found.items()
    ]
    used = {entry.id for item in operations for entry in (item.waiver, item.expired) if entry}
    return Undocumented(
        tuple(
            sorted(
                operations,
                key=lambda item: (item.nearest is None, -item.times, item.service, item.operation),
            )
        ),
        tuple(entry for entry in waivers if entry.id not in used and _is_documented(entry, documented)),
    )


def _operation(
    service: str,
    operation: str,
    exchanges: list[AttributedExchange],
    documented: list[str],
    waivers: list[WaiverEntry],
    today: date,
) -> UndocumentedOperation:
    statuses = Counter(x.status for x in exchanges)
    mine = [entry for entry in waivers if accepts(entry, service, operation)]
    active = [entry for entry in mine if date.fromisoformat(entry.expires) >= today]
    return UndocumentedOperation(
        service,
        operation,
        edges=tuple(dict.fromkeys(f"{x.source} → {x.target}" for x in exchanges)),
        times=len(exchanges),
        statuses=dict(statuses.most_common()),
        tests=tuple(dict.fromkeys(x.test for x in exchanges if x.test)),
        nearest=nearest(operation, documented, alike=ALIKE) if statuses.keys() <= ABSENT else None,
        waiver=next(iter(active), None),
        expired=next((entry for entry in mine if not active), None),
    )


def accepts(entry: WaiverEntry, service: str, operation: str) -> bool:
    """Whether a waiver is about an operation of a service; each variable stands for one segment."""
    if entry.service not in (None, service):
        return False
    pattern = "[^/]+".join(map(re.escape, VARIABLE.split(entry.undocumented or "")))
    return re.fullmatch(pattern, operation) is not None


def _waivers(records: Records) -> list[WaiverEntry]:
    announced = records.started.waivers if records.started else ()
    return [entry for entry in announced if entry.undocumented]


def _documented(records: Records) -> dict[str, list[str]]:
    announced = records.started.operations if records.started else {}
    return {service: [operation.label for operation in its] for service, its in announced.items()}


def _is_documented(entry: WaiverEntry, documented: dict[str, list[str]]) -> bool:
    services: Iterable[str] = documented if entry.service is None else [entry.service]
    wanted = VARIABLE.sub("{}", entry.undocumented or "")
    return any(VARIABLE.sub("{}", label) == wanted for name in services for label in documented.get(name, ()))
