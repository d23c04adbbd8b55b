"""Waiting: poll with a deadline and say what was last seen. Nothing in the harness sleeps otherwise."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from harness.core.text import Text

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Polled(Generic[T]):
    """The outcome of a poll.

    ``value`` is the last value read; ``reads`` how many; times are ``time.monotonic()`` seconds:
    ``last_without`` when the last unsatisfying read began (None: the first read satisfied),
    ``first_with`` when the satisfying read ended (None: none did).
    """

    value: T
    reads: int
    last_without: float | None
    first_with: float | None

    @property
    def satisfied(self) -> bool:
        return self.first_with is not None

    def seen(self, value: Text | str) -> Text:
        """What was read, with how often it was: for a message."""
        words = Text(zh="{value}（读取 {reads} 次）", en="{value}, {reads} times")
        return words.format(value=value, reads=self.reads)


def in_time(value: Text | str, seconds: float) -> Text:
    """What must be read within so many seconds: for a message."""
    words = Text(zh="{seconds:g} 秒内：{value}", en="{value} within {seconds:g} s")
    return words.format(value=value, seconds=seconds)


def poll(
    read: Callable[[], T],
    until: Callable[[T], bool],
    *,
    within: float,
    every: float = 0.05,
) -> Polled[T]:
    """Read until ``until`` holds or ``within`` seconds passed; at least two reads are made.

    Reads begin ``every`` seconds apart, or one after the other where they take longer.

    Errors of ``read`` are the caller's: they end the poll.
    """
    deadline = time.monotonic() + within
    last_without: float | None = None
    for reads in _count():
        began = time.monotonic()
        value = read()
        ended = time.monotonic()
        if until(value):
            return Polled(value, reads, last_without, ended)
        last_without = began
        if ended >= deadline and reads > 1:
            return Polled(value, reads, last_without, None)
        now = time.monotonic()
        pause(max(0.0, min(began + every - now, deadline - now)))
    raise AssertionError("unreachable")


def pause(seconds: float) -> None:
    """The interval between two reads of a poll; the only ``time.sleep`` of the harness."""
    time.sleep(seconds)


def _count() -> Iterator[int]:
    reads = 0
    while True:
        reads += 1
        yield reads
