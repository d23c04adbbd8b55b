"""``never-below`` (不超卖): both participants take the last of something at once; only one gets it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from harness.core.errors import BrokenError, NotRun
from harness.linkage.contract.arithmetic import calculated
from harness.linkage.participants.session import ParticipantSession, Record
from harness.linkage.promises import records, words
from harness.linkage.promises.effects import plain
from harness.linkage.promises.promise_check import PromiseBroken, PromiseCheck

ROUNDS = 3


def show(check: PromiseCheck) -> None:
    """As much is there as one record takes; writer and reader make one each at the same moment."""
    taken = check.entity.effects.get("make", {})
    places = [(place, by) for place, by in taken.items() if by.strip().startswith("-")]
    if not places:
        raise NotRun(words.TAKES_NOTHING)
    if check.reader.participant.call(check.entity, "make") is None:
        raise NotRun(
            words.NO_ACT.format(act="make", participant=check.reader.name, entity=check.entity.title)
        )
    for place, by in places:
        for session in (check.writer, check.reader):
            _too_little(check, session, *place.split("."), by=by)
        for _ in range(ROUNDS):
            _race(check, *place.split("."), by=by)


def _too_little(
    check: PromiseCheck, session: ParticipantSession, entity: str, field: str, *, by: str
) -> None:
    """One less is there than a record takes: it must be refused."""
    sample = records.record(check)
    assert sample.made is not None
    check.own(sample, check.writer, sample.made)
    wanted = -int(calculated(by, plain(sample.seen)))
    stock, keeper = sample.needs[entity], records.maker(check, entity, check.writer)
    records.set_fields(check, stock, keeper, {field: wanted - 1})
    if not _made(check, sample, session):
        check.reached["refused"] += 1
        return
    read = check.call(check.entities[entity], keeper, "read")
    reading = keeper.read(check.entities[entity], read, stock)
    check.note(
        words.TAKEN_TOO_MUCH.format(who=check.title(session.name)),
        reading,
        expected=words.TOO_LITTLE.format(field=field, left=wanted - 1, wanted=wanted),
        seen=words.MADE.format(
            made=1, field=field, left=reading.fields.get(field, reading), participant=keeper.name
        ),
        key=f"{entity}.{field} {session.name}",
    )
    raise PromiseBroken


def _race(check: PromiseCheck, entity: str, field: str, *, by: str) -> None:
    sample = records.record(check)
    assert sample.made is not None
    check.own(sample, check.writer, sample.made)
    one = -int(calculated(by, plain(sample.seen)))
    stock = sample.needs[entity]
    keeper = records.maker(check, entity, check.writer)
    records.set_fields(check, stock, keeper, {field: one})
    with ThreadPoolExecutor(2) as both:
        made = list(both.map(lambda session: _made(check, sample, session), (check.writer, check.reader)))
    check.reached["raced"] += 1
    read, wanted = check.call(check.entities[entity], keeper, "read"), one - one * sum(made)
    outcome = check.poll(  # what was reserved for the one that was refused may come back a moment later
        lambda: keeper.read(check.entities[entity], read, stock),
        lambda reading: reading.fields[field].canonical == wanted if field in reading.fields else False,
        check.run.contract.within(entity),
    )
    reading = outcome.value
    left = reading.fields[field].canonical if field in reading.fields else None
    if sum(made) <= 1 and left == wanted:
        return
    one_end, other_end = check.title(check.cell.writer), check.title(check.cell.reader)
    check.note(
        words.OVERSOLD.format(one=one_end, other=other_end, field=field),
        reading,
        expected=words.ONE_TAKES_ALL.format(field=field, left=one),
        seen=words.MADE.format(made=sum(made), field=field, left=left, participant=keeper.name),
        key=f"{entity}.{field}",
    )
    raise PromiseBroken


def _made(check: PromiseCheck, sample: Record, session: ParticipantSession) -> bool:
    """Whether the participant took it."""
    another = records.sibling(sample)
    call = check.call(check.entity, session, "make")
    try:
        session.write(check.entity, call, another)
    except BrokenError:
        return False
    return True
