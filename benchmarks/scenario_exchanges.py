"""What it costs a scenario to ask for its exchanges so far, in a run that has recorded 200 exchanges and one with
20,000, beside reading the run again.

``python benchmarks/scenario_exchanges.py``. Before each question the run has recorded 100 exchanges of other tests
and two of the scenario. The promises: at most 2 ms a question, whatever the run's length; all exchanges of a run are
read without headers and bodies in at most 0.75 of the time with them.
"""

from __future__ import annotations

import json
import secrets
import tempfile
from pathlib import Path
from typing import Any

from _measure import Promises, interleaved

from harness.core.events import EventLog, read_events
from harness.core.payloads import ExchangeRecord, ExchangeSummary
from harness.traffic import exchanges_of
from harness.traffic.attribution import ScenarioExchanges

SHORT, LONG = 200, 20_000
MEANWHILE = 50
ORDER = {"order_id": "o_1", "status": "paid", "total": 8800, "items": [{"product_id": "p_1", "quantity": 1}]}
BODY = json.dumps({"total": 20, "orders": [ORDER] * 20})  # 2 kB


def main() -> None:
    promises = Promises()
    with tempfile.TemporaryDirectory() as name:
        short, long = Run(Path(name) / "short", SHORT), Run(Path(name) / "long", LONG)
        questions = {"short": short.exchanges.so_far, "long": long.exchanges.so_far}
        median = interleaved(questions, rounds=50, before=lambda: (short.go_on(), long.go_on()))
        median |= interleaved({"read again": lambda: exchanges_of(long.folder, long.trace_id)}, rounds=3)
        for question, seconds in median.items():
            print(f"{seconds * 1000:9.2f} ms  {question}")
        promises.at_most(f"a question after {SHORT:,} exchanges", median["short"] * 1000, 2.0, " ms")
        promises.at_most(f"a question after {LONG:,} exchanges", median["long"] * 1000, 2.0, " ms")
        assert len(short.exchanges.so_far()) == len(long.exchanges.so_far()) == short.asked
        read = interleaved(
            {
                "records": lambda: list(read_events(long.folder, ExchangeRecord)),
                "summaries": lambda: list(read_events(long.folder, ExchangeSummary)),
            }
        )
        promises.at_most("summaries / records", read["summaries"] / read["records"], 0.75)
    promises.end()


class Run:
    """A run folder with recorded exchanges of other tests, and a scenario that begins then."""

    def __init__(self, folder: Path, recorded: int) -> None:
        self.folder, self.trace_id, self.asked = folder, secrets.token_hex(16), 0
        self._log = EventLog(folder, "r", "proxy")
        for _ in range(recorded):
            self._log.write(exchange(secrets.token_hex(16)))
        self.exchanges = ScenarioExchanges(folder, self.trace_id)

    def go_on(self) -> None:
        for _ in range(MEANWHILE):
            self._log.write(exchange(secrets.token_hex(16)))
        self._log.write(exchange(self.trace_id))
        self.asked += 1


def exchange(trace_id: str) -> ExchangeRecord:
    span = "0000000100000001"
    asked = [["Accept", "*/*"], ["traceparent", f"00-{trace_id}-{span}-01"]]
    message: dict[str, Any] = {"headers": [["Content-Type", "application/json"]], "content": {"text": BODY}}
    return ExchangeRecord.model_validate(
        {
            "id": "1",
            "source": "browser",
            "target": "website",
            "request": {"method": "GET", "url": "/api/orders", "headers": asked, "content": {"text": ""}},
            "response": {"status": 200, **message},
            "started": 1.0,
            "ended": 1.1,
            "error": None,
            "trace": {"trace_id": trace_id, "span_id": span},
            "operation": "shared.yaml#/paths/~1api~1orders/get",
            "operation_id": "listOrders",
            "violations": [],
            "checked": True,
            "unchecked": None,
            "refused": None,
        }
    )


if __name__ == "__main__":
    main()
