"""A service's log with the time of each line: what it wrote while it answered a request.

The supervisor keeps the times beside the log, in a file of lines of one length, so that a moment is found
without reading what is before it. Services write as they like: an error is told by its look
(:mod:`harness.core.logged_error`), and often comes after the answer it was the reason of.
"""

from __future__ import annotations

import bisect
import itertools
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.core.logged_error import error_blocks, excerpt
from harness.core.polling import poll

SUFFIX = ".times"
WIDTH = 36  # of an entry: seconds of the monotonic clock, then where in the log the line begins
LATE = 0.5  # seconds after its answer in which an error is still looked for
QUIET = 0.05  # seconds without a line after which an error is taken to be whole
Window = tuple[float, float]  # from the request to the end of its answer, in seconds of the monotonic clock


class LineTimes:
    """Writes the time of each line of a log."""

    def __init__(self, log: Path) -> None:
        self._file = log.with_suffix(SUFFIX).open("ab", buffering=0)

    def note(self, place: int) -> None:
        """A line begins now, at a place of the log. OSError where it cannot be written, as on a full disk."""
        self._file.write(f"{time.monotonic():019.6f} {place:015d}\n".encode())

    def close(self) -> None:
        self._file.close()


@dataclass(frozen=True, slots=True)
class ServiceLog:
    """The log of a service that the harness started."""

    path: Path

    def errors(self, windows: Sequence[Window]) -> list[list[str]]:
        """For each request the error that the service wrote meanwhile, as it is shown; ``[]`` where it wrote none.

        ``windows`` are in the order of the answers. An error belongs to one request only: to the first that
        was under way, or just over.
        """
        if not windows:
            return []
        last = max(ended for _, ended in windows)
        left = max(0.0, min(LATE, last + LATE - time.monotonic()))
        return poll(lambda: self._look(windows), _Look.is_whole, within=left).value.errors

    def _look(self, windows: Sequence[Window]) -> _Look:
        began, ended = min(began for began, _ in windows), max(ended for _, ended in windows)
        times, lines = self._between(began, ended + LATE)
        blocks = [(times[block.start], lines[block.start : block.stop]) for block in error_blocks(lines)]
        found: list[list[str]] = []
        for began, ended in windows:
            mine = next((one for one in blocks if began <= one[0] <= ended + LATE), None)
            if mine is not None:
                blocks.remove(mine)
            found.append([] if mine is None else excerpt(mine[1]))
        return _Look(found, times[-1] if times else 0.0)

    def _between(self, began: float, ended: float) -> tuple[list[float], list[str]]:
        """The lines written between two moments, and when."""
        try:
            with self.path.with_suffix(SUFFIX).open("rb") as index, self.path.open("rb") as log:
                count = os.fstat(index.fileno()).st_size // WIDTH

                def entry(number: int) -> tuple[float, int]:
                    index.seek(number * WIDTH)
                    moment, place = index.read(WIDTH).split()
                    return float(moment), int(place)

                first = bisect.bisect_left(range(count), began, key=lambda number: entry(number)[0])
                after = bisect.bisect_right(range(count), ended, key=lambda number: entry(number)[0])
                entries = [entry(number) for number in range(first, after)]
                end = entry(after)[1] if after < count else os.fstat(log.fileno()).st_size
                places = [*(place for _, place in entries), end]
                log.seek(places[0])
                pieces = [log.read(after - before) for before, after in itertools.pairwise(places)]
        except (OSError, ValueError):  # no log, or an entry cut off: nothing is known
            return [], []
        lines = [piece.decode("utf-8", "replace").rstrip("\r\n") for piece in pieces]
        return [moment for moment, _ in entries], lines


@dataclass(frozen=True, slots=True)
class _Look:
    """What a look at the log found, and when its last line was written."""

    errors: list[list[str]]
    last_line: float

    def is_whole(self) -> bool:
        """Whether the last request has its error, to the last line."""
        return bool(self.errors[-1]) and time.monotonic() - self.last_line > QUIET
