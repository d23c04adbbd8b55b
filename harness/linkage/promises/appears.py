"""``appears`` (及时可见): a write on one participant is readable on the other in time, all declared fields."""

from __future__ import annotations

from harness.linkage.promises import records
from harness.linkage.promises.promise_check import PromiseCheck

CHANGES = 2


def show(check: PromiseCheck) -> None:
    """A new record, two changes in a row, and each act on a record of its own: all of it must appear."""
    record = records.record(check)
    if record.made is not None:
        check.appears(record, record.made)
    if check.writer.participant.call(check.entity, "change") is not None:
        for _ in range(CHANGES):
            check.appears(record, records.change(check, record))
    for number, name in enumerate(records.acts(check)):
        acted = record if number == 0 else records.record(check)
        if acted is not record and acted.made is not None:
            check.own(acted, check.writer, acted.made)
        check.appears(acted, records.act(check, name, acted))
