"""Whose fault it was that something did not hold: a fault of ours explains what was seen."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import count
from types import SimpleNamespace
from typing import Any, cast

import pytest

from harness.core.errors import (
    AppException,
    BrokenError,
    ContractViolation,
    HarnessFault,
    NoAnswer,
    PageFault,
    ProcessDied,
    SilentPart,
)
from harness.core.payloads import ExchangeSummary
from harness.core.platforms import USUAL
from harness.platforms.session import Thrown
from harness.plugin import scenario_end
from harness.runs import parts
from harness.traffic.asking import Pending, ProxyState
from harness.traffic.attribution import AttributedSummary

OURS = Thrown("Error: no node", "src/a.ts:1", "", fault=True)
THEIRS = Thrown("TypeError: x is undefined", "pages/a.js:3", "")


SILENT = SilentPart("the recording proxies of this run do not answer")
WAITING = Pending(
    source="browser", target="website", method="POST", path="/orders", trace_id="a" * 32, seconds=9.0
)


class Stage:
    """As much of a stage as its end asks for."""

    trace_id = "a" * 32

    def __init__(self, *threw: Thrown, exchanges: Sequence[ExchangeSummary] = ()) -> None:
        self.exchanges = SimpleNamespace(so_far=lambda: [AttributedSummary(each, 1, 1) for each in exchanges])
        self._threw = list(threw)

    def thrown_meanwhile(self) -> dict[str, list[Thrown]]:
        return {"miniprogram": self._threw}

    def explain(self, error: Exception) -> Exception:
        return error


@pytest.fixture
def proxies(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """``proxies(*pending)``: what the proxies say they wait for; ``proxies(SILENT)``: they say nothing."""

    def say(*pending: Pending | SilentPart) -> None:
        def state(run: object) -> ProxyState:
            if pending and isinstance(pending[0], SilentPart):
                raise pending[0]
            return ProxyState(pending=cast(Any, pending), lost=0)

        monkeypatch.setattr(parts, "_state", state)

    return say


@pytest.fixture(autouse=True)
def _nothing_waits(proxies: Callable[..., None]) -> None:
    proxies()


def exchange(reason: str | None, method: str = "POST", path: str = "/orders?x=1") -> ExchangeSummary:
    return ExchangeSummary.model_validate(
        {
            "id": "1", "source": "browser", "target": "website", "request": {"method": method, "url": path},
            "response": None if reason else {"status": 200}, "started": 1.0, "ended": 2.0,
            "error": reason and "website at http://127.0.0.1:1: closed the connection before an answer",
            "operation": None, "operation_id": None, "violations": [], "checked": not reason, "reason": reason,
        }
    )  # fmt: skip


def explained(
    error: Exception,
    *threw: Thrown,
    died: ProcessDied | None = None,
    told_after: int = 0,
    stopped: dict[str, int] | None = None,
    exchanges: Sequence[ExchangeSummary] = (),
) -> Exception:
    """``told_after`` so many looks the supervisor has noticed that a process ``died``."""
    looks = count()

    def check() -> None:
        if died is not None and next(looks) >= told_after:
            raise died

    system = SimpleNamespace(
        is_whole=lambda: died is None, stopped=lambda: stopped or {}, processes={"proxies": 1, "website": 2}
    )
    run = SimpleNamespace(
        check=check, running=system, settings=SimpleNamespace(known_platforms=USUAL), language="en"
    )
    stage = Stage(*threw, exchanges=exchanges)
    return scenario_end.explained(cast(Any, run), cast(Any, stage), error)


@pytest.mark.parametrize(
    "error", [PageFault("nothing happens"), AssertionError("nothing happens"), ValueError("nothing happens")]
)
def test_a_fault_of_ours_is_what_is_told(error: Exception) -> None:
    told = explained(error, THEIRS, OURS)
    assert isinstance(told, HarnessFault)
    assert "what was seen then: nothing happens" in str(told)


def test_the_products_exception_is_told_beside_what_it_did_not_do() -> None:
    told = explained(PageFault("nothing happens"), THEIRS)
    assert isinstance(told, PageFault)
    assert "own code threw: TypeError: x is undefined (pages/a.js:3)" in str(told)


def test_where_nothing_was_thrown_an_error_stays_what_it_is() -> None:
    error = PageFault("nothing happens")
    assert explained(error) is error
    assert error.evidence.notes == ()
    assert isinstance(explained(ValueError("x")), BrokenError)


def test_a_death_explains_more_than_a_fault() -> None:
    died = ProcessDied("the simulator", how="signal 9")
    assert explained(PageFault("nothing happens"), OURS, died=died) is died


def test_nobody_waits_for_a_death_while_all_processes_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "NOTICE_WITHIN", 30.0)
    began = time.monotonic()
    explained(PageFault("nothing happens"))
    assert time.monotonic() - began < 10


def test_of_a_process_that_is_gone_the_reason_is_waited_for() -> None:
    died = ProcessDied("website", how="signal 9")
    assert explained(PageFault("nothing happens"), died=died, told_after=4) is died


FAULTS = [PageFault("nothing happens"), AppException("it threw"), AssertionError("1 == 2"), ValueError("x")]


@pytest.mark.parametrize("error", FAULTS, ids=lambda error: type(error).__name__)
def test_a_part_of_ours_that_is_silent_explains_all_else(
    error: Exception, proxies: Callable[..., None]
) -> None:
    proxies(SILENT)
    told = explained(error)
    assert isinstance(told, SilentPart)
    assert f"what was seen then: {str(error).splitlines()[0]}" in str(told)


@pytest.mark.parametrize(
    ("name", "asked"),
    [("proxies", ""), ("website", "; POST /orders from browser to website has had no answer for 9.0 s")],
)
def test_a_process_that_was_stopped_is_named_with_what_it_is_asked_in_vain(
    name: str, asked: str, proxies: Callable[..., None]
) -> None:
    proxies(WAITING)
    told = explained(PageFault("nothing happens"), stopped={name: 7})
    assert isinstance(told, SilentPart)
    assert str(told).splitlines()[0] == f"stopped by a signal (SIGSTOP): {name} (process 7){asked}"
    assert told.say("zh").startswith(f"已被暂停（SIGSTOP）：{name}（进程 7）")


@pytest.mark.parametrize("error", [PageFault("nothing happens"), AssertionError("nothing happens")])
def test_a_request_that_waits_in_vain_is_named(error: Exception, proxies: Callable[..., None]) -> None:
    brief, other = (
        WAITING.model_copy(update={"seconds": 0.5}),
        WAITING.model_copy(update={"trace_id": "b" * 32}),
    )
    socket = WAITING.model_copy(update={"status": 101, "endless": True})
    proxies(WAITING, brief, other, socket)
    told = explained(error)
    assert told is error
    assert str(told).count("POST /orders from browser to website has had no answer for 9.0 s") == 1


@pytest.mark.parametrize("reason", ["no answer", "cut short"])
@pytest.mark.parametrize("error", FAULTS[:3], ids=lambda error: type(error).__name__)
def test_what_is_seen_after_a_lost_answer_is_no_fault_of_the_product(error: Exception, reason: str) -> None:
    told = explained(error, exchanges=[exchange(None, "GET"), exchange(reason)])
    assert isinstance(told, NoAnswer)
    assert not isinstance(told, AssertionError)
    assert str(told).startswith("No answer to POST /orders: website at http://127.0.0.1:1: closed")
    assert f"what was seen then: {str(error).splitlines()[0]}" in str(told)


@pytest.mark.parametrize(
    "exchanges",
    [[exchange("no answer"), exchange(None)], [exchange("made unreachable")], [exchange("client left")]],
    ids=["sent again", "on purpose", "not waited for"],
)
def test_other_exchanges_without_an_answer_excuse_nothing(exchanges: list[ExchangeSummary]) -> None:
    error = PageFault("nothing happens")
    assert explained(error, exchanges=exchanges) is error


def test_a_wrong_answer_is_wrong_whatever_else_was_lost() -> None:
    error = ContractViolation("breaks the contract")
    assert explained(error, exchanges=[exchange("no answer")]) is error


def test_a_part_found_silent_after_all_steps_is_told_once(proxies: Callable[..., None]) -> None:
    proxies(again := SilentPart("the recording proxies of this run do not answer"))
    told = explained(SilentPart("the recording proxies of this run do not answer"))
    assert told is again
    assert "what was seen then" not in str(told)
