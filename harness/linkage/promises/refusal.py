"""An act that is refused on what another participant made: whose fault that is."""

from __future__ import annotations

from typing import NoReturn

from harness.linkage.participants.record import NotTaken, Reading
from harness.linkage.promises import records, words
from harness.linkage.promises.promise_check import PromiseBroken, PromiseCheck


def of_what_another_made(check: PromiseCheck, name: str, made_on: str, refused: NotTaken) -> NoReturn:
    """A finding and the end where the writer does to its own record what it refuses on another's; else NotTaken, for
    then nobody knows whether the request is right, or whether it is refused for good.
    """
    writer = check.writer
    if refused.passing or writer.participant.call(check.entity, "make") is None:
        raise refused
    own = records.record_for(check, name, made_on=writer.name)
    write = records.act(check, name, own)
    check.note(
        words.REFUSES_OTHERS.format(who=check.title(writer.name), act=name, maker=check.title(made_on)),
        Reading({}, False, refused.answer),
        expected=words.TAKEN_OF_OWN.format(status=write.answer.status, participant=writer.name),
        seen=words.NOW_ANSWERED.format(participant=writer.name, answer=refused.answer.seen[:200]),
        key=f"{name} {made_on}",
    )
    raise PromiseBroken
