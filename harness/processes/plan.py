"""The plan of a system: which processes run, how each is known to be ready, and whose life they share.

Data only; handed to the supervisor as JSON through a pipe, because environments hold secrets that must not
lie in a file.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from harness.processes.process_tree import Identity


class ProcessPlan(BaseModel):
    """One process. ``environment`` is added to the supervisor's own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    command: Sequence[str] = Field(min_length=1)
    environment: dict[str, str] = Field(default_factory=dict)
    cwd: Path | None = None
    ready: str | None = Field(
        default=None,
        pattern=r"^https?://[^/]+",
        description="address that answers 2xx when the process is ready; absent: ready when started",
    )
    log: Path
    group: Literal["service", "proxy"] = "service"
    role: str | None = Field(default=None, description="under which it writes events of its own")


class SystemPlan(BaseModel):
    """All processes of one run.

    ``owner_pid`` and ``owner_created`` identify the process that must not be outlived; by default the one
    that makes the plan. ``start_within`` is the time, in seconds, all processes together have to be ready.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    run: str = Field(min_length=1)
    folder: Path
    processes: Sequence[ProcessPlan] = Field(min_length=1)
    owner_pid: int = Field(default_factory=os.getpid)
    owner_created: float | None = None
    start_within: float = Field(default=30.0, gt=0)
    discard: Path | None = Field(default=None, description="folder of the processes' data, removed with them")

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        for what, values in (
            ("name", [process.name for process in self.processes]),
            ("ready address", [process.ready for process in self.processes if process.ready]),
            ("log", [process.log for process in self.processes]),
        ):
            twice = [str(value) for value, count in Counter(values).items() if count > 1]
            if twice:
                raise ValueError(f"two processes have the same {what}: {', '.join(twice)}")
        return self

    def owned(self) -> SystemPlan:
        """The plan with the owner's time of creation filled in, which only works while the owner lives."""
        if self.owner_created is not None:
            return self
        return self.model_copy(update={"owner_created": Identity.of(self.owner_pid).created})
