"""``nothing-lost`` (不丢): so many made here, so many there."""

from __future__ import annotations

from harness.linkage.participants.record import Record
from harness.linkage.promises import crossing, deliveries, reads, records, words
from harness.linkage.promises.cause import why_lost
from harness.linkage.promises.promise_check import PromiseBroken, PromiseCheck
from harness.traffic.fault_injection import LOSSES

BURST = 5
DELIVERIES = 2  # between the services, for one record
LATE, SOME = 0.5, 3  # seconds; records


def show(check: PromiseCheck) -> None:
    """A burst of new records, one right after the other: each appears, the first as well as the last.

    Then one whose delivery is lost on its way, and one of which the sender never hears that it arrived.
    """
    first = records.record(check)
    made = [first]
    assert first.made is not None
    for _ in range(BURST - 1):
        another = records.sibling(first)
        records.make(check, another)
        made.append(another)
    check.reached["burst"] += 1
    lost, example = [], None
    for record in made:
        assert record.made is not None
        outcome = reads.follow(check, record, record.made)
        if crossing.measure(check, record.made, outcome) == "late":
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
        seen=words.SOME.format(
            all=BURST,
            some=BURST - len(lost),
            record=words.the_record(lost[-1].id),
            example=example.value.words,
        ),
        key="burst",
        cause=why_lost(check.cell, check.entity, lost[-1], example.value, some=len(lost) < BURST),
    )
    raise PromiseBroken


def _lossy(check: PromiseCheck, first: Record) -> None:
    """Each of the deliveries that making one sets off is lost once, and late once while others follow."""
    if not deliveries.can_go_wrong(check):
        return
    for delivery in range(DELIVERIES):
        for kind in LOSSES:
            with deliveries.going_wrong(check, kind, skip=delivery):
                _made_and_seen(check, first, 1)
        with deliveries.going_wrong(check, "delay", seconds=LATE, skip=delivery):
            _made_and_seen(check, first, SOME)
    with deliveries.going_wrong(
        check, "lose", back=True, reads=True
    ):  # the reader asks for what it was told of
        _made_and_seen(check, first, 1)


def _made_and_seen(check: PromiseCheck, first: Record, count: int) -> None:
    made = []
    for _ in range(count):
        another = records.sibling(first)
        made.append((another, records.make(check, another)))
    for another, write in made:
        crossing.appears(check, another, write)
