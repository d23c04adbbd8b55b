"""No more than so many requests a second: each waits for its turn, in the order in which they came."""

from __future__ import annotations

import asyncio


class Pace:
    """Hands out turns, ``per_second`` of them. Shared by all edges to one service."""

    def __init__(self, per_second: float) -> None:
        self._interval = 1 / per_second
        self._next = 0.0

    async def turn(self) -> None:
        """Wait for the next turn. A turn whose owner leaves is lost, never given twice."""
        loop = asyncio.get_running_loop()
        mine = max(loop.time(), self._next)
        self._next = mine + self._interval
        await asyncio.sleep(mine - loop.time())
