"""What a linkage contract says where nothing reads it: an error, since its author believes that it is checked.

What only some calls have, the model says; here is what depends on the entity.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.core.errors import UsageError
from harness.core.text import Text
from harness.linkage.contract import words
from harness.linkage.contract.model import Entity, LinkageContract, ParticipantTable, PromiseName
from harness.linkage.contract.reading import Document

FOR: Mapping[str, PromiseName] = {
    "always": "conserved",
    "removed": "deletion-propagates",
    "restore": "deletion-propagates",
    "takes": "never-below",
    "accounts": "one-account",
}
"""Keys that one promise reads."""
NOT_PROMISED = Text(
    zh="{place} 用于 {promise}，promises 中没有写它：不会检查",
    en="{place} is for {promise}, which 'promises' does not name: it is not checked",
)


def lint_unread(document: Document) -> None:
    """Errors: UsageError, the first key that nothing reads."""
    for id, entity in document.contract.entities.items():
        for keys, table in _tables(id, entity):
            _without_id(document, id, entity, keys, table)
            if table.list is not None and table.list.shows_removed and entity.removed is None:
                raise UsageError(
                    words.REMOVED_UNREAD.format(entity=id),
                    where=document.where(*keys, "list", "shows-removed"),
                )
            if table.find is not None:
                _find(document, id, entity, (*keys, "find"))


def _tables(id: str, entity: Entity) -> Iterator[tuple[tuple[str, ...], Entity | ParticipantTable]]:
    yield ("entities", id), entity
    for name, table in entity.participants.items():
        yield ("entities", id, name), table


def _without_id(
    document: Document, id: str, entity: Entity, keys: tuple[str, ...], table: Entity | ParticipantTable
) -> None:
    """Where records have no id, the whole answer is the record: none is chosen from a list."""
    if entity.id is not None:
        return
    if table.read is not None and table.read.items is not None:
        raise UsageError(
            words.ITEMS_UNREAD.format(entity=id),
            where=document.where(*keys, "read", "items"),
        )
    if table.list is not None:
        raise UsageError(
            words.LIST_UNREAD.format(entity=id),
            where=document.where(*keys, "list"),
        )


def _find(document: Document, id: str, entity: Entity, keys: tuple[str, ...]) -> None:
    """``find`` looks for the value of ``same``, and learns the id."""
    where, participant = document.where(*keys), keys[2] if len(keys) > 3 else None
    if entity.same is None:
        raise UsageError(
            words.FIND_UNREAD.format(entity=id),
            where=where,
        )
    for name in ("same", "id"):
        places = getattr(entity, name)
        if participant and isinstance(places, Mapping) and participant not in places:
            raise UsageError(
                words.FIND_LACKS.format(name=name, participant=participant, entity=id),
                where=where,
            )


def not_promised(contract: LinkageContract) -> Iterator[Text]:
    """What a promise would read that is not there, in words: no error, since entries are written piece by piece."""
    promised = {name for entity in contract.entities.values() for name in entity.promises}
    if contract.accounts is not None and FOR["accounts"] not in promised:
        yield NOT_PROMISED.format(place="accounts", promise=FOR["accounts"])
    for id, entity in contract.entities.items():
        tables: list[Entity | ParticipantTable] = [entity, *entity.participants.values()]
        makes = [table.make for table in tables if table.make is not None]
        said = {
            "always": bool(entity.always),
            "removed": entity.removed is not None,
            "restore": any(table.restore is not None for table in tables),
            "takes": any(make.takes for make in makes),
        }
        for key, there in said.items():
            if there and FOR[key] not in entity.promises:
                yield NOT_PROMISED.format(place=f"{id}.{key}", promise=FOR[key])
