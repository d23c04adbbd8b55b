"""From what pytest saw to one of five verdicts: passed, failed, broken, flaky, not run.

Failed is the product's fault (a ProductFault, or a plain assertion of the test's author); everything else
that went wrong is broken. One event for each test; nothing is counted here.
"""

from __future__ import annotations

import traceback
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest

from harness.checks.item import without_repetition
from harness.checks.skipping import NotRunHere
from harness.core import causes
from harness.core.causes import Cause
from harness.core.errors import EXIT_BROKEN, EXIT_PRODUCT, Explained, HarnessError, NotRun, ProductFault
from harness.core.logged_error import LIBRARY
from harness.core.masking import mask_text
from harness.core.payloads import Verdict
from harness.core.payloads.results import VerdictWord
from harness.core.text import Text, text_of
from harness.platforms.minitest import MISSING

FLAKY = ("Flaky", "FlakyFailure", "FlakyStrategyDefinition", "FlakyReplay")  # hypothesis.errors


OF_ITSELF = ("harness", "minium", "playwright")
"""Packages whose assertions are about themselves."""
OF_THE_PRODUCT = (
    "minium.framework.",
    "minium.miniprogram.base_driver.callback",
    "playwright._impl._assertions",
)
"""Modules of theirs by which a test asserts."""


@dataclass(frozen=True, slots=True)
class PhaseVerdict:
    """The outcome of one phase of a test."""

    verdict: VerdictWord
    message: Text
    fault: str | None
    cause: Cause | None = None
    seen: Text | None = None


def judge(call: pytest.CallInfo[None], report: pytest.TestReport) -> PhaseVerdict | None:
    """The verdict of one phase of a test; None where the phase decides nothing."""
    error = call.excinfo.value if call.excinfo else None
    if isinstance(error, NotRunHere):
        return PhaseVerdict("not run", error.text.map(mask_text), None)
    if report.skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(error or "")
        return PhaseVerdict("not run", _same(reason.removeprefix("Skipped: ")), None)
    if error is None:
        return PhaseVerdict("passed", _same(""), None) if call.when == "call" else None
    name, message = type(error).__name__, _same(str(error) or type(error).__name__)
    if isinstance(error, Explained | HarnessError):
        message = Text(zh=error.say("zh") or name, en=error.say("en") or name).map(mask_text)
    if name in FLAKY:
        return PhaseVerdict("flaky", message, name)
    if isinstance(error, NotRun):
        return PhaseVerdict("not run", message, name)
    if isinstance(error, ProductFault):
        cause = Cause(error.cause) if error.cause else None
        seen = None if error.evidence.seen is None else text_of(error.evidence.seen).map(mask_text)
        return PhaseVerdict("failed", message, name, cause, seen)
    if error is not None and _asserted(error) and call.when == "call":
        return PhaseVerdict("failed", message, name, _place(error))
    explained = error.explained_by if isinstance(error, HarnessError) else ()
    return PhaseVerdict("broken", message, name, Cause("", explained_by=explained) if explained else None)


def _place(error: BaseException) -> Cause:
    """Where the test's author asserts it: in a page object it is the same for all tests that use it."""
    frames = [(frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(error.__traceback__)]
    own = [place for place in frames if not LIBRARY.search(place[0])]
    return Cause(causes.assertion(*(own or frames)[-1])) if frames else Cause("")


def _asserted(error: BaseException) -> bool:
    """Whether the test says that the product is wrong; what our code or a driver asserts of itself does not."""
    if type(error).__name__ == MISSING or isinstance(error, pytest.fail.Exception):
        return True
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    module = str(frames[-1].f_globals.get("__name__", "")) if frames else ""
    ours = module.partition(".")[0] in OF_ITSELF and not module.startswith(OF_THE_PRODUCT)
    return isinstance(error, AssertionError) and not ours


def not_to_be_judged(verdict: PhaseVerdict, why: str) -> PhaseVerdict:
    """A failure while our own record cannot be written: on a full disk the product fails too, and not by its fault."""
    zh, en = (
        f"运行记录无法写入（{why}）；当时的失败信息：",
        f"the run's record cannot be written ({why}); what failed:",
    )
    message = Text(zh=f"{zh}\n{verdict.message.zh}", en=f"{en}\n{verdict.message.en}")
    return PhaseVerdict("broken", message, "BrokenError")


def exit_code(verdicts: Counter[str], pytests: int) -> int:
    """Ours, where pytest has nothing worse to say than that tests failed: one product fault decides it."""
    if pytests not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        return int(pytests)
    if verdicts["failed"]:
        return EXIT_PRODUCT
    return EXIT_BROKEN if verdicts["broken"] or verdicts["flaky"] else int(pytests)


def _same(words: str) -> Text:
    return Text(zh=mask_text(words), en=mask_text(words))


def verdict_of(item: pytest.Item, phase: PhaseVerdict, seconds: float, seed: str) -> Verdict:
    """What the run's events say of a test."""
    labels: dict[str, Any] = {
        "id": None,
        "title": Text(zh=item.name, en=item.name),
        "group": "other",
        "platforms": [],
        "priority": None,
        "reproduce": reproduce(item, seed),
        **getattr(item, "harness_labels", {}),
    }
    return Verdict(
        test=item.nodeid,
        **labels,
        verdict=phase.verdict,
        message=phase.message,
        cause=phase.cause,
        seen=phase.seen,
        fault=phase.fault,
        seconds=seconds,
        seed=seed,
    )


def reproduce(item: pytest.Item, seed: str) -> str:
    """The command that shows this test again; of a repetition, the test it repeats."""
    return f"pytest '{without_repetition(item.nodeid)}' --harness-seed={seed}"
