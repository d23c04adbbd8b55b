"""The supervisor: a process that starts the processes of a plan, watches them, and ends with its owner.

It is a process of its own so that nothing outlives a test run, however that ends. It decides nothing about
what an exit means: it writes what happened to the event stream and says once whether all became ready.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from harness.core.errors import BrokenError
from harness.core.events import EventLog
from harness.core.payloads import ProcessExit, ProcessStart
from harness.processes.child import Child
from harness.processes.plan import ProcessPlan, SystemPlan
from harness.processes.process_tree import Identity, end_trees
from harness.processes.standby import Standby

ROLE = "supervisor"
STATE, STOP = "system.json", "system.stop"
WATCH_EVERY = 0.1
GRACE = 2.0
GRACE_ORPHANED = 0.4  # the owner is gone: nobody reads what a slow shutdown would still say


class Supervisor:
    """Runs one plan; ``run`` returns the process's exit code."""

    def __init__(self, plan: SystemPlan) -> None:
        self._plan = plan.owned()
        self._folder = plan.folder
        self._log = EventLog(plan.folder, plan.run, ROLE, keep=True)
        self._news = threading.Event()
        self._stop = threading.Event()
        self._children: list[Child] = []
        self._owner = Identity(self._plan.owner_pid, self._plan.owner_created or 0.0)
        remove = [self._folder / STATE, self._folder / STOP]
        self._standby = Standby(self._owner, [*remove, *([plan.discard] if plan.discard else [])])

    def stop(self) -> None:
        """End soon; may be called from a signal handler."""
        self._stop.set()
        self._news.set()

    def run(self) -> int:
        orphaned = False
        try:
            failure = self._start() or self._wait_until_ready()
            if failure is not None:
                self._publish(failure)
                return 1
            if not self._ending():
                self._publish(self._state())
            while not self._ending():
                self._look()
                self._news.wait(WATCH_EVERY)
                self._news.clear()
            orphaned = not self._stop_wanted()
            return 0
        finally:
            self._end(GRACE_ORPHANED if orphaned else GRACE)

    def _start(self) -> dict[str, Any] | None:
        """Start all at once; a failure leaves the others to :meth:`_end`."""
        failure: dict[str, Any] | None = None
        with ThreadPoolExecutor(max_workers=len(self._plan.processes)) as pool:
            started = [(plan, pool.submit(self._begin, plan)) for plan in self._plan.processes]
        for plan, future in started:
            try:
                child = future.result()
            except BrokenError as error:
                failure = failure or {"error": error.text.to_json(), "kind": "start"}
                continue
            self._children.append(child)
            start = ProcessStart(
                name=plan.name,
                pid=child.identity.pid,
                group=plan.group,
                command=list(plan.command),
                role=plan.role,
            )
            self._tell(plan, start)
        return failure

    def _begin(self, plan: ProcessPlan) -> Child:
        child = Child(plan, self._news)
        self._standby.note(child.identity)
        return child

    def _wait_until_ready(self) -> dict[str, Any] | None:
        deadline = time.monotonic() + self._plan.start_within
        while not self._ending():
            # In this order: a process that ended after its last answer is not ready.
            waiting = [child for child in self._children if not child.ready]
            dead = self._look()
            if dead is not None:
                return {
                    "error": dead.how.to_json(),
                    "kind": "died",
                    "name": dead.plan.name,
                    "last_words": dead.last_words(),
                }
            if not waiting:
                return None
            if time.monotonic() > deadline:
                return self._unready(waiting)
            self._news.wait(min(WATCH_EVERY, max(0.0, deadline - time.monotonic())))
            self._news.clear()
        return None

    def _unready(self, waiting: list[Child]) -> dict[str, Any]:
        first, others = waiting[0], ", ".join(child.plan.name for child in waiting[1:])
        name, ready, words = first.plan.name, first.plan.ready, first.last_words()
        zh = f"{name} 在 {self._plan.start_within:g} 秒内没有在 {ready} 就绪；最后看到：{first.seen}"
        en = f"{name} was not ready at {ready} within {self._plan.start_within:g} s; last seen: {first.seen}"
        zh += f"\n  它最后的输出：{words}" if words else f"\n  它没有任何输出（日志：{first.plan.log}）"
        en += f"\n  its last words: {words}" if words else f"\n  it said nothing (log: {first.plan.log})"
        zh += f"\n  同样没有就绪：{others}" if others else ""
        en += f"\n  also not ready: {others}" if others else ""
        return {"error": {"zh": zh, "en": en}, "kind": "unready"}

    def _look(self) -> Child | None:
        """Write an event for every process that ended since the last look; the first one of them."""
        ended = [child for child in self._children if child.exit_code is not None and not child.reported]
        for child in ended:
            self._tell_exit(child, expected=False)
        return ended[0] if ended else None

    def _tell_exit(self, child: Child, *, expected: bool) -> None:
        child.reported = True
        exit = ProcessExit(
            name=child.plan.name,
            pid=child.identity.pid,
            expected=expected,
            exit_code=child.exit_code,
            signal=child.signal,
            how=child.how.en,
            last_words="" if expected else child.last_words(),
        )
        self._tell(child.plan, exit)

    def _tell(self, plan: ProcessPlan, payload: ProcessStart | ProcessExit) -> None:
        self._log.write(payload, platform=plan.name if plan.group == "service" else None)

    def _ending(self) -> bool:
        return self._stop_wanted() or self._owner.find() is None

    def _stop_wanted(self) -> bool:
        return self._stop.is_set() or (self._folder / STOP).exists()

    def _state(self) -> dict[str, Any]:
        me = Identity.of(os.getpid())
        return {
            "run": self._plan.run,
            "supervisor": me.pid,
            "processes": {child.plan.name: child.identity.pid for child in self._children},
            "created": {
                ROLE: me.created,
                **{child.plan.name: child.identity.created for child in self._children},
            },
        }

    def _publish(self, state: dict[str, Any]) -> None:
        publish(self._folder / STATE, state)

    def _end(self, grace: float) -> None:
        for child in self._children:
            child.stop_waiting()
        end_trees([child.identity for child in self._children], grace=grace)
        for child in self._children:
            if not child.reported:
                self._tell_exit(child, expected=True)
        state = self._folder / STATE
        if state.exists() and "error" not in json.loads(state.read_bytes()):
            state.unlink()
        (self._folder / STOP).unlink(missing_ok=True)
        if self._plan.discard is not None:
            shutil.rmtree(self._plan.discard, ignore_errors=True)
        self._standby.close()
        self._log.close()


def publish(path: Path, state: Mapping[str, Any], *, secret: bool = False) -> None:
    """Write JSON so that a reader finds all of it or nothing; ``secret``: for nobody but this user."""
    half = path.with_suffix(".part")
    if secret:
        half.touch(0o600)
    half.write_text(json.dumps(state, ensure_ascii=False), encoding="utf-8")
    half.replace(path)
