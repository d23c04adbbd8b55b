"""``nothing-lost`` (不丢): so many made here, so many there."""

from __future__ import annotations

from harness.linkage.participants.session import Record
from harness.linkage.promises import records, words
from harness.linkage.promises.promise_check import Broken, PromiseCheck
from harness.traffic.fault_injection import FaultKind

BURST = 5
LOSSES: tuple[FaultKind, ...] = ("lose", "lose-answer")


def show(check: PromiseCheck) -> None:
    """A burst of new records, one right after the other: each appears, the first as well as the last.

    Then one whose delivery is lost on its way, and one of which the sender never hears that it arrived.
    """
    first = records.record(check)
    made = [first]
    assert first.made is not None
    for _ in range(BURST - 1):
        another = records.like(first)
        records.make(check, another)
        made.append(another)
    check.reached["burst"] += 1
    lost, example = [], None
    for record in made:
        assert record.made is not None
        outcome = check.follow(record, record.made)
        if check.measure(record.made, outcome) == "late":
            lost.append(record)
            example = outcome
    if example is None:
        _lossy(check, first)
        return
    there = check.title(check.cell.reader)
    check.note(
        words.LOST.format(all=BURST, lost=len(lost), who=there),
        example.value,
        expected=words.ALL_WITHIN.format(all=BURST, within=check.cell.within),
        seen=words.SOME.format(all=BURST, some=BURST - len(lost), id=lost[0].id, example=example.value.words),
        key="burst",
    )
    raise Broken


def _lossy(check: PromiseCheck, first: Record) -> None:
    if not check.can_go_wrong:
        return
    for kind in LOSSES:
        another = records.like(first)
        with check.going_wrong(kind):
            check.appears(another, records.make(check, another))
