"""The linkage map (联动契约): which entities cross, who writes and reads them, how long it may take.

Owns ``contracts/linkage.yaml``: its shape and its lookup. It measures nothing.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from harness.core.errors import UsageError
from harness.core.nearest import ANY, nearest
from harness.core.platforms import USUAL, Platforms
from harness.core.records import read_records
from harness.core.text import Text
from harness.linkage.platform_names import PlatformName


class Entity(BaseModel):
    """One shared entity; ``seconds`` is the time a change may take to be seen by every reader."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: Text
    key: str = Field(description="field that names one of them on every platform")
    writers: tuple[PlatformName, ...] = Field(min_length=1)
    readers: tuple[PlatformName, ...] = Field(min_length=1)
    seconds: float = Field(gt=0)
    fields: tuple[str, ...] = Field(min_length=1, description="fields that must be equal on every platform")


def load(path: Path, platforms: Platforms = USUAL) -> dict[str, Entity]:
    """The linkage map by entity, between ``platforms``. Errors: UsageError with file and line."""
    return read_records(path, Entity, context=platforms)


def choose(entities: dict[str, Entity], id: str) -> Entity:
    if id not in entities:
        raise UsageError(
            f"no entity of the linkage map is called {id!r}", nearest=nearest(id, entities, alike=ANY)
        )
    return entities[id]
