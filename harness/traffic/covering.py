"""Coverage as the proxy sees it: what each exchange hit that none before it did."""

from __future__ import annotations

from typing import Literal

from harness.contracts import Index
from harness.contracts.coverage import OperationCoverage
from harness.contracts.envelope import EnvelopeSettings, envelope_of, opened
from harness.core.exchange import Exchange
from harness.core.payloads import Coverage
from harness.core.platforms import HARNESS


class Covering:
    """The coverage of one edge. ``source`` is whether contract tests or people and services call on it."""

    def __init__(self, index: Index, source: str, envelope: EnvelopeSettings | None = None) -> None:
        self._index, self._envelope = index, envelope
        self.source: Literal["generated", "traffic"] = "generated" if source == HARNESS else "traffic"
        self._operations: dict[str, OperationCoverage] = {}
        self._seen: set[str] = set()

    def __call__(self, exchange: Exchange) -> Coverage | None:
        """What it shows; None where the exchange shows nothing new."""
        found = self._index.find(exchange.method, exchange.path)
        if found is None or self._index.flaw_of(found.operation) is not None:
            return None
        operation = found.operation
        coverage = self._operations.get(operation.pointer)
        if coverage is None:
            coverage = self._operations[operation.pointer] = OperationCoverage(operation)
        exchange, _ = opened(exchange, envelope_of(operation, self._envelope))
        new = coverage.hits(exchange, found.values) - self._seen
        if not new:
            return None
        self._seen |= new
        return Coverage(
            service=exchange.target, source=self.source, operation=operation.pointer, hits=sorted(new)
        )
