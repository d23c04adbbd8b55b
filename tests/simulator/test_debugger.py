"""Asking the debugger where an app's code is, beside what a real page shows (test_isolation.py)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

from harness.simulator.chromium.cdp import CDPSession
from harness.simulator.chromium.debugger import Debugger

STACK = [{"functionName": "spin", "location": {"scriptId": "1", "lineNumber": 0}}]
WITHIN = 2.0


class LoopingPage:
    """A session of a page that runs one function for ever, and pauses a moment after it is told to."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self._events: dict[str, Callable[[Any], None]] = {}

    def on(self, event: str, heard: Callable[[Any], None]) -> None:
        self._events[event] = heard

    async def send(self, method: str, _: object = None) -> dict[str, Any]:
        self.sent.append(method)
        if method == "Debugger.pause":
            await asyncio.sleep(0.01)
            self._events["Debugger.paused"]({"callFrames": STACK})
        return {"scriptSource": ""}


def test_two_who_ask_at_once_are_both_told() -> None:
    page = LoopingPage()

    async def ask() -> list[str]:
        debugger = Debugger(cast(CDPSession, page), {})
        return await asyncio.gather(debugger.where(WITHIN), debugger.where(WITHIN))

    assert asyncio.run(ask()) == ["spin", "spin"]
    assert page.sent.count("Debugger.resume") == 2
