"""Settings of the recording proxy: sizes and times. Which edges there are is the plan's, not a setting."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from harness.core.exchange import BODY_LIMIT


class TrafficSettings(BaseModel):
    """Sizes in bytes, times in seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    body_limit: int = Field(
        default=BODY_LIMIT,
        gt=0,
        description="of a larger body only the beginning is recorded; all of it passes through",
    )
    inline_limit: int = Field(
        default=64 * 1024, ge=0, description="a larger recorded body gets a file of its own in bodies/"
    )
    connect_timeout: float = Field(default=10.0, gt=0, description="to a service; answers may take any time")
    # Shorter than any server's own (uvicorn: 5 s): a connection that the server is just closing would make
    # us answer 502 to a request that nothing is wrong with.
    keep_alive: float = Field(default=2.0, ge=0, description="how long an idle connection is used again")
