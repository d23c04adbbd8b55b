"""What the contracts of each backend document, written down when a run starts: what its coverage is of.

``contracts/not-producible.yaml`` lists documented statuses that no test here can bring about, each with its
reason; the gate counts it in both directions.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from harness.config.settings import HarnessSettings
from harness.contracts import Contract, Operation
from harness.contracts.coverage import OperationCoverage
from harness.core.errors import UsageError
from harness.core.nearest import nearest
from harness.core.records import read_records
from harness.reporting.target_coverage import FILE as TARGETS


class NotProducible(BaseModel):
    """One documented status that cannot be brought about; on every backend where none is named."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    operation: str = Field(min_length=1, description="operationId")
    status: str = Field(pattern="^([1-5][0-9]{2}|[1-5]XX|default)$")
    backend: str | None = None
    reason: str = Field(min_length=5)


def write(settings: HarnessSettings, contracts: Mapping[str, Contract], folder: Path) -> None:
    """Write ``coverage-targets.json``. UsageError with file and line for an entry of the list that names nothing."""
    backends = {
        name: [
            operation
            for file in service.contracts
            for operation in contracts[file].operations
            if operation.serves(name)
        ]
        for name, service in settings.services.items()
        if service.platform
    }
    listed = load(settings.contract("not-producible.yaml"), backends)
    data = {
        "backends": {
            name: {
                operation.pointer: {
                    "operation": operation.id,
                    "document": f"{operation.place.source.path.name}:{operation.line}",
                    "targets": OperationCoverage(operation).targets(),
                }
                for operation in operations
            }
            for name, operations in backends.items()
        },
        "not_producible": [entry.model_dump() for entry in listed],
    }
    (folder / TARGETS).write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")


def load(path: Path, backends: Mapping[str, list[Operation]]) -> list[NotProducible]:
    """The list; empty where there is no such file. UsageError for an entry that names nothing."""
    if not path.exists():
        return []
    entries = list(read_records(path, NotProducible).values())
    known = {operation.id: operation for operations in backends.values() for operation in operations}
    for entry in entries:
        if entry.backend is not None and entry.backend not in backends:
            close = nearest(entry.backend, backends)
            raise UsageError(f"{entry.id}: no backend {entry.backend!r}", where=str(path), nearest=close)
        if entry.operation not in known:
            close = nearest(entry.operation, known)
            raise UsageError(f"{entry.id}: no operation {entry.operation!r}", where=str(path), nearest=close)
        documented = known[entry.operation].responses
        if entry.status not in documented:
            close = nearest(entry.status, documented)
            message = f"{entry.id}: {entry.operation} does not document {entry.status}"
            raise UsageError(message, where=str(path), nearest=close)
    return entries
