"""The order in which resources are studied: what others need comes first."""

from __future__ import annotations

from collections.abc import Iterator

from harness.contracts import Operation, fields
from harness.contracts.addresses import VARIABLE
from harness.contracts.library import Place
from harness.linkage.draft.names import singular, words
from harness.linkage.draft.resources import Resource

DEEPEST = 3


def in_order(found: list[Resource]) -> list[Resource]:
    """``found``, each after those that its writes name; otherwise as it was."""
    needed = {
        id(one): {id(other) for other in found if other is not one and _needs(one, other)} for one in found
    }
    ordered: list[Resource] = []
    waiting = list(found)
    while waiting:
        done = {id(one) for one in ordered}
        ready = [one for one in waiting if needed[id(one)] <= done]
        ordered.append((ready or waiting)[0])
        waiting.remove(ordered[-1])
    return ordered


def wanted(found: list[Resource], name: str) -> list[Resource]:
    """Those called ``name``, what their writes need, and what belongs to that; a person's own, too."""
    chosen = [one for one in found if names_of(one) & {name, singular(name)}]
    for one in chosen:
        chosen += [other for other in found if other not in chosen and _needs(one, other)]
    ids = {words(one.id) for one in chosen if one.id}
    return [
        one
        for one in found
        if one in chosen
        or (one.of_person and one.change is None)
        or any(words(above) in ids for above in one.above)
    ]


def names_of(one: Resource) -> set[str]:
    """What the draft calls it."""
    return {one.name, singular(one.name)}


def _needs(one: Resource, other: Resource) -> bool:
    """Whether a write of ``one`` names a record of ``other``."""
    if other.id is None and not other.listed:
        return False
    noun = words(singular(other.name))
    own = {words(other.id or ""), (*noun, "id"), noun} - {("id",)}
    return any(words(name) in own for name in _named(one))


def _named(one: Resource) -> Iterator[str]:
    """What the writes of a resource name, beside its own id."""
    for operation in (one.make, one.change):
        if operation is not None:
            yield from (name for name in VARIABLE.findall(operation.path) if name != one.id)
            schema = fields.body_schema(operation)
            if schema is not None:
                yield from _members(operation, schema, DEEPEST)


def _members(operation: Operation, schema: Place, deep: int) -> Iterator[str]:
    for part in fields.parts(operation.contract.library, schema):
        for name in part.value.get("properties") or ():
            yield name
            if deep:
                yield from _members(operation, part.down("properties", name), deep - 1)
        if "items" in part.value and deep:
            yield from _members(operation, part.down("items"), deep - 1)
