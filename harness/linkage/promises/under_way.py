"""What a check has set off itself, and has not arrived yet: it must be over before an amount is set or read.

Else what arrives a moment later changes the amount, and the product seems to be at fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from harness.core.polling import Polled, poll
from harness.linkage.participants.record import Reading, Record
from harness.linkage.participants.session import ParticipantSession
from harness.linkage.promises.promise_check import PromiseCheck

Readings = Mapping[ParticipantSession, Reading]


def over(check: PromiseCheck) -> None:
    """Wait until nothing is under way, where anything tells."""
    if check.tells_quiet:
        check.quiet()


def alike(check: PromiseCheck, record: Record, field: str) -> Polled[Readings]:
    """The record on both ends, once they show the same in a field: what was done before to bring it about may still
    be on its way to one of them.
    """
    entity = check.entities[record.entity]
    ends = [check.on(name) for name in dict.fromkeys((check.cell.writer, check.cell.reader))]
    calls = {end: call for end in ends if (call := end.participant.call(entity, "read")) is not None}
    return poll(
        lambda: {end: end.read(entity, call, record) for end, call in calls.items()},
        lambda readings: _agree(readings.values(), field),
        within=check.run.contract.within(record.entity),
        every=check.run.every,
    )


def _agree(readings: Iterable[Reading], field: str) -> bool:
    """Whether all show the record, and those that have its field the same in it."""
    shown = list(readings)
    values = {repr(one.fields[field].canonical) for one in shown if field in one.fields}
    return all(one.found for one in shown) and len(values) <= 1
