"""Generated requests (positive, negative, boundary, examples) to one operation: one test each."""

from __future__ import annotations

from collections.abc import Iterator

from harness.api.backend import BackendUnderTest
from harness.checks.outcome import Outcome
from harness.conformance.contract_test import ContractTest
from harness.conformance.settings import ConformanceSettings
from harness.contracts import Contract, Operation
from harness.core.text import Text


def tests(
    contract: Contract, backend: BackendUnderTest, settings: ConformanceSettings
) -> Iterator[ContractTest]:
    """A test for every operation the backend serves, in document order."""
    for operation in contract.operations:
        if operation.serves(backend.name):

            def execute(operation: Operation = operation) -> Outcome:
                from harness.conformance.fuzzing.run_operation import run

                return run(contract, operation, backend, settings)

            yield ContractTest(
                name=operation.id,
                kind="generated",
                contract=contract,
                backend=backend,
                operation=operation,
                about=Text(zh=operation.summary, en=operation.summary),
                execute=execute,
            )
