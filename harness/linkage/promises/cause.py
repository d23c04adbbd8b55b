"""Why a promise is broken, in names that are equal for all promises that break for the same reason."""

from __future__ import annotations

from collections.abc import Sequence

from harness.core import causes
from harness.core.causes import Cause
from harness.core.text import Text, text_of
from harness.linkage.contract import translate
from harness.linkage.contract.model import Entity
from harness.linkage.contract.plan import Cell
from harness.linkage.participants.participant import Participant
from harness.linkage.participants.record import Reading, Record


def lost(
    cell: Cell, entity: Entity, reading: Reading, fields: Sequence[str], coarser: Sequence[str] = ()
) -> Cause:
    """A write that its reader does not show: every promise needs it to cross. No ``fields``: all of it.

    Two backends that differ in a field anyway (parity) are a reason, too. ``coarser``: of these, what the reader keeps
    with another precision only, which is one cause in all directions.
    """
    between = cell.entity, cell.writer, cell.reader
    if fields and set(fields) <= set(coarser):
        return Cause(causes.precision(cell.entity, fields[0]))
    fields = [field for field in fields if field not in coarser]
    names = [causes.crossing(*between, field) for field in fields or ("record",)]
    places = [translate.pointer_of(field, entity.fields[field], cell.reader) or "" for field in fields]
    operation = reading.answer.checked.operation
    alike = [] if operation is None else [causes.unlike(operation.pointer, place) for place in places]
    return Cause(names[0], "", (causes.crossing(*between),), (*alike, *names[1:]))


def why_lost(
    cell: Cell,
    entity: Entity,
    record: Record,
    reading: Reading,
    *,
    some: bool = False,
    outage: bool = False,
    repetition: bool = False,
) -> Cause:
    """As :func:`lost`, of a record whose writer shows what its reader does not.

    ``some``: of several records written alike others crossed. ``outage``: the way was cut before;
    ``repetition``: a delivery failed, after others had crossed.
    """
    differing = translate.differences(entity, record.seen, reading.fields) if reading.found else {}
    coarser = [name for name, pair in differing.items() if translate.only_coarser(entity.fields[name], *pair)]
    its = lost(cell, entity, reading, list(differing), coarser)
    if not (reading.absent or len(differing) > len(coarser)):
        return its
    if outage:
        return _after_outage(cell, its)
    old = reading.absent or any(
        name in record.old and translate.equal(entity.fields[name], record.old[name], shown)
        for name, (_, shown) in differing.items()
    )
    if not old or cell.promise == "appears":
        return its
    return _at_times(cell, its, some=some, repetition=repetition)


def _at_times(cell: Cell, its: Cause, *, some: bool, repetition: bool) -> Cause:
    """A write of which nothing came, though ``appears`` may show that such writes cross. Where it does not, that is
    the cause; else a loss of some of several equal records explains all that this direction loses.
    """
    lossy = causes.some_lost(cell.entity, cell.writer, cell.reader)
    covers = (*its.covers, lossy) if some else its.covers
    explained = (its.name, *its.explained_by, lossy)
    if repetition:  # whatever the entity, it is lost on the way
        way = causes.repetition(cell.writer, cell.reader)
        covers, explained = (*covers, way), (*explained, way)
    return Cause(causes.at_times(its.name), its.service, covers, explained)


def _after_outage(cell: Cell, its: Cause) -> Cause:
    """What an outage loses, whatever the entity, is lost on the way; what never crosses is not lost by an outage."""
    way = causes.outage(cell.writer, cell.reader)
    explained = (its.name, causes.at_times(its.name), *its.explained_by, way)
    return Cause(causes.after_outage(its.name), its.service, (*its.covers, way), explained)


def wrong_effect(
    cell: Cell,
    act: str,
    place: str,
    wanted: int | float,
    moved: int | float,
    participant: Participant | None,
) -> Cause:
    """An act moved a field by another amount than it must. ``participant``: who alone shows it so, None where all
    do. What the reader alone does not show at all may not have crossed.
    """
    wrong = "too much" if moved * wanted > wanted * wanted or not wanted else "too little"
    if participant is None:
        return Cause(causes.effect(cell.entity, act, place, wrong))
    entity, field = place.split(".")
    way = cell.writer, cell.reader
    late = participant.name != cell.writer and not moved
    crossing = (causes.crossing(entity, *way, field), causes.crossing(cell.entity, *way, "record"))
    return Cause(
        causes.effect(cell.entity, act, place, wrong, participant.name),
        participant.service,
        explained_by=tuple(name for each in crossing for name in (each, causes.at_times(each)))
        if late
        else (),
    )


def old_again(cell: Cell, participant: Participant, field: Text | str, *, for_good: bool = False) -> Cause:
    """An earlier value is shown once more. What stays so in one check may come and go in another."""
    names = [
        causes.old_value(cell.entity, participant.name, text_of(field).en, for_good=good)
        for good in (False, True)
    ]
    return Cause(names[for_good], participant.service, explained_by=() if for_good else (names[True],))


def not_kept(cell: Cell, participant: str, field: str) -> Cause:
    """What a participant was told and does not show itself."""
    return Cause(causes.written(participant, cell.entity, field), participant)
