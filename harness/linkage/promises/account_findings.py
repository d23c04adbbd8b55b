"""Findings of ``one-account``: what a participant shows of a person and should not, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from harness.core import causes
from harness.core.causes import Cause
from harness.core.text import Text
from harness.linkage.contract import translate
from harness.linkage.participants.record import Reading
from harness.linkage.promises.promise_check import PromiseBroken, PromiseCheck
from harness.linkage.promises.words import SEEN_AND_HOP


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong on a participant. ``field`` "": it is another account."""

    what: Text
    reading: Reading
    expected: Text
    seen: Text
    field: str = ""


def note(check: PromiseCheck, wrong: Wrong, name: str, *, reads: int | None = None) -> NoReturn:
    """The finding of what is wrong on a participant, and the end. ``reads``: how often it was looked at."""
    seen = wrong.seen
    if reads is not None:
        hop = last_hop(check, name)
        seen = SEEN_AND_HOP.format(what=seen, participant=name, reads=reads, more="", hop=hop)
    cause = _cause(check, wrong)
    check.note(wrong.what, wrong.reading, expected=wrong.expected, seen=seen, key=wrong.field, cause=cause)
    raise PromiseBroken


def last_hop(check: PromiseCheck, name: str) -> Text:
    """How far it came on its way from the other participant of the cell to this one."""
    other = next(one for one in (check.cell.writer, check.cell.reader) if one != name)
    return check.hops.last(check.run.participants[other], check.run.participants[name])


def _cause(check: PromiseCheck, wrong: Wrong) -> Cause:
    """One for both directions, and for all entities where it is another account: nothing tells who is right about
    a person.
    """
    accounts = check.run.contract.accounts
    assert accounts is not None, "cells without accounts are not run"
    one, other = sorted((check.cell.writer, check.cell.reader))
    if not wrong.field:
        entity = accounts.identity.partition(".")[0]
        return Cause(causes.account((one, other)), explained_by=_not_crossed(entity, one, other, "record"))
    entity, field = check.cell.entity, wrong.field
    operation = wrong.reading.answer.checked.operation
    place = translate.pointer_of(field, check.entity.fields[field], check.cell.reader) or ""
    unlike = [] if operation is None else [causes.unlike(operation.pointer, place)]
    return Cause(
        causes.account((one, other), f"{entity}.{field}"),
        explained_by=(*unlike, *_not_crossed(entity, one, other, field)),
    )


def _not_crossed(entity: str, one: str, other: str, what: str) -> tuple[str, ...]:
    """In either direction, always or at times."""
    ways = causes.crossing(entity, one, other, what), causes.crossing(entity, other, one, what)
    return (*ways, *map(causes.at_times, ways))
