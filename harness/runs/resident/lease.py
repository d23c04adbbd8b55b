"""A run that works on the resident system: when it may, how it begins there, and how it leaves.

One run at a time; the processes of one run share it. What differs from when the system was started is refused with
its names, and the run then starts a system of its own: an old one would be judged in the name of the new.
"""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

from filelock import FileLock, Timeout

from harness.config.settings import HarnessSettings
from harness.core.errors import BrokenError
from harness.core.text import Text
from harness.platforms.resident_simulator import close_apps
from harness.processes.system import System
from harness.runs.data import steps
from harness.runs.fault_switch import FaultSwitches
from harness.runs.plan import EDGES, PORTS, SERVICES, local, log_of, ports_of_edges
from harness.runs.resident.fingerprint import differences, fingerprint
from harness.runs.resident.state import ResidentState, Use
from harness.traffic.record_place import record_into

LOCK = "resident.lock"
HOST_LOCK = "resident-host.lock"
SHOWN = 3  # differences

DIFFERS = Text(zh="启动之后有变化：{names}", en="changed since it was started: {names}")
MORE = Text(zh="{names} 等 {count} 处", en="{names} and {count} more")
STARTING = Text(zh="它正在启动", en="it is starting")
TAKEN = Text(zh="另一次运行正在使用它", en="another run is using it")
NOT_WHOLE = Text(zh="它的某个进程已经结束或停住", en="a process of it has ended, or stands still")


class Lease:
    """The right to use the resident system, until :meth:`end` or the end of the process."""

    def __init__(self, runs: Path) -> None:
        self._lock = FileLock(runs / LOCK)

    def take(self, settings: HarnessSettings, run: str, folder: Path) -> System | None:
        """The resident system, ready for this run; None where there is none, or it is refused: then that is noted."""
        state = ResidentState.read(settings.paths.runs)
        if state is None:
            if _is_starting(settings.paths.runs):
                Use(refusal=STARTING).write(folder)
            return None
        system, refusal = self._taken(state, settings)
        if system is None:
            Use(refusal=refusal).write(folder)
            return None
        try:
            _begin(state, settings, run, folder)
        except BrokenError as error:
            with contextlib.suppress(BrokenError):
                _record(folder, state.folder, state.run)
            self.end()
            Use(refusal=error.text).write(folder)
            return None
        return system

    def _taken(self, state: ResidentState, settings: HarnessSettings) -> tuple[System | None, Text]:
        if names := differences(state.fingerprint, fingerprint(settings)):
            return None, DIFFERS.format(names=few(names))
        try:
            self._lock.acquire(blocking=False)
        except Timeout:
            return None, TAKEN
        try:
            system = System.attach(state.folder)
            simulators = state.residents.simulators.values()
            if system.is_whole() and all(each.process.find() for each in simulators):
                return system, Text(zh="", en="")
        except BrokenError:
            pass
        self.end()
        return None, NOT_WHOLE

    def end(self) -> None:
        self._lock.release()


def _is_starting(runs: Path) -> bool:
    """Whether somebody keeps a system that is not up, or not up again."""
    if not (runs / HOST_LOCK).exists():
        return False
    try:
        with FileLock(runs / HOST_LOCK).acquire(blocking=False):
            return False
    except Timeout:
        return True


def leave(settings: HarnessSettings, folder: Path) -> None:
    """The run is over: what goes through the proxies is no longer its own. Nothing to do for one that used none."""
    use = Use.read(folder)
    if use is None or use.folder is None or not (folder / PORTS).is_file():
        return
    _record(folder, use.folder, use.run)
    for name, size in use.logs.items():
        _copy(log_of(use.folder, name), log_of(folder, name), size)


def _begin(state: ResidentState, settings: HarnessSettings, run: str, folder: Path) -> None:
    """Let the proxies record this run, and take away what an earlier one left."""
    for name in (PORTS, SERVICES, EDGES):
        shutil.copyfile(state.folder / name, folder / name)
    _record(folder, folder, run)
    for simulator in state.residents.simulators.values():
        close_apps(simulator)
    FaultSwitches(settings, folder).take_away()
    started = [name for name, service in settings.services.items() if service.url is None]
    sizes = {name: _size(log_of(state.folder, name)) for name in started}
    kept = [
        name for name, its in settings.services.items() if (its.platform or its.drain) and its.faults is None
    ]
    left = () if steps(settings, "run") or steps(settings, "scenario") else tuple(kept)
    Use(folder=state.folder, run=state.run, left=left, logs=sizes).write(folder)


def _record(folder: Path, into: Path, run: str) -> None:
    """Let the proxies whose ports ``folder`` has record into another one. BrokenError where they do not answer."""
    for port in ports_of_edges(folder).values():
        record_into(local(port), into, run)


def few(names: list[str]) -> Text:
    """The first of the names, and how many more there are."""
    shown = ", ".join(names[:SHOWN])
    if len(names) <= SHOWN:
        return Text(zh=shown, en=shown)
    return MORE.format(names=shown, count=len(names) - SHOWN)


def _size(file: Path) -> int:
    return file.stat().st_size if file.is_file() else 0


def _copy(source: Path, target: Path, after: int) -> None:
    """What the log says of this run."""
    if not source.is_file():
        return
    target.parent.mkdir(exist_ok=True)
    with source.open("rb") as log:
        log.seek(after)
        target.write_bytes(log.read())
