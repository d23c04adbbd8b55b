"""Whether a linkage contract fits the OpenAPI documents: operations, people, fields, ids, expressions.

Reads documents only. The first thing that does not fit is an error with file, line and the nearest word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from harness.contracts import Operation, fields, pointers
from harness.contracts.addresses import VARIABLE
from harness.core.errors import UsageError
from harness.core.nearest import ANY, nearest
from harness.core.text import Text
from harness.linkage.contract import translate, words
from harness.linkage.contract.account_lint import lint_accounts
from harness.linkage.contract.effect_lint import lint_always, lint_effects, lint_taking
from harness.linkage.contract.expression_lint import lint_call, lint_query
from harness.linkage.contract.key_lint import lint_keys, unnamed_keys
from harness.linkage.contract.maker_lint import lint_makers
from harness.linkage.contract.model import Call, Entity, Find, Make, Read
from harness.linkage.contract.needs import entity_of
from harness.linkage.contract.reading import Document
from harness.linkage.contract.unread_lint import lint_unread
from harness.linkage.contract.value_lint import lint_field_values
from harness.linkage.participants.needed import by_id, said, tells_id, unknown
from harness.linkage.participants.pages import declared_items, list_of
from harness.linkage.participants.participant import BASIC, Participant
from harness.linkage.participants.statement import require_select

Keys = tuple[str, ...]
NEWCOMERS = {"one-account"}  # its people are new, whoever they are called


def lint(document: Document, participants: Mapping[str, Participant]) -> None:
    """Errors: UsageError, the first thing that does not fit."""
    _people(document, participants)
    lint_accounts(document, participants)
    lint_unread(document)
    for id, entity in document.contract.entities.items():
        _needs(document, id, entity)
        lint_always(document, id, entity)
        lint_effects(document, id, entity)
        _fields_named(document, id, entity)
        lint_field_values(document, id, entity, participants)
        _private(document, id, entity)
        _served(document, id, entity, participants)
        lint_makers(document, id, entity, participants)
        if entity.of is not None:
            _person(document, entity.of, ("entities", id, "of"))
        if not any(participant.call(entity, "read") for participant in participants.values()):
            raise UsageError(words.NOT_READ.format(entity=id), where=document.where("entities", id))
        for participant in participants.values():
            for keys, act, call in _calls(id, entity, participant):
                _call(document, entity, participant, participants, keys, act, call)


def unnamed(document: Document, participants: Mapping[str, Participant]) -> Iterator[Text]:
    """What calls send that the OpenAPI documents do not name, though they let it in; each once."""
    found: dict[Text, None] = {}
    for id, entity in document.contract.entities.items():
        for participant in participants.values():
            for keys, _, call in _calls(id, entity, participant):
                if not (isinstance(call, Read) and call.reads_rows):
                    operation = participant.operation(call.call)
                    found |= dict.fromkeys(unnamed_keys(document, operation, call, keys))
    yield from found


def _people(document: Document, participants: Mapping[str, Participant]) -> None:
    for person, users in document.contract.people.items():
        for name, user in users.items():
            if name not in participants or not participants[name].answers:
                continue  # without users, who they are stands in its rows
            known = [one.name for one in participants[name].backend.users]
            if user not in known:
                raise UsageError(
                    words.NO_USER.format(person=person, service=participants[name].backend.name, user=user),
                    where=document.where("people", person, name),
                    nearest=nearest(user, known, alike=ANY),
                )


def _person(document: Document, name: str, keys: Keys) -> None:
    people = document.contract.people
    if name not in people:
        where = document.where(*keys)
        raise UsageError(words.NO_PERSON.format(name=name), where=where, nearest=nearest(name, people))


def _needs(document: Document, id: str, entity: Entity) -> None:
    entities = document.contract.entities
    for name, values in entity.needs.items():
        where, needed = document.where("entities", id, "needs", name), entity_of(name, entities)
        if needed not in entities:
            raise UsageError(words.NO_ENTITY.format(name=name), where=where, nearest=nearest(name, entities))
        for field in values:
            if field not in entities[needed].fields:
                near = nearest(field, entities[needed].fields)
                raise UsageError(words.NO_FIELD.format(entity=needed, name=field), where=where, nearest=near)


def _fields_named(document: Document, id: str, entity: Entity) -> None:
    """What ``removed``, ``reads`` and the ``sets`` of acts name are fields of the entity."""
    named: list[tuple[Keys, str]] = [(("removed",), name) for name in entity.removed or ()]
    named += [(("reads",), name) for name in entity.reads]
    named += [(("acts", act, "sets"), name) for act, call in entity.acts.items() for name in call.sets]
    for participant, table in entity.participants.items():
        named += [
            ((participant, "acts", act, "sets"), name)
            for act, call in table.acts.items()
            for name in call.sets
        ]
        named += [((participant, "reads"), name) for name in table.reads]
    for keys, name in named:
        if name not in entity.fields:
            where = document.where("entities", id, *keys)
            raise UsageError(
                words.NO_FIELD.format(entity=id, name=name), where=where, nearest=nearest(name, entity.fields)
            )


def _private(document: Document, id: str, entity: Entity) -> None:
    """What others add to the address names fields that are there, and who may see it is one of the people."""
    if (promise := entity.promises.get("private")) is not None:
        keys = ("entities", id, "promises", "private")
        lint_query(document, id, promise.query, (*keys, "query"))
        for name in promise.except_:
            _person(document, name, (*keys, "except"))


def _served(document: Document, id: str, entity: Entity, participants: Mapping[str, Participant]) -> None:
    """What is said for all is served by some: else it would be nobody's, and silently none."""
    common: dict[Keys, Call] = {(act,): call for act in BASIC if (call := getattr(entity, act)) is not None}
    common |= {("acts", act): call for act, call in entity.acts.items()}
    common |= {("reads", name): call for name, call in entity.reads.items()}
    for keys, call in common.items():
        if isinstance(call, Read) and call.reads_rows:
            continue
        if not any(call.call in participant.operations for participant in participants.values()):
            known = [name for participant in participants.values() for name in participant.operations]
            raise UsageError(
                words.NOT_SERVED.format(call=call.call),
                where=document.where("entities", id, *keys),
                nearest=nearest(call.call, known),
            )


def _calls(id: str, entity: Entity, participant: Participant) -> Iterator[tuple[Keys, str, Call]]:
    """Every call of a participant with the keys that lead to it."""
    table = entity.participants.get(participant.name)
    acts = [(act, (act,)) for act in BASIC] + [(act, ("acts", act)) for act in entity.acts]
    acts += [(act, ("acts", act)) for act in (table.acts if table else ()) if act not in entity.acts]
    for act, path in acts:
        call = participant.call(entity, act)
        if call is None:
            continue
        own = table is not None and (getattr(table, act) if act in BASIC else table.acts.get(act))
        yield ("entities", id, *((participant.name,) if own else ()), *path), act, call
    for name, call in participant.reads(entity).items():
        own = table is not None and name in table.reads
        yield ("entities", id, *((participant.name,) if own else ()), "reads", name), f"reads {name}", call


def _call(
    document: Document,
    entity: Entity,
    participant: Participant,
    participants: Mapping[str, Participant],
    keys: Keys,
    act: str,
    call: Call,
) -> None:
    where = document.where(*keys)
    if isinstance(call, Read) and call.reads_rows:
        _rows(document, entity, participant, participants, keys, act, call)
        return
    try:
        operation = participant.operation(call.call)
    except UsageError as error:
        raise UsageError(error.text, where=where) from None
    if call.as_ is not None:
        _somebody(document, participant, call.as_, (*keys, "as"))
    elif entity.of is not None and entity.promises.keys() != NEWCOMERS:
        _somebody(document, participant, entity.of, keys, of=act)
    variables = VARIABLE.findall(operation.path)
    for name in call.path:
        if name not in variables:
            near = nearest(name, variables, alike=ANY)
            raise UsageError(
                words.NO_VARIABLE.format(operation=operation.label, name=name), where=where, nearest=near
            )
    if entity.id is None and set(variables) - set(call.path):
        missing = sorted(set(variables) - set(call.path))[0]
        raise UsageError(words.VARIABLE_UNSAID.format(operation=operation.label, name=missing), where=where)
    lint_call(document, keys[1], participant, participants, keys, act, call)
    _ids_told(document, participant, call, where)
    lint_keys(document, operation, call, keys)
    if act in ("read", "list") or act.startswith("reads "):
        _fields(document, entity, participant, operation, call, act, where)
    if isinstance(call, Make):
        lint_taking(document, entity, participant, operation, call, where)


def _rows(
    document: Document,
    entity: Entity,
    participant: Participant,
    participants: Mapping[str, Participant],
    keys: Keys,
    act: str,
    call: Read,
) -> None:
    """A database is there to read from, and the statement reads."""
    where = document.where(*keys, call.kind)
    database = participant.database
    if database is None or database.kind != call.kind:
        what = "url" if call.kind == "sql" else "folder"
        raise UsageError(
            words.NO_DATABASE.format(what=what, participant=participant.name),
            where=where,
        )
    if call.sql is not None:
        try:
            require_select(call.sql)
        except UsageError as error:
            raise UsageError(error.text, where=where) from None
    named = said(call)
    _ids_told(document, participant, call, where)
    lint_call(document, keys[1], participant, participants, keys, act, call)
    for name, part in named:
        if name == "id" and part is None and entity.same is not None:
            raise UsageError(words.NO_ID_IN_ROWS, where=where)
        if name == "same" and part is None and entity.same is None:
            raise UsageError(words.NO_SAME.format(entity=keys[1]), where=where)
    _asked_as(document, entity, participant, (*keys, "as"), call, named)


def _asked_as(
    document: Document,
    entity: Entity,
    participant: Participant,
    keys: Keys,
    call: Read,
    named: Iterable[tuple[str, str | None]],
) -> None:
    """``:person`` is somebody: whom ``as`` names, else the person whom the record is of."""
    asks = ("person", None) in named and "person" not in entity.fields
    if call.as_ is not None and not asks:
        sign = ":" if call.kind == "sql" else "$"
        raise UsageError(
            words.NOBODY_ASKED.format(sign=sign, kind=call.kind),
            where=document.where(*keys),
        )
    if not asks:
        return
    person = call.as_ or entity.of
    if person is None:
        raise UsageError(
            words.PERSON_UNSAID.format(kind=call.kind),
            where=document.where(*keys),
        )
    _somebody(document, participant, person, keys)


def _somebody(
    document: Document, participant: Participant, person: str, keys: Keys, *, of: str | None = None
) -> None:
    """``of``: what they do because the record is theirs; somebody else may."""
    _person(document, person, keys)
    if participant.name not in document.contract.people[person]:
        told = words.NOBODY_THERE.format(person=person, participant=participant.name)
        where = document.where("people", person)
        if of is not None:
            told, where = words.NAME_WHO.format(told=told, act=of), document.where(*keys)
        raise UsageError(told, where=where)


def _ids_told(document: Document, participant: Participant, call: Call, where: str) -> None:
    """``$product.id`` is known where it is said: told by the participant, or made there."""
    entities = document.contract.entities
    for name in by_id(call):
        if (id := entity_of(name, entities)) not in entities:
            continue
        needed = entities[id]
        if needed.id is None:
            raise UsageError(words.NEEDED_WITHOUT_ID.format(name=name, entity=id), where=where)
        if not tells_id(participant, needed) and participant.call(needed, "make") is None:
            raise UsageError(unknown(name, id, participant.name), where=where)


def _fields(
    document: Document,
    entity: Entity,
    participant: Participant,
    operation: Operation,
    call: Call,
    act: str,
    where: str,
) -> None:
    """Every declared field, and the id, stands where it is said in some successful answer."""
    schemas = fields.answer_schemas(operation)
    if not schemas:
        return
    items = call.items if isinstance(call, Find) and call.items is not None else declared_items(operation)
    if act == "list" and items is None:
        items = list_of(operation)
    further = act.removeprefix("reads ") if act.startswith("reads ") else None
    listed = items is not None and further is None and (act == "list" or entity.id is not None)
    before = f"{items}/{fields.EVERY}" if listed else ""
    wanted = {
        name: translate.pointer_of(name, rule, participant.name)
        for name, rule in entity.fields.items()
        if (name == further if further else name not in participant.reads(entity))
    }
    if listed:
        wanted["id"] = entity.id.get(participant.name) if isinstance(entity.id, Mapping) else entity.id
    for name, pointer in wanted.items():
        if pointer is None:
            continue
        near = None
        for schema in schemas.values():
            try:
                fields.find(operation.contract.library, schema, before + pointer)
                break
            except fields.NoField as missing:
                near = missing.nearest
        else:
            tokens = pointers.split(before + pointer)
            close = None if near is None else near.removeprefix(before)
            message = words.NOT_IN_ANSWER.format(
                name=name,
                operation=operation.id,
                participant=participant.name,
                pointer=f"/{'/'.join(tokens)}",
            )
            raise UsageError(message, where=where, nearest=close)
