from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import pytest

from harness.core import payloads
from harness.core.errors import LinkageFault, UsageError
from harness.core.events import EventLog, read_events
from harness.core.platforms import USUAL, Platform, Platforms
from harness.core.text import Text
from harness.linkage.catalogue import Entry
from harness.linkage.lag import appears, last_write
from harness.linkage.stage import RunContext, Stage

STAFF = Platform("staff", Text(zh="店员后台", en="staff site"), "website")
ERP = Platform("erp", Text(zh="ERP", en="ERP"), "none")
PLATFORMS = Platforms((*USUAL, STAFF, ERP))
SERVICES = {"website": "website", "miniprogram": "miniprogram", "staff": "website", "erp": "erp"}
WHAT = Text(zh="昵称", en="the nickname")


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    entry = Entry.model_validate(
        {
            "id": "L01",
            "title": {"zh": "测", "en": "t"},
            "priority": "P0",
            "level": "linkage",
            "platforms": ["website"],
        }
    )
    with EventLog(tmp_path, "r", "pytest") as log:
        context = RunContext(
            log=log,
            folder=tmp_path,
            language="en",
            seed="7",
            check_system=lambda: None,
            services=SERVICES,
            platforms=PLATFORMS,
        )
        yield Stage(context, "scenarios/x.py::t", entry, "pytest x --harness-seed=7")


def reading(*values: str) -> Callable[[], str]:
    sequence = chain(values, repeat(values[-1]))
    return lambda: next(sequence)


def look(stage: Stage, read: Callable[[], str], within: float = 2.0) -> Any:
    return appears(
        stage,
        WHAT,
        entity="member",
        source="website",
        target="miniprogram",
        read=read,
        expected="new",
        within=within,
        every=0.02,
    )


def test_the_lag_lies_between_the_last_read_without_and_the_first_with(stage: Stage, tmp_path: Path) -> None:
    lag = look(stage, reading("old", "old", "new"))
    assert 0.01 < lag.lower < lag.upper < 1
    assert lag.reads == 3
    [event] = read_events(tmp_path, payloads.Lag)
    assert event.data.lower == lag.lower
    assert event.data.allowed == 2.0
    assert (event.data.source, event.data.target) == ("website", "miniprogram")


def test_what_is_there_at_once_has_a_lower_end_of_zero(stage: Stage) -> None:
    assert look(stage, reading("new")).lower == 0


def test_what_never_appears_is_a_linkage_fault_that_says_what_was_seen(stage: Stage, tmp_path: Path) -> None:
    with pytest.raises(LinkageFault) as caught:
        look(stage, reading("old"), within=0.1)
    message = str(caught.value)
    for part in ("the nickname", "miniprogram", '"new" within 0.1 s', '"old"', "seed", "pytest x"):
        assert part in message
    [event] = read_events(tmp_path, payloads.Lag)
    assert event.data.upper is None


def exchange(
    stage: Stage,
    method: str,
    status: int,
    ended: float,
    source: str = "browser",
    actor: int = 1,
    step: int = 1,
    target: str = "website",
) -> payloads.ExchangeRecord:
    empty = {"headers": [], "content": {"text": ""}}
    return payloads.ExchangeRecord.model_validate(
        {
            "id": "1",
            "source": source,
            "target": target,
            "request": {"method": method, "url": "/api/member", **empty},
            "response": {"status": status, **empty},
            "started": ended - 0.1,
            "ended": ended,
            "error": None,
            "trace": {"trace_id": stage.trace_id, "span_id": f"{actor:08x}{step:08x}"},
            "operation": None,
            "operation_id": None,
            "violations": [],
            "checked": False,
            "unchecked": None,
        }
    )


def test_time_counts_from_the_writers_answer(stage: Stage) -> None:
    now = time.monotonic()
    stage.step_platforms = {1: "website"}
    for method, status, ended, source in (
        ("PATCH", 200, now - 5, "browser"),  # the write
        ("GET", 200, now - 4, "browser"),  # only a read
        ("PATCH", 422, now - 3, "browser"),  # refused
        ("POST", 202, now - 2, "miniprogram"),  # not a person's
    ):
        stage.run.log.write(exchange(stage, method, status, ended, source))
    stage.run.log.write(exchange(stage, "POST", 201, now - 1, actor=2))  # somebody else's
    stage.acting = 1
    assert last_write(stage, "website") == pytest.approx(now - 5)
    assert look(stage, reading("new"), within=30).upper > 4.9


def test_a_write_on_one_end_is_none_on_another_that_shares_its_service(stage: Stage) -> None:
    now = time.monotonic()
    stage.step_platforms, stage.acting = {1: "website", 2: "staff", 3: "erp"}, 1
    stage.run.log.write(exchange(stage, "PATCH", 200, now - 5, step=1))
    assert last_write(stage, "staff") is None
    stage.run.log.write(exchange(stage, "PATCH", 200, now - 3, step=2))
    assert last_write(stage, "website") == pytest.approx(now - 5)
    assert last_write(stage, "staff") == pytest.approx(now - 3)
    stage.run.log.write(exchange(stage, "POST", 201, now - 1, source="harness", step=3, target="erp"))
    assert last_write(stage, "erp") == pytest.approx(now - 1)


def test_a_fault_names_the_platforms_by_their_titles(stage: Stage) -> None:
    with pytest.raises(LinkageFault) as caught:
        appears(
            stage, WHAT, entity="member", source="erp", target="staff", read=reading("old"), expected="new",
            within=0.05, every=0.02,
        )  # fmt: skip
    assert "the nickname: the ERP's member does not appear on the staff site" in str(caught.value)
    assert "ERP写入的member在店员后台没有出现" in caught.value.say("zh")
    assert caught.value.evidence.platform == "staff"


def test_a_platform_nobody_declared_is_told_with_the_nearest(stage: Stage) -> None:
    with pytest.raises(UsageError, match="no platform is called 'stuff'; did you mean 'staff'"):
        last_write(stage, "stuff")
