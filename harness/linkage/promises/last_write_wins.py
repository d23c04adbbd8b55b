"""``last-write-wins`` (后写为准): quick changes end on the last one everywhere, and stay there."""

from __future__ import annotations

from harness.core.errors import NotRun
from harness.linkage.contract.plan import written_once
from harness.linkage.participants.record import RECORD, Record, Write
from harness.linkage.participants.session import ParticipantSession
from harness.linkage.promises import crossing, deliveries, reads, records, words
from harness.linkage.promises.cause import old_again
from harness.linkage.promises.promise_check import PromiseBroken, PromiseCheck

BURST = 3
LONG = 10  # changes of one record: one more than have versions of one digit
LATER = 1.0  # seconds


def show(check: PromiseCheck) -> None:
    """A burst of changes on the writer; then, where the reader changes it, too, one change on each.

    What is not changed, but has an act that can be done again, has as many of these as can be.
    """
    if check.writer.participant.call(check.entity, "change") is None:
        _acted_again(check)
        return
    record = records.record(check)
    if record.made is not None:
        crossing.appears(check, record, record.made)
    _ends_on_the_last(check, record, [check.writer] * LONG)
    if deliveries.can_go_wrong(check):  # the first of several is overtaken by the others
        with deliveries.going_wrong(check, "delay", seconds=LATER):
            _ends_on_the_last(check, record, [check.writer] * BURST)
    if check.reader.participant.call(check.entity, "change") is not None:
        _ends_on_the_last(check, record, [check.reader, check.writer])
        if deliveries.can_go_wrong(
            check
        ):  # what the reader changed first arrives after what the writer changed then
            with deliveries.going_wrong(check, "delay", seconds=LATER, back=True):
                _ends_on_the_last(check, record, [check.reader, check.writer])


def _acted_again(check: PromiseCheck) -> None:
    name = records.repeated(check)
    if name is None:
        raise NotRun(written_once(check.entity, check.writer.participant))
    record = records.record_for(check, name)
    times = records.acts(check)[name].times
    _ends_on_the_last(check, record, [check.writer] * times)


def _ends_on_the_last(check: PromiseCheck, record: Record, sessions: list[ParticipantSession]) -> None:
    """Changes one right after the other: the last is what appears, and what stays when all is quiet."""
    write: Write | None = None
    for session in sessions:
        write = records.write_again(check, record, session)
    check.reached["burst"] += 1
    assert write is not None
    crossing.appears(check, record, write)
    check.quiet()
    for session in (check.writer, check.reader):
        _shows_the_last(check, record, session)


def _shows_the_last(check: PromiseCheck, record: Record, session: ParticipantSession) -> None:
    reading = reads.look(check, record, session)
    differing = check.differences(record, reading) if reading.found else {}
    if reading.found and not differing:
        return
    name, (last, shown) = next(iter(differing.items()), (RECORD, (words.THERE, reading.words)))
    who = check.title(session.name)
    check.note(
        words.WENT_BACK.format(who=who, name=name),
        reading,
        expected=words.THE_LAST.format(name=name, value=last),
        seen=words.WHEN_QUIET.format(name=name, value=shown, participant=session.name),
        key=f"{session.name} {name}",
        cause=old_again(check.cell, session.participant, name, for_good=True),
    )
    raise PromiseBroken
