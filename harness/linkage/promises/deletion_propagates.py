"""``deletion-propagates`` (下架同步): what was removed disappears from every participant, lists included."""

from __future__ import annotations

import time

from harness.core.polling import poll
from harness.core.text import Text
from harness.linkage.participants.session import Reading
from harness.linkage.promises import records
from harness.linkage.promises.promise_check import EVERY, PromiseCheck


def show(check: PromiseCheck) -> None:
    """Make one, see it appear, remove it: in time the reader shows it as removed."""
    record = records.record(check)
    if record.made is not None:
        check.appears(record, record.made)
    call = check.call(check.entity, check.writer, "remove")
    write = check.writer.write(check.entity, call, record)
    check.reached["removed"] += 1
    for session in (check.writer, check.reader):
        left = max(0.0, check.cell.within - (time.monotonic() - write.answered))
        outcome = poll(
            lambda session=session: check.look(record, session),  # type: ignore[misc]
            lambda reading: removed(check, reading),
            within=left,
            every=EVERY,
        )
        if outcome.satisfied:
            continue
        who = check.title(session.name)
        wanted = "no such record" if check.entity.removed is None else dict(check.entity.removed)
        check.note(
            Text(zh=f"{who.zh}仍显示已移除的记录", en=f"the {who.en} still shows what was removed"),
            outcome.value,
            expected=f"{wanted} within {check.cell.within:g} s of {write.label}",
            seen=f"{outcome.value} on {session.name}, {outcome.reads} times",
            key=session.name,
        )
        return


def removed(check: PromiseCheck, reading: Reading) -> bool:
    """Whether a reading shows the record as removed."""
    if not reading.found:
        return reading.refused is None
    wanted = check.entity.removed
    return wanted is not None and all(
        name in reading.fields and reading.fields[name].canonical == value for name, value in wanted.items()
    )
