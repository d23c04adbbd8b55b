"""A page that shows something else than it was answered says so; else, where the value was last recorded."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from harness.core import payloads
from harness.core.errors import LinkageFault, PageFault
from harness.linkage.lag import appears, shows
from harness.linkage.recorded import last_recorded
from harness.linkage.stage import Stage
from tests.linkage.test_lag import WHAT, stage

__all__ = ["stage"]
OLD, NEW = {"member": {"nickname": "小七", "points": 5}}, {"member": {"nickname": "小八小八", "points": 88}}


def record(
    stage: Stage,
    body: Any,
    *,
    path: str = "/api/member",
    edge: tuple[str, str] = ("phone", "miniprogram"),
    actor: int = 1,
    ago: float = 5.0,
    request: Any = None,
    status: int | None = 200,
) -> None:
    def message(content: Any) -> dict[str, Any]:
        return {"headers": [], "content": {"text": json.dumps(content, ensure_ascii=False)}}

    ended = time.monotonic() - ago
    event = {
        "id": f"{path}-{ago:g}",
        "source": edge[0],
        "target": edge[1],
        "request": {"method": "GET", "url": f"{path}?a=1", **message(request)},
        "response": None if status is None else {"status": status, **message(body)},
        "started": ended - 0.1,
        "ended": ended,
        "error": None,
        "trace": {"trace_id": stage.trace_id, "span_id": f"{actor:08x}00000001"},
        "operation": None,
        "operation_id": None,
        "violations": [],
        "checked": False,
        "unchecked": None,
    }
    stage.run.log.write(payloads.ExchangeRecord.model_validate(event))


def said(
    stage: Stage, expected: Any = "小八小八", seen: Any = "小七", fields: tuple[str, ...] = ()
) -> tuple[bool, str]:
    stage.acting = 1
    found = last_recorded(stage, "miniprogram", expected, seen, looked=time.monotonic(), fields=fields)
    return (False, "") if found is None else (found.answered, found.words.en)


def test_the_page_had_it(stage: Stage) -> None:
    record(stage, OLD, ago=6)
    record(stage, NEW)
    answered, words = said(stage)
    assert answered
    assert words == (
        "the answer of miniprogram had it (GET /api/member, exchange /api/member-5): the page shows something else"
    )


@pytest.mark.parametrize(
    "more",
    [
        {"actor": 2},
        {"edge": ("browser", "website")},
        {"ago": -5.0},
        {"body": {**NEW, "before": "小七"}},
    ],
    ids=["somebody else's answer", "another page's", "after the last look", "with what is shown, too"],
)
def test_it_is_not_said_where_it_is_not_sure(stage: Stage, more: dict[str, Any]) -> None:
    record(stage, **{"body": NEW, **more})
    assert not said(stage)[0]


def test_a_later_answer_of_the_same_kind_without_it_counts(stage: Stage) -> None:
    record(stage, NEW, ago=6)
    record(stage, OLD)
    assert not said(stage)[0]


def test_where_it_was_last_recorded_on_its_way(stage: Stage) -> None:
    record(stage, {}, edge=("browser", "website"), request=NEW, ago=6, path="/api/me")
    record(stage, {}, edge=("website", "miniprogram"), request=NEW, ago=5, path="/sync/members", status=None)
    record(stage, OLD, ago=4)
    answered, words = said(stage)
    assert not answered
    assert words == (
        "it was last recorded in GET /sync/members of website→miniprogram (no answer, exchange /sync/members-5)"
    )


def test_nothing_is_said_of_what_was_never_recorded(stage: Stage) -> None:
    record(stage, OLD)
    assert said(stage) == (False, "")


@pytest.mark.parametrize(
    ("expected", "seen", "fields", "answered"),
    [
        (88, 5, ("points",), True),
        (88, 5, (), False),  # too short to be no accident
        (88, 5, ("nickname",), False),
        ("88", "5", ("points",), True),
        ({"nickname": "小八小八", "points": 88}, OLD["member"], (), True),
        (None, 5, ("points",), False),
    ],
)
def test_short_values_only_count_in_the_fields_they_belong_in(
    stage: Stage, expected: Any, seen: Any, fields: tuple[str, ...], answered: bool
) -> None:
    record(stage, NEW)
    assert said(stage, expected, seen, fields)[0] is answered


def test_a_list_of_names_is_found_in_a_list_of_objects(stage: Stage) -> None:
    record(stage, {"items": [{"name": "茶"}, {"name": "咖啡"}]})
    assert said(stage, ["茶", "咖啡"], ["茶"])[0]


def test_what_appears_nowhere_though_it_was_answered_is_the_pages_fault(stage: Stage) -> None:
    record(stage, NEW)
    stage.acting = 1
    with pytest.raises(PageFault, match="the page shows something else"):
        appears(
            stage,
            WHAT,
            entity="member",
            source="website",
            target="miniprogram",
            read=lambda: "小七",
            expected="小八小八",
            within=0.05,
            every=0.02,
        )
    with pytest.raises(PageFault, match="the page shows something else"):
        shows(stage, WHAT, on="miniprogram", read=lambda: "小七", expected="小八小八", within=0.05)


def test_what_was_not_answered_is_still_the_linkages(stage: Stage) -> None:
    record(stage, {}, edge=("website", "miniprogram"), request=NEW)
    with pytest.raises(LinkageFault, match="it was last recorded in GET /api/member of website→miniprogram"):
        appears(
            stage,
            WHAT,
            entity="member",
            source="website",
            target="miniprogram",
            read=lambda: "小七",
            expected="小八小八",
            within=0.05,
            every=0.02,
        )
