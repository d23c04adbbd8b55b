"""``appears`` (及时可见): a write on one participant is readable on the other in time, all declared fields."""

from __future__ import annotations

import time

from harness.core.polling import poll
from harness.linkage.contract import translate
from harness.linkage.contract.translate import Value
from harness.linkage.participants.record import Entry, Listing, Reading, Record, Write
from harness.linkage.promises import crossing, listings, records, refusal, words
from harness.linkage.promises.linkage_run import EVERY
from harness.linkage.promises.promise_check import PromiseBroken, PromiseCheck

CHANGES = 4  # each kind of sample once


def show(check: PromiseCheck) -> None:
    """A new record, changes in a row and back to an earlier one, each act on a record of its own: all must appear."""
    record = records.record(check)
    if record.made is not None:
        crossing.appears(check, record, record.made)
        _listed(check, record, record.made)
        if check.writer.participant.call(check.entity, "change") is None:
            for _ in range(CHANGES - 1):  # what cannot be changed is made in each way
                another = records.sibling(record)
                crossing.appears(check, another, records.make(check, another))
    if check.writer.participant.call(check.entity, "change") is not None:
        changes = [records.change(check, record)]
        crossing.appears(check, record, changes[0])
        for _ in range(CHANGES - 1):
            changes.append(records.change(check, record))
            crossing.appears(check, record, changes[-1])
            _listed(check, record, changes[-1])
        # Back to an earlier one; one that says what is shown already would be seen at once, and prove nothing.
        differing = (
            one
            for one in changes
            if check.writer.differs(check.entity, one.sent.body, one.stated, record.seen)
        )
        if (earlier := next(differing, None)) is not None:
            again = check.writer.send(earlier)
            crossing.appears(check, record, again)
    for name in records.acts(check):
        for made_on in records.makers(check, name):
            try:
                acted = records.record_for(check, name, made_on=made_on)
                write = records.act(check, name, acted)
            except records.ActRefused as refused:
                refusal.of_what_another_made(check, refused)
            crossing.appears(check, acted, write)
            _listed(check, acted, write)


def _listed(check: PromiseCheck, record: Record, write: Write) -> None:
    """Where the reader lists such records, the new one stands there, too. A finding and the end where not."""
    call = check.reader.participant.call(check.entity, "list")
    if call is None or check.undecided:  # waiting for it once more would tell nothing
        return

    def shown(listing: Listing) -> bool:
        entry = listings.entry_of(check, check.reader, record, listing)
        return entry is not None and not _differing(check, record, entry)

    left = max(0.0, check.cell.within - (time.monotonic() - write.answered))
    outcome = poll(lambda: check.reader.listed(check.entity, call, record), shown, within=left, every=EVERY)
    check.reached["listed"] += 1
    if outcome.satisfied:
        return
    listings.require_shown(check, check.reader, outcome.value)
    entry, there = (
        listings.entry_of(check, check.reader, record, outcome.value),
        check.title(check.cell.reader),
    )
    if entry is None and listings.unseen(check, outcome.value):
        return
    differing = {} if entry is None else _differing(check, record, entry)
    name, (left_value, right_value) = next(iter(differing.items()), ("", (None, None)))
    expected = words.the_record(record.id)
    if differing:
        expected = words.AS_SHOWN.format(name=name, value=left_value, participant=check.cell.writer)
    check.note(
        words.LISTED_OTHERWISE.format(who=there, name=name)
        if differing
        else words.NOT_LISTED.format(who=there),
        Reading({}, True, outcome.value.answer),
        expected=check.within(expected, write),
        seen=words.NOW.format(name=name, value=right_value, participant=check.cell.reader)
        if differing
        else words.TIMES.format(participant=check.cell.reader, times=0),
        key=f"list {name}",
    )
    raise PromiseBroken


def _differing(check: PromiseCheck, record: Record, entry: Entry) -> dict[str, tuple[Value, Value]]:
    """Fields that the list shows otherwise; what it leaves out is not compared."""
    return translate.differences(check.entity, record.seen, entry.shown)
