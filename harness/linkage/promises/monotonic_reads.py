"""``monotonic-reads`` (单调读): what has shown the new value never shows the old one again."""

from __future__ import annotations

import time
from contextlib import nullcontext

from harness.core.polling import pause
from harness.linkage.participants.session import ParticipantSession, Record
from harness.linkage.promises import records, words
from harness.linkage.promises.promise_check import EVERY, Broken, PromiseCheck

SESSIONS = 2
LATER = 0.5  # seconds until a delivery comes again
LONG = 1.0  # seconds of further reads, and no shorter than until nothing is under way


def show(check: PromiseCheck) -> None:
    """Change it twice, see each appear, then read on: several people, both participants, until all is quiet.

    Where that can be brought about, the first change is delivered a second time after the second one.
    """
    record = records.record(check)
    if record.made is not None:
        check.appears(record, record.made)
    with check.going_wrong("duplicate", seconds=LATER) if check.can_go_wrong else nullcontext():
        check.appears(record, records.change(check, record))
    check.appears(record, records.change(check, record))
    sessions = [
        *(check.another(check.cell.reader) for _ in range(SESSIONS)),
        check.another(check.cell.writer),
    ]
    until = time.monotonic() + LONG
    while time.monotonic() < until:
        for session in sessions:
            _still(check, record, session)
        pause(EVERY / 2)
    check.run.quiet(check.cell.within)
    for session in sessions:
        _still(check, record, session)
    check.reached["read on"] += 1


def _still(check: PromiseCheck, record: Record, session: ParticipantSession) -> None:
    reading, name = check.look(record, session), session.name
    differing = check.differences(record, reading) if reading.found else {}
    if reading.found and not differing:
        return
    field, (new, old) = next(iter(differing.items()), ("the record", ("there", str(reading))))
    who = check.title(name)
    check.note(
        words.OLD_AGAIN.format(who=who, name=field),
        reading,
        expected=words.AS_BEFORE.format(name=field, value=new),
        seen=words.NOW.format(name=field, value=old, participant=name),
        key=f"{name} {field}",
    )
    raise Broken
