"""``converges`` (断连后恢复一致): what is written while the participants cannot reach each other arrives afterwards."""

from __future__ import annotations

import time
from dataclasses import replace

from harness.core.errors import NotRun
from harness.core.polling import pause
from harness.core.text import Text
from harness.linkage.contract import translate
from harness.linkage.contract.model import Entity
from harness.linkage.participants.participant import Participant
from harness.linkage.participants.record import NotTaken, Record, Write
from harness.linkage.promises import crossing, reads, records, words
from harness.linkage.promises.promise_check import PromiseCheck

CHANGES = 2
RECORDS = 7
OUTAGE = 2.0  # seconds


def show(check: PromiseCheck) -> None:
    """Cut the way from the writer's service to the reader's, write, join them again: in time both agree."""
    way = check.hops.way(check.run.participants[check.cell.writer], check.run.participants[check.cell.reader])
    if way is None:
        raise NotRun(words.NO_PROXY)
    if (reason := unwritten(check.entity, check.writer.participant)) is not None:
        raise NotRun(reason)
    name = act_alone(check.entity, check.writer.participant)
    record = records.record(check) if name is None else records.record_for(check, name)
    if name is not None:
        reads.arrive(check, record, check.writer, check.reader)
    elif record.made is not None:
        crossing.appears(check, record, record.made)
    for act in ("change", "make", "read") if name is None else (name, "read"):
        if (call := check.writer.participant.call(check.entity, act)) is not None:
            check.writer.prepare(call, record)
    _, service = way
    check.run.obstruct(service, True)
    began = time.monotonic()
    refusals: list[NotTaken] = []
    try:
        if name is None:
            taken = [*_changed(check, record, refusals)]
            taken += [one for _ in range(RECORDS) for one in _made(check, record, refusals)]
        else:
            taken = _acted(check, record, name, refusals)
        pause(max(0.0, OUTAGE - (time.monotonic() - began)))
        cut_off = any(_is_away(check, late) for late, _ in taken)
    finally:
        check.run.obstruct(service, False)
    joined = time.monotonic()
    if not taken:
        raise NotRun(words.TAKES_NO_WRITE.format(refused=refusals[-1].text, service=service))
    if not cut_off:
        raise NotRun(words.NEVER_CUT_OFF.format(reader=check.reader.name))
    check.reached["cut off"] += 1
    for late, write in taken:
        crossing.appears(check, late, replace(write, answered=joined))


def _is_away(check: PromiseCheck, late: Record) -> bool:
    """Whether the reader does not show what was written while the writer's service cannot reach it."""
    call = check.call(check.entity, check.reader, "read")
    reading = check.reader.read(check.entity, call, late)
    return not reading.found or bool(check.differences(late, reading))


def unwritten(entity: Entity, writer: Participant) -> Text | None:
    """Why a writer writes nothing while the other side is away: it does nothing by itself."""
    able = any(writer.call(entity, act) for act in ("change", "make")) or act_alone(entity, writer)
    return None if able else writer.no_act(entity, "change")


def act_alone(entity: Entity, writer: Participant) -> str | None:
    """The act that is all a writer can do with an entity; None where it changes or makes records, or does nothing."""
    if any(writer.call(entity, act) for act in ("change", "make")):
        return None
    return next((name for name, act in writer.acts(entity).items() if act.after is None), None)


def _changed(check: PromiseCheck, record: Record, refusals: list[NotTaken]) -> list[tuple[Record, Write]]:
    """Changes while the other side is away: the last one that was taken. One more where they end on what was there
    before, which the other side shows anyway: a field may have few values.
    """
    if check.writer.participant.call(check.entity, "change") is None:
        return []
    before, last = translate.plain(record.seen), []
    for number in range(CHANGES + 1):
        if number >= CHANGES and translate.plain(record.seen) != before:
            break
        try:
            write = records.change(check, record)
        except NotTaken as refused:
            refusals.append(_allowed(refused))
            continue
        reads.own(check, record, check.writer, write)
        last = [(record, write)]
    return last


def _made(check: PromiseCheck, record: Record, refusals: list[NotTaken]) -> list[tuple[Record, Write]]:
    """A new record while the other side is away, if it was taken."""
    if check.writer.participant.call(check.entity, "make") is None:
        return []
    another = records.sibling(record)
    try:
        return [(another, records.make(check, another))]
    except NotTaken as refused:
        refusals.append(_allowed(refused))
        return []


def _acted(
    check: PromiseCheck, record: Record, name: str, refusals: list[NotTaken]
) -> list[tuple[Record, Write]]:
    """The act while the other side is away, if it was taken."""
    try:
        write = records.act(check, name, record)
    except NotTaken as refused:
        refusals.append(_allowed(refused))
        return []
    reads.own(check, record, check.writer, write)
    return [(record, write)]


def _allowed(refused: NotTaken) -> NotTaken:
    """To say that it cannot be done now is honest; anything else is not what the check is about."""
    if refused.status not in (429, 502, 503, 504):
        raise refused
    return refused
