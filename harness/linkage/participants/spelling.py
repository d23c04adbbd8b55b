"""Values of fields in the contract's units, written as a participant's schema takes them: 3950 fen are ``"39.50"``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from harness.contracts import Operation, fields, pointers
from harness.linkage.contract import members, translate
from harness.linkage.contract.model import Call, Entity, FieldRule, Find
from harness.linkage.contract.translate import Value
from harness.linkage.participants import pages
from harness.linkage.participants.participant import Participant

INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,18})")


def body(participant: Participant, entity: Entity, call: Call, values: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a call's body that says these fields."""

    def takes(pointer: str, value: Any) -> bool:
        return _takes(participant, call, pointer, value)

    meant = {name: translate.meant(entity.fields[name], value) for name, value in values.items()}
    return translate.body(entity, participant.name, meant, takes)


def value(participant: Participant, rule: FieldRule, call: Call, pointer: str, canonical: Any) -> Any:
    """A value at a pointer of a call's body."""
    forms = list(translate.forms(rule, participant.name, canonical))
    return next((form for form in forms if _takes(participant, call, pointer, form)), forms[0])


def _takes(participant: Participant, call: Call, pointer: str, value: Any) -> bool:
    """Whether the schema lets it stand there; what the schema does not name it may let in."""
    try:
        return members.sent(participant.operation(call.call), pointer).takes(value)
    except fields.NoField:
        return True


def for_member(operation: Operation, at: tuple[str, ...], value: Any) -> Any:
    """What another one calls 106 as the schema of a body takes it, ``"106"``; as it is where no spelling is taken."""
    try:
        member = members.sent(operation, pointers.join("", *at))
    except fields.NoField:
        return value
    if isinstance(value, bool) or not isinstance(value, int | float | str) or member.takes(value):
        return value
    number = isinstance(value, str) and INTEGER.fullmatch(value)
    spelled = int(value) if number else str(value)
    return spelled if member.takes(spelled) else value


def says(participant: Participant, entity: Entity, call: Call, field: str) -> bool:
    """Whether the body of a call may say a field."""
    pointer = translate.pointer_of(field, entity.fields[field], participant.name) or pointers.join("", field)
    try:
        members.sent(participant.operation(call.call), pointer)
    except fields.NoField:
        return False
    return True


def elsewhere(participant: Participant, entity: Entity, field: str, seen: Value) -> Any:
    """A field as this participant says it, whoever showed it: ``"39.50"`` for another one's 3950, or 39.5."""
    rule = entity.fields[field]
    if not seen.readable:
        return seen.raw
    same = translate.equal(rule, translate.value(rule, participant.name, seen.raw), seen)
    forms = [*([seen.raw] if same else []), *translate.forms(rule, participant.name, seen.canonical)]
    member = shown(participant, entity, field)
    return next((form for form in forms if member is None or member.takes(form)), forms[0])


def shown(participant: Participant, entity: Entity, field: str) -> members.Member | None:
    """What the participant's answers may have in a field; None where no operation of it shows the field."""
    pointer = translate.pointer_of(field, entity.fields[field], participant.name)
    call = participant.reads(entity).get(field) or participant.call(entity, "read")
    if pointer is None or call is None or not call.call:
        return None
    operation = participant.operation(call.call)
    items = None
    if isinstance(call, Find) and entity.id is not None:
        items = call.items if call.items is not None else pages.declared_items(operation)
    before = "" if items is None else f"{items}/{fields.EVERY}"
    return members.shown(operation, before + pointer)
