"""``nothing-lost`` (不丢): so many made here, so many there."""

from __future__ import annotations

from harness.linkage.promises import records, words
from harness.linkage.promises.promise_check import Broken, PromiseCheck

BURST = 5


def show(check: PromiseCheck) -> None:
    """A burst of new records, one right after the other: each appears, the first as well as the last."""
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
