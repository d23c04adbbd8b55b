"""``exactly-once`` (幂等): one request has one effect, however often it is sent."""

from __future__ import annotations

import time
import uuid
from contextlib import nullcontext

from harness.contracts.declarations import declarations
from harness.core.errors import NotRun
from harness.core.polling import pause
from harness.linkage.contract import translate
from harness.linkage.participants.record import Reading, Record, Write
from harness.linkage.participants.session import ParticipantSession
from harness.linkage.promises import effects, records, words
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
    if declared or check.can_go_wrong:
        _made_once(check, declared=declared)
    elif not records.acts(check):
        raise NotRun(words.NO_KEY.format(operation=operation.id, participant=check.writer.name))
    for act in records.acts(check):
        record = records.record_for(check, act)
        moves = effects.before(check, act, record)
        with check.going_wrong("duplicate", times=DELIVERIES) if check.can_go_wrong else nullcontext():
            write = records.act(check, act, record)
            check.own(record, check.writer, write)
            _again(check, write)
            check.appears(record, write)
        effects.check_moves(check, act, moves, [record], write)
        _stays(check, act, moves, record, write)


def _made_once(check: PromiseCheck, *, declared: bool) -> None:
    """``declared``: the operation says that a request sent twice happens once."""
    record = records.draft(check)
    moves = effects.before(check, "make", record)
    with check.going_wrong("duplicate", times=DELIVERIES) if check.can_go_wrong else nullcontext():
        first = records.make(check, record, key=f"harness-{uuid.uuid4()}" if declared else None)
        if declared:
            _same_record(check, record, _again(check, first))
            _same_record(check, record, _again(check, first, check.another(check.cell.writer)))
        check.appears(record, first)
        if declared:
            pause(max(0.0, first.answered + LATER - time.monotonic()))
            _same_record(check, record, _again(check, first))
    effects.check_moves(check, "make", moves, [record], first)
    _stays(check, "make", moves, record, first)
    for session in (check.writer, check.reader):
        _listed_once(check, record, session)


def _listed_once(check: PromiseCheck, record: Record, session: ParticipantSession) -> None:
    """Where records are listed, it stands there once. Only what no other record has tells it: what it needs."""
    call = session.participant.call(check.entity, "list")
    if call is None or not record.needs:
        return
    check.quiet()
    listing = session.listed(check.entity, call, record)
    alike = [
        one for one in listing.entries if not translate.differences(check.entity, record.seen, one.shown)
    ]
    check.reached["listed"] += 1
    if len(alike) == 1:
        return
    check.note(
        words.NOT_ONCE.format(who=check.title(session.name), times=len(alike)),
        Reading({}, True, listing.answer),
        expected=words.ONCE.format(id=record.id),
        seen=words.TIMES.format(participant=session.name, times=len(alike)),
        key=f"{session.name} listed",
    )
    raise PromiseBroken


def _stays(check: PromiseCheck, act: str, moves: list[effects.Move], record: Record, write: Write) -> None:
    """When nothing is under way any more, nothing has moved a second time."""
    if moves:
        check.quiet()
        effects.check_moves(check, act, moves, [record], write)


def _again(check: PromiseCheck, write: Write, session: ParticipantSession | None = None) -> Write:
    """The same request once more, also from another session of the same person: it may be refused."""
    check.reached["sent again"] += 1
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
        check.look(record, check.writer),
        expected=words.SAME_AGAIN.format(id=record.id),
        seen=words.ANOTHER.format(id=second.id),
        key="twice",
    )
    raise PromiseBroken
