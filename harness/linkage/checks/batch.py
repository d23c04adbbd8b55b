"""All checks of a process beside each other: what each waits for, all wait for together.

A check mostly waits for data to cross, up to its ``within``. So the first that is asked for starts all that
were chosen; the time of all is about that of the longest, not the sum. Checks that measure a person's only
record (points) take turns; those that only move it run beside each other, and beside none of these.
"""

from __future__ import annotations

import threading
from collections import Counter
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
    ``shared``: records that several such checks may work on, but nobody who has them to themselves.
    """

    id: str
    alone: bool
    exclusive: frozenset[str]
    play: Callable[[], Outcome]
    shared: frozenset[str] = frozenset()


class Batch:
    """The checks of one process. ``chosen`` gives the ids of those that pytest is going to run."""

    def __init__(self, chosen: Callable[[], frozenset[str]]) -> None:
        self._chosen = chosen
        self._jobs: list[Job] = []
        self._outcomes: dict[str, Future[Outcome]] = {}
        self._played: set[str] = set()
        self._turns = threading.Condition()
        self._exclusive: set[str] = set()
        self._shared: Counter[str] = Counter()

    def add(self, job: Job) -> None:
        self._jobs.append(job)

    def outcome(self, id: str) -> Outcome:
        """What the check came to; asked for a second time (a rerun), it is played again."""
        if id not in self._outcomes:
            chosen, alone = self._chosen() | {id}, next(job.alone for job in self._jobs if job.id == id)
            batch = [job for job in self._jobs if job.id in chosen and job.alone == alone]
            self._play([job for job in batch if job.id == id or job.id not in self._played])
        return self._outcomes.pop(id).result()

    def _play(self, jobs: Sequence[Job]) -> None:
        self._played |= {job.id for job in jobs}
        self._outcomes |= {job.id: Future() for job in jobs}
        # Those that must take turns first: the others fill the gaps.
        order = sorted(jobs, key=lambda job: (not job.exclusive, not job.shared))
        of_system = [job for job in order if SYSTEM in job.exclusive]
        others = [job for job in order if SYSTEM not in job.exclusive]
        for waiting, workers in ((others, min(WORKERS, len(others))), (of_system, min(1, len(of_system)))):
            if workers:
                with ThreadPoolExecutor(workers, thread_name_prefix="linkage") as pool:
                    for _ in range(workers):
                        pool.submit(self._work, waiting)

    def _work(self, waiting: list[Job]) -> None:
        """Play one after the other of those whose records are free."""
        while True:
            with self._turns:
                self._turns.wait_for(lambda: not waiting or any(map(self._is_free, waiting)))
                if not waiting:
                    return
                job = next(job for job in waiting if self._is_free(job))
                waiting.remove(job)
                self._exclusive |= job.exclusive
                self._shared.update(job.shared)
            try:
                self._outcomes[job.id].set_result(job.play())
            except BaseException as error:  # the test that asks for it is where it belongs
                self._outcomes[job.id].set_exception(error)
            finally:
                with self._turns:
                    self._exclusive -= job.exclusive
                    self._shared.subtract(job.shared)
                    self._turns.notify_all()

    def _is_free(self, job: Job) -> bool:
        others = any(self._shared[name] for name in job.exclusive)
        return not others and not self._exclusive & (job.exclusive | job.shared)
