"""The probe in a simulator that can be made to lie, with minium connected to it: where the rows are played."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness.automator.client import SimulatorClient
from harness.platforms.minium_client import load
from tests.minium_methods.registry import Context, Method
from tests.support.simulator import APPS, dial, echoing, leave, simulating

MUTANT = Path(__file__).parent / "mutant_simulator.py"
XIAO_MING = {"openid": "oXiaoMing", "phone": "19900000001", "nickName": "小明"}
# A row that is lied to waits for what never comes: minium's own waits are cut down to this.
PATIENCE = 3


@dataclass
class Stage:
    """One app at a time; renewed when a row breaks it."""

    control: SimulatorClient
    folder: Path
    context: Context | None = None

    def lie(self, *lies: str) -> None:
        """From now on; ``minium App.exit``, or ``others …``. Nothing: the truth."""
        (self.folder / "lies").write_text("\n".join(lies))

    def asked(self) -> set[str]:
        """The methods minium has asked for since this was last called."""
        file = self.folder / "asked"
        names = set(file.read_text().split())
        file.write_text("")
        return names

    def ready(self, row: Method) -> Context:
        """The app as a row expects it: its page opened anew, nothing open above it."""
        if self.context is None:
            new = self.control.new_app(XIAO_MING)
            other = SimulatorClient(new.endpoint, deadline=20)
            mini = dial(new.port, self.folder / "outputs", request_timeout=PATIENCE)
            self.context = Context(mini, other, self.control, new.port)
        self.context.go(row.page)
        self.asked()
        return self.context

    def leave(self) -> None:
        if self.context is not None:
            context, self.context = self.context, None
            self.lie()
            context.other.close()
            leave(context.mini)
            self.control.close_app(context.port)


class ShortNaps:
    """``time`` as minium's modules are given it: it looks once a second, and here ten times."""

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds / 10 if seconds >= 1 else seconds)  # less than a second is how long a finger rests


@contextlib.contextmanager
def short_naps() -> Iterator[None]:
    load()
    with pytest.MonkeyPatch.context() as patch:
        for name, module in list(sys.modules.items()):
            if name.startswith("minium.") and vars(module).get("time") is time:
                patch.setattr(module, "time", ShortNaps())
        yield


@contextlib.contextmanager
def staging(folder: Path) -> Iterator[Stage]:
    """``folder`` is its own."""
    for name in ("lies", "asked"):
        (folder / name).write_text("")
    command = (sys.executable, str(MUTANT), str(folder))
    with (
        short_naps(),
        echoing() as backend,
        simulating(
            APPS / "probe", "--map", f"https://api.probe.example={backend}", command=command
        ) as simulator,
        SimulatorClient(simulator.ready["control"], deadline=20) as control,
    ):
        stage = Stage(control, folder)
        yield stage
        stage.leave()
