"""A write on its way from its writer to its reader: that it appears in time, its lag, the finding where it does not."""

from __future__ import annotations

from typing import Literal

from harness.core import payloads
from harness.core.polling import Polled
from harness.core.text import Text
from harness.linkage.contract import translate
from harness.linkage.contract.translate import Value
from harness.linkage.participants.record import Reading, Record, Write
from harness.linkage.promises import reads, words
from harness.linkage.promises.asked import asked
from harness.linkage.promises.cause import why_lost
from harness.linkage.promises.promise_check import PromiseBroken, PromiseCheck
from harness.traffic.fault_injection import LOSSES

PERHAPS_ABSENT = (400, 403, 422)
"""What services answer of records that are not there, beside 404 and 410."""


def appears(check: PromiseCheck, record: Record, write: Write) -> Reading:
    """The write appears on the reader, in time; its lag is recorded. A finding and the end where it does not."""
    outcome = reads.follow(check, record, write)
    if measure(check, write, outcome) == "late":
        not_shown(check, record, write, outcome)
        raise PromiseBroken
    check.reached["appeared"] += 1
    return outcome.value


def measure(check: PromiseCheck, write: Write, outcome: Polled[Reading]) -> Literal["in time", "late"]:
    """Record the lag of a write: an interval from the answer to the writer. *late* also where it never came."""
    lower = 0.0 if outcome.last_without is None else max(0.0, outcome.last_without - write.answered)
    upper = None if outcome.first_with is None else max(0.0, outcome.first_with - write.answered)
    check.run.record_lag(
        payloads.Lag(
            entity=check.cell.entity,
            source=check.cell.writer,
            target=check.cell.reader,
            title=check.entity.title,
            lower=lower,
            upper=upper,
            allowed=check.cell.within,
            reads=outcome.reads,
            since="the writer's answer",
        )
    )
    return "late" if upper is None or lower > check.cell.within else "in time"


def not_shown(check: PromiseCheck, record: Record, write: Write, outcome: Polled[Reading]) -> None:
    """The finding that a write is not seen by the reader in time, with the first field that differs. BrokenError where
    the reader's answer says that the request is wrong, and none like it was answered before.
    """
    reading, there = outcome.value, check.title(check.cell.reader)
    place = asked(check.reader, check.call(check.entity, check.reader, "read"), record)
    if not check.reached["appeared"]:  # else such requests are answered
        _require_right(check, record, reading, place)
    differing = check.differences(record, reading) if reading.found else {}
    hop = check.hops.last(
        check.run.participants[check.cell.writer], check.run.participants[check.cell.reader]
    )
    more: Text | str = ""
    if differing:
        # What differs in more than its precision comes first.
        ordered = sorted(differing.items(), key=lambda item: _only_coarser(check, *item))
        (name, (left, right)), *others = ordered
        what = words.NOT_IN_TIME.format(who=there, name=name)
        if _only_coarser(check, name, (left, right)):
            what = words.COARSER.format(who=there, name=name, place=f"{check.cell.entity}.fields.{name}")
        expected = words.AS_SHOWN.format(name=name, value=left, participant=check.cell.writer)
        shown, key = words.FIELD.format(name=name, value=right), name
        if others:
            more = words.MORE.format(fields=", ".join(name for name, _ in others))
    else:
        missing = words.TWICE_THERE if reading.times else words.NOT_THERE
        what, key = missing.format(who=there, times=reading.times), "record"
        expected, shown = words.the_record(record.id), reading.words
    expected = check.within(expected, write)
    if record.made_on is not None:
        expected = words.MADE_ON.format(what=expected, participant=record.made_on)
    seen = words.SEEN_AND_HOP.format(what=shown, participant=place, reads=outcome.reads, more=more, hop=hop)
    cause = why_lost(
        check.cell,
        check.entity,
        record,
        reading,
        outage=bool(check.reached["cut off"]),
        repetition=check.fault in LOSSES,
    )
    check.note(what, reading, expected=expected, seen=seen, key=key, cause=cause)


def _require_right(check: PromiseCheck, record: Record, reading: Reading, place: Text) -> None:
    """BrokenError where the request is wrong: for a list in which the record is looked for is there without it. What is
    asked for by its own key may be refused because it is not there.
    """
    looked_for = check.reader.name not in record.ids and check.reader.participant.call(check.entity, "find")
    if looked_for or reading.answer.status not in PERHAPS_ABSENT:
        reads.require_right(reading, place)


def _only_coarser(check: PromiseCheck, name: str, pair: tuple[Value, Value]) -> bool:
    return translate.only_coarser(check.entity.fields[name], *pair)
