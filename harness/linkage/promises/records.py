"""The records that checks work on: made with what they need, changed, acted on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from harness.core.errors import NotRun
from harness.linkage.contract import translate
from harness.linkage.contract.arithmetic import calculated
from harness.linkage.contract.model import Act, Entity, FieldRule
from harness.linkage.contract.needs import entity_of, number_of, of_number
from harness.linkage.contract.translate import Value
from harness.linkage.participants import participant, spelling
from harness.linkage.participants.record import NotTaken, Record, Write
from harness.linkage.participants.session import ParticipantSession
from harness.linkage.promises import reads, under_way
from harness.linkage.promises.promise_check import PromiseCheck

TRIES = 4  # samples until one is taken: not every one that fits the schema fits the business


class ActRefused(NotTaken):
    """An act that a participant did not take; ``made_on``: the other one that made its record, if one did."""

    def __init__(
        self, refused: NotTaken, name: str, session: ParticipantSession, made_on: str | None
    ) -> None:
        self.name, self.session, self.made_on = name, session, made_on
        super().__init__(refused.text, refused.answer)


def record(check: PromiseCheck, session: ParticipantSession | None = None) -> Record:
    """A record to work on: made on the participant (default: the writer) where it can be, else the person's own, or
    one that another participant makes: it is there then, and ``made`` by no write of this one.
    """
    session = session or check.writer
    who = _origin(check, check.cell.entity, session)
    made = _record(check, check.cell.entity, who, {})
    if who is not session:
        _arrive(check, made, who, session)
    return made


def draft(check: PromiseCheck) -> Record:
    """A record on the writer that could be made: what it needs is there."""
    return _record(check, check.cell.entity, check.writer, {}, made=False)


def of(
    check: PromiseCheck, id: str, session: ParticipantSession, needed: Mapping[str, Record] | None = None
) -> Record:
    """A record of another entity that could be made; ``needed`` are there already."""
    return _record(check, id, session, dict(needed or {}), made=False)


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
    changed.old = dict(changed.seen)
    write = _taken(lambda: session.write(check.entity, call, changed, unlike=changed.seen))
    check.reached["changed"] += 1
    return write


def act(check: PromiseCheck, name: str, acted: Record, session: ParticipantSession | None = None) -> Write:
    """Do one of the acts of the record's entity; the write says which fields it sets."""
    entity, session = check.entities[acted.entity], session or check.writer
    call = check.act(entity, session, name)
    acted.old, old = dict(acted.seen), translate.plain(acted.seen)
    try:
        write = session.write(entity, call, acted)
    except NotTaken as refused:
        raise ActRefused(refused, name, session, acted.made_on) from None
    check.reached[name] += 1
    return replace(
        write, sets={field: _set(entity.fields[field], value, old) for field, value in call.sets.items()}
    )


def record_for(
    check: PromiseCheck,
    name: str,
    session: ParticipantSession | None = None,
    *,
    like: Record | None = None,
    made_on: str | None = None,
) -> Record:
    """A record on which an act can be done: those that come before it have been. ``like``: of the same entity,
    and needing the same ones; ``made_on``: the participant that makes it (default: who acts, where it can).
    """
    session = session or check.writer
    id = check.cell.entity if like is None else like.entity
    entity = check.entities[id]
    call = check.act(entity, session, name)
    if call.after is not None:
        who = _actor(check, entity, call.after, session, made_on)
        acted = record_for(check, call.after, who, like=like, made_on=made_on)
        reads.own(check, acted, who, act(check, call.after, acted, who))
        reads.arrive(check, acted, who, session)
        maker_name = acted.made_on or who.name
        acted.made_on = maker_name if maker_name != session.name else None
        return acted
    origin = _origin(check, id, session) if made_on is None else check.on(made_on)
    if like is None:
        made = _record(check, id, origin, {})
    else:
        made = sibling(like)
        make(check, made, origin)
    if origin.name != session.name:
        _arrive(check, made, origin, session)
    elif made.made is not None:
        reads.own(check, made, session, made.made)
    return made


def makers(check: PromiseCheck, name: str) -> tuple[str | None, ...]:
    """On which participants' records the writer's act is shown; None: on those that it is shown on by default."""
    return check.act(check.entity, check.writer, name).made_on or (None,)


def acts(check: PromiseCheck, session: ParticipantSession | None = None) -> Mapping[str, Act]:
    """The acts of the entity that a participant can do."""
    return (session or check.writer).participant.acts(check.entity)


def repeated(check: PromiseCheck, session: ParticipantSession | None = None) -> str | None:
    """The act that can be done most often on one record; None where each is done once."""
    able = {name: call.times for name, call in acts(check, session).items() if call.times > 1}
    return max(able, key=lambda name: able[name]) if able else None


def write_again(check: PromiseCheck, written: Record, session: ParticipantSession) -> Write:
    """A further write to a record: a change, or an act that can be done again. Its ``seen`` are what it comes to."""
    if session.participant.call(check.entity, "change") is not None:
        write = change(check, written, session)
        said = session.said(check.entity, write)
    else:
        name = repeated(check, session)
        assert name is not None
        write = act(check, name, written, session)
        said = {field: Value(value, value) for field, value in write.sets.items()}
    written.seen = {**written.seen, **said}
    return write


def set_fields(
    check: PromiseCheck, prepared: Record, session: ParticipantSession, values: Mapping[str, object]
) -> None:
    """Give fields of a record these values."""
    entity = check.entities[prepared.entity]
    call = check.call(entity, session, "change")
    write = session.write(
        entity, call, prepared, over=spelling.body(session.participant, entity, call, values)
    )
    reads.own(check, prepared, session, write)


def maker(check: PromiseCheck, id: str, session: ParticipantSession) -> ParticipantSession:
    """Who makes a needed record, as :func:`participant.maker` says."""
    entity = check.entities[entity_of(id, check.entities)]
    found = participant.maker(entity, session.participant, check.run.participants.values())
    return session if found.name == session.name else check.on(found.name)


def _origin(check: PromiseCheck, id: str, session: ParticipantSession) -> ParticipantSession:
    """Who makes what a participant works on: itself where nobody has to."""
    return session if check.entities[id].id is None else maker(check, id, session)


def _actor(
    check: PromiseCheck, entity: Entity, name: str, session: ParticipantSession, made_on: str | None
) -> ParticipantSession:
    """Who does an act that comes first: the participant itself where it can, unless another one made the record, can do
    it, and the act is not said to be done on records of that one.
    """
    able = {
        one.name: acts[name] for one in check.run.participants.values() if name in (acts := one.acts(entity))
    }
    if session.name in able:
        its_own = made_on in (None, session.name) or made_on in able[session.name].made_on
        return session if its_own or made_on not in able else check.on(made_on)
    return check.on(made_on if made_on in able else next(iter(able))) if able else session


def _arrive(
    check: PromiseCheck, made: Record, origin: ParticipantSession, session: ParticipantSession
) -> None:
    """Wait until a participant shows what another one made."""
    reads.own(check, made, origin, made.made)
    reads.arrive(check, made, origin, session)
    made.made, made.made_on = None, origin.name


def _record(
    check: PromiseCheck,
    id: str,
    session: ParticipantSession,
    needed: dict[str, Record],
    *,
    made: bool = True,
) -> Record:
    """``needed`` are the records made for it so far, by their names under ``needs``."""
    entity = check.entities[id]
    record = Record(id, entity.of)
    for name, values in entity.needs.items():
        if name not in needed:
            who = maker(check, name, session)
            needed[name] = _needed(check, name, who, needed)
            if needed[name].needs:
                under_way.over(check)  # what was made for it may bring it about, or begin it, a moment later
            if values:
                set_fields(check, needed[name], who, values)
            else:
                reads.own(check, needed[name], who)
            reads.arrive(check, needed[name], who, session)
        record.needs[name] = needed[name]
    within = check.run.contract.within
    if any(within(needed.entity) > check.cell.within for needed in record.needs.values()):
        reads.needs_came(check, record, check.reader)  # what may take longer cannot be there in time
    if not made:
        return record
    if session.participant.call(entity, "make") is not None:
        make(check, record, session)
    elif entity.id is not None:
        raise NotRun(session.participant.no_act(entity, "make"))
    else:
        if record.needs:
            under_way.over(check)  # what was made for it may have moved it
        reads.own(check, record, session)
    return record


def _needed(check: PromiseCheck, name: str, session: ParticipantSession, needed: dict[str, Record]) -> Record:
    """A record for a name under ``needs``. What it needs itself is made once for all of its number."""
    id, number = entity_of(name, check.entities), number_of(name, check.entities)
    if not number:
        return _record(check, id, session, needed)
    own = of_number(needed, number)
    made = _record(check, id, session, own)
    needed.update({f"{other}{number}": one for other, one in own.items()})
    return made


def _set(rule: FieldRule, value: object, old: Mapping[str, object]) -> object:
    """What an act sets a field to, as it is compared: said in the contract's units, or calculated
    (``= old.refunded + 119``).
    """
    if isinstance(value, str) and value.startswith("="):
        return calculated(value.removeprefix("="), old, old)
    return translate.meant(rule, value)


def _taken(send: Callable[[], Write]) -> Write:
    """The first of several samples that is taken."""
    for _ in range(TRIES - 1):
        try:
            return send()
        except NotTaken:
            continue
    return send()
