"""Faults of the simulator itself, as ``Simulator.getFindings`` tells them: which are new, and where they began."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from harness.platforms.session import Thrown


class Faults:
    """Those of one app."""

    def __init__(self) -> None:
        self._times: dict[tuple[str, str], int] = {}

    def new(self, findings: Mapping[str, Any]) -> list[Thrown]:
        """What came since the last call; of what was told before, what came again."""
        told: Sequence[Mapping[str, Any]] = findings["faults"]
        before = self._times
        self._times = {(each["message"], each["stack"]): each["times"] for each in told}
        return [
            Thrown(each["message"], first_frame(each["stack"]), each["stack"], fault=True, page=each["page"])
            for each in told
            if each["times"] > before.get((each["message"], each["stack"]), 0)
        ]


def first_frame(stack: str) -> str:
    """The first place of a stack: ``src/builtins/control.ts:99``."""
    frame = next((line.strip() for line in stack.splitlines() if line.lstrip().startswith("at ")), "")
    return frame.rsplit("(", 1)[-1].rstrip(")").removeprefix("at ").removeprefix("async ")
