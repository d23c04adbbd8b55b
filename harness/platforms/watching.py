"""How people watch the ends while tests run, and what is kept of it: words of pytest-playwright."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Tracing = Literal["on", "off", "retain-on-failure"]
Screenshot = Literal["on", "off", "only-on-failure"]


@dataclass(frozen=True, slots=True)
class Watching:
    """``slow_motion``: milliseconds before each of Playwright's calls.

    ``phones``: whether the simulator records, too. Its trace is a film of the screen, which takes as long as the
    scenario itself; what it tells without (tree, console, picture) is enough for most.
    """

    headed: bool = False
    slow_motion: float = 0.0
    tracing: Tracing = "retain-on-failure"
    screenshot: Screenshot = "on"
    phones: bool = False

    @property
    def records(self) -> bool:
        """Whether sessions have to record what they may have to keep."""
        return self.tracing != "off"

    def keeps_trace(self, *, failed: bool) -> bool:
        return self.tracing == "on" or (self.tracing == "retain-on-failure" and failed)

    def keeps_picture(self, *, failed: bool) -> bool:
        return self.screenshot == "on" or (self.screenshot == "only-on-failure" and failed)


USUAL = Watching()
