"""Where the recording proxies write: a resident system serves one run after the other, and each has its own record."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from harness.core.masking import digests
from harness.traffic.control import tell

PATH = "/__edge__/record"


class RecordPlace(BaseModel):
    """The run that what begins from now on belongs to, its folder, and the key of its digests."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    run: str = Field(min_length=1)
    folder: Path
    key: str = Field(min_length=1, repr=False)


def record_into(edge_url: str, folder: Path, run: str) -> None:
    """Tell the proxy of an edge, which also forgets what was to go wrong there. BrokenError where it is silent."""
    place = RecordPlace(run=run, folder=folder, key=digests.key())
    tell(edge_url + PATH, method="PUT", body=place.model_dump_json().encode())
