"""Values of fields in the contract's units, written as a participant's schema takes them: 3950 fen are ``"39.50"``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.contracts import fields
from harness.linkage.contract import members, translate
from harness.linkage.contract.model import Call, Entity, FieldRule
from harness.linkage.participants.participant import Participant


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
