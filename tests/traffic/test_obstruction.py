"""Which obstruction of an edge concerns a request."""

from __future__ import annotations

from harness.traffic.obstruction import Obstruction, Obstructions

TRACE, OTHER = "0af7651916cd43dd8448eb211c80319c", "1bf7651916cd43dd8448eb211c80319c"
EVERYTHING = Obstruction()
SLOW = Obstruction(kind="slow", trace_id=TRACE, seconds=1)
REFUSING = Obstruction(kind="refusing", trace_id=TRACE)


def of(obstructions: Obstructions, trace: str) -> Obstruction | None:
    return obstructions.of(f"00-{trace}-b7ad6b7169203331-01")


def test_the_last_of_a_trace_counts_and_the_one_before_comes_back() -> None:
    obstructions = Obstructions()
    obstructions.add(SLOW)
    assert of(obstructions, TRACE) == SLOW
    obstructions.add(REFUSING)
    assert of(obstructions, TRACE) == REFUSING
    assert obstructions.remove(REFUSING) == 1
    assert of(obstructions, TRACE) == SLOW
    assert (of(obstructions, OTHER), obstructions.of(None)) == (None, None)
    assert obstructions.remove(SLOW) == 2
    assert of(obstructions, TRACE) is None


def test_what_nobody_reaches_is_not_slow() -> None:
    obstructions = Obstructions()
    obstructions.add(EVERYTHING)
    obstructions.add(SLOW)
    assert of(obstructions, TRACE) == of(obstructions, OTHER) == obstructions.of(None) == EVERYTHING
    assert (obstructions.remove(EVERYTHING), obstructions.remove(SLOW)) == (3, 0)
