"""What the simulator's benchmarks share: a simulator in a thread of this process, and minium on one of its ports."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import psutil

from harness.simulator.build import ensure_bundle
from harness.simulator.device.wechat_users import NOBODY
from harness.simulator.host.host import SimulatorHost
from harness.simulator.settings import SimulatorSettings
from harness.simulator.source.project import load_project

ROOT = Path(__file__).resolve().parents[1]
SMALL, SHOP = ROOT / "tests" / "fixture_apps" / "counter", ROOT / "demo" / "miniprogram"
T = TypeVar("T")


class Simulator:
    """A simulator whose inside is at hand: the peer touches the same node in the same browser."""

    def __init__(self, project: Path) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        settings = SimulatorSettings(project=project, port=0)
        self.host = SimulatorHost(settings, load_project(project), ensure_bundle())
        self.wait(self.host.start())

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(120)

    def new_app(self, person: Any = NOBODY) -> tuple[int, Any]:
        """Port and app, from a prepared screen."""
        self.wait(self.host.prepared())
        door, app, _ = self.wait(self.host.new_app(person))
        return door.port, app

    def close(self) -> None:
        self.wait(self.host.close())
        self._loop.call_soon_threadsafe(self._loop.stop)


@contextlib.contextmanager
def simulator(project: Path) -> Iterator[Simulator]:
    made = Simulator(project)
    try:
        yield made
    finally:
        made.close()


def screen_at_rest() -> None:
    """Wait until what was changed is drawn, and then for any moment between two frames of the screen."""
    time.sleep(0.1 + random.uniform(0, 1 / 60))


def dial(port: int) -> Any:
    """Minium as it is, its usage reports off."""
    os.environ["no_proxy"] = "localhost,127.0.0.1"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import minium
        from minium.miniprogram.base_driver import minium_log

        minium_log.existFlag = 1
        outputs = tempfile.mkdtemp()
        return minium.Minium({"test_port": port, "outputs": outputs, "debug_mode": "error"})


def memory(process: int) -> float:
    """Megabytes a process and its children take, what they share counted once."""
    family = psutil.Process(process)
    taken = 0
    for each in (family, *family.children(recursive=True)):
        with contextlib.suppress(psutil.Error):
            full = each.memory_full_info()
            taken += getattr(full, "pss", full.uss)
    return taken / 1024**2


def end(code_of: Any) -> None:
    """Leave at once: minium's threads would hold up the end of the process."""
    sys.stdout.flush()
    try:
        code_of()
    except SystemExit as ended:
        os._exit(int(ended.code or 0))
