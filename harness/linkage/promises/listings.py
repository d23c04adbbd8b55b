"""Which entries of a list are a record: by what tells records apart, never by what others' records may have, too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.core.errors import BrokenError, NotRun
from harness.linkage.contract import translate
from harness.linkage.participants.record import Entry, Listing, Reading, Record
from harness.linkage.participants.session import ParticipantSession
from harness.linkage.promises import reads, words
from harness.linkage.promises.promise_check import PromiseBroken, PromiseCheck

SMALL = 1000
"""A number below it may be anything: how many, which state."""


def entry_of(
    check: PromiseCheck, session: ParticipantSession, record: Record, listing: Listing
) -> Entry | None:
    """The record as a list shows it. NotRun where the list shows nothing that tells records apart."""
    for entry in listing.entries:
        if _is(check, session, record, entry):
            return entry
    _require_told_apart(check, session, record, listing)
    return None


def times(check: PromiseCheck, session: ParticipantSession, record: Record, listing: Listing) -> int:
    """How often a list shows the record: under its own id or ``same``, or under another as a record that is equal in
    every field, and names what this check alone has made. NotRun as in :func:`entry_of`.
    """
    found = [
        entry
        for entry in listing.entries
        if _is(check, session, record, entry) or _twin(check, record, entry)
    ]
    if not found:
        _require_told_apart(check, session, record, listing)
    return len(found)


def require_shown(check: PromiseCheck, session: ParticipantSession, listing: Listing) -> None:
    """A finding, and the end, where a participant shows no list. BrokenError where its answer says more of the
    request than of the list.
    """
    if listing.refused is None:
        return
    if listing.answer.status in reads.OF_THE_REQUEST:
        raise BrokenError(words.UNREADABLE.format(participant=session.name, seen=listing.refused))
    check.note(
        words.NO_LIST.format(who=check.title(session.name), entity=check.entity.title),
        Reading({}, True, listing.answer),
        expected=words.A_LIST,
        seen=listing.refused,
        key=f"{session.name} no list",
    )
    raise PromiseBroken


def unseen(check: PromiseCheck, listing: Listing) -> bool:
    """Whether what a list does not show may be there, since it shows a part: said once, as what was not run."""
    if listing.part is None:
        return False
    check.undecided.append(listing.part)
    return True


def _is(check: PromiseCheck, session: ParticipantSession, record: Record, entry: Entry) -> bool:
    return any(str(shown) == str(known) for shown, known in _names(check, session, record, entry))


def _names(
    check: PromiseCheck, session: ParticipantSession, record: Record, entry: Entry
) -> Iterator[tuple[Any, Any]]:
    """What the entry and the record have, of that which tells records apart."""
    for shown, known in (
        (entry.id, session.id_of(check.entity, record)),
        (entry.same, record.same),
    ):
        if shown is not None and known is not None:
            yield shown, known


def _require_told_apart(
    check: PromiseCheck, session: ParticipantSession, record: Record, listing: Listing
) -> None:
    if any(not any(_names(check, session, record, entry)) for entry in listing.entries):
        raise NotRun(words.NOT_TOLD_APART.format(participant=session.name))


def _twin(check: PromiseCheck, record: Record, entry: Entry) -> bool:
    """Whether it can only be the record once more: nobody else has one that is made of the same."""
    if translate.differences(check.entity, record.seen, entry.shown):
        return False
    made = {
        str(name)
        for needed in record.needs.values()
        if needed.made is not None
        for name in (*needed.ids.values(), needed.same)
        if _telling(name)
    }
    return any(str(raw) in made for value in entry.shown.values() for raw in _scalars(value.raw))


def _telling(name: Any) -> bool:
    return isinstance(name, str) or (isinstance(name, int) and name >= SMALL)


def _scalars(raw: Any) -> Iterator[Any]:
    if isinstance(raw, dict | list):
        for item in raw.values() if isinstance(raw, dict) else raw:
            yield from _scalars(item)
    else:
        yield raw
