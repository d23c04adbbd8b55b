"""Tracebacks of faults of the product, without the frames of the harness: the reader's own lines are what counts."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType

OURS = f"{Path(__file__).parents[1]}{os.sep}"


def without_ours(traceback: TracebackType | None) -> TracebackType | None:
    """The same with frames of the harness left out; all of it where nothing else would be left."""
    kept = [each for each in _entries(traceback) if not each.tb_frame.f_code.co_filename.startswith(OURS)]
    rebuilt: TracebackType | None = None
    for each in reversed(kept):
        rebuilt = TracebackType(rebuilt, each.tb_frame, each.tb_lasti, each.tb_lineno)
    return rebuilt or traceback


def _entries(traceback: TracebackType | None) -> list[TracebackType]:
    found = []
    while traceback is not None:
        found.append(traceback)
        traceback = traceback.tb_next
    return found
