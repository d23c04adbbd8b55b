"""An act that is refused on what another participant made: whose fault that is."""

from __future__ import annotations

from typing import NoReturn

from harness.linkage.participants.record import Reading
from harness.linkage.promises import records, words
from harness.linkage.promises.promise_check import PromiseBroken, PromiseCheck


def of_what_another_made(check: PromiseCheck, refused: records.ActRefused) -> NoReturn:
    """A finding and the end where the participant does to its own record what it refuses on another's; else the
    refusal, for then nobody knows whether the request is right, or whether it is refused for good.
    """
    session, name, maker = refused.session, refused.name, refused.made_on
    makes = session.participant.call(check.entity, "make") is not None
    if maker is None or refused.passing or not makes:
        raise refused
    own = records.record_for(check, name, session, made_on=session.name)
    write = records.act(check, name, own, session)
    check.note(
        words.REFUSES_OTHERS.format(who=check.title(session.name), act=name, maker=check.title(maker)),
        Reading({}, False, refused.answer),
        expected=words.TAKEN_OF_OWN.format(status=write.answer.status, participant=session.name),
        seen=words.NOW_ANSWERED.format(participant=session.name, answer=refused.answer.seen[:200]),
        key=f"{name} {maker}",
    )
    raise PromiseBroken
