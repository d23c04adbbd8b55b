"""Exchanges that went through and could not be recorded: kept until the record says so, and told on stderr.

Recording fails where the disk is full, the run folder is gone, or by a fault of ours. The exchange itself goes on
as if nothing had happened; what is missing in the record is never silently missing.
"""

from __future__ import annotations

import sys
import threading
from collections import deque

from harness.core.events import EventLog
from harness.core.masking import mask_text
from harness.core.payloads import ExchangeLoss


class Losses:
    """The losses of one process. Safe to call from several threads; nothing here raises."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._waiting: deque[ExchangeLoss] = deque()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """How many the record does not tell of yet."""
        return len(self._waiting)

    def add(self, lost: ExchangeLoss) -> None:
        self._waiting.append(lost)
        say(f"not recorded: {lost}")
        self.write()

    def write(self) -> None:
        """Tell the record of what is missing in it, as far as it can be written to."""
        if not self._waiting:
            return
        with self._lock:
            while self._waiting:
                try:
                    self._log.write(self._waiting[0], platform=self._waiting[0].target)
                except Exception:  # as before: said already, tried again later
                    return
                self._waiting.popleft()

    def last_words(self) -> str | None:
        """What is to be said at the end, where the record could not be told; None where it was."""
        if not self._waiting:
            return None
        first = self._waiting[0]
        return f"{len(self._waiting)} exchanges are not in the record, nor that they are missing; the first: {first}"


def say(words: str) -> None:
    """One line on stderr, that is in the proxy's log; where even that is full, there is nobody to tell."""
    try:
        sys.stderr.write(f"{mask_text(words)}\n")
        sys.stderr.flush()
    except Exception:  # OSError, or an encoding that lacks a character
        return
