from __future__ import annotations

import time
from itertools import count

from harness.core.polling import poll


def test_the_first_satisfying_read_ends_it() -> None:
    numbers = count(1)
    outcome = poll(lambda: next(numbers), lambda n: n == 3, within=5, every=0.001)
    assert (outcome.value, outcome.reads, outcome.satisfied) == (3, 3, True)
    assert outcome.last_without is not None
    assert outcome.first_with is not None
    assert outcome.last_without < outcome.first_with


def test_a_value_seen_at_once_has_no_read_without() -> None:
    assert poll(lambda: "there", bool, within=1).last_without is None


def test_the_deadline_holds_and_tells_what_was_last_seen() -> None:
    began = time.monotonic()
    outcome = poll(lambda: "pending", lambda value: value == "paid", within=0.05, every=0.01)
    assert time.monotonic() - began < 1
    assert not outcome.satisfied
    assert outcome.value == "pending"
    assert outcome.reads >= 2


def test_even_without_time_left_it_looks_twice() -> None:
    assert poll(lambda: 0, bool, within=0).reads == 2
