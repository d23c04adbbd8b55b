"""Where a finger touches: not before touches arrive where they are sent."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from playwright.async_api import Page

from harness.simulator.chromium.cdp import CDPSession
from harness.simulator.chromium.finger import Finger, Point

BARS = (0.0, 64.0)


class Screen:
    """A browser that takes so many touches for what was drawn before the bars moved."""

    def __init__(self, late: int, *, on_probe: bool = True) -> None:
        self.late, self.on_probe = late, on_probe
        self.asked: list[bool] = []
        self.arrived: list[Point] = []
        self.seen: Point | None = None
        self.finger = Finger(cast(Page, self), cast(CDPSession, self), self.probe)

    @property
    def touchscreen(self) -> Screen:
        return self

    async def evaluate(self, script: str) -> dict[str, float]:
        return dict(zip("xy", BARS, strict=True))

    async def tap(self, x: float, y: float) -> None:
        self.arrived.append((x, y))

    async def send(self, method: str, params: dict[str, Any]) -> None:
        assert method == "Input.dispatchTouchEvent"
        for point in params["touchPoints"]:
            if not self.asked[-1]:
                self.arrived.append((point["x"], point["y"]))
            moved = 64.0 if self.late > 0 else 0.0
            self.late -= 1
            self.seen = (point["x"] - BARS[0], point["y"] - BARS[1] - moved)

    async def probe(self, on: bool) -> Point | None:
        self.asked.append(on)
        seen, self.seen = self.seen, None
        return seen if self.on_probe else None


def test_it_touches_once_touches_arrive() -> None:
    screen = Screen(late=3)
    asyncio.run(screen.finger.tap(10, 20))
    assert screen.arrived == [(10, 84)]
    assert screen.asked == [True, False] * 4


def test_it_tries_again_only_when_the_frame_has_moved() -> None:
    screen = Screen(late=0)

    async def three() -> None:
        await screen.finger.tap(1, 1)
        await screen.finger.tap(2, 2)
        assert len(screen.asked) == 2
        screen.finger.frame_moved()
        await screen.finger.drag([(3, 3), (4, 4)], 0)

    asyncio.run(three())
    assert len(screen.asked) == 4
    assert screen.arrived[:3] == [(1, 65), (2, 66), (3, 67)]


def test_a_point_that_the_app_does_not_see_is_touched_in_the_end() -> None:
    """A web-view in front of it hears the touch."""
    screen = Screen(late=0, on_probe=False)
    asyncio.run(screen.finger.tap(10, 20))
    assert screen.arrived == [(10, 84)]
