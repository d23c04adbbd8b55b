"""``private`` (无越权): nobody else sees or changes it, on any participant."""

from __future__ import annotations

from harness.api.backend import NOBODY
from harness.core.errors import BrokenError, NotRun
from harness.linkage.contract.translate import Value
from harness.linkage.participants.session import Reading, Record
from harness.linkage.promises import records, words
from harness.linkage.promises.promise_check import PromiseBroken, PromiseCheck

REFUSALS = (401, 403, 404, 410)


def show(check: PromiseCheck) -> None:
    """Every other user of the backend, and nobody at all, ask for the record by its id: one that was made here, and
    one that came from each participant that makes them.
    """
    makers = [
        name for name, one in check.run.participants.items() if one.call(check.entity, "make") is not None
    ]
    for name in makers or [check.cell.reader]:
        maker = check.on(name)
        record = records.record(check, maker)
        if record.made is not None:
            check.own(record, maker, record.made)
        if name != check.cell.reader and not check.arrived(record):
            raise NotRun(words.NEVER_CAME.format(reader=check.cell.reader, maker=name))
        _asked_by_others(check, record)


def _asked_by_others(check: PromiseCheck, record: Record) -> None:
    session = check.reader
    call = check.call(check.entity, session, "read")
    owner = session.participant.user(call.as_ or record.person)
    users = [user.name for user in session.participant.backend.users]
    others = [name for name in users if name != (owner or users[0])]
    if not others:
        raise NotRun(words.ONE_USER.format(participant=session.name))
    for other in [*others, NOBODY]:
        reading = session.read(check.entity, call, record, user=other)
        check.reached["asked"] += 1
        if _kept(check, record.seen, reading):
            continue
        if check.entity.id is None and not any(map(_telling, record.seen.values())):
            raise NotRun(words.ALIKE.format(participant=session.name, other=other or words.NOBODY))
        name = other or words.NOBODY
        check.note(
            words.LEAKED.format(who=check.title(session.name), other=name),
            reading,
            expected=words.REFUSED.format(statuses=", ".join(map(str, REFUSALS))),
            seen=words.ANSWERED.format(status=reading.answer.status, other=name, reading=reading.words),
            key=session.name,
        )
        raise PromiseBroken


def _telling(value: Value) -> bool:
    """Whether two people hardly have the same value by chance: text, or a list with something in it."""
    return isinstance(value.raw, str | list | dict) and bool(value.raw)


def _kept(check: PromiseCheck, own: object, reading: Reading) -> bool:
    """Whether an answer gives nothing away. Where the record has no id, everybody reads one of their own."""
    if reading.answer.status >= 500:
        raise BrokenError(words.UNREADABLE.format(participant=check.cell.reader, seen=reading.words))
    if not reading.found:  # whatever the refusal is called, nothing was shown
        return True
    return check.entity.id is None and dict(reading.fields) != own
