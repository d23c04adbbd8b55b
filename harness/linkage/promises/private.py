"""``private`` (无越权): nobody else sees or changes it, on any participant."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from harness.api.backend import NOBODY
from harness.api.choosing import actor
from harness.api.credentials import credentials_for
from harness.core.errors import NotRun
from harness.core.text import Text
from harness.linkage.contract import translate
from harness.linkage.contract.model import Act, Call, Read
from harness.linkage.contract.translate import Value
from harness.linkage.participants.record import Reading, Record, Write
from harness.linkage.participants.session import ParticipantSession
from harness.linkage.promises import listings, reads, records, words
from harness.linkage.promises.promise_check import PromiseBroken, PromiseCheck

REFUSALS = (401, 403, 404, 410)
BASIC = ("change", "remove")


def show(check: PromiseCheck) -> None:
    """Every other user of the backend, and nobody at all, ask for the record by its id and try to change it: one that
    was made here, and one that came from each participant that makes them.
    """
    read = check.call(check.entity, check.reader, "read")
    if check.entity.of is None and read.as_ is None:
        raise NotRun(words.NOBODYS)
    if check.reader.participant.is_public(read):
        raise NotRun(words.PUBLIC.format(operation=read.call, participant=check.reader.name))
    makers = [
        name for name, one in check.run.participants.items() if one.call(check.entity, "make") is not None
    ]
    for name in makers or [check.cell.reader]:
        maker = check.on(name)
        record = records.record(check, maker)
        if record.made is not None:
            reads.own(check, record, maker, record.made)
        reads.arrive(check, record, maker, check.reader)
        _asked_by_others(check, record)
        if check.entity.id is not None:
            _written_by_others(check, maker, record)


def _asked_by_others(check: PromiseCheck, record: Record) -> None:
    """The record, its further reads, the list in which it is, and the record with what ``query`` adds."""
    session, entity = check.reader, check.entity
    call = check.call(entity, session, "read")
    query = entity.promises["private"].query
    for other in _others(check, call, record):
        ask = partial(session.read, entity, call, record, user=other)
        _kept(check, record, ask, other)
        if query:
            _kept(check, record, partial(ask, query=query), other)
        for name in session.participant.reads(entity):
            _kept(check, record, partial(session.read_further, entity, name, record, user=other), other)
        listed = session.participant.call(entity, "list")
        if listed is not None:
            _kept(check, record, partial(_listed, check, listed, record, other), other)


def _listed(check: PromiseCheck, call: Read, record: Record, other: str) -> Reading:
    """The record as the list shows it to another."""
    listing = check.reader.list_as(check.entity, call, record, other)
    there = listings.entry_of(check, check.reader, record, listing)
    return Reading({} if there is None else there.fields, there is not None, listing.answer)


def _written_by_others(check: PromiseCheck, maker: ParticipantSession, record: Record) -> None:
    """Others send what the record's own person could send: it is refused, and the record stays as it is."""
    session = check.reader
    basic = {name: session.participant.call(check.entity, name) for name in BASIC}
    for name, call in {**basic, **session.participant.acts(check.entity)}.items():
        if call is None:
            continue
        able = maker.participant.call(check.entity, name)
        if isinstance(call, Act) and call.after is not None and able is not None:
            record = records.record_for(check, name, maker, like=record)
            reads.arrive(check, record, maker, session)
        for other in _others(check, call, record):
            write = session.attempt(check.entity, call, record, user=other)
            check.reached["tried"] += 1
            reading = reads.look(check, record, maker)
            differing = check.differences(record, reading) if reading.found else {}
            if write.answer.status >= 500:
                reads.server_error(check, session, write.answer, write.answer.seen[:200])
            if write.answer.ok or differing or not reading.found:
                _changed(check, name, write, reading, other, differing)


def _changed(
    check: PromiseCheck,
    act: str,
    write: Write,
    reading: Reading,
    other: str,
    differing: Mapping[str, tuple[Value, Value]],
) -> None:
    who, name = check.title(check.cell.reader), other or words.NOBODY
    field, (_, shown) = next(iter(differing.items()), ("", (None, None)))
    seen: Text | str = words.ANSWERED.format(status=write.answer.status, other=name, reading=reading.words)
    if differing:
        seen = words.CHANGED_TO.format(status=write.answer.status, other=name, name=field, value=shown)
    check.note(
        words.CHANGED_BY_OTHERS.format(who=who, other=name, act=act),
        Reading({}, True, write.answer),
        expected=words.REFUSED_UNCHANGED.format(statuses=", ".join(map(str, REFUSALS))),
        seen=seen,
        key=f"{check.cell.reader} {act}",
    )
    raise PromiseBroken


def _others(check: PromiseCheck, call: Call, record: Record) -> Iterator[str]:
    """Every other user of the reader's backend but those who may see it, then nobody. NotRun where there is none."""
    session = check.reader
    owner = session.participant.user(call.as_ or record.person)
    able = {session.participant.people.get(name) for name in check.entity.promises["private"].except_}
    backend, operation = session.participant.backend, session.participant.operation(call.call)
    if owner is None and (who := actor(operation, backend)) is not None:
        owner = who.name
    # Who has no credential of the kind is refused for want of it: that shows nothing.
    users = [user.name for user in backend.users if credentials_for(operation, backend, user)]
    others = [name for name in users if name != owner and name not in able]
    if not others:
        raise NotRun(words.ONE_USER.format(participant=session.name))
    yield from others
    yield NOBODY


def _kept(check: PromiseCheck, record: Record, ask: Callable[[], Reading], other: str) -> None:
    """An answer gives nothing away. Where the record has no id, everybody reads one of their own. A finding and the
    end where it does.
    """
    reading = check.poll(ask, lambda reading: reading.answer.status < 500, check.cell.within).value
    check.reached["asked"] += 1
    if reading.answer.status >= 500:
        reads.server_error(check, check.reader, reading.answer, reading.words)
        return
    if not reading.found:  # whatever the refusal is called, nothing was shown
        return
    own, name = record.seen, other or words.NOBODY
    if check.entity.id is None:
        if translate.plain(reading.fields) != translate.plain(own):
            return
        if not any(map(_telling, own.values())):
            raise NotRun(words.ALIKE.format(participant=check.reader.name, other=name))
    check.note(
        words.LEAKED.format(who=check.title(check.cell.reader), other=name),
        reading,
        expected=words.REFUSED.format(statuses=", ".join(map(str, REFUSALS))),
        seen=words.ANSWERED.format(status=reading.answer.status, other=name, reading=reading.words),
        key=check.reader.name,
    )
    raise PromiseBroken


def _telling(value: Value) -> bool:
    """Whether two people hardly have the same value by chance: text, or a list with something in it."""
    return isinstance(value.raw, str | list | dict) and bool(value.raw)
