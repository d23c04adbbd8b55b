"""Which operations of each backend's contracts a run exercised, by scenarios and by generated tests.

Owns the count of operations; statuses, parameters and schema keywords are the contracts package's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from harness.reporting.event_records import Operation, Records


@dataclass(frozen=True, slots=True)
class OperationCoverage:
    """One operation of one backend: exchanges of scenarios, generated cases, findings."""

    operation: Operation
    exchanges: int
    cases: int
    findings: int

    @property
    def exercised(self) -> bool:
        return bool(self.exchanges or self.cases)

    @property
    def state(self) -> Literal["both", "one", "bad", "none"]:
        """Who exercised it: both ways, one of them, nobody; *bad* where generated tests found something."""
        if self.findings:
            return "bad"
        return "both" if self.exchanges and self.cases else "one" if self.exercised else "none"


@dataclass(frozen=True, slots=True)
class BackendCoverage:
    """The operations of one backend.

    ``declared`` is False where the run does not say what its contracts declare: then only operations that
    were met are listed, and "all of them" cannot be claimed.
    """

    backend: str
    operations: tuple[OperationCoverage, ...]
    declared: bool

    @property
    def total(self) -> int:
        return len(self.operations)

    @property
    def by_scenarios(self) -> int:
        return sum(bool(item.exchanges) for item in self.operations)

    @property
    def by_conformance(self) -> int:
        return sum(bool(item.cases) for item in self.operations)

    @property
    def exercised(self) -> int:
        return sum(item.exercised for item in self.operations)

    @property
    def missing(self) -> tuple[Operation, ...]:
        return tuple(item.operation for item in self.operations if not item.exercised)


def coverage_of(records: Records) -> tuple[BackendCoverage, ...]:
    """One entry per backend, in the order the run declares them, then those met without being declared."""
    declared = records.started.operations if records.started else {}
    known: dict[str, dict[str, Operation]] = {
        backend: {operation.pointer: operation for operation in operations}
        for backend, operations in declared.items()
    }
    exchanges: dict[tuple[str, str], int] = {}
    cases: dict[tuple[str, str], int] = {}
    findings: dict[tuple[str, str], int] = {}
    for x in records.exchanges:
        if x.operation is None or x.test is None:
            continue
        known.setdefault(x.target, {}).setdefault(
            x.operation, Operation(pointer=x.operation, operation_id=x.operation_id)
        )
        key = (x.target, x.operation)
        exchanges[key] = exchanges.get(key, 0) + 1
    for c in records.conformance:
        if c.operation is None:
            continue  # a test of several operations counts for none of them
        known.setdefault(c.backend, {}).setdefault(
            c.operation, Operation(pointer=c.operation, operation_id=c.operation_id)
        )
        key = (c.backend, c.operation)
        cases[key] = cases.get(key, 0) + c.case_count
        findings[key] = findings.get(key, 0) + len(c.findings)
    return tuple(
        BackendCoverage(
            backend,
            tuple(
                OperationCoverage(
                    operation,
                    exchanges=exchanges.get((backend, pointer), 0),
                    cases=cases.get((backend, pointer), 0),
                    findings=findings.get((backend, pointer), 0),
                )
                for pointer, operation in operations.items()
            ),
            declared=backend in declared,
        )
        for backend, operations in known.items()
    )
