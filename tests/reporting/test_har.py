from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from harness.core.events import EventLog
from harness.core.payloads import ExchangeRecord, RunEnd
from harness.core.silence_words import LEFT
from harness.drift.reading import Recorded, read
from harness.reporting import har
from harness.reporting.gate import judge
from harness.reporting.outputs import ON_DEMAND, OUTPUTS
from harness.reporting.settings import GateSettings, ReportingSettings


def record(**more: Any) -> ExchangeRecord:
    violation = {"code": "response-body", "message": {"zh": "价格不对", "en": "wrong price"}}
    return ExchangeRecord.model_validate(
        {
            "id": "1",
            "source": "browser",
            "target": "website",
            "request": {"method": "GET", "url": "/a?b=1", "headers": [["X", "1"]], "content": {"text": ""}},
            "response": {
                "status": 200,
                "headers": [["Content-Type", "application/json"]],
                "content": {"text": '{"price": 1}'},
            },
            "started": 1.0,
            "ended": 1.25,
            "error": None,
            "operation": None,
            "operation_id": None,
            "violations": [violation],
            "checked": True,
            **more,
        }
    )


def drawn(folder: Path, *records: ExchangeRecord, language: Any = "en") -> list[dict[str, Any]]:
    with EventLog(folder, "r", "main") as log:
        for each in records:
            log.write(each)
        log.write(RunEnd(exit_code=0))
    har.write(judge(folder, GateSettings()), ReportingSettings(language=language))
    entries: list[dict[str, Any]] = json.loads((folder / har.FILE).read_text(encoding="utf-8"))["log"][
        "entries"
    ]
    return entries


def test_the_exchanges_of_a_run_with_what_they_break(tmp_path: Path) -> None:
    (entry,) = drawn(tmp_path, record(), language="zh")
    assert entry["request"]["url"] == "http://website/a?b=1"
    assert entry["request"]["headers"] == [{"name": "X", "value": "1"}]
    assert entry["request"]["queryString"] == [{"name": "b", "value": "1"}]
    assert entry["response"]["content"]["text"] == '{"price": 1}'
    assert entry["time"] == 250.0
    assert entry["comment"] == "browser→website\n价格不对"


def test_why_an_exchange_is_unchecked_is_told_in_the_language_of_the_report(tmp_path: Path) -> None:
    left = record(checked=False, unchecked=LEFT.en, reason="client left", violations=[])
    refused = {"zh": "规则不允许", "en": "no rule allows it"}
    held = record(checked=False, unchecked=refused["en"], reason="refused", refused=refused, violations=[])
    entries = drawn(tmp_path, left, held, language="zh")
    assert [each["comment"] for each in entries] == [
        f"browser→website\n{LEFT.zh}",
        "browser→website\n规则不允许",
    ]


def test_a_body_in_a_file_of_its_own_bytes_and_one_that_was_cut(tmp_path: Path) -> None:
    (tmp_path / "bodies").mkdir()
    (tmp_path / "bodies" / "1.bin").write_bytes(b"\xff\x00")
    there = {"status": 200, "headers": [], "content": {"text": "", "file": "bodies/1.bin", "size": 2}}
    cut = {"status": 200, "headers": [], "content": {"text": "half", "cut": True}}
    drawn(tmp_path, record(response=there), record(response=cut), record(response=None, error="cut off"))
    first, second, third = [each for each in read(tmp_path / har.FILE) if isinstance(each, Recorded)]
    assert first.exchange.response is not None
    assert first.exchange.response.body == b"\xff\x00"
    assert "response.body" in second.unsaved
    assert third.whole is not None
    assert third.whole[0] == "no answer"


def test_it_is_drawn_only_where_it_is_asked_for() -> None:
    assert har.OUTPUT in ON_DEMAND
    assert har.OUTPUT not in OUTPUTS
