"""``exchanges.har``: the exchanges of a run as HAR 1.2, for browsers and other tools; drawn only where asked for.

They are those of the run folder, masked when they were recorded. An entry's comment has the edge, and what the
exchange breaks.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from harness.core.exchange import Exchange, Message
from harness.core.payloads import ExchangeRecord
from harness.core.payloads.traffic import Request, Response
from harness.core.shards import read_events
from harness.core.silence_words import silence_text
from harness.core.text import Language
from harness.reporting.gate import GateResult
from harness.reporting.output import Output
from harness.reporting.settings import ReportingSettings
from harness.traffic.bodies import recorded_body
from harness.traffic.har import writing

FILE = "exchanges.har"


def write(result: GateResult, settings: ReportingSettings) -> None:
    """Write the file into the run folder, in order of time."""
    with writing(result.folder / FILE) as archive:
        for event in read_events(result.folder, ExchangeRecord):
            record = event.data
            exchange = _whole(Exchange.of(record), record, result.folder)
            archive.add(
                exchange,
                f"http://{record.target}",
                event.envelope.wall - timedelta(seconds=record.seconds),  # events are written at the end
                unsaved=[name for name, side in _sides(record) if side is not None and side.content.cut],
                comment=_comment(record, exchange.edge, settings.language),
            )


OUTPUT = Output("HAR", FILE, write)


def _sides(record: ExchangeRecord) -> tuple[tuple[str, Request | Response | None], ...]:
    return (("request.body", record.request), ("response.body", record.response))


def _whole(exchange: Exchange, record: ExchangeRecord, folder: Path) -> Exchange:
    """With the bodies that lie in files of their own."""
    request = _with_body(exchange.request, record.request, folder)
    if exchange.response is None or record.response is None:
        return replace(exchange, request=request)
    return replace(exchange, request=request, response=_with_body(exchange.response, record.response, folder))


def _with_body(message: Message, recorded: Request | Response, folder: Path) -> Message:
    body = recorded_body(folder, recorded.content)
    return message if body is None else replace(message, body=body)


def _comment(record: ExchangeRecord, edge: str, language: Language) -> str:
    said = [
        edge,
        (record.refused or silence_text(record.unchecked or "")).say(language),
        *(violation.message.say(language) for violation in record.violations),
    ]
    return "\n".join(filter(None, said))
