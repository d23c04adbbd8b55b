"""``deletion-propagates`` (下架同步): what was removed disappears from every participant, lists included.

What cannot be made without it cannot be made any more; what is put back is there again.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.core.errors import NotRun
from harness.core.polling import poll
from harness.core.text import Text
from harness.linkage.contract import translate
from harness.linkage.contract.model import List
from harness.linkage.contract.translate import Value
from harness.linkage.participants import spelling
from harness.linkage.participants.record import Entry, Listing, Reading, Record, Write
from harness.linkage.participants.session import ParticipantSession
from harness.linkage.promises import crossing, listings, reads, records, under_way, words
from harness.linkage.promises.linkage_run import EVERY
from harness.linkage.promises.promise_check import PromiseBroken, PromiseCheck


@dataclass(frozen=True, slots=True)
class Dependent:
    """A record that could be made on ``session`` as long as what it needs is there."""

    draft: Record
    session: ParticipantSession


def show(check: PromiseCheck) -> None:
    """Make one, see it appear, remove it: in time the reader shows it as removed. Then put it back, if that is said."""
    record = _there(check)
    dependents = list(_dependents(check, record))
    for one in dependents:
        records.make(check, records.sibling(one.draft), one.session)
    call = check.call(check.entity, check.writer, "remove")
    if dependents:
        under_way.over(check)  # what was made of it moves it, on either side
    kept = spelling.body(check.writer.participant, check.entity, call, _needed(check))
    before = {session.name: _lists(check, record, session) for session in (check.writer, check.reader)}
    write = check.writer.write(check.entity, call, record, kept=kept)
    check.reached["removed"] += 1
    for session in (check.writer, check.reader):
        _disappears(check, record, session, write)
    shows = {
        session.name: _listed(check, record, session, write, there=False, before=before[session.name])
        for session in (check.writer, check.reader)
    }
    _listed_alike(check, record, write, shows)
    for one in dependents:
        _no_longer_made(check, one, write)
    restore = check.writer.participant.call(check.entity, "restore")
    if restore is None:
        return
    again = check.writer.write(check.entity, restore, record, kept=kept)
    check.reached["restored"] += 1
    crossing.appears(check, record, again)
    for session in (check.writer, check.reader):
        _listed(check, record, session, again, there=True)
    for one in dependents:
        records.make(check, records.sibling(one.draft), one.session)


def _there(check: PromiseCheck) -> Record:
    """A record that both show, and not as one that is removed: not every sample is made like that."""
    for _ in range(records.TRIES):
        record = records.record(check)
        if record.made is not None:
            crossing.appears(check, record, record.made)
        else:
            reads.arrive(check, record, check.writer, check.reader)
        if not removed(check, reads.look(check, record, check.writer)):
            return record
    raise NotRun(words.REMOVED_ALREADY.format(entity=check.entity.title, participant=check.writer.name))


def _dependents(check: PromiseCheck, record: Record) -> Iterator[Dependent]:
    """What needs this record as it is not once it is removed: other fields, or that it is there at all."""
    for name, wanted in _needs(check).items():
        entity = check.entities[name]
        for session in (check.writer, check.reader):
            if session.participant.call(entity, "make") is None:
                continue
            keeper = records.maker(check, check.cell.entity, session)
            if wanted:
                records.set_fields(check, record, keeper, _needed(check))
            reads.arrive(check, record, keeper, session)
            needed = {check.cell.entity: record}
            yield Dependent(records.of(check, name, session, needed), session)


def _needs(check: PromiseCheck) -> dict[str, Mapping[str, object]]:
    """By entity, the values that it needs this record to have, where it can no longer be made once it is removed."""
    wanted = {name: entity.needs.get(check.cell.entity) for name, entity in check.entities.items()}
    return {
        name: values
        for name, values in wanted.items()
        if values is not None and _needs_it_there(check, values)
    }


def _needed(check: PromiseCheck) -> dict[str, object]:
    """All that these need: only for being removed must it be refused."""
    return {name: value for values in _needs(check).values() for name, value in values.items()}


def _needs_it_there(check: PromiseCheck, wanted: Mapping[str, object]) -> bool:
    removed = check.entity.removed
    return removed is None or any(name in wanted and wanted[name] != value for name, value in removed.items())


def _disappears(check: PromiseCheck, record: Record, session: ParticipantSession, write: Write) -> None:
    """It is shown as removed in time. A finding and the end where it is not."""
    outcome = poll(
        lambda: reads.look(check, record, session),
        lambda reading: removed(check, reading),
        within=max(0.0, check.cell.within - (time.monotonic() - write.answered)),
        every=EVERY,
    )
    if outcome.satisfied:
        return
    gone = words.NO_RECORD.format(status=404)
    wanted = (
        gone
        if check.entity.removed is None
        else words.EITHER.format(one=gone, other=_said(check.entity.removed))
    )
    check.note(
        words.STILL_THERE.format(who=check.title(session.name)),
        outcome.value,
        expected=words.WITHIN.format(what=wanted, within=check.cell.within, write=write.label),
        seen=words.SEEN.format(what=outcome.value.words, participant=session.name, reads=outcome.reads),
        key=session.name,
    )
    raise PromiseBroken


def _listed(
    check: PromiseCheck,
    record: Record,
    session: ParticipantSession,
    write: Write,
    *,
    there: bool,
    before: bool = True,
) -> bool | None:
    """Where records are listed, it is there, or not there but as one that is removed. A finding and the end where
    that is wrong. ``before``: whether it was listed before; if not, that it is missing proves nothing.

    Whether the list shows it; None where that proves nothing.
    """
    call = session.participant.call(check.entity, "list")
    if call is None:
        return None
    outcome = poll(
        lambda: session.listed(check.entity, call, record),
        lambda listing: listing.refused is None and _offered(check, record, session, listing) == there,
        within=max(0.0, check.cell.within - (time.monotonic() - write.answered)),
        every=EVERY,
    )
    check.reached["listed"] += 1
    listing = outcome.value
    listings.require_shown(check, session, listing)
    entry = listings.entry_of(check, session, record, listing)
    if entry is None and (there or not before) and listings.unseen(check, listing):
        return None
    if outcome.satisfied:
        return entry is not None if before else None
    who, removed = check.title(session.name), check.entity.removed
    what = words.STILL_LISTED if not there else words.NOT_LISTED if entry is None else words.LISTED_AS_REMOVED
    wanted = words.the_record(record.id) if there else words.NOT_THERE_OR.format(what=_said(removed or {}))
    if there and entry is not None:
        wanted = words.NOT_AS_REMOVED.format(record=wanted, what=_said(removed or {}))
    elif not there and removed is None:
        wanted = words.NOT_LISTED_ANY_MORE
    check.note(
        what.format(who=who),
        Reading({}, True, listing.answer),
        expected=words.WITHIN.format(what=wanted, within=check.cell.within, write=write.label),
        seen=_seen(check, session, entry),
        key=f"{session.name} list",
    )
    raise PromiseBroken


def _listed_alike(
    check: PromiseCheck, record: Record, write: Write, shows: Mapping[str, bool | None]
) -> None:
    """Where one participant lists it no more, no other lists it as removed, unless its list is said to."""
    hides = [name for name, shown in shows.items() if shown is False]
    for session in (check.writer, check.reader):
        call = session.participant.call(check.entity, "list")
        if hides and shows[session.name] and call is not None and not call.shows_removed:
            _not_listed(check, record, session, call, write, like=hides[0])


def _not_listed(
    check: PromiseCheck, record: Record, session: ParticipantSession, call: List, write: Write, *, like: str
) -> None:
    """It is not even listed as removed. A finding and the end where it still is when the time is over."""
    outcome = poll(
        lambda: session.listed(check.entity, call, record),
        lambda listing: (
            listing.refused is None and listings.entry_of(check, session, record, listing) is None
        ),
        within=max(0.0, check.cell.within - (time.monotonic() - write.answered)),
        every=EVERY,
    )
    if outcome.satisfied:
        return
    listings.require_shown(check, session, outcome.value)
    wanted = words.NOT_LISTED_AS_ON.format(participant=like)
    check.note(
        words.STILL_LISTED.format(who=check.title(session.name)),
        Reading({}, True, outcome.value.answer),
        expected=words.WITHIN.format(what=wanted, within=check.cell.within, write=write.label),
        seen=_seen(check, session, listings.entry_of(check, session, record, outcome.value)),
        key=f"{session.name} list",
    )
    raise PromiseBroken


def _seen(check: PromiseCheck, session: ParticipantSession, entry: Entry | None) -> Text:
    """How often a list shows the record, and with which of the fields of one that is removed."""
    times = words.TIMES.format(participant=session.name, times=0 if entry is None else 1)
    removed = check.entity.removed or {}
    shown = {name: value for name, value in (entry.shown if entry else {}).items() if name in removed}
    return words.LISTED_WITH.format(times=times, what=_said(shown)) if shown else times


def _lists(check: PromiseCheck, record: Record, session: ParticipantSession) -> bool:
    """Whether a participant lists the record now, as far as that can be told."""
    call = session.participant.call(check.entity, "list")
    if call is None:
        return False
    try:
        return _offered(check, record, session, session.listed(check.entity, call, record))
    except NotRun:  # said by the list after the removal, once the records themselves were looked at
        return False


def _offered(check: PromiseCheck, record: Record, session: ParticipantSession, listing: Listing) -> bool:
    """Whether a list shows the record, and not as one that is removed."""
    entry = listings.entry_of(check, session, record, listing)
    return entry is not None and not _as_removed(check, entry.fields)


def _said(values: Mapping[str, object]) -> Text:
    return Text(
        zh="，".join(words.FIELD.format(name=name, value=value).zh for name, value in values.items()),
        en=", ".join(words.FIELD.format(name=name, value=value).en for name, value in values.items()),
    )


def _no_longer_made(check: PromiseCheck, one: Dependent, write: Write) -> None:
    """What needs it is refused. A finding and the end where it is made."""
    entity = check.entities[one.draft.entity]
    call = check.call(entity, one.session, "make")
    attempt = one.session.attempt(entity, call, records.sibling(one.draft))
    if attempt.answer.status >= 500:
        reads.server_error(check, one.session, attempt.answer, attempt.answer.seen[:200])
        raise PromiseBroken
    check.reached["refused"] += 1
    if not attempt.answer.ok:
        return
    check.note(
        words.STILL_MADE.format(who=check.title(one.session.name), what=entity.title),
        Reading({}, True, attempt.answer),
        expected=words.A_REFUSAL.format(write=write.label),
        seen=attempt.label,
        key=f"{one.session.name} {one.draft.entity}",
    )
    raise PromiseBroken


def removed(check: PromiseCheck, reading: Reading) -> bool:
    """Whether a reading shows the record as removed."""
    return _as_removed(check, reading.fields) if reading.found else reading.absent


def _as_removed(check: PromiseCheck, fields: Mapping[str, Value]) -> bool:
    """Whether what is shown of a record are the fields of one that is removed."""
    wanted = check.entity.removed
    return wanted is not None and all(
        name in fields and fields[name].canonical == translate.meant(check.entity.fields[name], value)
        for name, value in wanted.items()
    )
