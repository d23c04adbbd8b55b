"""What ``harness up`` says of the system it keeps, in a file among the runs; and what a run says of using it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from harness.core.text import Text
from harness.platforms.resident import Residents
from harness.processes.process_tree import Identity
from harness.processes.supervisor import publish

FILE = "resident.json"

USED = Text(
    zh="本次运行使用了 'harness up' 的系统{data}",
    en="this run used the system of 'harness up'{data}",
)
LEFT = Text(
    zh="，其中有此前运行留下的数据：没有故障开关或 [[data]] 步骤可以还原 {names}",
    en=", with what earlier runs left there: no fault switch and no step of [[data]] resets {names}",
)
REFUSED = Text(zh="没有使用 'harness up' 的系统：{why}", en="the system of 'harness up' was not used: {why}")


class ResidentState(BaseModel):
    """``folder`` is that of the system, ``pid`` and ``created`` the process that keeps it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: Path
    run: str
    pid: int
    created: float
    fingerprint: dict[str, str]
    residents: Residents = Residents()

    @classmethod
    def read(cls, runs: Path) -> Self | None:
        """What is kept for the runs of this folder; None where nothing is, or nobody keeps it any more."""
        try:
            state = cls.model_validate_json((runs / FILE).read_bytes())
        except (OSError, ValidationError):  # written by another version: its process cannot be used either
            return None
        return state if Identity(state.pid, state.created).find() else None

    def write(self, runs: Path) -> None:
        publish(
            runs / FILE, self.model_dump(mode="json"), secret=True
        )  # who knows the endpoint drives the browser

    @staticmethod
    def remove(runs: Path) -> None:
        (runs / FILE).unlink(missing_ok=True)


class Use(BaseModel):
    """In a run's folder: the folder of the resident system it works on, or why it does not.

    ``left``: the services whose data is what earlier runs left. ``logs``: how long the log of each service was when
    the run began, in bytes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: Path | None = None
    run: str = ""
    refusal: Text | None = None
    left: tuple[str, ...] = ()
    logs: dict[str, int] = Field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """That of a run; None where there is no resident system."""
        try:
            return cls.model_validate_json((folder / FILE).read_bytes())
        except OSError:
            return None

    @property
    def text(self) -> Text:
        if self.refusal is not None:
            return REFUSED.format(why=self.refusal)
        nothing = Text(zh="", en="")
        return USED.format(data=LEFT.format(names=", ".join(self.left)) if self.left else nothing)

    def write(self, folder: Path) -> None:
        publish(folder / FILE, json.loads(self.model_dump_json()))
