"""The running system as the tests see it: start it, attach to it, ask whether it still lives, stop it."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil

from harness.core.errors import BrokenError, ProcessDied, Timeout
from harness.core.event_reader import EventReader
from harness.core.payloads import ProcessExit
from harness.core.polling import poll
from harness.core.text import Text
from harness.processes.plan import SystemPlan
from harness.processes.process_tree import Identity, detached, end_trees, how_it_ended
from harness.processes.supervisor import GRACE, ROLE, STATE, STOP

LOG = "supervisor.log"
SUPERVISOR = Text(zh="监管进程", en="the supervisor")
# On a very busy machine, in seconds: the plan's own time begins when the supervisor runs.
SUPERVISOR_START = 20.0
# Between two looks at the supervisor's own life, in seconds; what it reports is read at every check.
LOOK_EVERY = 0.2


class System:
    """One running system, found again by its run folder. Not shared between threads.

    ``processes`` are the pids by name. Whoever starts it stops it; who attaches only checks.
    """

    def __init__(self, folder: Path, state: dict[str, Any], starter: subprocess.Popen[bytes] | None) -> None:
        self.folder = folder
        self.run: str = state["run"]
        self.processes: dict[str, int] = state["processes"]
        created: dict[str, float] = state["created"]
        self._supervisor = Identity(state["supervisor"], created[ROLE])
        self._identities = {name: Identity(pid, created[name]) for name, pid in self.processes.items()}
        self._starter = starter
        self._events = EventReader(folder, source=f"{ROLE}-{self._supervisor.pid}")
        self._last_look = 0.0
        self._death: ProcessDied | None = None
        self._stopped = False

    @classmethod
    def start(cls, plan: SystemPlan, within: float | None = None) -> System:
        """Start every process of the plan and wait until all are ready.

        ``within`` (seconds) replaces the plan's ``start_within``. ProcessDied when one ended, Timeout when
        one did not become ready, BrokenError when one could not be started or its port is taken; each with
        the last words of that process, and with nothing left running.
        """
        if within is not None:
            plan = plan.model_copy(update={"start_within": within})
        plan.folder.mkdir(parents=True, exist_ok=True)
        for name in (STATE, STOP):
            (plan.folder / name).unlink(missing_ok=True)
        with (plan.folder / LOG).open("ab") as log:
            supervisor = subprocess.Popen(
                [sys.executable, "-m", "harness.processes", "-"],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                **detached(),
            )
        try:
            return cls(plan.folder, _started(supervisor, plan), supervisor)
        except BaseException:
            _ask_to_stop(plan.folder, supervisor)
            raise

    @classmethod
    def attach(cls, folder: Path) -> System:
        """The system that another process started in this folder.

        BrokenError when none runs there; where its start failed, the error of that start.
        """
        state = _state(folder)
        if state is None:
            raise BrokenError(
                Text(zh=f"{folder} 中没有正在运行的系统", en=f"no system is running in {folder}")
            )
        if "error" in state:
            raise _failure(state)
        system = cls(folder, state, None)
        if system._supervisor.find() is None:
            raise BrokenError(Text(zh=f"{folder} 中的系统已经结束", en=f"the system in {folder} has ended"))
        return system

    def check(self) -> None:
        """ProcessDied for the first process that ended unexpectedly so far; the same one ever after.

        Costs a few microseconds while there is nothing new: call it between steps and while polling.
        """
        if self._death is None:
            self._read_news()
            self._look_at_supervisor()
        if self._death is not None:
            raise self._death
        if self._stopped:
            raise BrokenError(Text(zh="系统已被停止", en="the system was stopped"))

    def is_whole(self) -> bool:
        """Whether every process runs, as the operating system says: :meth:`check` knows a moment later."""
        found = (self._supervisor, *self._identities.values())
        return all(identity.find() is not None and not identity.is_stopped() for identity in found)

    def stopped(self) -> dict[str, int]:
        """The processes that a signal has stopped (SIGSTOP), with their pids: they exist, and do nothing."""
        found = {ROLE: self._supervisor, **self._identities}
        return {name: identity.pid for name, identity in found.items() if identity.is_stopped()}

    def stop(self) -> None:
        """End every process and its tree; nothing is left when this returns. Safe to call twice."""
        if self._stopped:
            return
        self._stopped = True
        _touch(self.folder / STOP)
        if os.name == "posix" and (supervisor := self._supervisor.find()):
            supervisor.terminate()  # quicker than the file, and all the same to the supervisor
        poll(lambda: self._supervisor_runs(), lambda runs: not runs, within=2 * GRACE + 1.0, every=0.02)
        # Nothing to do for these unless the supervisor itself was killed.
        end_trees([self._supervisor, *self._identities.values()], grace=GRACE)
        if self._starter is not None:
            self._starter.wait()
        for name in (STATE, STOP):
            (self.folder / name).unlink(missing_ok=True)

    @classmethod
    def end(cls, folder: Path) -> None:
        """End whatever a system of this folder still runs, also where its supervisor is dead; never raises.

        Safe where nothing was started, where the start failed, and to call twice.
        """
        state = _state(folder)
        if state is not None and "error" not in state:
            cls(folder, state, None).stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _read_news(self) -> None:
        if self._stopped:
            return
        for event in self._events.new(ProcessExit):
            exit = event.data
            if not exit.expected and self._death is None:
                how = exit.how if exit.exit_code is None else how_it_ended(exit.exit_code)
                self._death = ProcessDied(exit.name, how=how, last_words=exit.last_words or "")

    def _look_at_supervisor(self) -> None:
        now = time.monotonic()
        if self._stopped or now - self._last_look < LOOK_EVERY:
            return
        self._last_look = now
        if self._death is None and not self._supervisor_runs():
            self._death = ProcessDied(
                SUPERVISOR, how=self._supervisor_end(), last_words=_tail(self.folder / LOG)
            )

    def _supervisor_runs(self) -> bool:
        if self._starter is not None:
            return self._starter.poll() is None
        return self._supervisor.find() is not None

    def _supervisor_end(self) -> Text:
        code = self._starter.poll() if self._starter is not None else None
        return Text(zh="进程已不存在", en="it is gone") if code is None else how_it_ended(code)


def _started(supervisor: subprocess.Popen[bytes], plan: SystemPlan) -> dict[str, Any]:
    """Hand over the plan and wait for the supervisor's word."""
    assert supervisor.stdin is not None
    try:
        with supervisor.stdin as pipe:
            pipe.write(plan.owned().model_dump_json().encode())
    except (BrokenPipeError, psutil.Error):
        pass  # it ended, or its owner did: said below
    said = poll(
        lambda: (_state(plan.folder), supervisor.poll()),
        lambda seen: seen[0] is not None or seen[1] is not None,
        within=plan.start_within + SUPERVISOR_START,
        every=0.02,
    )
    state = said.value[0] or _state(plan.folder)
    if state is None:
        code, words = supervisor.poll(), _tail(plan.folder / LOG)
        if code is None:
            waited = plan.start_within + SUPERVISOR_START
            raise Timeout(
                Text(
                    zh=f"监管进程 {waited:g} 秒内没有任何消息：{words}",
                    en=f"the supervisor said nothing within {waited:g} s: {words}",
                )
            )
        how = Text(zh="在全部就绪之前{how}", en="{how} before all were ready").format(how=how_it_ended(code))
        raise ProcessDied(SUPERVISOR, how=how, last_words=words)
    if "error" in state:
        raise _failure(state)
    return state


def _failure(state: dict[str, Any]) -> BrokenError:
    """What the supervisor said instead of being ready, as the error it is."""
    words = Text(**state["error"])
    if state["kind"] == "died":
        return ProcessDied(state["name"], how=words, last_words=state["last_words"])
    return Timeout(words) if state["kind"] == "unready" else BrokenError(words)


def _state(folder: Path) -> dict[str, Any] | None:
    try:
        state: dict[str, Any] = json.loads((folder / STATE).read_bytes())
    except FileNotFoundError:
        return None
    return state


def _ask_to_stop(folder: Path, supervisor: subprocess.Popen[bytes]) -> None:
    _touch(folder / STOP)
    try:
        supervisor.wait(timeout=2 * GRACE + 1.0)
    except subprocess.TimeoutExpired:
        end_trees([Identity.of(supervisor.pid)], grace=GRACE)
        supervisor.wait()
    (folder / STOP).unlink(missing_ok=True)


def _touch(file: Path) -> None:
    """Best effort: in a folder that is gone, or on a full disk, the process is ended without it."""
    with contextlib.suppress(OSError):
        file.touch()


def _tail(log: Path, lines: int = 5) -> str:
    try:
        return "\n    ".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
    except FileNotFoundError:
        return ""
