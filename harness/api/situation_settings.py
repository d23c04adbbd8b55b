"""What a project may say about situations (``[[situations]]``): states its system can be brought into."""

from __future__ import annotations

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from harness.core.text import Text


class SituationRequest(BaseModel):
    """An operation of the backend's contracts, with a body."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    operation: str = Field(description="operationId")
    body: Any = Field(default=None, description="sent as JSON; absent: no body")


class SituationSettings(BaseModel):
    """One situation. ``statuses``: what an operation that documents one of them must answer meanwhile."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9-]+$", description="in the ids of its tests")
    title: Text = Field(description="what people call it")
    statuses: tuple[int, ...] = Field(min_length=1, description="that answers must have meanwhile")
    operations: tuple[str, ...] = Field(default=(), description="operationIds; default: all that document it")
    services: tuple[str, ...] = Field(default=(), description="backends it is tried on; default: all")
    before: SituationRequest | None = Field(default=None, description="brings the situation about")
    after: SituationRequest | None = Field(default=None, description="ends it")
    unreachable: str | None = Field(default=None, description="service the others cannot reach meanwhile")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.before is None) == (self.unreachable is None) or (self.before is None) != (
            self.after is None
        ):
            raise ValueError("a situation has either 'before' and 'after', or 'unreachable'")
        return self
