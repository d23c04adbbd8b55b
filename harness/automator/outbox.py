"""What one connection has yet to send, and when: without a clock, like the session it belongs to.

Minium tells and asks first and begins to wait second, without looking in between. Whatever comes before it
waits is lost on it, and it misses two things: the answer to a call, and the end of a route. Both are delayed for
it, and repeated until it asks for something else, which shows that it waits no longer. It ignores what comes
once more.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

# A reply that beats the wait is not noticed until another message arrives (measured: 1.4 to 6.4 % of calls stall
# for up to 60 s against an instant server; benchmarks/simulator_patience.py measures it with these numbers).
REPLY_NOT_BEFORE = 0.002
REPEAT_AFTER = (0.01, 0.05, 0.5)
# A reply this long is still being parsed when the client waits; repeating it would only cost.
REPEAT_AT_MOST = 64 * 1024
# app.navigate_back() takes the answer and then waits for the end of the route, 5 s where it has been and gone.
# With twice as many busy processes as cores, minium needed an answer's last repeat in one of 50 calls: the end of
# the route is repeated after that, and no sooner: a client that only is slow to go on has heard it already.
ROUTE_DONE_NOT_BEFORE = 0.06
ROUTE_DONE_AGAIN_AFTER = (0.6, 1.5, 3.0)
# Should it be told once more just as minium asks for the next page, minium takes that for the end of the next
# route and goes on with the answer: by then it must have read, on another of its threads, which page that is.
# Where it has been told once more shortly before, its threads are slow to get a core: they are given longer.
REPLY_AFTER_ROUTE_DONE = 0.01
REPLY_AFTER_ROUTE_DONE_AGAIN = 0.3
SHORTLY_BEFORE = 2.0


class Kind(Enum):
    """What may become of a text before it is sent."""

    ONCE = "sent, whatever happens"
    REPEAT = "dropped when the client asks for something"
    ROUTE_DONE_AGAIN = "dropped when the client asks for something, or another route has ended"


@dataclass(order=True, slots=True)
class _Due:
    at: float
    order: int
    text: str = field(compare=False)
    kind: Kind = field(compare=False)


class Outbox:
    """Texts with the time each is due. ``remedy`` turns on the delays and the repeats, for minium."""

    def __init__(self, *, remedy: bool) -> None:
        self.unsent = 0
        """Characters of the texts that are due, or will be."""
        self._remedy = remedy
        self._due: list[_Due] = []
        self._order = itertools.count()
        self._leaving: set[str] = set()
        """Calls of wx.navigateBack that are not answered yet."""
        self._held: list[str] = []
        """Ends of routes that came before such an answer."""
        self._route_done_from = self._route_done_at = self._told_again_at = -math.inf

    def asked(self, now: float) -> None:
        """The client asks for something: it has heard what it waited for, or did not wait for it."""
        self._keep(lambda due: due.kind is Kind.ONCE)
        self._leaving.clear()
        self._tell_held(now)

    def leaves_a_page(self, request_id: str) -> None:
        """The client has called wx.navigateBack, and waits for the end of the route once it has the answer."""
        if self._remedy:
            self._leaving.add(request_id)

    def answer(self, request_id: str, text: str, received: float, now: float) -> None:
        """The answer to a request that came in at ``received``."""
        if not self._remedy:
            self.send(text, now)
            return
        confused = received <= self._route_done_at and received < self._told_again_at + SHORTLY_BEFORE
        after_route = REPLY_AFTER_ROUTE_DONE_AGAIN if confused else REPLY_AFTER_ROUTE_DONE
        at = max(now, received + REPLY_NOT_BEFORE, self._route_done_at + after_route)
        self.send(text, at)
        if len(text) <= REPEAT_AT_MOST:
            self._repeat(text, at, REPEAT_AFTER, Kind.REPEAT)
        if request_id in self._leaving:
            self._leaving.remove(request_id)
            self._route_done_from = at + ROUTE_DONE_NOT_BEFORE
        if not self._leaving:
            self._tell_held(now)

    def route_done(self, text: str, now: float) -> None:
        """A route change is over: told after the answer to wx.navigateBack, should one be owed."""
        if not self._remedy:
            self.send(text, now)
        elif self._leaving:
            self._held.append(text)
        else:
            at = self._route_done_at = max(now, self._route_done_from)
            self._keep(lambda due: due.kind is not Kind.ROUTE_DONE_AGAIN)
            self.send(text, at)
            self._repeat(text, at, ROUTE_DONE_AGAIN_AFTER, Kind.ROUTE_DONE_AGAIN)

    def send(self, text: str, at: float, kind: Kind = Kind.ONCE) -> None:
        heapq.heappush(self._due, _Due(at, next(self._order), text, kind))
        self.unsent += len(text)

    def due(self, now: float) -> list[str]:
        """The texts to send now, in order."""
        texts = []
        while self._due and self._due[0].at <= now:
            due = heapq.heappop(self._due)
            if due.kind is Kind.ROUTE_DONE_AGAIN:
                self._told_again_at = now
            texts.append(due.text)
            self.unsent -= len(due.text)
        return texts

    def next_due(self) -> float | None:
        """When :meth:`due` has something next; None when nothing is planned."""
        return self._due[0].at if self._due else None

    def clear(self) -> None:
        """The connection is gone."""
        self._due.clear()
        self._held.clear()
        self._leaving.clear()
        self.unsent = 0

    def _tell_held(self, now: float) -> None:
        held, self._held = self._held, []
        for event in held:
            self.route_done(event, now)

    def _repeat(self, text: str, at: float, times: tuple[float, ...], kind: Kind) -> None:
        for after in times:
            self.send(text, at + after, kind)

    def _keep(self, wanted: Callable[[_Due], bool]) -> None:
        kept = [due for due in self._due if wanted(due)]
        if len(kept) < len(self._due):
            heapq.heapify(kept)
            self._due, self.unsent = kept, sum(len(due.text) for due in kept)
