"""What a project may say about generated tests: ``[conformance]``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Phase = Literal["examples", "coverage", "fuzzing"]


class ConformanceSettings(BaseModel):
    """``[conformance]``: how much is generated, and from which seed. Equal seeds generate equal requests."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_examples: int = Field(default=50, ge=1, description="random cases per operation and phase")
    seconds: int = Field(default=120, ge=1, description="budget per operation; running out of it is broken")
    total_seconds: int | None = Field(
        default=None,
        ge=1,
        description="budget of all contract tests of a run together; what is left is not run",
    )
    seed: int = Field(
        default=1, ge=0, description="of the generated cases; --seed and the run's own come before it"
    )
    strict: bool = Field(
        default=False,
        description="a flaw in an OpenAPI document stops all its tests, not those of its operation",
    )
    phases: tuple[Phase, ...] = Field(
        default=("examples", "coverage", "fuzzing"),
        min_length=1,
        description="schemathesis' phases, in this order",
    )
    negative: bool = Field(default=True, description="also send what the contract forbids")
    settled_within: float = Field(
        default=5.0, ge=0, description="seconds that data on its way may make both backends differ (parity)"
    )
    request_timeout: Annotated[float, Field(gt=0)] = Field(
        default=10.0, description="seconds an answer may take"
    )
    without_checks: tuple[str, ...] = Field(default=(), description="schemathesis checks left out, by name")
