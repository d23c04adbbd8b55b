"""Where a project is, and how a command hands its run on. Light: every pytest run of every project loads it."""

from __future__ import annotations

from pathlib import Path

FILE = "harness.toml"
TRACEBACK = "HARNESS_TRACEBACK"  # environment variable for where a fault of the harness is
INVITATION = "HARNESS_RUN"  # environment variable in which pytest finds the run a command has begun


def find(start: Path) -> Path | None:
    """The nearest harness.toml at or above ``start``."""
    return next((folder / FILE for folder in (start, *start.parents) if (folder / FILE).is_file()), None)
