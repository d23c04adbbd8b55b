"""What must also hold after the last step: every exchange of the scenario is true to its contract."""

from __future__ import annotations

from harness.core.errors import BrokenError, ContractViolation, Evidence
from harness.core.text import Text
from harness.linkage.stage import Stage


def contract_kept(stage: Stage) -> None:
    """Every exchange of this scenario is true to its contract.

    Errors: ContractViolation, the first; BrokenError where one could not be judged.
    """
    for seen in stage.exchanges.so_far():
        exchange = seen.summary
        if exchange.unjudged:
            raise BrokenError(f"{exchange.method} {exchange.path} on {exchange.target}: {exchange.unchecked}")
    fault = contract_fault(stage)
    if fault is not None:
        raise fault


def contract_fault(stage: Stage) -> ContractViolation | None:
    """The first violation of the scenario's traffic, as the fault it is; None where all is true."""
    found = [(seen, violation) for seen in stage.exchanges.so_far() for violation in seen.summary.violations]
    if not found:
        return None
    seen, violation = found[0]
    exchange, others = seen.summary, len(found) - 1
    what = f"{exchange.method} {exchange.path.partition('?')[0]}"
    more = Text(zh=f"（另有 {others} 处）", en=f" (and {others} more)") if others else Text(zh="", en="")
    return ContractViolation(
        Text(
            zh=f"{exchange.target} 的 {what} 违反接口规范{more.zh}：{violation.message}",
            en=f"{what} on {exchange.target} breaks the contract{more.en}: {violation.message}",
        ),
        Evidence(
            platform=exchange.target,
            step=f"{seen.step}" if seen.step else None,
            pointer=violation.pointer,
            expected=violation.expected,
            seen=f"{violation.where}: {violation.seen}",
        ),
    )
