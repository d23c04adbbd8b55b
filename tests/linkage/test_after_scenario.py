from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.core.errors import BrokenError, ContractViolation
from harness.core.events import EventLog
from harness.core.payloads import ExchangeRecord
from harness.core.platforms import WEBSITE, DriverKind, Platform, Platforms
from harness.core.text import Text
from harness.linkage.after_scenario import contract_kept, no_answer, traffic_seen
from harness.linkage.catalogue import Entry
from harness.linkage.stage import RunContext, Stage
from tests.support.languages import english

ERP = Platform("erp", Text(zh="ERP", en="ERP"), "none")
VIOLATION = {
    "code": "response-body",
    "pointer": "shared.yaml#/components/schemas/Points/properties/balance/type",
    "where": "response.body/balance",
    "expected": "integer",
    "seen": '"100"',
    "message": "balance: expected integer",
}


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    words = {"zh": "测", "en": "t"}
    entry = Entry(id="L01", title=words, priority="P0", level="linkage", platforms=("website",))
    with EventLog(tmp_path, "r", "pytest") as log:
        context = RunContext(
            log=log, folder=tmp_path, language="en", seed="7", check_system=lambda: None, services={}
        )
        yield Stage(context, "scenarios/x.py::t", entry, "pytest x --harness-seed=7")


def record(
    stage: Stage,
    trace_id: str,
    violations: tuple[Any, ...] = (),
    unchecked: str | None = None,
    reason: str | None = None,
    error: str | None = None,
) -> None:
    empty = {"headers": [], "content": {"text": ""}}
    stage.run.log.write(
        ExchangeRecord.model_validate(
            {
                "id": "1",
                "source": "website",
                "target": "miniprogram",
                "request": {"method": "GET", "url": "/api/member/points?limit=1", **empty},
                "response": {"status": 200, **empty},
                "started": 1.0,
                "ended": 1.1,
                "error": error,
                "trace": {"trace_id": trace_id, "span_id": "0000000100000002"},
                "operation": "shared.yaml#/paths/~1api~1member~1points/get",
                "operation_id": "getPoints",
                "violations": list(violations),
                "checked": unchecked is None,
                "unchecked": unchecked,
                "reason": reason,
            }
        )
    )


def on_website(stage: Stage, *, driver: DriverKind = "website", without_traffic: bool = False) -> Stage:
    """A scenario with a step on the website."""
    website = replace(WEBSITE, driver=driver)
    stage.run = replace(stage.run, platforms=Platforms((website, ERP)))
    stage.entry = stage.entry.model_copy(
        update={"platforms": ("website", "erp"), "without_traffic": without_traffic}
    )
    stage.step_platforms[1] = "website"
    return stage


def test_people_act_and_no_request_is_seen(stage: Stage) -> None:
    """A mini-program whose host no proxy stands for: nothing of it was checked, and it was green."""
    record(stage, "f" * 32)  # of another scenario
    with pytest.raises(BrokenError, match="no traffic of this scenario was seen"):
        traffic_seen(on_website(stage))
    record(stage, stage.trace_id)
    traffic_seen(stage)


def test_where_no_request_can_be_told_none_is_missed(stage: Stage) -> None:
    traffic_seen(on_website(stage, driver="devtools"))
    traffic_seen(on_website(stage, without_traffic=True))
    on_website(stage).step_platforms = {1: "erp"}
    traffic_seen(stage)


def test_what_is_true_to_its_contract_passes(stage: Stage) -> None:
    record(stage, stage.trace_id)
    record(stage, stage.trace_id, unchecked="a page or a file, not the API")
    contract_kept(stage)


def test_a_violation_between_services_is_this_scenarios_fault_too(stage: Stage) -> None:
    record(stage, stage.trace_id, (VIOLATION, VIOLATION))
    with pytest.raises(ContractViolation) as caught:
        contract_kept(stage)
    said = str(caught.value)
    for part in ("GET /api/member/points on miniprogram breaks the contract (and 1 more)", "Points", '"100"'):
        assert part in said


def test_another_scenarios_violation_is_not(stage: Stage) -> None:
    record(stage, "f" * 32, (VIOLATION,))
    contract_kept(stage)


def test_what_could_not_be_judged_is_broken(stage: Stage) -> None:
    record(stage, stage.trace_id, unchecked="the check itself failed: KeyError: 'x'")
    with pytest.raises(BrokenError, match="the check itself failed: KeyError"):
        contract_kept(stage)


@pytest.mark.parametrize(
    ("unchecked", "zh"),
    [
        ("the check itself failed: KeyError: 'x'", "检查本身出错：KeyError: 'x'"),
        (
            "the check itself failed: it could not be recorded: ValueError",
            "检查本身出错：内容无法记录：ValueError",
        ),
        ("the proxy failed: TypeError", "录制代理自身出错：TypeError"),
    ],
)
def test_what_the_proxy_says_is_told_in_the_language_of_the_run(
    stage: Stage, unchecked: str, zh: str
) -> None:
    """Its English sentence stood in a Chinese report."""
    record(stage, stage.trace_id, unchecked=unchecked, reason="check failed")
    with pytest.raises(BrokenError) as caught:
        contract_kept(stage)
    assert caught.value.say("zh") == f"miniprogram 的 GET /api/member/points?limit=1：{zh}"
    assert unchecked in caught.value.say("en")


def test_a_silence_is_told_in_the_language_of_the_run(stage: Stage) -> None:
    said = "mall at http://127.0.0.1:1: closed the connection before an answer"
    record(stage, stage.trace_id, unchecked=said, reason="no answer", error=said)
    silence = no_answer(stage)
    assert silence is not None
    assert english(silence.say("zh"), words=4) is None
    assert said in silence.say("en")
