"""The traceparent of our drivers, and what a reader makes of one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.core import event_reader
from harness.core.errors import UsageError
from harness.core.events import EventLog
from harness.core.exchange import Exchange, Message
from harness.core.payloads import ExchangeRecord, Violation
from harness.traffic import Parent, Trace, exchanges_of, parse
from harness.traffic.attribution import ScenarioExchanges

ID = "4bf92f3577b34da6a3ce929d0e0e4736"


def test_a_step_survives_the_header() -> None:
    trace = Trace(ID, 3, 12)
    assert trace.header() == f"00-{ID}-000000030000000c-01"
    parent = parse(trace.header())
    assert parent == Parent(ID, "000000030000000c")
    assert parent.ours() == trace


@pytest.mark.parametrize(
    "span", ["00f067aa0ba902b7", "0000000100000000", "0000000000000001", "0001000000000001"]
)
def test_a_span_of_a_service_is_no_step(span: str) -> None:
    parent = parse(f"00-{ID}-{span}-00")
    assert parent is not None
    assert parent.ours() is None


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "hello",
        f"00-{ID}-00f067aa0ba902b7",
        f"ff-{ID}-00f067aa0ba902b7-01",
        f"00-{'0' * 32}-00f067aa0ba902b7-01",
        f"00-{ID}-{'0' * 16}-01",
        f"00-{ID.upper()}-00f067aa0ba902b7-01",
        f"00-{ID}-00f067aa0ba902b7-01-more",
    ],
)
def test_invalid_headers_are_none(header: str | None) -> None:
    assert parse(header) is None


def test_later_versions_may_say_more() -> None:
    assert parse(f"01-{ID}-00f067aa0ba902b7-01-more") == Parent(ID, "00f067aa0ba902b7")


@pytest.mark.parametrize(
    ("trace_id", "actor", "step"), [("x", 1, 1), ("0" * 32, 1, 1), (ID, 0, 1), (ID, 1, 65536)]
)
def test_what_cannot_be_sent_is_refused(trace_id: str, actor: int, step: int) -> None:
    with pytest.raises(UsageError):
        Trace(trace_id, actor, step)


def recorded(path: str, trace_id: str | None = ID, span: str = "0000000100000002") -> ExchangeRecord:
    exchange = Exchange(
        id=path,
        source="browser",
        target="website",
        method="GET",
        path=path,
        request=Message((), b""),
        status=200,
        response=Message((), b"ok"),
        started=1.0,
        ended=2.0,
    )
    return ExchangeRecord.model_validate(
        {
            **exchange.to_json(),
            "trace": {"trace_id": trace_id, "span_id": span} if trace_id else None,
            "operation": None,
            "operation_id": None,
            "violations": [{"code": "response-body"}],
            "checked": True,
            "unchecked": None,
        }
    )


@pytest.fixture
def log(tmp_path: Path) -> Iterator[EventLog]:
    with EventLog(tmp_path, "r1", "proxy") as log:
        yield log


def test_the_reader_joins_on_the_trace(tmp_path: Path, log: EventLog) -> None:
    log.write(recorded("/a"))
    log.write(recorded("/b", span="00f067aa0ba902b7"))
    log.write(recorded("/c", None))
    mine = exchanges_of(tmp_path, ID)
    assert [(seen.exchange.path, seen.actor, seen.step) for seen in mine] == [
        ("/a", 1, 2),
        ("/b", None, None),
    ]
    assert mine[0].record.violations == (Violation(code="response-body"),)
    assert mine[0].whole(tmp_path) == mine[0].exchange
    assert len(exchanges_of(tmp_path)) == 3
    assert exchanges_of(tmp_path, "f" * 32) == []


def test_a_scenario_sees_its_own_exchanges_as_they_come(tmp_path: Path, log: EventLog) -> None:
    log.write(recorded("/of-others", "f" * 32))
    exchanges = ScenarioExchanges(tmp_path, ID)
    assert exchanges.so_far() == []
    log.write(recorded("/a"))
    log.write(recorded(f"/names-the-trace?id={ID}", "f" * 32))
    log.write(recorded("/b", span="00f067aa0ba902b7"))
    for _ in range(2):
        said = [(seen.summary.path, seen.actor, seen.step) for seen in exchanges.so_far()]
        assert said == [("/a", 1, 2), ("/b", None, None)]
    log.write(recorded("/c"))
    assert [seen.summary.path for seen in exchanges.so_far()] == ["/a", "/b", "/c"]


def test_a_scenario_parses_each_of_its_exchanges_once_and_no_other(
    tmp_path: Path, log: EventLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[bytes] = []
    parse = event_reader.parse
    monkeypatch.setattr(event_reader, "parse", lambda line: parsed.append(line) or parse(line))
    for _ in range(5):
        log.write(recorded("/before", "f" * 32))
    exchanges = ScenarioExchanges(tmp_path, ID)
    for number in range(4):
        log.write(recorded(f"/{number}"))
        log.write(recorded("/of-others", "f" * 32))
        assert len(exchanges.so_far()) == number + 1
    assert len(parsed) == 4
