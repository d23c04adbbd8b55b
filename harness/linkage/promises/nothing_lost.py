"""``nothing-lost`` (不丢): so many made here, so many there."""

from __future__ import annotations

from harness.core.text import Text
from harness.linkage.promises import records
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
        Text(
            zh=f"{BURST} 条里有 {len(lost)} 条没有到{there.zh}",
            en=f"{len(lost)} of {BURST} did not come to the {there.en}",
        ),
        example.value,
        expected=f"all {BURST} within {check.cell.within:g} s",
        seen=f"{BURST - len(lost)} of {BURST}; of {lost[0].id}: {example.value}",
        key="burst",
    )
    raise Broken
