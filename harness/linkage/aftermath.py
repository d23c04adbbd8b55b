"""What must also hold after the last step: nothing under way, every exchange true to its contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from harness.core.errors import BrokenError, ContractViolation, Evidence, LinkageFault
from harness.core.polling import poll
from harness.core.text import Text
from harness.linkage.stage import Stage
from harness.traffic.attribution import exchanges_of

DRAIN_WITHIN = 5.0  # seconds


def drained(outboxes: Mapping[str, str], *, within: float = DRAIN_WITHIN) -> None:
    """Wait until every outbox is empty: ``{service: address}``, each answering ``{"pending": n}``.

    Errors: LinkageFault naming the outbox that is not; BrokenError where one cannot be read.
    """
    for service, address in outboxes.items():

        def pending(address: str = address, service: str = service) -> dict[str, Any]:
            try:
                answer = httpx.get(address, timeout=2.0)
                state: dict[str, Any] = answer.raise_for_status().json()
            except (httpx.HTTPError, ValueError) as error:
                raise BrokenError(f"the outbox of {service} cannot be read: {error}") from error
            return state

        outcome = poll(pending, lambda state: state.get("pending") == 0, within=within)
        if not outcome.satisfied:
            raise LinkageFault(
                Text(zh=f"{service} 还有没送达的同步消息", en=f"The {service} still has messages to deliver"),
                Evidence(
                    platform=service, expected=f"an empty outbox within {within:g} s", seen=f"{outcome.value}"
                ),
            )


def contract_kept(stage: Stage) -> None:
    """Every exchange of this scenario is true to its contract. Errors: ContractViolation, the first."""
    fault = contract_fault(stage)
    if fault is not None:
        raise fault


def contract_fault(stage: Stage) -> ContractViolation | None:
    """The first violation of the scenario's traffic, as the fault it is; None where all is true."""
    found = [
        (seen, violation)
        for seen in exchanges_of(stage.run.folder, stage.trace_id)
        for violation in seen.violations
    ]
    if not found:
        return None
    seen, violation = found[0]
    exchange, others = seen.exchange, len(found) - 1
    what = f"{exchange.method} {exchange.path.partition('?')[0]}"
    more = Text(zh=f"（另有 {others} 处）", en=f" (and {others} more)") if others else Text(zh="", en="")
    return ContractViolation(
        Text(
            zh=f"{exchange.target} 的 {what} 违反契约{more.zh}：{violation['message']}",
            en=f"{what} on {exchange.target} breaks the contract{more.en}: {violation['message']}",
        ),
        Evidence(
            platform=exchange.target,
            step=f"{seen.step}" if seen.step else None,
            pointer=violation["pointer"],
            expected=violation["expected"],
            seen=f"{violation['where']}: {violation['seen']}",
        ),
    )
