"""Fault injection on an edge: deliveries of one trace that are lost, cut, come twice, late or in another order.

A fault holds for requests that carry the trace, so that checks run beside each other; most for those that write
(RFC 9110, 9.2.1: no safe methods). What was not sent is recorded as made unreachable, what was sent as it was.
"""

from __future__ import annotations

import asyncio
import json
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from harness.core.exchange import SAFE_METHODS
from harness.traffic.attribution import parse
from harness.traffic.control import tell

PATH = "/__edge__/faults"
FaultKind = Literal["lose", "lose-answer", "truncate", "truncate-answer", "duplicate", "delay", "reorder"]
LOSSES: tuple[FaultKind, ...] = ("lose", "lose-answer")  # after which the sender must try again


class InjectedFault(BaseModel):
    """``lose``: not sent. ``lose-answer``: sent, and the sender gets no answer. ``truncate``: half of it is sent.
    ``truncate-answer``: the sender gets half of the answer. ``duplicate``: sent again after ``seconds``. ``delay``:
    sent after ``seconds``. ``reorder``: sent after the next one, which may take ``seconds`` to come.

    It happens to ``times`` deliveries of the trace, after the first ``skip`` of them; ``reads``: to requests that read,
    instead of those that write.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    trace_id: str = Field(pattern="^[0-9a-f]{32}$")
    kind: FaultKind
    times: int = Field(default=1, ge=1)
    skip: int = Field(default=0, ge=0)
    reads: bool = False
    seconds: float = Field(default=0.0, ge=0, le=60)


class InjectedFaults:
    """Those of one edge that have not all happened yet."""

    def __init__(self) -> None:
        self._left: dict[tuple[str, bool], list[InjectedFault | None]] = {}
        self._held: dict[str, asyncio.Event] = {}
        self.happened: dict[str, int] = {}

    def add(self, fault: InjectedFault) -> None:
        """What is left of earlier ones of the trace is forgotten: a check has one at a time."""
        self._left[fault.trace_id, fault.reads] = [None] * fault.skip + [fault] * fault.times

    def take(self, method: str, traceparent: str | None) -> InjectedFault | None:
        """What is to happen to this request."""
        parent = parse(traceparent) if self._left else None
        key = (parent.trace_id, method in SAFE_METHODS) if parent else ("", False)
        left = self._left.get(key)
        if not parent or not left:
            return None
        if left[0] is not None and left[0].kind == "reorder" and parent.trace_id in self._held:
            return None  # it overtakes the one that is held back
        fault = left.pop(0)
        if not left:
            del self._left[key]
        return fault

    def note(self, fault: InjectedFault) -> None:
        """It has happened."""
        self.happened[fault.trace_id] = self.happened.get(fault.trace_id, 0) + 1

    async def overtaken(self, fault: InjectedFault) -> bool:
        """Wait until another request of the trace was passed on. False where none came in time."""
        event = self._held[fault.trace_id] = asyncio.Event()
        try:
            await asyncio.wait_for(event.wait(), fault.seconds)
        except TimeoutError:
            return False
        finally:
            self._held.pop(fault.trace_id, None)
        return True

    def passed(self, method: str, traceparent: str | None) -> None:
        """A request was passed on: what is held back for it may follow."""
        if self._held and method not in SAFE_METHODS and (parent := parse(traceparent)):
            if parent.trace_id in self._held:
                self._held[parent.trace_id].set()


def inject(edge_url: str, fault: InjectedFault) -> None:
    """Tell the proxy of an edge. BrokenError where it does not answer."""
    tell(edge_url + PATH, method="PUT", body=fault.model_dump_json().encode())


def happened(edge_url: str, trace_id: str) -> int:
    """How many deliveries of a trace a fault has happened to. BrokenError where the proxy does not answer."""
    return int(json.loads(tell(edge_url + PATH)).get(trace_id, 0))
