"""What all parts of the linkage contract's model are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo

from harness.core.platforms import USUAL, Platforms

Pointer = Annotated[str, Field(pattern=r"^(/.*)?$", description="JSON pointer (RFC 6901)")]
FieldName = Annotated[str, Field(pattern=r"^[\w-]+\.[\w-]+$", description="entity.field")]


class Shape(BaseModel):
    """Base of all parts: immutable, unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class BaseCall(Shape):
    """An operation, and what of its request is not left to the OpenAPI document."""

    call: str = Field(min_length=1, description="operationId")
    path: Mapping[str, Any] = {}
    query: Mapping[str, Any] = {}
    body: Any = Field(
        default=None,
        description="laid over the request; null leaves a member out where the schema takes no null",
    )


def known_platforms(info: ValidationInfo) -> Platforms:
    """The platforms of the project, which are the context."""
    return info.context if isinstance(info.context, Platforms) else USUAL


def gathered(data: Any, info: ValidationInfo) -> Any:
    """The tables under participants' names, gathered under ``participants``."""
    if not isinstance(data, dict) or "participants" in data:
        return data
    known = known_platforms(info)
    tables = {name: table for name, table in data.items() if name in known}
    rest = {name: value for name, value in data.items() if name not in known}
    return {**rest, "participants": tables} if tables else rest
