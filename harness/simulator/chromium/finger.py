"""A finger on a phone's screen: taps and drags at points of the app's frame.

Chromium finds what a touch is for by the last picture that was drawn. After the bars have moved the frame, a touch
may still land in the frame as it was, so where touches arrive is tried first. A mouse arrives earlier than touches.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from itertools import pairwise

from playwright.async_api import Page

from harness.simulator.chromium.cdp import CDPSession

# A finger's way is told in so many places, a frame of the screen apart, as a glass tells it.
DRAG_STEPS, FRAME = 8, 0.016
# A point in a web-view is not the app's frame's to tell of: it is touched after this time.
ARRIVES_WITHIN = 0.5
NEAR = 1.0

Point = tuple[float, float]


class Finger:
    """``probe(True)`` keeps touches from the app; ``probe(False)`` ends that and tells where one came, if one did.

    Lengths in CSS pixels.
    """

    def __init__(
        self, page: Page, glass: CDPSession, probe: Callable[[bool], Awaitable[Point | None]]
    ) -> None:
        self._page, self._glass, self._probe = page, glass, probe
        self._origin: Point | None = None
        self._moves = 0

    def frame_moved(self) -> None:
        """The bars are drawn anew, or the screen has another size."""
        self._origin = None
        self._moves += 1

    async def tap(self, x: float, y: float) -> None:
        left, top = await self._frame_at((x, y))
        await self._page.touchscreen.tap(left + x, top + y)

    async def drag(self, points: Sequence[Point], hold: float) -> None:
        """Through the points, resting ``hold`` seconds on the first."""
        left, top = await self._frame_at(points[0])
        path = [(left + x, top + y) for x, y in points]
        await self._touch("touchStart", path[0])
        await asyncio.sleep(hold)
        for before, after in pairwise(path):
            for step in range(1, DRAG_STEPS + 1):
                part = step / DRAG_STEPS
                x, y = (a + (b - a) * part for a, b in zip(before, after, strict=True))
                await self._touch("touchMove", (x, y))
                await asyncio.sleep(FRAME)
        await self._touch("touchEnd")

    async def _frame_at(self, point: Point) -> Point:
        """Where the frame begins on the screen, once what is sent to the screen arrives at ``point`` of it."""
        while (at := self._origin) is None:
            moves = self._moves
            origin = await self._page.evaluate("() => window.__shell.origin()")
            at = float(origin["x"]), float(origin["y"])
            await self._arrive(at, point)
            if moves == self._moves:
                self._origin = at
        return at

    async def _arrive(self, at: Point, point: Point) -> None:
        """Until a touch is seen where it is sent."""
        deadline = asyncio.get_running_loop().time() + ARRIVES_WITHIN
        while asyncio.get_running_loop().time() < deadline:
            await self._probe(True)
            try:
                await self._touch("touchStart", (at[0] + point[0], at[1] + point[1]))
                await self._touch("touchCancel")
            finally:
                seen = await self._probe(False)
            if seen is not None and all(abs(a - b) <= NEAR for a, b in zip(seen, point, strict=True)):
                return
            await asyncio.sleep(FRAME)

    async def _touch(self, kind: str, *at: Point) -> None:
        points = [{"x": x, "y": y} for x, y in at]
        await self._glass.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
