"""Whether ``accounts`` fits the entities and the OpenAPI documents. Reads documents only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.contracts import Operation, fields
from harness.core.errors import UsageError
from harness.core.nearest import ANY, nearest
from harness.linkage.contract import words
from harness.linkage.contract.account import NAMES, Account, SignIn, Way
from harness.linkage.contract.expression_lint import lint_person
from harness.linkage.contract.key_lint import lint_keys
from harness.linkage.contract.reading import Document
from harness.linkage.contract.shape import BaseCall
from harness.linkage.participants.participant import Participant

Keys = tuple[str, ...]


def lint_accounts(document: Document, participants: Mapping[str, Participant]) -> None:
    """Errors: UsageError, the first thing that does not fit."""
    for id, entity in document.contract.entities.items():
        if "one-account" in entity.promises and (entity.of is None or entity.id is not None):
            where = document.where("entities", id, "promises", "one-account")
            raise UsageError(words.NOT_ONE_EACH.format(entity=id), where=where)
    accounts = document.contract.accounts
    if accounts is None:
        return
    _field(document, accounts.identity, document.where("accounts", "identity"))
    for name, account in accounts.participants.items():
        if name in participants:
            if account.cookie is not None:
                _cookie(participants[name], account.cookie, document.where("accounts", name, "cookie"))
            for keys, way in _ways(account):
                _way(document, participants[name], account, ("accounts", name, *keys), way)


def _ways(account: Account) -> Iterator[tuple[Keys, Way]]:
    if account.sign_up is not None:
        yield ("sign-up",), account.sign_up
    for number, way in enumerate(account.sign_in):
        yield ("sign-in", str(number)), way


def _way(document: Document, participant: Participant, account: Account, keys: Keys, way: Way) -> None:
    where = document.where(*keys)
    first = [((*keys, "before", str(number)), call) for number, call in enumerate(way.before)]
    for at, call in (*first, (keys, way)):
        operation = _operation(participant, call, where)
        lint_keys(document, operation, call, at)
        lint_person(document, at, {"path": call.path, "query": call.query, "body": call.body}, NAMES)
    if account.cookie is None:
        _stands(operation, "token", account.token, participant.name, where)
    for place, pointer in way.shows.items() if isinstance(way, SignIn) else ():
        _field(document, place, where)
        _stands(operation, place, pointer, participant.name, where)


def _cookie(participant: Participant, name: str, where: str) -> None:
    """The cookie of a session is one that the OpenAPI documents ask for, where they name any."""
    schemes = [
        scheme
        for contract in participant.contracts
        for scheme in (contract.document.get("components") or {}).get("securitySchemes", {}).values()
    ]
    known = [str(scheme.get("name")) for scheme in schemes if scheme.get("in") == "cookie"]
    if known and name not in known:
        message = words.NO_COOKIE.format(participant=participant.name, name=name)
        raise UsageError(message, where=where, nearest=nearest(name, known, alike=ANY))


def _operation(participant: Participant, call: BaseCall, where: str) -> Operation:
    try:
        return participant.operation(call.call)
    except UsageError as error:
        raise UsageError(error.text, where=where) from None


def _field(document: Document, place: str, where: str) -> None:
    """``place`` is a field of what each person has one of."""
    id, _, field = place.partition(".")
    own = [name for name, entity in document.contract.entities.items() if entity.of and entity.id is None]
    if id not in own:
        near = nearest(id, own, alike=ANY)
        raise UsageError(words.NONE_EACH.format(place=place, name=id), where=where, nearest=near)
    known = document.contract.entities[id].fields
    if field not in known:
        raise UsageError(
            words.NO_FIELD.format(entity=id, name=field), where=where, nearest=nearest(field, known)
        )


def _stands(operation: Operation, name: str, pointer: str, participant: str, where: str) -> None:
    """Some successful answer has a place for what is read there."""
    near, schemas = None, fields.answer_schemas(operation)
    for schema in schemas.values():
        try:
            fields.find(operation.contract.library, schema, pointer)
            return
        except fields.NoField as missing:
            near = missing.nearest
    if schemas:
        message = words.NOT_IN_ANSWER.format(
            name=name, operation=operation.id, participant=participant, pointer=pointer
        )
        raise UsageError(message, where=where, nearest=near)
