"""One round of an entity, records side by side: for whoever writes its entry of the linkage contract."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.contracts import pointers
from harness.core.polling import poll
from harness.linkage.contract import translate
from harness.linkage.contract.translate import Value
from harness.linkage.participants.leaves import suggestion
from harness.linkage.participants.record import Reading
from harness.linkage.promises import records
from harness.linkage.promises.promise_check import PromiseCheck


@dataclass(frozen=True, slots=True)
class Field:
    """One field on one participant. ``at`` None: it is not declared there; ``suggestion``: where else it may stand."""

    name: str
    participant: str
    at: str | None
    value: Value | None
    there: bool
    equal: bool
    suggestion: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What each participant showed of one record. ``reading`` by participant."""

    writer: str
    write: str
    readings: dict[str, Reading]
    fields: tuple[Field, ...]


def compare(check: PromiseCheck) -> Comparison:
    """Make one (or change the person's own) on the writer; read it everywhere once it is there."""
    record = records.record(check)
    write = record.made
    if write is None and check.writer.participant.call(check.entity, "change") is not None:
        write = records.change(check, record)
    check.own(record, check.writer)
    readings = {check.cell.writer: check.look(record, check.writer)}
    for name in check.run.participants:
        session = check.on(name)
        call = session.participant.call(check.entity, "read")
        if name not in readings and call is not None:
            readings[name] = poll(
                lambda session=session: check.look(record, session),  # type: ignore[misc]
                lambda reading: reading.found and not check.differences(record, reading),
                within=check.cell.within,
            ).value
    label = write.label if write is not None else "nothing written"
    return Comparison(check.cell.writer, label, readings, tuple(_fields(check, record.seen, readings)))


def _fields(check: PromiseCheck, wanted: dict[str, Value], readings: dict[str, Reading]) -> Iterator[Field]:
    for name, rule in check.entity.fields.items():
        for participant, reading in readings.items():
            pointer = translate.pointer_of(name, rule, participant)
            value = reading.fields.get(name)
            if pointer is None or not reading.found or value is None:
                yield Field(name, participant, pointer, None, False, False, None)
                continue
            there = _stands(reading.data, pointer)
            equal = name in wanted and translate.equal(rule, wanted[name], value)
            guess = None
            if not there or not equal:
                guess = suggestion(reading.data, pointer, rule, participant, wanted.get(name, value))
            yield Field(name, participant, pointer, value, there, equal, None if guess == pointer else guess)


def _stands(data: object, pointer: str) -> bool:
    try:
        pointers.walk(data, pointers.split(pointer))
    except KeyError:
        return False
    return True
