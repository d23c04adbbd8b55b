"""A test during which the simulator itself failed is broken, whatever it came to: for tests without a stage."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from harness.core.errors import BrokenError
from harness.core.platforms import MINIPROGRAM, Platform
from harness.core.text import Text
from harness.plugin.app_evidence import keep, picture, requests, texts
from harness.plugin.state import STATE

if TYPE_CHECKING:
    from harness.core.text import Language
    from harness.platforms.session import Thrown

BEGAN = pytest.StashKey[float]()


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """For tests with the fixture ``miniprogram_app``."""
    report = yield
    if call.when == "setup":
        item.stash[BEGAN] = call.start  # the app is opened then, and asks for what its first page needs
    app = getattr(item, "funcargs", {}).get("miniprogram_app")
    if app is not None and call.when == "call" and not report.skipped:
        blame_simulator(call, report, app.faults(), MINIPROGRAM)
        if report.failed:
            _show(item, report, app)
    return report


def _show(item: pytest.Item, report: pytest.TestReport, app: object) -> None:
    """What the app shows and said: in the run where there is one, and as sections of the report."""
    state = item.config.stash.get(STATE, None)
    from harness.platforms.miniprogram_apps import MiniProgramApp

    if not isinstance(app, MiniProgramApp):
        return  # a project's own fixture of that name
    about = MINIPROGRAM
    if state is not None and (names := list(state.run.settings.miniprograms)):
        about = state.run.settings.known_platforms.choose(names[0])
    left = [picture(about, app.screenshot)]
    with contextlib.suppress(BrokenError):
        left += texts(about, app.call("getTree"), app.findings())
    if state is not None:
        left += requests(state.run, about, datetime.fromtimestamp(item.stash[BEGAN], UTC))
        keep(state.run, item.nodeid, about.name, left)
    language: Language = "en" if state is None else state.run.language
    for each in left:
        if each.content is not None and each.type == "text/plain":
            report.sections.append((each.title.say(language), each.content.decode()))


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
