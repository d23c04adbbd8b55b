"""Wall clock and monotonic clock: what was recorded by one, as the other would have said it."""

from __future__ import annotations

import time


def monotonic(wall: float) -> float:
    """A moment of ``time.time()`` as ``time.monotonic()`` would have said it.

    Both clocks are read in one go; where something came between, again.
    """
    readings = []
    for _ in range(5):
        before, now, after = time.monotonic(), time.time(), time.monotonic()
        readings.append((after - before, after - now))
    return wall + min(readings)[1]
