"""What must also hold after the last step: traffic was seen, and all of it is true to its contract."""

from __future__ import annotations

from harness.core import causes
from harness.core.errors import BrokenError, ContractViolation, Evidence, NoAnswer
from harness.core.payloads import ExchangeSummary
from harness.core.silence_words import silence_text
from harness.core.text import Text
from harness.linkage.stage import Stage

NO_TRAFFIC = Text(
    zh="没有记录到这个场景的任何请求：请求绕过了录制代理，没有校验过。若它本来就不发请求，"
    "请在场景清单中写 without_traffic: true",
    en="no traffic of this scenario was seen: its requests went past the recording proxies, and nothing of it was "
    "checked. If it sends none on purpose, say 'without_traffic: true' in the catalogue",
)

NOT_JUDGED = Text(zh="{target} 的 {what}：{why}", en="{what} on {target}: {why}")
NO_ANSWER = Text(zh="{target} 没有响应 {what}：{seen}", en="No answer to {what}: {seen}")


def traffic_seen(stage: Stage) -> None:
    """Where people acted on an end whose requests are recorded, some were. Errors: BrokenError."""
    acted = set(stage.step_platforms.values()) & set(stage.recorded)
    if acted and not stage.exchanges.so_far():
        raise BrokenError(NO_TRAFFIC.say(stage.run.language))


def contract_kept(stage: Stage) -> None:
    """Every exchange of this scenario is true to its contract.

    Errors: ContractViolation, the first; BrokenError where one could not be judged.
    """
    for seen in stage.exchanges.so_far():
        exchange = seen.summary
        if exchange.unjudged:
            what = f"{exchange.method} {exchange.path}"
            why = silence_text(exchange.unchecked or "")
            raise BrokenError(NOT_JUDGED.format(target=exchange.target, what=what, why=why))
    fault = contract_fault(stage)
    if fault is not None:
        raise fault


def no_answer(stage: Stage) -> NoAnswer | None:
    """The last request of this scenario that got no answer, and none when it was sent again; None without one.

    What a test made unreachable on purpose is none, nor what the client did not wait for.
    """
    silent: dict[tuple[str, str, str], ExchangeSummary] = {}
    for seen in stage.exchanges.so_far():
        exchange = seen.summary
        request = (exchange.target, exchange.method, exchange.path)
        silent.pop(request, None)
        if exchange.reason in ("no answer", "cut short"):
            silent[request] = exchange
    if not silent:
        return None
    last = list(silent.values())[-1]
    what = f"{last.method} {last.path.partition('?')[0]}"
    return NoAnswer(
        NO_ANSWER.format(target=last.target, what=what, seen=silence_text(last.error or "")),
        Evidence(platform=last.target),
    )


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
            zh=f"{exchange.target} 的 {what} 违反接口规范{more.zh}：{violation.message.zh}",
            en=f"{what} on {exchange.target} breaks the contract{more.en}: {violation.message.en}",
        ),
        Evidence(
            platform=exchange.target,
            step=f"{seen.step}" if seen.step else None,
            pointer=violation.pointer,
            expected=violation.expected,
            seen=violation.seen and violation.seen.map(lambda seen: f"{violation.where}: {seen}"),
        ),
        cause=causes.of_answer(
            exchange.target, exchange.operation or what, exchange.status, violation, exchange.violations
        ).name,
    )
