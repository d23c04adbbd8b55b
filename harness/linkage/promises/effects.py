"""Effects: what an act on one record moves on others, on every participant that shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from harness.core.causes import Cause
from harness.core.errors import BrokenError
from harness.core.polling import Polled
from harness.linkage.contract import translate
from harness.linkage.contract.arithmetic import calculated
from harness.linkage.participants.record import Reading, Record, Write
from harness.linkage.participants.session import ParticipantSession
from harness.linkage.promises import reads, under_way, words
from harness.linkage.promises.cause import wrong_effect
from harness.linkage.promises.promise_check import PromiseBroken, PromiseCheck

LOOKS = 2  # at what is moved, after it was shown for the first time


@dataclass(frozen=True, slots=True)
class Move:
    """A field that an act moves, on one participant, as it was before. ``by`` is arithmetic over the record."""

    session: ParticipantSession
    record: Record
    field: str
    by: str
    before: int | float


def before(check: PromiseCheck, act: str, record: Record) -> list[Move]:
    """What ``act`` is going to move, as every participant shows it when nothing else moves it any more."""
    under_way.over(check)
    found = []
    for place, by in check.entity.effects.get(act, {}).items():
        entity, field = place.split(".")
        concerned = record.needs.get(entity) or Record(entity, check.entities[entity].of)
        outcome = under_way.alike(check, concerned, field)
        for session, reading in outcome.value.items():
            if not reading.found:
                polled = Polled(reading, outcome.reads, outcome.last_without, outcome.first_with)
                reads.missing(check, concerned, polled, session)
            found.append(Move(session, concerned, field, by, _number(reading, field, session.name)))
    return found


def check_moves(
    check: PromiseCheck, act: str, moves: Iterable[Move], acted: Sequence[Record], write: Write
) -> None:
    """Each is moved by just so much as the act on each record moves it, in its time. A finding and the end where
    one is not.
    """
    seen: dict[str, dict[str, Reading]] = {}
    moves = list(moves)
    for one in moves:
        entity = check.entities[one.record.entity]
        call = check.call(entity, one.session, "read")
        by = sum(
            calculated(one.by, translate.plain(record.seen), translate.plain(record.old)) for record in acted
        )
        wanted, within = one.before + by, check.run.contract.within(one.record.entity)
        outcome = check.poll(
            lambda one=one, call=call, entity=entity: one.session.read(entity, call, one.record),  # type: ignore[misc]
            lambda reading, one=one, wanted=wanted: _shows(reading, one.field, wanted),  # type: ignore[misc]
            within,
        )
        check.reached["moved"] += bool(by)
        if outcome.satisfied:
            _stays(check, act, one, wanted)
            seen.setdefault(one.record.entity, {})[one.session.name] = outcome.value
            continue
        reading, who = outcome.value, check.title(one.session.name)
        if not reading.found:
            reads.needs_came(check, one.record, one.session)
        check.note(
            words.MOVED_WRONG.format(act=act, who=who, entity=entity.title, field=one.field),
            reading,
            expected=words.WITHIN.format(
                what=f"{one.field} {one.before} {by:+} = {wanted}", within=within, write=write.label
            ),
            seen=words.SEEN.format(
                what=words.FIELD.format(name=one.field, value=reading.fields.get(one.field, reading)),
                participant=one.session.name,
                reads=outcome.reads,
            ),
            key=f"{act} {one.record.entity}.{one.field} {one.session.name}",
            cause=_cause(check, act, one, moves, wanted, reading),
        )
        raise PromiseBroken
    for entity_name, readings in seen.items():
        _alike(check, entity_name, readings, write)


def _stays(check: PromiseCheck, act: str, move: Move, wanted: int | float) -> None:
    """What was shown once is shown again: services have several processes, and some keep an old value. A finding and
    the end where it is not.
    """
    entity = check.entities[move.record.entity]
    for _ in range(LOOKS):
        reading = reads.look(check, move.record, move.session)
        if not _shows(reading, move.field, wanted):
            who = check.title(move.session.name)
            check.note(
                words.OLD_AGAIN.format(who=who, name=move.field)
                if _shows(reading, move.field, move.before)
                else words.MOVED_WRONG.format(act=act, who=who, entity=entity.title, field=move.field),
                reading,
                expected=words.AS_BEFORE.format(name=move.field, value=wanted),
                seen=words.NOW.format(
                    name=move.field,
                    value=reading.fields.get(move.field, reading),
                    participant=move.session.name,
                ),
                key=f"{move.record.entity}.{move.field} {move.session.name} again",
            )
            raise PromiseBroken


def _cause(
    check: PromiseCheck, act: str, move: Move, moves: Iterable[Move], wanted: int | float, reading: Reading
) -> Cause | None:
    """Equal for every promise that needs the act to move this, and for all who show the same: where these agree,
    nothing tells which of them moved it. None where nothing is shown.
    """
    value = reading.fields.get(move.field)
    if not reading.found or value is None:
        return None
    others = [
        one.session.read(entity, check.call(entity, one.session, "read"), one.record)
        for one in moves
        if (one.record, one.field) == (move.record, move.field) and one.session is not move.session
        for entity in (check.entities[one.record.entity],)
    ]
    agreed = bool(others) and all(_shows(other, move.field, value.canonical) for other in others)
    return wrong_effect(
        check.cell,
        act,
        f"{move.record.entity}.{move.field}",
        wanted - move.before,
        _number(reading, move.field, move.session.name) - move.before,
        None if agreed else move.session.participant,
    )


def _alike(check: PromiseCheck, entity: str, readings: Mapping[str, Reading], write: Write) -> None:
    """All that both participants show of what was moved is the same. A finding and the end where it is not."""
    (left, one), *others = readings.items()
    for right, other in others:
        for name, (wanted, shown) in translate.differences(
            check.entities[entity], one.fields, other.fields
        ).items():
            check.note(
                words.MOVED_OTHERWISE.format(
                    who=check.title(right), entity=check.entities[entity].title, field=name
                ),
                other,
                expected=check.within(
                    words.AS_SHOWN.format(name=name, value=wanted, participant=left), write
                ),
                seen=words.NOW.format(name=name, value=shown, participant=right),
                key=f"{entity}.{name} {right}",
            )
            raise PromiseBroken


def _shows(reading: Reading, field: str, wanted: object) -> bool:
    return reading.found and reading.fields[field].canonical == wanted


def _number(reading: Reading, field: str, name: str) -> int | float:
    value = reading.fields.get(field)
    if value is None or isinstance(value.canonical, bool) or not isinstance(value.canonical, int | float):
        raise BrokenError(words.NO_NUMBER.format(field=field, participant=name, reading=reading))
    return value.canonical
