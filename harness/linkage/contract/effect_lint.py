"""Whether what ``always`` adds up, what acts move elsewhere, and what a make takes of it can be calculated."""

from __future__ import annotations

from harness.contracts import Operation, fields
from harness.core.errors import UsageError
from harness.core.nearest import nearest
from harness.core.validation import PLACED, InvalidInput
from harness.linkage.contract import arithmetic, words
from harness.linkage.contract.model import Entity, Make
from harness.linkage.contract.needs import entity_of
from harness.linkage.contract.reading import Document
from harness.linkage.participants.participant import Participant


def lint_effects(document: Document, id: str, entity: Entity) -> None:
    """Every effect is of an act, on a field of an entity, and by what can be calculated from fields of its own."""
    tables = entity.participants.values()
    acts = ["make", *entity.acts, *(act for table in tables for act in table.acts)]
    for act, places in entity.effects.items():
        where = document.where("entities", id, "effects", act)
        if act not in acts:
            raise UsageError(words.NO_ACT.format(name=id, act=act), where=where, nearest=nearest(act, acts))
        for place, line in places.items():
            _place(document, entity, place, "effects", where)
            lint_line(id, entity, line, where)


def lint_always(document: Document, id: str, entity: Entity) -> None:
    """Every line is calculated from fields of the record itself, as it is."""
    where = document.where("entities", id, "always")
    for line in entity.always:
        lint_line(id, entity, line, where, only=", ".join(entity.fields))
        if arithmetic.names_old(line):
            raise UsageError(words.OLD_IN_ALWAYS.format(line=line), where=where)


def _place(document: Document, entity: Entity, place: str, key: str, where: str) -> None:
    """``points.balance`` is a field of an entity, or of one of those that are needed."""
    entities = document.contract.entities
    name, field = place.split(".")
    concerned = entity_of(name, entities)
    if concerned not in entities or (name != concerned and name not in entity.needs):
        near = nearest(name, [*entities, *entity.needs])
        missing = words.NO_ENTITY.format(name=name)
        raise UsageError(PLACED.format(place=key, what=missing), where=where, nearest=near)
    if field not in entities[concerned].fields:
        near = nearest(field, entities[concerned].fields)
        missing = words.NO_FIELD.format(entity=concerned, name=field)
        raise UsageError(PLACED.format(place=key, what=missing), where=where, nearest=near)


def lint_line(id: str, entity: Entity, line: str, where: str, only: str = "") -> None:
    """What is calculated names fields of the entity; ``only``: the names that may be used, where that is to be said."""
    try:
        named = arithmetic.names_of(line)
    except InvalidInput as error:
        raise UsageError(error.text, where=where) from None
    for name in sorted(named):
        if name not in entity.fields:
            missing = PLACED.format(place=repr(line), what=words.NO_FIELD.format(entity=id, name=name))
            message = words.ONLY_ITS_OWN.format(what=missing, names=only) if only else missing
            raise UsageError(message, where=where, nearest=nearest(name, entity.fields))


def lint_taking(
    document: Document, entity: Entity, participant: Participant, operation: Operation, call: Make, where: str
) -> None:
    """Where the body says how much it takes, and the act that gives it back."""
    schema = fields.body_schema(operation)
    for place, pointer in call.takes.items():
        _place(document, entity, place, "takes", where)
        try:
            if schema is not None:
                fields.find(operation.contract.library, schema, pointer)
        except fields.NoField as missing:
            absent = words.NOT_IN_BODY.format(operation=operation.id, place=pointer)
            message = PLACED.format(place="takes", what=absent)
            raise UsageError(message, where=where, nearest=missing.nearest) from None
    acts = participant.acts(entity)
    if call.undo is not None and call.undo not in acts:
        raise UsageError(
            words.NO_ACT.format(name=participant.name, act=call.undo),
            where=where,
            nearest=nearest(call.undo, acts),
        )
