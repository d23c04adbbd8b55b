"""Before a test is *failed* its run's parts are asked: one that is gone or silent makes it *broken*, and is named.

The one place for all kinds of tests: scenarios, contract tests, linkage checks, MiniTest and a project's own.
"""

from __future__ import annotations

from collections.abc import Generator

import pytest

from harness.core.errors import BrokenError, Explained, HarnessError, ProcessDied, SilentPart
from harness.core.text import Text, text_of
from harness.linkage.thrown import with_note
from harness.runs.parts import require_parts
from harness.runs.run import Run


class SilentParts:
    """Registered where there is a run to take part in."""

    NAME = "harness-silent-parts"

    def __init__(self, run: Run) -> None:
        self.run = run

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self) -> None:
        """Where a part has gone since the last test, the next one need not find out by waiting."""
        require_parts(self.run)

    # trylast: inside of the wrapper that decides the verdict, which then sees what is put right here.
    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        error = call.excinfo.value if call.excinfo else None
        if error is None or report.skipped or isinstance(error, ProcessDied | SilentPart):
            return report
        if (part := missing_part(self.run, error)) is not None:
            try:
                raise part from error
            except BrokenError:
                call.excinfo = pytest.ExceptionInfo.from_current()
            report.longrepr = str(part)
        return report


def missing_part(run: Run, error: BaseException) -> BrokenError | None:
    """The part whose absence explains the error, as the error to show instead; None where all parts answer."""
    try:
        require_parts(run, after_failure=True)
    except SilentPart as part:
        part.language = run.language
        # Who found it missing after all steps saw nothing else.
        return part if isinstance(error, SilentPart) else with_note(part, seen_then(error))
    except BrokenError as part:
        return part
    return None


def seen_then(error: BaseException) -> Text:
    """What the test would have come to."""
    said = error.title if isinstance(error, Explained) else _text(error)
    seen = said.map(lambda words: words.partition("\n")[0])
    return Text(zh=f"当时看到：{seen.zh}", en=f"what was seen then: {seen.en}")


def _text(error: BaseException) -> Text:
    return error.text if isinstance(error, HarnessError) else text_of(str(error))
