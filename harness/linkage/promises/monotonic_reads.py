"""``monotonic-reads`` (单调读): what has shown the new value never shows the old one again."""

from __future__ import annotations

import time

from harness.core.polling import pause
from harness.linkage.participants.record import RECORD, Record
from harness.linkage.participants.session import ParticipantSession
from harness.linkage.promises import crossing, deliveries, reads, records, words
from harness.linkage.promises.cause import old_again
from harness.linkage.promises.linkage_run import EVERY
from harness.linkage.promises.promise_check import PromiseBroken, PromiseCheck

SESSIONS = 2
LATER = 0.5  # seconds until a delivery comes again
LONG = 1.0  # seconds of further reads, and no shorter than until nothing is under way


def show(check: PromiseCheck) -> None:
    """Bring a record into its last state, each seen to appear; then read on: several people, both participants.

    Where that can be brought about, the first change is delivered a second time after the last one.
    """
    able = check.writer.participant.call(check.entity, "change") is not None
    acts = [name for name, call in records.acts(check).items() if call.after is None]
    if able or not acts:
        record = records.record(check)
        if record.made is not None:
            crossing.appears(check, record, record.made)
        if able:
            with deliveries.going_wrong(check, "duplicate", seconds=LATER):
                crossing.appears(check, record, records.change(check, record))
            crossing.appears(check, record, records.change(check, record))
    else:
        record = records.record_for(check, acts[0])
        reads.arrive(check, record, check.writer, check.reader)
        with deliveries.going_wrong(check, "duplicate", seconds=LATER):
            crossing.appears(check, record, records.act(check, acts[0], record))
    _read_on(check, record, beside=not able and not acts)


def _read_on(check: PromiseCheck, record: Record, *, beside: bool) -> None:
    """``beside``: another record is made meanwhile; a list that is built anew must keep what it had."""
    sessions = [
        *(check.another(check.cell.reader) for _ in range(SESSIONS)),
        check.another(check.cell.writer),
    ]
    if beside:
        records.make(check, records.sibling(record))
    until = time.monotonic() + LONG
    while time.monotonic() < until:
        for session in sessions:
            _still(check, record, session)
        pause(EVERY / 2)
    check.quiet()
    for session in sessions:
        _still(check, record, session)
    check.reached["read on"] += 1


def _still(check: PromiseCheck, record: Record, session: ParticipantSession) -> None:
    reading, name = reads.look(check, record, session), session.name
    differing = check.differences(record, reading) if reading.found else {}
    if reading.found and not differing:
        return
    field, (new, old) = next(iter(differing.items()), (RECORD, (words.THERE, reading.words)))
    check.note(
        words.OLD_AGAIN.format(who=check.title(name), name=field),
        reading,
        expected=words.AS_BEFORE.format(name=field, value=new),
        seen=words.NOW.format(name=field, value=old, participant=name),
        key=f"{name} {field}",
        cause=old_again(check.cell, session.participant, field),
    )
    raise PromiseBroken
