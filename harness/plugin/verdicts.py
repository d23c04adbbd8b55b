"""From what pytest saw to one of five verdicts: passed, failed, broken, flaky, not run.

Failed is the product's fault (a ProductFault, or a plain assertion of the test's author); everything else
that went wrong is broken. One event for each test; nothing is counted here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest

from harness.core.errors import NotRun, ProductFault
from harness.core.masking import mask_text
from harness.core.text import Text
from harness.platforms.minitest import MISSING

FLAKY = ("Flaky", "FlakyFailure", "FlakyStrategyDefinition", "FlakyReplay")  # hypothesis.errors


@dataclass(frozen=True, slots=True)
class Verdict:
    verdict: str
    message: Text
    fault: str | None


def judge(call: pytest.CallInfo[None], report: pytest.TestReport) -> Verdict | None:
    """The verdict of one phase of a test; None where the phase decides nothing."""
    error = call.excinfo.value if call.excinfo else None
    if report.skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(error or "")
        return Verdict("not run", _same(reason.removeprefix("Skipped: ")), None)
    if error is None:
        return Verdict("passed", _same(""), None) if call.when == "call" else None
    name, message = type(error).__name__, _same(str(error) or type(error).__name__)
    if isinstance(error, ProductFault):
        message = Text(zh=mask_text(error.say("zh")), en=mask_text(error.say("en")))
    if name in FLAKY:
        return Verdict("flaky", message, name)
    if isinstance(error, NotRun):
        return Verdict("not run", message, name)
    asserted = isinstance(error, AssertionError | pytest.fail.Exception) or name == MISSING
    if isinstance(error, ProductFault) or (asserted and call.when == "call"):
        return Verdict("failed", message, name)
    return Verdict("broken", message, name)


def _same(words: str) -> Text:
    return Text(zh=mask_text(words), en=mask_text(words))


def event_data(item: pytest.Item, verdict: Verdict, seconds: float, seed: str) -> dict[str, Any]:
    """The ``data`` of a verdict event."""
    labels: dict[str, Any] = {
        "id": None,
        "title": {"zh": item.name, "en": item.name},
        "group": "other",
        "platforms": [],
        "priority": None,
        "reproduce": reproduce(item, seed),
        **getattr(item, "harness_labels", {}),
    }
    said = {"verdict": verdict.verdict, "message": verdict.message.to_json(), "fault": verdict.fault}
    return {"test": item.nodeid, **labels, **said, "seconds": seconds, "seed": seed}


def reproduce(item: pytest.Item, seed: str) -> str:
    """The command that shows this test again; of a repetition, the test it repeats."""
    node = re.sub(r"\[run\d+\]$|-run\d+(?=\])|(?<=\[)run\d+-", "", item.nodeid)
    return f"pytest '{node}' --harness-seed={seed}"
