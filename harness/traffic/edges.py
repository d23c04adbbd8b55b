"""The edges of a system: who calls whom through which port, and which contracts hold there. Data only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from harness.contracts.envelope import EnvelopeSettings
from harness.core.codec import CodecAddress
from harness.core.tls import TLSSettings
from harness.traffic.guard import Rules
from harness.traffic.settings import TrafficSettings

ROLE = "proxy"  # under which a proxy writes its events
# What a proxy answers itself: when it is ready, and what it waits for.
HEALTH, STATE = "/__edge__/health", "/__edge__/state"


class Edge(BaseModel):
    """One direction of calls: ``source`` reaches ``target`` through our ``port``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str = Field(min_length=1)
    target: str = Field(min_length=1)
    port: int = Field(gt=0, lt=65536)
    upstream: str = Field(
        pattern=r"^https?://[^/?#]+(/[^?#]*[^/?#])?$",
        description="scheme, host and port of the target, and a path before all that is asked of it",
    )
    contracts: Sequence[Path] = ()
    api: Sequence[str] = Field(
        default=("/",), description="paths under which the API lies; reading any other is a page or a file"
    )
    health: str | None = Field(default=None, description="path at which the target says that it is ready")
    envelope: EnvelopeSettings | None = Field(default=None, description="what the target wraps answers in")
    stand_in: bool = Field(default=False, description="the target is a stand-in of the harness's own")
    codec: CodecAddress | None = Field(default=None, description="what opens the bodies of both sides")
    waived: Sequence[str] = Field(default=(), description="identities of violations that are excused for now")
    tls: TLSSettings | None = Field(default=None, description="private CA and our certificate for the target")
    rules: Rules | None = Field(default=None, description="what may be sent; absent: anything")

    @property
    def name(self) -> str:
        return f"{self.source}→{self.target}"


class EdgesPlan(BaseModel):
    """What one proxy process records: ``edges.json``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    run: str = Field(min_length=1)
    folder: Path
    edges: Sequence[Edge] = Field(min_length=1)
    readable: Sequence[Path] = Field(default=(), description="folders that contracts may refer into")
    settings: TrafficSettings = TrafficSettings()

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        for what, values in (
            ("port", [str(edge.port) for edge in self.edges]),
            ("ends", [edge.name for edge in self.edges]),
        ):
            twice = [value for value, count in Counter(values).items() if count > 1]
            if twice:
                raise ValueError(f"two edges have the same {what}: {', '.join(twice)}")
        return self
