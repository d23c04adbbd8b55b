"""``deletion-propagates`` (下架同步): what was removed disappears from every participant, lists included."""

from __future__ import annotations

import time

from harness.core.polling import poll
from harness.linkage.participants.session import ParticipantSession, Reading, Record, Write
from harness.linkage.promises import records, words
from harness.linkage.promises.promise_check import EVERY, PromiseBroken, PromiseCheck


def show(check: PromiseCheck) -> None:
    """Make one, see it appear, remove it: in time the reader shows it as removed."""
    record = records.record(check)
    if record.made is not None:
        check.appears(record, record.made)
    call = check.call(check.entity, check.writer, "remove")
    write = check.writer.write(check.entity, call, record)
    check.reached["removed"] += 1
    for session in (check.writer, check.reader):
        left = max(0.0, check.cell.within - (time.monotonic() - write.answered))
        outcome = poll(
            lambda session=session: check.look(record, session),  # type: ignore[misc]
            lambda reading: removed(check, reading),
            within=left,
            every=EVERY,
        )
        if outcome.satisfied:
            continue
        who = check.title(session.name)
        wanted = (
            words.NO_RECORD.format(status=404) if check.entity.removed is None else dict(check.entity.removed)
        )
        check.note(
            words.STILL_THERE.format(who=who),
            outcome.value,
            expected=words.WITHIN.format(what=wanted, within=check.cell.within, write=write.label),
            seen=words.SEEN.format(what=outcome.value.words, participant=session.name, reads=outcome.reads),
            key=session.name,
        )
        return
    for session in (check.writer, check.reader):
        _no_longer_listed(check, record, session, write)


def _no_longer_listed(check: PromiseCheck, record: Record, session: ParticipantSession, write: Write) -> None:
    """Where records are listed, it is not there any more. A finding and the end where it is."""
    call = session.participant.call(check.entity, "list")
    if call is None:
        return
    left = max(0.0, check.cell.within - (time.monotonic() - write.answered))
    outcome = poll(
        lambda: session.listed(check.entity, call, record),
        lambda listing: listing.entry(session.id_of(check.entity, record)) is None,
        within=left,
        every=EVERY,
    )
    check.reached["listed"] += 1
    if not outcome.satisfied:
        check.note(
            words.STILL_LISTED.format(who=check.title(session.name)),
            Reading({}, True, outcome.value.answer),
            expected=words.WITHIN.format(
                what=words.NO_RECORD.format(status=404), within=check.cell.within, write=write.label
            ),
            seen=words.TIMES.format(participant=session.name, times=1),
            key=f"{session.name} list",
        )
        raise PromiseBroken


def removed(check: PromiseCheck, reading: Reading) -> bool:
    """Whether a reading shows the record as removed."""
    if not reading.found:
        return reading.refused is None
    wanted = check.entity.removed
    return wanted is not None and all(
        name in reading.fields and reading.fields[name].canonical == value for name, value in wanted.items()
    )
