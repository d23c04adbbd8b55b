"""From an error to a verdict: what a test asserts is about the product, what our code asserts is about itself."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from harness.checks.skipping import NotRunHere
from harness.core.errors import BrokenError, Evidence, HarnessFault, NotRun, PageFault
from harness.core.text import Text
from harness.plugin.verdicts import PhaseVerdict, judge, not_to_be_judged


def verdict(code: str, module: str = "test_shop", when: str = "call") -> PhaseVerdict:
    """The verdict on a test in which ``code`` runs as part of ``module``."""

    def test() -> None:
        exec(compile(code, "module.py", "exec"), {"__name__": module})

    call = pytest.CallInfo.from_call(test, cast(Any, when))
    judged = judge(call, cast(Any, SimpleNamespace(skipped=False)))
    assert judged is not None
    return judged


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("test_shop", "failed"),
        ("scenarios.actors.website", "failed"),
        ("unittest.case", "failed"),
        ("hamcrest.core.assert_that", "failed"),
        ("playwright._impl._assertions", "failed"),
        ("minium.framework.assertbase", "failed"),
        ("minium.framework.minitest", "failed"),
        ("minium.miniprogram.base_driver.callback", "failed"),
        ("minium.miniprogram.base_driver.app", "broken"),
        ("playwright._impl._connection", "broken"),
        ("harness.platforms.simulator_process", "broken"),
        ("harness.linkage.stage", "broken"),
        ("harnessed.own", "failed"),
    ],
)
def test_who_asserts_decides(module: str, expected: str) -> None:
    assert verdict("assert 1 == 2", module).verdict == expected


@pytest.mark.parametrize("when", ["setup", "teardown"])
def test_an_assertion_outside_of_the_test_is_broken(when: str) -> None:
    assert verdict("assert 1 == 2", when=when).verdict == "broken"


def judged(error: BaseException) -> PhaseVerdict:
    def test() -> None:
        raise error

    found = judge(pytest.CallInfo.from_call(test, "call"), cast(Any, SimpleNamespace(skipped=False)))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (PageFault("nothing happens"), "failed"),
        (HarnessFault("no node"), "broken"),
        (BrokenError("gone"), "broken"),
        (ValueError("oops"), "broken"),
    ],
)
def test_only_a_product_fault_is_the_products(error: Exception, expected: str) -> None:
    assert (judged(error).verdict, judged(error).fault) == (expected, type(error).__name__)


def test_a_fault_of_ours_is_told_in_both_languages() -> None:
    note = Text(zh="不是小程序的问题", en="not of the mini-program")
    message = judged(HarnessFault(Text(zh="出错", en="failed"), Evidence(notes=(note, "at a.ts:1")))).message
    assert message.zh == "出错\n  说明　　 不是小程序的问题\n  说明　　 at a.ts:1"
    assert message.en == "failed\n  note       not of the mini-program\n  note       at a.ts:1"


NOWHERE = Text(zh="这里不能测试", en="it cannot be tested here")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (NotRunHere(NOWHERE, "en"), "not run"),
        (NotRun(NOWHERE), "not run"),
        (BrokenError(NOWHERE), "broken"),
    ],
)
def test_a_reason_is_kept_in_both_languages(error: BaseException, expected: str) -> None:
    found = judged(error)
    assert (found.verdict, found.message) == (expected, NOWHERE)


def test_a_failure_while_the_record_cannot_be_written_accuses_nobody() -> None:
    judged = not_to_be_judged(verdict("assert 1 == 2, 'one is not two'"), "No space left on device")
    assert judged.verdict == "broken"
    for text in (judged.message.zh, judged.message.en):
        assert "No space left on device" in text
        assert "one is not two" in text
