from __future__ import annotations

import threading
import time

import pytest

from harness.checks.outcome import Outcome
from harness.linkage.checks.batch import SYSTEM, Batch, Job

NOTHING = Outcome((), {}, {}, 0.0)


class Playing:
    """Which jobs ran at the same time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now: set[str] = set()
        self.together: set[frozenset[str]] = set()
        self.order: list[str] = []

    def job(self, id: str, *exclusive: str, alone: bool = False, shared: str = "") -> Job:
        def play() -> Outcome:
            with self._lock:
                self._now.add(id)
                self.order.append(id)
                self.together |= {frozenset({id, other}) for other in self._now if other != id}
            time.sleep(0.05)
            with self._lock:
                self._now.discard(id)
            return NOTHING

        return Job(id, alone, frozenset(exclusive), play, frozenset({shared} - {""}))


def batch(playing: Playing, *jobs: Job, chosen: frozenset[str] | None = None) -> Batch:
    made = Batch(lambda: frozenset(job.id for job in jobs) if chosen is None else chosen)
    for job in jobs:
        made.add(job)
    return made


def test_the_first_that_is_asked_for_starts_all_that_were_chosen() -> None:
    playing = Playing()
    jobs = [playing.job(name) for name in "abcd"]
    made = batch(playing, *jobs, chosen=frozenset("abc"))
    assert made.outcome("b") is NOTHING
    assert sorted(playing.order) == ["a", "b", "c"]
    assert frozenset("ab") in playing.together
    made.outcome("a")
    assert len(playing.order) == 3
    made.outcome("a")  # a rerun
    assert playing.order[3:] == ["a"]


def test_what_works_on_one_record_takes_turns() -> None:
    playing = Playing()
    jobs = [playing.job("a", "points"), playing.job("b", "points"), playing.job("c", "stock")]
    batch(playing, *jobs).outcome("a")
    assert frozenset("ab") not in playing.together
    assert frozenset("ac") in playing.together or frozenset("bc") in playing.together


def test_those_that_share_a_record_run_beside_each_other_and_beside_none_that_has_it() -> None:
    playing = Playing()
    sharing = [playing.job(name, shared="points") for name in "abc"]
    batch(playing, *sharing, playing.job("x", "points"), playing.job("y", "points")).outcome("a")
    assert any(frozenset({"x", name}) in playing.together for name in "yabc") is False
    assert frozenset("ab") in playing.together


def test_what_changes_the_system_runs_beside_nothing() -> None:
    playing = Playing()
    jobs = [playing.job("s", SYSTEM), playing.job("a"), playing.job("t", SYSTEM), playing.job("b", "points")]
    batch(playing, *jobs).outcome("a")
    assert {frozenset("ab")} >= playing.together
    assert playing.order[-2:] == ["s", "t"]


def test_those_that_must_be_alone_are_a_batch_of_their_own() -> None:
    playing = Playing()
    made = batch(playing, playing.job("a"), playing.job("x", "points", alone=True), playing.job("b"))
    made.outcome("a")
    assert sorted(playing.order) == ["a", "b"]
    made.outcome("x")
    assert playing.order[-1] == "x"


def test_an_error_of_one_is_that_one_s_alone() -> None:
    playing = Playing()

    def broken() -> Outcome:
        raise ValueError("no")

    made = batch(playing, Job("a", False, frozenset({"points"}), broken), playing.job("b", "points"))
    assert made.outcome("b") is NOTHING
    with pytest.raises(ValueError, match="no"):
        made.outcome("a")
