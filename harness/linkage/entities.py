"""What scenarios know of the entities that cross: their titles, and how long they may take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.core.errors import UsageError
from harness.core.nearest import ANY, nearest
from harness.core.platforms import USUAL, Platforms
from harness.core.text import Text
from harness.linkage.contract.reading import read

NO_ENTITY = Text(
    zh="联动契约中没有名为 {name!r} 的实体", en="no entity of the linkage contract is called {name!r}"
)


@dataclass(frozen=True, slots=True)
class Entity:
    """One shared entity; ``seconds`` is the time a change may take to be seen by every reader.

    ``fields`` are those that must be the same on all platforms.
    """

    id: str
    title: Text
    seconds: float
    fields: tuple[str, ...] = ()


def load(path: Path, platforms: Platforms = USUAL) -> dict[str, Entity]:
    """The entities of a linkage contract. Errors: UsageError with file and line."""
    contract = read(path, platforms).contract
    return {
        id: Entity(id, entity.title, contract.within(id), tuple(entity.fields))
        for id, entity in contract.entities.items()
    }


def choose(entities: Mapping[str, Entity], id: str) -> Entity:
    if id not in entities:
        raise UsageError(NO_ENTITY.format(name=id), nearest=nearest(id, entities, alike=ANY))
    return entities[id]
