"""All checks of a process beside each other: what each waits for, all wait for together.

A check mostly waits for data to cross, up to its ``within``. So the first that is asked for starts all that
were chosen; the time of all is about that of the longest, not the sum. Checks that work on a person's only
record (points) take turns.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from harness.checks.outcome import Outcome

WORKERS = 8
SYSTEM = "the system"
"""Stands among the records of a check that changes the state of the whole system."""


@dataclass(frozen=True, slots=True)
class Job:
    """One check: its test's id, the records that only one may work on, and how it is played.

    ``alone``: beside no test of another kind; with :data:`SYSTEM` among the records, beside no other check.
    """

    id: str
    alone: bool
    exclusive: frozenset[str]
    play: Callable[[], Outcome]


class Batch:
    """The checks of one process. ``chosen`` gives the ids of those that pytest is going to run."""

    def __init__(self, chosen: Callable[[], frozenset[str]]) -> None:
        self._chosen = chosen
        self._jobs: list[Job] = []
        self._outcomes: dict[str, Future[Outcome]] = {}
        self._played: set[str] = set()
        self._turns: dict[str, threading.Lock] = {}

    def add(self, job: Job) -> None:
        self._jobs.append(job)
        for name in job.exclusive:
            self._turns.setdefault(name, threading.Lock())

    def outcome(self, id: str) -> Outcome:
        """What the check came to; asked for a second time (a rerun), it is played again."""
        if id not in self._outcomes:
            chosen, alone = self._chosen() | {id}, next(job.alone for job in self._jobs if job.id == id)
            batch = [job for job in self._jobs if job.id in chosen and job.alone == alone]
            self._play([job for job in batch if job.id == id or job.id not in self._played])
        return self._outcomes.pop(id).result()

    def _play(self, jobs: Sequence[Job]) -> None:
        self._played |= {job.id for job in jobs}
        with ThreadPoolExecutor(min(WORKERS, len(jobs)), thread_name_prefix="linkage") as pool:
            # Those that must take turns first: the others fill the gaps.
            for job in sorted(jobs, key=lambda job: not job.exclusive):
                if SYSTEM not in job.exclusive:
                    self._outcomes[job.id] = pool.submit(self._in_turn, job)
        with ThreadPoolExecutor(1, thread_name_prefix="linkage") as pool:
            for job in jobs:
                if SYSTEM in job.exclusive:
                    self._outcomes[job.id] = pool.submit(self._in_turn, job)

    def _in_turn(self, job: Job) -> Outcome:
        turns = [self._turns[name] for name in sorted(job.exclusive)]
        for turn in turns:
            turn.acquire()
        try:
            return job.play()
        finally:
            for turn in reversed(turns):
                turn.release()
