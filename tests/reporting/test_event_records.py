from __future__ import annotations

from typing import Any

import pytest

from harness.core.payloads import Step
from harness.core.text import Text
from harness.reporting.event_records import AttributedExchange, Operation, read

TEST = "scenarios/test_a.py::test_a"


def one_exchange(sample: Any) -> AttributedExchange:
    sample.log.close()
    (exchange,) = read(sample.folder).exchanges
    return exchange


def with_two_steps(sample: Any) -> str:
    trace: str = sample.scenario(TEST, "L01", {"zh": "甲", "en": "a"})
    sample.step(TEST, 1, "website", "一", "one", actor="anna")
    sample.step(TEST, 2, "miniprogram", "二", "two", actor="bo")
    return trace


def test_an_exchange_belongs_to_scenario_step_and_actor_of_its_trace(sample: Any) -> None:
    trace = with_two_steps(sample)
    sample.exchange(sample.POINTS, trace, "0000000200000002")
    exchange = one_exchange(sample)
    assert (exchange.test, exchange.step, exchange.actor) == (TEST, 2, "bo")
    assert (exchange.method, exchange.path, exchange.status) == ("GET", "/api/x?y=1", 200)
    assert exchange.contract == "shared.yaml"
    assert exchange.seconds == pytest.approx(0.02)


@pytest.mark.parametrize("span", ["ab12cd34ef567890", "a13912345678bcde", "0000000000000000", ""])
def test_a_services_own_span_names_no_step(sample: Any, span: str) -> None:
    sample.exchange(sample.SYNC, with_two_steps(sample), span, source="website", target="miniprogram")
    exchange = one_exchange(sample)
    assert (exchange.test, exchange.step, exchange.actor) == (TEST, None, None)


def test_a_step_that_never_ended_has_no_number(sample: Any) -> None:
    sample.exchange(sample.POINTS, with_two_steps(sample), "0000000100000003")
    exchange = one_exchange(sample)
    assert (exchange.test, exchange.step, exchange.actor) == (TEST, None, None)


def test_a_foreign_trace_belongs_to_the_run_as_a_whole(sample: Any) -> None:
    with_two_steps(sample)
    sample.exchange(sample.POINTS, "f" * 32, "0000000100000001")
    assert one_exchange(sample).test is None


@pytest.mark.parametrize(("source", "in_scenario", "generated"), [
    ("harness", False, True), ("harness", True, False), ("browser", False, False),
])  # fmt: skip
def test_the_harness_calling_outside_a_scenario_is_a_generated_test(
    sample: Any, source: str, in_scenario: bool, generated: bool
) -> None:
    trace = with_two_steps(sample)
    sample.exchange(sample.POINTS, trace if in_scenario else "", "0000000100000001", source=source)
    assert one_exchange(sample).generated is generated


def test_an_event_of_another_shape_costs_itself_only(sample: Any) -> None:
    sample.lag(TEST, 1, 0.1, 0.2)
    sample.log.close()
    (shard,) = (sample.folder / "events").glob("*.jsonl")
    shard.write_text(shard.read_text().replace('"to":"miniprogram",', ""))
    records = read(sample.folder)
    assert records.lags == []
    assert [(each.shard, each.problem, each.place) for each in records.damage] == [
        (shard.name, "unreadable", "1")
    ]


def test_an_event_that_belongs_nowhere_costs_itself_only(sample: Any) -> None:
    step = Step(text=Text(zh="开", en="open"), seconds=1, outcome="passed")
    sample.log.write(step, scenario=TEST)  # without a number
    sample.log.write(step, scenario=TEST, step=2)
    sample.log.close()
    records = read(sample.folder)
    assert [step.number for step in records.steps] == [2]
    assert [each.place for each in records.damage] == ["0: number: Input should be a valid integer"]


def test_what_the_writer_knows_in_one_language_stands_in_both(sample: Any) -> None:
    sample.conformance("website", sample.POINTS, {"examples": 3, "fuzzing": 4}, {"title": "Server error"})
    sample.log.close()
    (tested,) = read(sample.folder).conformance
    assert tested.case_count == 7
    assert (tested.findings[0].title.zh, tested.findings[0].title.en) == ("Server error", "Server error")


def test_groups_of_other_names_and_contracts_without_versions_are_taken(sample: Any) -> None:
    sample.started(contracts=["shared.yaml"])
    sample.verdict("a::b", group="conformance")
    sample.verdict("a::c", group="something new")
    sample.log.close()
    records = read(sample.folder)
    assert [verdict.group for verdict in records.verdicts] == ["contract", "other"]
    assert records.started is not None
    assert records.started.contracts == {"shared.yaml": ""}


def test_only_unexpected_exits_are_deaths(full_run: Any) -> None:
    assert [(died.name, died.signal) for died in read(full_run).died] == [("simulator", "SIGKILL")]


@pytest.mark.parametrize(("pointer", "label"), [
    ("shared.yaml#/paths/~1api~1orders~1{id}/delete", "DELETE /api/orders/{id}"),
    ("shared.yaml#/paths/~1a~0b/get", "GET /a~b"),
    ("shared.yaml#/components", "shared.yaml#/components"),
])  # fmt: skip
def test_an_operation_reads_as_method_and_path(pointer: str, label: str) -> None:
    assert Operation(pointer=pointer).label == label
    assert Operation(pointer=pointer).contract == "shared.yaml"
