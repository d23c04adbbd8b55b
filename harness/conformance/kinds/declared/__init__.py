"""What operations declare beyond their schemas (``x-…``), held against the running backend: one module each."""

from __future__ import annotations

from collections.abc import Iterator

from harness.api.backend import BackendUnderTest
from harness.conformance.contract_test import ContractTest
from harness.conformance.kinds.declared import (
    exactness,
    filters,
    idempotency,
    pagination,
    reads_back,
    sorting,
)
from harness.conformance.settings import ConformanceSettings
from harness.contracts import Contract

KINDS = (
    pagination.tests,
    filters.tests,
    sorting.tests,
    reads_back.tests,
    idempotency.tests,
    exactness.tests,
)


def tests(
    contract: Contract, backend: BackendUnderTest, settings: ConformanceSettings
) -> Iterator[ContractTest]:
    """A test for every declaration of every operation the backend serves."""
    for kind in KINDS:
        yield from kind(contract, backend, settings)
