"""A test during which the simulator itself failed is broken, whatever it came to: for tests without a stage."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

import pytest

from harness.core.platforms import MINIPROGRAM, Platform
from harness.core.text import Text

if TYPE_CHECKING:
    from harness.platforms.session import Thrown


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """For tests with the fixture ``miniprogram_app``."""
    report = yield
    app = getattr(item, "funcargs", {}).get("miniprogram_app")
    if app is not None and call.when == "call" and not report.skipped:
        blame_simulator(call, report, app.faults(), MINIPROGRAM)
    return report


def blame_simulator(
    call: pytest.CallInfo[None], report: pytest.TestReport, faults: Sequence[Thrown], about: Platform
) -> None:
    """Put the fault in place of what the test came to; nothing where there is none."""
    if not faults:
        return
    from harness.linkage.thrown import exception_of, with_note

    error = exception_of(faults, about.name, about.title)
    if call.excinfo is not None:
        seen = (str(call.excinfo.value) or call.excinfo.typename).partition("\n")[0]
        with_note(error, Text(zh=f"当时看到：{seen}", en=f"what was seen then: {seen}"))
    try:
        raise error from (call.excinfo.value if call.excinfo else None)
    except type(error):
        call.excinfo = pytest.ExceptionInfo.from_current()
    report.outcome, report.longrepr = "failed", str(error)
