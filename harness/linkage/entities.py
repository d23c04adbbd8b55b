"""The linkage map (数据互通范围): which entities cross, who writes and reads them, how long it may take.

Owns ``contracts/linkage.yaml``: its shape and its lookup. It measures nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from harness.core.errors import UsageError
from harness.core.nearest import ANY, nearest
from harness.core.records import read_records
from harness.core.text import Text

Platform = Literal["website", "miniprogram"]


class Entity(BaseModel):
    """One shared entity; ``seconds`` is the time a change may take to be seen by every reader."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: Text
    key: str = Field(description="field that names one of them on both platforms")
    writers: tuple[Platform, ...] = Field(min_length=1)
    readers: tuple[Platform, ...] = Field(min_length=1)
    seconds: float = Field(gt=0)
    fields: tuple[str, ...] = Field(min_length=1, description="fields that must be equal on both platforms")


def load(path: Path) -> dict[str, Entity]:
    """The linkage map by entity. Errors: UsageError with file and line."""
    return read_records(path, Entity)


def choose(entities: dict[str, Entity], id: str) -> Entity:
    if id not in entities:
        raise UsageError(
            f"no entity of the linkage map is called {id!r}", nearest=nearest(id, entities, alike=ANY)
        )
    return entities[id]
