"""Generated requests (positive, negative, boundary, examples) to one operation: one test each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from harness.api.backend import BackendUnderTest
from harness.checks.outcome import Outcome
from harness.conformance.contract_test import ContractTest
from harness.conformance.settings import ConformanceSettings
from harness.contracts import Contract, Operation
from harness.contracts.contract import Flaw
from harness.core.errors import NotRun
from harness.core.text import Text, text_of


def tests(
    contract: Contract, backend: BackendUnderTest, settings: ConformanceSettings
) -> Iterator[ContractTest]:
    """A test for every operation the backend serves, in document order; those with a flaw are not run.

    A flaw that hides what a path has is a test of its own, not run either.
    """

    def test(operation: Operation | None, name: str, execute: Callable[[], Outcome]) -> ContractTest:
        return ContractTest(
            name=name,
            kind="generated",
            contract=contract,
            backend=backend,
            operation=operation,
            about=text_of(operation.summary if operation else ""),
            execute=execute,
        )

    for operation in contract.operations:
        if operation.serves(backend.name):

            def execute(operation: Operation = operation) -> Outcome:
                if operation.is_additional:
                    raise NotRun(ADDITIONAL.format(method=operation.method))
                from harness.conformance.fuzzing.run_operation import run

                return run(contract, operation, backend, settings)

            yield test(operation, operation.id, execute)
    taken = {operation.id for operation in contract.operations}
    for operation, flaw in contract.flawed:
        if operation.serves(backend.name):
            name = operation.label if operation.id in taken else operation.id  # whose id another has
            taken.add(name)
            yield test(operation, name, partial(_refuse, flaw))
    for flaw in contract.of_paths:
        yield test(None, flaw.pointer, partial(_refuse, flaw))


ADDITIONAL = Text(
    zh="不为 {method} 生成请求（OpenAPI 3.2 的 additionalOperations）：只校验流量",
    en="no requests are generated for {method} (additionalOperations of OpenAPI 3.2): only traffic is checked",
)


def _refuse(flaw: Flaw) -> Outcome:
    raise NotRun(flaw.reason)
