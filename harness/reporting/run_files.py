"""The files that stand beside the events of a run, read so that a damaged one costs itself and not the report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.core.payloads import Damage

TARGETS = "coverage-targets.json"
"""What the contracts document, written when a run starts."""
CLEANUP = "cleanup.json"
"""What a run on a shared environment created."""
BESIDE_RUNS = ("history", "latest")
"""What reports write beside the folder of the runs."""
SHAPES: Mapping[str, type] = {TARGETS: dict, CLEANUP: list}


def read(folder: Path, name: str) -> Any:
    """What a file says; None where there is none, or it cannot be read."""
    try:
        said = json.loads((folder / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return said if isinstance(said, SHAPES[name]) else None


def damage(folder: Path, *, begun: bool) -> list[Damage]:
    """The files that are there and cannot be read, and those that are gone; ``begun``: the run wrote its targets."""
    found = []
    for name in SHAPES:
        there = (folder / name).exists()
        if there and read(folder, name) is None:
            found.append(Damage(shard=name, problem="unreadable", events=1))
        elif begun and name == TARGETS and not there:
            found.append(Damage(shard=name, problem="gone"))
    return found
