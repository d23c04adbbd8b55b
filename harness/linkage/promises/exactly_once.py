"""``exactly-once`` (幂等): one request has one effect, however often it is sent."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from harness.contracts.declarations import declarations
from harness.core.errors import NotRun
from harness.core.polling import pause, poll
from harness.linkage.participants.record import Reading, Record, Write
from harness.linkage.participants.session import ParticipantSession
from harness.linkage.promises import crossing, deliveries, effects, listings, reads, records, words
from harness.linkage.promises.asked import asked
from harness.linkage.promises.promise_check import PromiseBroken, PromiseCheck

LATER = 1.1  # seconds; a key that is kept for a moment only
DELIVERIES = 3  # between the services, for one write


def show(check: PromiseCheck) -> None:
    """The request that makes a record, and each act on one, is sent again: nothing happens a second time.

    Nor where each delivery between the services comes twice.
    """
    call = check.call(check.entity, check.writer, "make")
    operation = check.writer.participant.operation(call.call)
    declared = declarations(operation).idempotency is not None
    if declared or deliveries.can_go_wrong(check):
        _made_once(check, declared=declared)
    elif not records.acts(check):
        raise NotRun(words.NO_KEY.format(operation=operation.id, participant=check.writer.name))
    for act in records.acts(check):
        record = records.record_for(check, act)
        moves = effects.before(check, act, record)
        with _delivered_twice(check):
            write = records.act(check, act, record)
            reads.own(check, record, check.writer, write)
            _again(check, write)
            crossing.appears(check, record, write)
        effects.check_moves(check, act, moves, [record], write)
        _stays(check, act, moves, record, write)


def _made_once(check: PromiseCheck, *, declared: bool) -> None:
    """``declared``: the operation says that a request sent twice happens once."""
    record = records.draft(check)
    moves = effects.before(check, "make", record)
    with _delivered_twice(check):
        first = records.make(check, record, key=f"harness-{uuid.uuid4()}" if declared else None)
        if declared:
            _same_record(check, record, _again(check, first))
            _same_record(check, record, _again(check, first, check.another(check.cell.writer)))
        crossing.appears(check, record, first)
        if declared:
            pause(max(0.0, first.answered + LATER - time.monotonic()))
            _same_record(check, record, _again(check, first))
    effects.check_moves(check, "make", moves, [record], first)
    _stays(check, "make", moves, record, first)


@contextmanager
def _delivered_twice(check: PromiseCheck) -> Iterator[None]:
    """Each delivery between the services comes twice, where a proxy stands between them."""
    with deliveries.going_wrong(check, "duplicate", times=DELIVERIES):
        yield
    check.reached["repeated"] += check.reached["duplicate"]


def _stays(check: PromiseCheck, act: str, moves: list[effects.Move], record: Record, write: Write) -> None:
    """When nothing is under way any more, nothing has happened a second time: nothing has moved, and there is one
    record wherever that is told.
    """
    counting = [one for one in (check.writer, check.reader) if one.participant.counts(check.entity)]
    listing = [one for one in (check.writer, check.reader) if act == "make" and _lists(check, one, record)]
    if moves or counting or listing:
        check.quiet()
    effects.check_moves(check, act, moves, [record], write)
    for session in counting:
        _there_once(check, record, session)
    for session in listing:
        _listed_once(check, record, session)


def _there_once(check: PromiseCheck, record: Record, session: ParticipantSession) -> None:
    """Looked for anew, it is there once. A finding and the end where it is not."""
    call = check.call(check.entity, session, "read")
    found = session.participant.call(check.entity, "find") is not None and check.entity.same is not None

    def read() -> Reading:
        # By what it is found by, not by the id that was found: there may be another now.
        return session.read(check.entity, call, record.unmet(session.name) if found else record)

    outcome = check.poll(read, lambda reading: reading.found, check.cell.within)
    check.reached["counted"] += 1
    if outcome.satisfied:
        return
    reading = outcome.value
    if not reading.times:
        reads.missing(check, record, outcome, session)
    check.note(
        words.TWICE_THERE.format(who=check.title(session.name), times=reading.times),
        reading,
        expected=words.ONCE.format(record=words.the_record(record.id)),
        seen=words.SEEN.format(
            what=reading.words, participant=asked(session, call, record), reads=outcome.reads
        ),
        key=f"{session.name} times",
    )
    raise PromiseBroken


def _lists(check: PromiseCheck, session: ParticipantSession, record: Record) -> bool:
    """Whether it is counted where it is listed: of what is made of something, a second one takes of that, too."""
    return bool(record.needs) and session.participant.call(check.entity, "list") is not None


def _listed_once(check: PromiseCheck, record: Record, session: ParticipantSession) -> None:
    """Where records are listed, it stands there once. A finding and the end where it does not."""
    call = check.call(check.entity, session, "list")
    outcome = poll(
        lambda: session.listed(check.entity, call, record),
        lambda listing: listings.times(check, session, record, listing) == 1,
        within=check.cell.within,
        every=check.run.every,
    )
    check.reached["listed"] += 1
    if outcome.satisfied:
        return
    listing = outcome.value
    listings.require_shown(check, session, listing)
    times = listings.times(check, session, record, listing)
    if not times and listings.unseen(check, listing):
        return
    check.note(
        words.NOT_ONCE.format(who=check.title(session.name), times=times),
        Reading({}, True, listing.answer),
        expected=words.ONCE.format(record=words.the_record(record.id)),
        seen=words.TIMES.format(participant=session.name, times=times),
        key=f"{session.name} listed",
    )
    raise PromiseBroken


def _again(check: PromiseCheck, write: Write, session: ParticipantSession | None = None) -> Write:
    """The same request once more, also from another session of the same person: it may be refused."""
    check.reached["repeated"] += 1
    return (session or check.writer).exchange(write.operation, write.sent, write.user)


def _same_record(check: PromiseCheck, record: Record, again: Write) -> None:
    """A second answer that is taken shows the first record. A finding and the end where it shows another."""
    if not again.answer.ok:
        return
    second = records.sibling(record)
    check.writer.identify(check.entity, second, again.answer)
    if second.id == record.id:
        return
    who = check.title(check.cell.writer)
    check.note(
        words.TWICE.format(who=who),
        reads.look(check, record, check.writer),
        expected=words.SAME_AGAIN.format(id=record.id),
        seen=words.ANOTHER.format(id=second.id),
        key="twice",
    )
    raise PromiseBroken
