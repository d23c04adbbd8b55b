"""The records that checks work on: made with what they need, changed, acted on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from harness.core.errors import BrokenError, NotRun
from harness.linkage.contract import translate
from harness.linkage.contract.model import Call, Entity
from harness.linkage.participants.session import NotTaken, ParticipantSession, Record, Write
from harness.linkage.promises import words
from harness.linkage.promises.promise_check import PromiseCheck

TRIES = 4  # samples until one is taken: not every one that fits the schema fits the business


def record(check: PromiseCheck, session: ParticipantSession | None = None) -> Record:
    """A record to work on: made on the participant (default: the writer) where it can be, else the person's own."""
    return _record(check, check.cell.entity, session or check.writer, {})


def draft(check: PromiseCheck) -> Record:
    """A record on the writer that could be made: what it needs is there."""
    return _record(check, check.cell.entity, check.writer, {}, made=False)


def sibling(first: Record) -> Record:
    """Another record that needs the same ones, not yet made."""
    return Record(first.entity, first.person, needs=first.needs)


def make(
    check: PromiseCheck, made: Record, session: ParticipantSession | None = None, *, key: str | None = None
) -> Write:
    """Make the record; it has an id afterwards."""
    entity, session = check.entities[made.entity], session or check.writer
    call = check.call(entity, session, "make")
    write = _taken(lambda: session.write(entity, call, made, key=key))
    session.identify(entity, made, write.answer)
    made.made = write
    check.reached["made"] += 1
    return write


def change(check: PromiseCheck, changed: Record, session: ParticipantSession | None = None) -> Write:
    """Send a change that makes one of the declared fields another."""
    session = session or check.writer
    call = check.call(check.entity, session, "change")
    write = _taken(lambda: session.write(check.entity, call, changed, unlike=changed.seen))
    check.reached["changed"] += 1
    return write


def act(check: PromiseCheck, name: str, acted: Record, session: ParticipantSession | None = None) -> Write:
    """Do one of the entity's acts, those that come first before it; the write says which fields it sets."""
    session = session or check.writer
    call = check.call(check.entity, session, name)
    write = session.write(check.entity, call, acted)
    check.reached[name] += 1
    return replace(write, sets=call.sets)


def record_for(check: PromiseCheck, name: str, session: ParticipantSession | None = None) -> Record:
    """A record on which an act can be done: those that come before it have been."""
    session = session or check.writer
    call = check.call(check.entity, session, name)
    if call.after is not None:
        acted = record_for(check, call.after, session)
        check.own(acted, session, act(check, call.after, acted, session))
        return acted
    made = record(check, session)
    if made.made is not None:
        check.own(made, session, made.made)
    return made


def acts(check: PromiseCheck, session: ParticipantSession | None = None) -> Mapping[str, Call]:
    """The acts of the entity that a participant can do."""
    participant = (session or check.writer).participant
    table = check.entity.participants.get(participant.name)
    names = [*check.entity.acts, *(name for name in (table.acts if table else ()))]
    found = {name: participant.call(check.entity, name) for name in dict.fromkeys(names)}
    return {name: call for name, call in found.items() if call is not None}


def set_fields(
    check: PromiseCheck, prepared: Record, session: ParticipantSession, values: Mapping[str, object]
) -> None:
    """Give fields of a record these values."""
    entity = check.entities[prepared.entity]
    call = check.call(entity, session, "change")
    write = session.write(entity, call, prepared, over=translate.body(entity, session.name, values))
    check.own(prepared, session, write)


def maker(check: PromiseCheck, id: str, session: ParticipantSession) -> ParticipantSession:
    """Who makes a needed record: the same participant where it can, else the first that can."""
    entity = check.entities[id]
    name = "change" if entity.id is None else "make"
    able = [one.name for one in check.run.participants.values() if one.call(entity, name)]
    return session if session.name in able or not able else check.on(able[0])


def _record(
    check: PromiseCheck,
    id: str,
    session: ParticipantSession,
    needed: dict[str, Record],
    *,
    made: bool = True,
) -> Record:
    """``needed`` are the records made for it so far: of each entity one."""
    entity = check.entities[id]
    record = Record(id, entity.of)
    for name, values in entity.needs.items():
        if name not in needed:
            who = maker(check, name, session)
            needed[name] = _record(check, name, who, needed)
            if values:
                set_fields(check, needed[name], who, values)
            else:
                check.own(needed[name], who)
            _arrives(check, needed[name], who, session)
        record.needs[name] = needed[name]
    if not made:
        return record
    if session.participant.call(entity, "make") is not None:
        make(check, record, session)
    elif entity.id is not None:
        raise NotRun(words.NO_ACT.format(act="make", participant=session.name, entity=entity.title))
    else:
        check.own(record, session)
    return record


def _arrives(
    check: PromiseCheck, needed: Record, there: ParticipantSession, here: ParticipantSession
) -> None:
    """Wait until the participant that needs a record has it. BrokenError where it does not come."""
    entity: Entity = check.entities[needed.entity]
    call = here.participant.call(entity, "read")
    if here.name == there.name or call is None:
        return
    within = check.run.contract.within(needed.entity)
    outcome = check.poll(
        lambda: here.read(entity, call, needed),
        lambda reading: reading.found and not translate.differences(entity, needed.seen, reading.fields),
        within,
    )
    if not outcome.satisfied:
        raise BrokenError(
            f"{entity.title.en}, which is needed first, did not come to {here.name} within {within:g} s: "
            f"{outcome.value}"
        )


def _taken(send: Callable[[], Write]) -> Write:
    """The first of several samples that is taken."""
    for _ in range(TRIES - 1):
        try:
            return send()
        except NotTaken:
            continue
    return send()
