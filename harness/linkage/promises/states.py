"""What a check must have brought about before its green says anything: *sometimes* assertions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from harness.core.text import Text
from harness.linkage.contract.model import PromiseName
from harness.linkage.contract.plan import Cell
from harness.linkage.promises import words
from harness.traffic.fault_injection import FaultKind

STATES: Mapping[PromiseName, tuple[str, ...]] = {
    "appears": ("appeared",),
    "monotonic-reads": ("appeared", "read on"),
    "last-write-wins": ("burst", "appeared"),
    "nothing-lost": ("burst",),
    "exactly-once": ("appeared", "repeated"),
    "conserved": ("moved",),
    "never-below": ("raced", "able"),
    "private": ("asked",),
    "deletion-propagates": ("removed",),
    "converges": ("cut off", "appeared"),
    "one-account": ("let in", "apart"),
}
"""All of them by promise; what goes wrong on the way by fault injection is counted beside them."""
OF_ONE: Mapping[PromiseName, tuple[str, ...]] = {"conserved": ("calculated",)}
"""Where a participant keeps the promise by itself."""


def missing(
    cell: Cell, reached: Mapping[str, int], injected: Counter[FaultKind], asks: Callable[[], bool]
) -> Iterator[Text]:
    """Why a check that found nothing proves nothing: states, and injected faults, that never came about. ``asks``: the
    reader asks the writer when it is read, so that nothing can go wrong before.
    """
    alone = cell.writer == cell.reader
    wanted = OF_ONE.get(cell.promise, STATES[cell.promise]) if alone else STATES[cell.promise]
    absent = [state for state in wanted if not reached.get(state)]
    if absent:
        yield words.NEVER_REACHED.format(states=_words(absent))
    harmless = [kind for kind in injected if not reached.get(kind)]
    if cell.promise == "one-account":  # a service may ask for people instead of being told of them
        asked = any(reached.get(f"{kind} back") for kind in injected)
        harmless = [] if asked or len(harmless) < len(injected) else harmless
    if harmless and not asks():
        yield words.NEVER_WENT_WRONG.format(kinds=_words(harmless), writer=cell.writer, reader=cell.reader)


def _words(names: Iterable[str]) -> Text:
    said = [words.STATES[name] for name in names]
    return Text(zh="、".join(one.zh for one in said), en=", ".join(one.en for one in said))
