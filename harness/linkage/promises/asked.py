"""Where a record was read, and as whom: a wrong user is the likeliest reason for reading nothing."""

from __future__ import annotations

from harness.core.text import Text, text_of
from harness.linkage.contract.model import Read
from harness.linkage.participants.record import Record
from harness.linkage.participants.session import ParticipantSession
from harness.linkage.promises import words


def user(session: ParticipantSession, call: Read, record: Record) -> Text:
    """Who reads a record, as its participant calls them; rows are read as nobody in particular."""
    if call.reads_rows:
        return words.HARNESS
    participant = session.participant
    return participant.user_name(
        participant.user(call.as_ or record.person), participant.operation(call.call)
    )


def asked(session: ParticipantSession, call: Read, record: Record) -> Text:
    """``miniprogram as li``."""
    if call.reads_rows:
        return text_of(session.name)
    return words.AS.format(participant=session.name, user=user(session, call, record))
