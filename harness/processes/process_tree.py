"""Processes by identity (pid and creation time), their trees, and how to end them: never by name.

Works the same on Linux, macOS and Windows: psutil only, no process groups and no signal handlers needed.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import psutil

from harness.core.polling import poll
from harness.core.text import Text

# psutil derives creation times from the boot time, which follows corrections of the machine's clock.
CLOCK_CORRECTION = 2.0


@dataclass(frozen=True, slots=True)
class Identity:
    """One process, told apart from a later one with the same pid. ``created`` is in seconds since 1970."""

    pid: int
    created: float

    @staticmethod
    def of(pid: int) -> Identity:
        """The process that has this pid now; ``psutil.NoSuchProcess`` where none has."""
        return Identity(pid, psutil.Process(pid).create_time())

    def find(self) -> psutil.Process | None:
        """The process, where it still runs; a zombie (ended, not yet waited for) does not."""
        try:
            process = psutil.Process(self.pid)
            if abs(process.create_time() - self.created) > CLOCK_CORRECTION:
                return None
            return process if runs(process) else None
        except psutil.Error:
            return None

    def is_stopped(self) -> bool:
        """Whether it exists and a signal keeps it from running; a debugger's stop is none."""
        process = self.find()
        try:
            return process is not None and process.status() == psutil.STATUS_STOPPED
        except psutil.Error:
            return False


def runs(process: psutil.Process) -> bool:
    """Whether the process still does anything: it exists and is no zombie."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def detached() -> dict[str, Any]:
    """Arguments of ``subprocess.Popen`` for a process that a Ctrl-C in our terminal must not reach.

    On POSIX it becomes the leader of its own session, by which :func:`end_trees` finds orphans of its tree.
    """
    if os.name == "posix":
        return {"start_new_session": True}
    flags = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0) | getattr(subprocess, "CREATE_NO_WINDOW", 0)
    return {"creationflags": flags}


def end_trees(roots: Iterable[Identity], *, grace: float) -> None:
    """End the processes and all their descendants: ask (SIGTERM), and after ``grace`` seconds kill.

    On Windows asking is killing. Processes that are gone, or whose pid now belongs to another, are left
    alone.
    """
    wanted = tuple(roots)
    asked = _trees(wanted)
    for process in asked:
        _try(process.terminate)
    _wait(asked, grace)
    # Looked up again: somebody may have started a child while being asked to end.
    left = {*asked, *_trees(wanted)}
    for process in left:
        _try(process.kill)
    _wait(left, grace)


def how_it_ended(code: int) -> Text:
    """An exit code of ``subprocess`` in words."""
    if name := signal_name(code):
        return Text(zh=f"被信号 {name} 结束", en=f"killed by {name}")
    return Text(zh=f"以退出码 {code} 结束", en=f"ended with exit code {code}")


def signal_name(code: int) -> str | None:
    """``SIGKILL`` for -9; None where the process was not ended by a signal."""
    if code >= 0:
        return None
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def _trees(roots: tuple[Identity, ...]) -> set[psutil.Process]:
    found: set[psutil.Process] = set()
    for root in roots:
        process = root.find()
        if process is not None:
            found.add(process)
            found.update(_try(lambda process=process: process.children(recursive=True)) or ())
    return found | set(_sessions({root.pid for root in roots}))


def _sessions(leaders: set[int]) -> list[psutil.Process]:
    """Processes whose session was begun by one of ``leaders``: they outlive their parent's end.

    A pid is not given to another process while a session of that number lives, so these are ours.
    """
    if os.name != "posix":
        return []
    members = []
    for pid in psutil.pids():
        try:
            if os.getsid(pid) in leaders:
                members.append(psutil.Process(pid))
        except (OSError, psutil.Error):
            continue
    return [member for member in members if runs(member)]


def _wait(processes: set[psutil.Process], within: float) -> None:
    # Not psutil.wait_procs: it would wait for zombies that are another process's to collect.
    if processes:
        poll(lambda: [p for p in processes if runs(p)], lambda left: not left, within=within, every=0.02)


def _try(action: Any) -> Any:
    try:
        return action()
    except psutil.Error:
        return None
