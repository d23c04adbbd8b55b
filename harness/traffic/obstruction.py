"""A service as others find it on an edge: unreachable, slow or refusing, for all requests or those of one trace.

Unreachable, its proxy answers 502 as for a dead target. Slow, it answers late, having done its work in time.
"""

from __future__ import annotations

import json
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from harness.traffic.attribution import parse
from harness.traffic.control import tell

PATH = "/__edge__/obstructed"


class Obstruction(BaseModel):
    """``unreachable``: nothing is sent there. ``refusing``: neither, and the answer is ``status``. ``slow``: its
    answers come ``seconds`` later. ``trace_id``: what it concerns; None: everything.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["unreachable", "refusing", "slow"] = "unreachable"
    trace_id: str | None = Field(default=None, pattern="^[0-9a-f]{32}$")
    status: int = Field(default=503, ge=500, le=599)
    seconds: float = Field(default=0.0, ge=0, le=60)


class Obstructions:
    """Those of one edge, each with how many requests it has concerned."""

    def __init__(self) -> None:
        self._times: dict[Obstruction, int] = {}

    def add(self, obstruction: Obstruction) -> None:
        self._times[obstruction] = 0

    def remove(self, obstruction: Obstruction) -> int:
        """How many requests it has concerned."""
        return self._times.pop(obstruction, 0)

    def of(self, traceparent: str | None) -> Obstruction | None:
        """What concerns a request: what is for everything, else the last of its trace."""
        parent = parse(traceparent) if self._times else None
        for trace_id in (None, parent.trace_id if parent else None):
            for obstruction in reversed(self._times):
                if obstruction.trace_id == trace_id:
                    self._times[obstruction] += 1
                    return obstruction
        return None


def set_obstructed(edge_url: str, *, on: bool, obstruction: Obstruction | None = None) -> int:
    """Tell the proxy of an edge; how many requests it had concerned, where it ends. BrokenError where it does not
    answer.
    """
    body = (obstruction or Obstruction()).model_dump_json().encode()
    return int(json.loads(tell(edge_url + PATH, method="PUT" if on else "DELETE", body=body))["times"])
