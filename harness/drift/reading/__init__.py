"""Files of recorded traffic: HAR and NDJSON, read one exchange at a time."""

from __future__ import annotations

from harness.drift.reading.files import read
from harness.drift.reading.recorded import Recorded, Spot

__all__ = ["Recorded", "Spot", "read"]
