"""What recorded traffic says of the contracts: exchanges checked, violations, equal violations counted.

Owns the count; what a violation is, the contracts package says.
"""

from __future__ import annotations

from dataclasses import dataclass

from harness.core.text import Text
from harness.reporting.event_records import AttributedExchange, Operation, Records, Violation
from harness.reporting.language import words


@dataclass(frozen=True, slots=True)
class ContractTraffic:
    """What recorded traffic did to one contract; ``contract`` None: an operation no contract knows."""

    contract: str | None
    exchanges: int
    violating: int
    violations: int


@dataclass(frozen=True, slots=True)
class DistinctViolation:
    """Equal violations of one operation, counted."""

    operation: str
    edge: str
    violation: Violation
    times: int
    tests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Traffic:
    """Recorded exchanges; ``own``, those that contract tests and linkage checks sent themselves, are left out:
    they break the contract on purpose, and have findings of their own.
    """

    recorded: int
    checked: int
    attributed: int
    unanswered: int
    violations: int
    waived: int  # violations that the list of waivers excuses
    unjudged: int  # the check itself failed on them
    contracts: tuple[ContractTraffic, ...]
    distinct: tuple[DistinctViolation, ...]
    own: int = 0

    @property
    def left_out(self) -> Text | None:
        """What is not counted, in words; None where that is nothing."""
        if not self.own:
            return None
        return words(
            f"契约测试与联动检查自身发出的 {self.own} 次不计入",
            f"not counted: {self.own} that contract tests and linkage checks sent themselves",
        )


def traffic_of(records: Records) -> Traffic:
    exchanges = [x for x in records.exchanges if not x.generated]
    checked = [x for x in exchanges if x.checked]
    contracts = [
        ContractTraffic(
            contract,
            exchanges=len(its := [x for x in checked if x.contract == contract]),
            violating=sum(bool(x.violations) for x in its),
            violations=sum(len(x.violations) for x in its),
        )
        for contract in dict.fromkeys(x.contract for x in checked)
    ]
    return Traffic(
        recorded=len(exchanges),
        checked=len(checked),
        attributed=sum(x.test is not None for x in exchanges),
        unanswered=sum(x.status is None for x in exchanges),
        violations=sum(len(x.violations) for x in exchanges),
        waived=sum(len(x.waived) for x in exchanges),
        unjudged=sum(x.unjudged for x in exchanges),
        contracts=tuple(sorted(contracts, key=lambda c: (c.contract is None, c.contract or ""))),
        distinct=_distinct(exchanges),
        own=len(records.exchanges) - len(exchanges),
    )


def _distinct(exchanges: list[AttributedExchange]) -> tuple[DistinctViolation, ...]:
    seen: dict[tuple[str, str, str | None], list[tuple[AttributedExchange, Violation]]] = {}
    for x in exchanges:
        for violation in x.violations:
            operation = x.operation or f"{x.method} {x.path.partition('?')[0]}"
            seen.setdefault((operation, violation.code, violation.where), []).append((x, violation))
    return tuple(
        DistinctViolation(
            operation=Operation(pointer=operation).label if "#" in operation else operation,
            edge=f"{items[0][0].source} → {items[0][0].target}",
            violation=items[0][1],
            times=len(items),
            tests=tuple(dict.fromkeys(x.test for x, _ in items if x.test)),
        )
        for (operation, _, _), items in sorted(seen.items(), key=lambda entry: -len(entry[1]))
    )
