"""``never-below`` (不超卖): both participants take the last of something at once; only one gets it.

Of what can be set (a stock, or seats by their total) there is made as much as one record takes. Of what cannot (a
balance of points) a record takes all there is, where ``takes`` says how; ``undo`` gives it back. Participants may take
unlike amounts: each is measured by the effect's formula over its own record.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from harness.core.errors import BrokenError, NotRun
from harness.linkage.contract import translate
from harness.linkage.contract.arithmetic import calculated, names_of
from harness.linkage.contract.model import Entity
from harness.linkage.participants import pages, spelling
from harness.linkage.participants.participant import Participant
from harness.linkage.participants.record import Reading, Record
from harness.linkage.participants.session import ParticipantSession
from harness.linkage.promises import reads, records, under_way, words
from harness.linkage.promises.promise_check import PromiseBroken, PromiseCheck

ROUNDS = 3


def show(check: PromiseCheck) -> None:
    """As much is there as one record takes; writer and reader make one each at the same moment."""
    taken = places(check.entity)
    if not taken:
        raise NotRun(words.TAKES_NOTHING)
    able = True
    for place, by in taken.items():
        supply = _supply(check, place, by)
        if supply is None:
            check.undecided.append(words.TAKES_UNSAID_OF.format(place=place, reason=words.TAKES_UNSAID))
            continue
        check.reached["tried"] += 1
        for session in (check.writer, check.reader):
            able &= _takes(check, supply, session)
            _too_little(check, supply, session)
        for _ in range(ROUNDS):
            _race(check, supply)
    if not check.reached["tried"]:
        raise NotRun(words.TAKES_UNSAID)
    check.reached["able"] += able


def places(entity: Entity) -> dict[str, str]:
    """The fields that a make takes from, and how much."""
    moved = entity.effects.get("make", {})
    return {place: by for place, by in moved.items() if by.strip().startswith("-")}


def set_by(source: Entity, keeper: Participant, field: str) -> str | None:
    """The field by which a change says how much there is: itself, else the one that 'always' names beside it, such as
    all seats beside those that are left. None where no change does, or several fields may be it.
    """
    call = keeper.call(source, "change")
    if call is None:
        return None
    lines = [names for line in source.always if field in (names := names_of(line))]
    beside = {name for names in lines for name in names} - {field}
    able = [
        name
        for name in (field, *sorted(beside))
        if translate.pointer_of(name, source.fields[name], keeper.name) is not None
        and spelling.says(keeper, source, call, name)
    ]
    return able[0] if field in able or len(able) == 1 else None


@dataclass(slots=True)
class Supply:
    """What records take from: a field of another record, ``by`` a formula over the record. ``one``: how much one
    record takes, by the participant that makes it. ``total``: the field that is set in its place. ``over``: what its
    body says by participant, where it is made to take all there is; ``made``: what is to be given back.
    """

    sample: Record
    source: Record
    keeper: ParticipantSession
    name: str
    moved: str
    by: str
    one: dict[str, int]
    total: str | None = None
    over: dict[str, Any] = field(default_factory=dict)
    undo: dict[str, str] = field(default_factory=dict)
    made: list[tuple[Record, ParticipantSession]] = field(default_factory=list)

    @property
    def most(self) -> int:
        """Enough for whoever takes most, and too little for two."""
        return max(self.one.values())

    def amount(self, record: Record) -> int:
        """How much a record took, by what is shown of it."""
        return -int(calculated(self.by, translate.plain(record.seen)))


def _supply(check: PromiseCheck, place: str, by: str) -> Supply | None:
    """None where nothing sets how much there is, nor how much is taken."""
    sample = records.record(check)
    assert sample.made is not None
    reads.own(check, sample, check.writer, sample.made)
    name, named = place.split(".")
    source = sample.needs.get(name) or Record(name, check.entities[name].of)
    keeper = records.maker(check, name, check.writer)
    supply = Supply(sample, source, keeper, name, named, by, {})
    by_field = set_by(check.entities[source.entity], keeper.participant, named)
    if by_field is not None:
        supply.total = by_field if by_field != named else None
        supply.one[check.writer.name] = supply.amount(sample)
        # With needs of its own: there is enough of them.
        other = records.of(check, check.cell.entity, check.reader)
        made = _made(check, supply, check.reader, other)
        supply.one[check.reader.name] = (
            supply.amount(sample) if made is None else _amount(check, supply, made, check.reader)
        )
        return supply
    for session in (check.writer, check.reader):
        call = check.call(check.entity, session, "make")
        if place not in call.takes or call.undo is None:
            return None
        supply.undo[session.name] = call.undo
    return supply


def _stocked(check: PromiseCheck, supply: Supply, amount: int) -> None:
    """So much is there, and both ends know it. All else stays as it is needed."""
    _at_rest(check, supply)
    needed = check.entity.needs.get(supply.name, {})
    if supply.total is None:
        said = {supply.moved: amount}
    else:
        said = {supply.total: _total(check, supply, supply.total, amount)}
    records.set_fields(check, supply.source, supply.keeper, {**needed, **said})
    if supply.total is not None:
        _moved_with(check, supply, supply.total, amount)
    for session in (check.writer, check.reader):
        reads.arrive(check, supply.source, supply.keeper, session)


def _total(check: PromiseCheck, supply: Supply, total: str, amount: int) -> int:
    """What the total has to be so that ``amount`` is left of it: as much more, or less, as is to be left."""
    shown = reads.look(check, supply.source, supply.keeper).fields
    now, left = (shown[name].canonical if name in shown else None for name in (total, supply.moved))
    if type(now) is not int or type(left) is not int:
        raise NotRun(words.TAKES_UNSAID)
    return now + amount - left


def _moved_with(check: PromiseCheck, supply: Supply, total: str, amount: int) -> None:
    """What is left has moved with the total. NotRun where it has not in time."""
    outcome = check.poll(
        lambda: _read(check, supply),
        lambda reading: _left(supply, reading) == amount,
        check.run.contract.within(supply.source.entity),
    )
    if not outcome.satisfied:
        raise NotRun(
            words.TOTAL_MOVES_NOT.format(
                participant=supply.keeper.name,
                total=total,
                field=supply.moved,
                left=_left(supply, outcome.value),
                amount=amount,
            )
        )
    reads.own(check, supply.source, supply.keeper)


def _at_rest(check: PromiseCheck, supply: Supply) -> None:
    """What was taken or given back before has arrived: else it changes what is set or read now."""
    under_way.over(check)
    under_way.alike(check, supply.source, supply.moved)


@contextmanager
def _all_taken(check: PromiseCheck, supply: Supply) -> Iterator[None]:
    """Records take all there is, whatever it is now; afterwards each gives back what it took."""
    _at_rest(check, supply)
    there = int(_left(supply, reads.look(check, supply.source, supply.keeper)) or 0)
    if there <= 0:
        raise NotRun(words.TAKES_NONE.format(participant=supply.keeper.name, field=supply.moved, left=there))
    for session in (check.writer, check.reader):
        call = check.call(check.entity, session, "make")
        pointer = call.takes[f"{supply.name}.{supply.moved}"]
        rule = check.entities[supply.source.entity].fields[supply.moved]
        taken = spelling.value(session.participant, rule, call, pointer, there)
        supply.one[session.name] = there
        supply.over[session.name] = pages.laid({}, pointer, taken)
    try:
        yield
    finally:
        for record, session in supply.made:
            records.act(check, supply.undo[session.name], record, session)
        supply.made.clear()


def _takes(check: PromiseCheck, supply: Supply, session: ParticipantSession) -> bool:
    """Whether the participant takes it where there is enough: else what it refuses says nothing."""
    if supply.undo:
        return True  # nothing is shown of who does not take all
    _stocked(check, supply, supply.one[session.name])
    return _made(check, supply, session) is not None


def _too_little(check: PromiseCheck, supply: Supply, session: ParticipantSession) -> None:
    """Less is there than a record takes: it must be refused."""
    if not supply.undo:
        left = supply.one[session.name] - 1
        _stocked(check, supply, left)
        made = _made(check, supply, session)
        taken = _amount(check, supply, made, session)
        reading = _read(check, supply)
    else:
        with _all_taken(check, supply):
            left, there = 0, supply.one[session.name]
            first = _made(check, supply, session)
            if first is None:
                raise BrokenError(
                    words.TAKES_NOT_ALL.format(participant=session.name, field=supply.moved, left=there)
                )
            _as_before(supply, session, _amount(check, supply, first, session))
            made = _made(check, supply, session)
            taken = _amount(check, supply, made, session)
            reading = _read(check, supply)
    if made is None:
        check.reached["refused"] += 1
        return
    if taken <= left:
        _as_before(supply, session, taken)
    check.note(
        words.TAKEN_TOO_MUCH.format(who=check.title(session.name)),
        reading,
        expected=words.TOO_LITTLE.format(field=supply.moved, left=left, wanted=taken),
        seen=words.MADE.format(
            made=1,
            field=supply.moved,
            left=reading.fields.get(supply.moved, reading),
            participant=supply.keeper.name,
        ),
        key=f"{supply.name}.{supply.moved} {session.name}",
    )
    raise PromiseBroken


def _as_before(supply: Supply, session: ParticipantSession, taken: int) -> None:
    """NotRun where a record takes another amount than is counted on: what is there may be enough for it."""
    one = supply.one[session.name]
    if taken != one:
        raise NotRun(
            words.TAKES_OTHERWISE.format(
                participant=session.name, field=supply.moved, taken=taken, one=one, by=supply.by
            )
        )


def _race(check: PromiseCheck, supply: Supply) -> None:
    if not supply.undo:
        _stocked(check, supply, supply.most)
        made, reading = _at_once(check, supply)
    else:
        with _all_taken(check, supply):
            made, reading = _at_once(check, supply)
    there, left, taken = supply.most, _left(supply, reading), sum(amount for _, amount in made)
    if taken <= there and left == there - taken:
        if len(made) > 1:  # there was enough for both
            for session, amount in made:
                _as_before(supply, session, amount)
        return
    one_end, other_end = check.title(check.cell.writer), check.title(check.cell.reader)
    alike = len(set(supply.one.values())) == 1
    enough = words.ONE_TAKES_ALL if alike else words.ENOUGH_FOR_ONE
    amounts = " / ".join(f"{one} ({name})" for name, one in supply.one.items())
    check.note(
        words.OVERSOLD.format(one=one_end, other=other_end, field=supply.moved),
        reading,
        expected=enough.format(field=supply.moved, left=there, amounts=amounts),
        seen=words.MADE.format(made=len(made), field=supply.moved, left=left, participant=supply.keeper.name),
        key=f"{supply.name}.{supply.moved}",
    )
    raise PromiseBroken


def _at_once(check: PromiseCheck, supply: Supply) -> tuple[list[tuple[ParticipantSession, int]], Reading]:
    """Who of two made one, how much that takes, and what is left then."""
    ends = (check.writer, check.reader)
    with ThreadPoolExecutor(2) as both:
        found = list(both.map(lambda session: _made(check, supply, session), ends))
    made = [
        (session, _amount(check, supply, one, session))
        for session, one in zip(ends, found, strict=True)
        if one is not None
    ]
    check.reached["raced"] += bool(made)
    wanted = supply.most - sum(amount for _, amount in made)
    outcome = check.poll(  # what was reserved for the one that was refused may come back a moment later
        lambda: _read(check, supply),
        lambda reading: _left(supply, reading) == wanted,
        check.run.contract.within(supply.source.entity),
    )
    return made, outcome.value


def _amount(check: PromiseCheck, supply: Supply, record: Record | None, session: ParticipantSession) -> int:
    """How much a record really took; nothing where none was made."""
    if record is None:
        return 0
    reads.own(check, record, session)
    return supply.amount(record)


def _read(check: PromiseCheck, supply: Supply) -> Reading:
    entity = check.entities[supply.source.entity]
    return supply.keeper.read(entity, check.call(entity, supply.keeper, "read"), supply.source)


def _left(supply: Supply, reading: Reading) -> Any:
    return reading.fields[supply.moved].canonical if supply.moved in reading.fields else None


def _made(
    check: PromiseCheck, supply: Supply, session: ParticipantSession, another: Record | None = None
) -> Record | None:
    """The record, where the participant took it."""
    another = another or records.sibling(supply.sample)
    call = check.call(check.entity, session, "make")
    write = session.attempt(check.entity, call, another, over=supply.over.get(session.name))
    if write.answer.status >= 500:  # a refusal, too, where its document says so
        check.findings.note_violations(write.answer, check.cell.promise)
    if not write.answer.ok:
        return None
    session.identify(check.entity, another, write.answer)
    supply.made.append((another, session))
    return another
