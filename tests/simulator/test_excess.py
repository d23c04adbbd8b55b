"""Whose page process took too much memory: the app that is gone, not the one whose code happens to run."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from harness.simulator.host.app import RunningApp
from harness.simulator.host.host import SimulatorHost

HOW = "it took 3095 MB of memory, more than the 500 MB an app may"


class App:
    """One that runs at ``place``; ``reasons`` are what it was told at its end."""

    def __init__(self, context: Any, place: str) -> None:
        self._context, self._place, self.reasons = context, place, list[str]()

    async def source_location(self, within: float) -> str:
        return self._place

    def lost(self, how: str) -> None:
        self.reasons.append(how)


@pytest.mark.parametrize(("guilty", "told"), [("other", HOW), ("running", f"{HOW}, in tick (app.js:3)")])
def test_the_app_that_is_gone_is_told(guilty: str, told: str) -> None:
    """A busy machine's other app was ended in its place: the only one whose code was seen to run."""
    context = SimpleNamespace(excess=None, suspect=None, out_of_memory=lambda: None)
    apps = {"running": App(context, "tick (app.js:3)"), "other": App(context, "")}
    host: Any = SimpleNamespace(
        _context=context, _open_apps={name: SimpleNamespace(app=app) for name, app in apps.items()}
    )
    host._suspect = lambda: SimulatorHost._suspect(host)
    asyncio.run(SimulatorHost._too_much_memory(host, HOW))
    assert [app.reasons for app in apps.values()] == [[], []]
    RunningApp.crashed(apps[guilty])  # type: ignore[arg-type]
    assert {name: app.reasons for name, app in apps.items() if app.reasons} == {guilty: [told]}
    assert (context.excess, context.suspect) == (None, None)


def test_one_that_ended_of_itself_is_told_why_and_no_other() -> None:
    told = [HOW]
    context = SimpleNamespace(excess=None, suspect=None, out_of_memory=told.pop)
    app = App(context, "")
    RunningApp.crashed(app)  # type: ignore[arg-type]
    assert app.reasons == [HOW]
    assert told == []
