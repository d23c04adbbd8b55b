"""Reads of a check: repeated until they show what was written, for as long as the promise may take."""

from __future__ import annotations

import time
from typing import NoReturn

from harness.api.client import Answer
from harness.core.errors import BrokenError, NotRun
from harness.core.polling import Polled
from harness.core.text import Text, joined
from harness.linkage.contract import translate
from harness.linkage.contract.model import Entity
from harness.linkage.contract.translate import Value
from harness.linkage.participants.record import Reading, Record, Write
from harness.linkage.participants.session import ParticipantSession
from harness.linkage.promises import words
from harness.linkage.promises.asked import asked, user
from harness.linkage.promises.cause import not_kept
from harness.linkage.promises.promise_check import PromiseBroken, PromiseCheck

OF_THE_REQUEST = (400, 401, 403, 405, 406, 415, 422, 429)
"""Refusals that say more of the request, and of whom it is from, than of the record."""


def own(
    check: PromiseCheck, record: Record, session: ParticipantSession | None = None, write: Write | None = None
) -> Reading:
    """Read the record where it was written; its ``seen`` are what is shown there.

    A finding, and the end, where that is not what was written.
    """
    session = session or check.writer
    entity = check.entities[record.entity]
    call = check.call(entity, session, "read")

    def missed(reading: Reading) -> dict[str, tuple[Value, Value]]:
        return _missed(entity, session.name, write, reading)

    outcome = check.poll(
        lambda: session.read(entity, call, record),
        lambda reading: reading.found and not missed(reading),
        check.cell.within,
    )
    reading, who = outcome.value, check.title(session.name)
    place = asked(session, call, record)
    expected = words.the_record(record.id)
    if not reading.found:
        check.note(
            words.NOT_SHOWN_ITSELF.format(who=who, user=user(session, call, record)),
            reading,
            expected=expected if write is None else check.within(expected, write),
            seen=words.SEEN.format(what=reading.words, participant=place, reads=outcome.reads),
            key=f"{session.name} own",
            cause=not_kept(check.cell, session.name, "record"),
        )
        raise PromiseBroken
    for name, (sent, shown) in missed(reading).items():
        wanted = words.FIELD.format(name=name, value=sent)
        check.note(
            words.NOT_KEPT.format(who=who, name=name),
            reading,
            expected=wanted if write is None else check.within(wanted, write),
            seen=words.SEEN.format(
                what=words.FIELD.format(name=name, value=shown), participant=place, reads=outcome.reads
            ),
            key=f"{session.name} own {name}",
            cause=not_kept(check.cell, session.name, name),
        )
        raise PromiseBroken
    record.seen = dict(reading.fields)
    return reading


def look(check: PromiseCheck, record: Record, session: ParticipantSession | None = None) -> Reading:
    """The record as the reader shows it now. An answer that is neither it nor its absence is asked for again, as
    long as the promise may take; then it is a finding, and the end.
    """
    session = session or check.reader
    entity = check.entities[record.entity]
    call = check.call(entity, session, "read")
    outcome = check.poll(
        lambda: session.read(entity, call, record),
        lambda reading: reading.refused is None and reading.part is None,
        check.cell.within,
    )
    if not outcome.satisfied:
        missing(check, record, outcome, session)
    return outcome.value


def follow(
    check: PromiseCheck, record: Record, write: Write, *, session: ParticipantSession | None = None
) -> Polled[Reading]:
    """Read until the reader shows the record as its writer does after ``write``, for as long as it may take.

    The writer is asked between the reader's first two reads, so that the interval stays narrow.
    """
    reader, writer = session or check.reader, check.writer
    call = check.call(check.entity, reader, "read")
    asked = False

    def shown(reading: Reading) -> bool:
        nonlocal asked
        if not asked:
            asked = True
            own(check, record, writer, write)
        return reading.found and not check.differences(record, reading)

    left = max(0.0, check.cell.within - (time.monotonic() - write.answered))
    outcome = check.poll(lambda: reader.read(check.entity, call, record), shown, left)
    if not outcome.satisfied:
        needs_came(check, record, reader)
    return outcome


def arrive(
    check: PromiseCheck, record: Record, maker: ParticipantSession, session: ParticipantSession
) -> None:
    """Wait until a participant shows a record that another one made. NotRun where it does not in time and
    'appears' is promised, which is about that; else a finding, and the end.
    """
    entity = check.entities[record.entity]
    call = session.participant.call(entity, "read")
    if session.name == maker.name or call is None:
        return
    outcome = check.poll(
        lambda: session.read(entity, call, record),
        lambda reading: reading.found and not translate.differences(entity, record.seen, reading.fields),
        check.run.contract.within(record.entity),
    )
    if outcome.satisfied:
        return
    needs_came(check, record, session)
    _never_came(check, record, maker.name, outcome, session)


def needs_came(check: PromiseCheck, record: Record, session: ParticipantSession) -> None:
    """Wait until a participant shows what a record needs, each in its own time. NotRun where one is not there and
    'appears' is promised, which is about that; else a finding, and the end. So that none is taken for the record's.
    """
    for needed in record.needs.values():
        needs_came(check, needed, session)
        entity = check.entities[needed.entity]
        call = session.participant.call(entity, "read")
        maker = next(iter(needed.ids), session.name)
        if needed.made is None or call is None or maker == session.name:
            continue
        left = needed.made.answered + check.run.contract.within(needed.entity) - time.monotonic()
        outcome = check.poll(
            lambda needed=needed, entity=entity, call=call: session.read(entity, call, needed),  # type: ignore[misc]
            lambda reading: reading.found or bool(reading.times),
            max(0.0, left),
        )
        if not outcome.satisfied:
            _never_came(check, needed, maker, outcome, session)


def _never_came(
    check: PromiseCheck, record: Record, maker: str, outcome: Polled[Reading], session: ParticipantSession
) -> NoReturn:
    entity, reading = check.entities[record.entity], outcome.value
    differing = translate.differences(entity, record.seen, reading.fields) if reading.found else {}
    seen: Text = reading.words
    if differing:
        seen = joined(
            words.NOT_AS_SHOWN.format(name=name, value=shown, wanted=wanted, participant=maker)
            for name, (wanted, shown) in differing.items()
        )
    if "appears" in entity.promises:
        raise NotRun(
            words.NEVER_CAME.format(entity=entity.title, maker=maker, reader=session.name, seen=seen)
        )
    for name, (wanted, _) in differing.items():
        check.note(
            words.NOT_IN_TIME.format(who=check.title(session.name), name=f"{record.entity}.{name}"),
            reading,
            expected=words.FIELD.format(name=name, value=wanted),
            seen=words.SEEN.format(what=seen, participant=session.name, reads=outcome.reads),
            key=f"{session.name} {record.entity} {name}",
        )
        raise PromiseBroken
    missing(check, record, outcome, session)


def server_error(check: PromiseCheck, session: ParticipantSession, answer: Answer, seen: Text | str) -> None:
    """A participant answers 5xx, which says nothing of the promise: a finding of its own. BrokenError where its
    document says that it may.
    """
    check.findings.note_violations(answer, check.cell.promise)
    if not check.findings.all():
        raise BrokenError(words.UNREADABLE.format(participant=session.name, seen=seen))


def require_right(reading: Reading, place: Text | str) -> None:
    """BrokenError where an answer says more of the request than of the record."""
    if reading.refused is not None and reading.answer.status in OF_THE_REQUEST:
        raise BrokenError(words.UNREADABLE.format(participant=place, seen=reading.words))


def missing(
    check: PromiseCheck, record: Record, outcome: Polled[Reading], session: ParticipantSession
) -> NoReturn:
    """The finding that a participant does not show a record that was there, and the end. BrokenError where its
    answer says more of the request than of the record.
    """
    needs_came(check, record, session)
    reading, entity = outcome.value, check.entities[record.entity]
    place = asked(session, check.call(entity, session, "read"), record)
    require_right(reading, place)
    check.note(
        words.NOT_SHOWN.format(who=check.title(session.name), entity=entity.title),
        reading,
        expected=words.the_record(record.id),
        seen=words.SEEN.format(what=reading.words, participant=place, reads=outcome.reads),
        key=f"{session.name} {record.entity} missing",
    )
    raise PromiseBroken


def _missed(
    entity: Entity, participant: str, write: Write | None, reading: Reading
) -> dict[str, tuple[Value, Value]]:
    """The fields of the body that was sent, ids left out, that are others where it was sent to."""
    if write is None:
        return {}
    found = {
        name: (Value(word, word), reading.fields[name])
        for name, word in write.sets.items()
        if name in reading.fields and reading.fields[name].canonical != word
    }
    for name, rule in entity.fields.items():
        pointer = translate.pointer_of(name, rule, participant)
        sent = None if pointer is None else translate.at(write.stated, pointer)
        if sent is None or name not in reading.fields:
            continue
        value = translate.value(rule, participant, sent)
        if not translate.holds(rule, value, reading.fields[name]):
            found[name] = (value, reading.fields[name])
    return found
