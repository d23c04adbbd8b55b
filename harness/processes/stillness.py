"""Processes that stand still: stopped by a signal (SIGSTOP) and not continued, they answer nobody and do not end.

Only of what belongs to the harness: nothing else can be said of a run that waits for a part of its own.
"""

from __future__ import annotations

import time

import psutil

from harness.core.text import Text

STOPPED_FOR = 5.0  # seconds; a process may be stopped for a moment, to look at it
STOPPED = Text(
    zh=f"被信号暂停了 {STOPPED_FOR:g} 秒，已被结束",
    en=f"it was stopped by a signal for {STOPPED_FOR:g} s, and ended",
)


def is_stopped(process: psutil.Process) -> bool:
    """Whether the process is stopped at this moment; one under a debugger (tracing stop) is not."""
    try:
        return process.status() == psutil.STATUS_STOPPED
    except psutil.Error:
        return False


class Stillness:
    """Since when processes were found stopped whenever they were looked at."""

    def __init__(self) -> None:
        self._since: dict[psutil.Process, float] = {}

    def of(self, process: psutil.Process) -> bool:
        """Look at it: whether it has been still for :data:`STOPPED_FOR` seconds."""
        if not is_stopped(process):
            self._since.pop(process, None)
            return False
        now = time.monotonic()
        return now - self._since.setdefault(process, now) >= STOPPED_FOR
