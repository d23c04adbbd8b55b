"""What services logged of the 5xx answers in a scenario's traffic: an event each, and words for its message."""

from __future__ import annotations

from collections import defaultdict

from harness.core.payloads import ExchangeSummary, ServiceError
from harness.core.text import Text
from harness.linkage.stage import Stage
from harness.runs.plan import service_log
from harness.runs.run import Run


def tell(run: Run, stage: Stage) -> list[Text]:
    """Write the events of a scenario that failed, and say what they say; once for equal errors."""
    failed: dict[str, list[ExchangeSummary]] = defaultdict(list)
    for seen in stage.exchanges.so_far():
        if seen.summary.status is not None and seen.summary.status >= 500:
            failed[seen.summary.target].append(seen.summary)
    told: dict[tuple[str, ...], Text] = {}
    for service, exchanges in failed.items():
        log = service_log(run.settings, run.folder, service)
        if log is None:
            told[service,] = _unavailable(service)
            continue
        exchanges.sort(key=lambda exchange: exchange.ended)
        errors = log.errors([(exchange.started, exchange.ended) for exchange in exchanges])
        for exchange, lines in zip(exchanges, errors, strict=True):
            if lines:
                error = ServiceError(exchange=exchange.id, service=service, lines=lines)
                run.log.write(error, scenario=stage.node_id)
                told.setdefault(tuple(lines), _logged(exchange, lines))
    return list(told.values())


def _unavailable(service: str) -> Text:
    return Text(
        zh=f"{service} 不是由 harness 启动的，没有日志",
        en=f"{service}: log not available, the harness did not start it",
    )


def _logged(exchange: ExchangeSummary, lines: list[str]) -> Text:
    what = f"{exchange.method} {exchange.path.partition('?')[0]}"
    block = "".join(f"\n    {line}" for line in lines)
    return Text(
        zh=f"{exchange.target} 在处理 {what}（{exchange.status}）时的日志：{block}",
        en=f"log of {exchange.target} during {what} ({exchange.status}):{block}",
    )
