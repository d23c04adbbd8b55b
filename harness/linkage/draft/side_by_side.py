"""One round of an entity, records side by side: for whoever writes its entry of the linkage contract.

What differs is told with the key of the contract that is probably missing or wrong.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.contracts import pointers
from harness.core.polling import poll
from harness.core.text import Text
from harness.linkage.contract import translate
from harness.linkage.contract.model import FieldRule
from harness.linkage.contract.translate import Value
from harness.linkage.draft import words
from harness.linkage.draft.rendering import flow
from harness.linkage.draft.units import translation, units_of
from harness.linkage.participants.leaves import suggestion
from harness.linkage.participants.record import Reading, Record, Write
from harness.linkage.promises import reads, records
from harness.linkage.promises.promise_check import PromiseCheck


@dataclass(frozen=True, slots=True)
class Field:
    """One field on one participant. ``at`` None: it is not declared there; ``equal`` None: nor where it was written, so
    that there is nothing to compare it with; ``suggestion``: where else it may stand;
    ``reason``: why it is not equal, with the key that is perhaps to be written.
    """

    name: str
    participant: str
    at: str | None
    value: Value | None
    there: bool
    equal: bool | None
    suggestion: str | None
    reason: Text | None = None


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
    label = write.label if write is not None else "nothing written"
    return _compared(check, record, write, label)


def compare_acts(check: PromiseCheck) -> Iterator[Comparison]:
    """Do each act of the writer on a record of its own, and read that everywhere."""
    for name in records.acts(check):
        record = records.record_for(check, name)
        write = records.act(check, name, record)
        yield _compared(check, record, write, f"{name}: {write.label}")


def _compared(check: PromiseCheck, record: Record, write: Write | None, label: str) -> Comparison:
    reads.own(check, record, check.writer)
    readings = {check.cell.writer: reads.look(check, record, check.writer)}
    for name in check.run.participants:
        session = check.on(name)
        call = session.participant.call(check.entity, "read")
        if name not in readings and call is not None:
            readings[name] = poll(
                lambda session=session: reads.look(check, record, session),  # type: ignore[misc]
                lambda reading: reading.found and not check.differences(record, reading),
                within=check.cell.within,
            ).value
    sets = write.sets if write is not None else {}
    return Comparison(check.cell.writer, label, readings, tuple(_fields(check, record.seen, readings, sets)))


def _fields(
    check: PromiseCheck, wanted: dict[str, Value], readings: dict[str, Reading], sets: Any
) -> Iterator[Field]:
    writer = check.cell.writer
    for name, rule in check.entity.fields.items():
        for participant, reading in readings.items():
            pointer = translate.pointer_of(name, rule, participant)
            value = reading.fields.get(name)
            if pointer is None or not reading.found or value is None:
                yield Field(name, participant, pointer, None, False, False, None)
                continue
            there = _stands(reading.data, pointer)
            if there and name not in wanted:
                yield Field(name, participant, pointer, value, there, None, None)
                continue
            equal = name in wanted and translate.equal(rule, wanted[name], value)
            reason = None
            if participant == writer and name in sets and value.canonical != sets[name]:
                equal, reason = (
                    False,
                    words.SETS.format(word=sets[name], participant=participant, value=value),
                )
            guess = None
            if reason is None and (not there or not equal):
                guess = suggestion(reading.data, pointer, rule, participant, wanted.get(name, value))
                guess = None if guess == pointer else guess
                reason = _reason(rule, writer, participant, pointer, wanted.get(name), value, there, guess)
            yield Field(name, participant, pointer, value, there, equal, guess, reason)


def _reason(
    rule: FieldRule,
    writer: str,
    participant: str,
    pointer: str,
    wanted: Value | None,
    shown: Value,
    there: bool,
    guess: str | None,
) -> Text:
    """Why a field is not equal, by the two values."""
    where = words.PERHAPS_AT.format(participant=participant, pointer=guess) if guess else Text(zh="", en="")
    if not there:
        return words.MISSING_AT.format(participant=participant, pointer=pointer, where=where)
    values = {"writer": writer, "value": wanted or "–", "participant": participant, "shown": shown}
    if wanted is None or wanted.raw is None or shown.raw is None:
        return words.ONE_IS_NULL.format(**values, where=where)
    if participant == writer:
        return words.UNLIKE.format(**values, where=where)
    key = _key(rule, writer, participant, wanted, shown)
    return words.KEY.format(**values, key=key) if key else words.UNLIKE.format(**values, where=where)


def _key(rule: FieldRule, writer: str, participant: str, wanted: Value, shown: Value) -> str | None:
    """The key that would make the two values one; None where nothing does."""
    if rule.values:
        missing = _missing_words(rule, {writer: wanted, participant: shown})
        return f"values: {flow(missing)}" if missing else None
    units = units_of([(wanted.raw, shown.raw)])
    if units is None:
        return None
    found = translation(writer, participant, units)
    if rule.tolerance is None and "tolerance" in found and (rule.time or "time" not in found):
        found.pop("time", None)
    said = {name: value for name, value in found.items() if getattr(rule, name, None) != value}
    return ", ".join(f"{name}: {flow(value)}" for name, value in said.items()) or None


def _missing_words(rule: FieldRule, shown: Mapping[str, Value]) -> dict[str, dict[Any, Any]]:
    """What ``values`` lacks: where a participant has words of its own, one of those; else those of the reader.

    The writer is the first of ``shown``. Nothing is missing where both values are words of the contract.
    """
    known = [word for words in rule.values.values() for word in words.values()]
    unknown = [
        name
        for name, value in shown.items()
        if value.canonical not in known and isinstance(value.raw, Hashable)
    ]
    own = [name for name in unknown if name in rule.values]
    found: dict[str, dict[Any, Any]] = {}
    for name in own or unknown[-1:]:
        other = next(each for each in shown if each != name)
        found[name] = {shown[name].raw: "…" if other in own else shown[other].canonical}
    return found


def _stands(data: object, pointer: str) -> bool:
    try:
        pointers.walk(data, pointers.split(pointer))
    except KeyError:
        return False
    return True
