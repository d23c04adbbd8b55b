"""A Playwright trace of one browser context: recorded from its beginning, masked and kept where it is asked for.

Without the film that Playwright can record with it: nobody can mask pictures, and snapshots of the DOM show the same.
Without the bodies of requests and answers: the proxies record them, and know what contracts say of them.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from harness.core.masking.traces import mask_trace


class WebsiteTrace:
    """``context`` is Playwright's; its trace is gone with it, unless it was kept before."""

    def __init__(self, context: Any) -> None:
        self._tracing = context.tracing
        self._tracing.start(snapshots=True, screenshots=False, sources=False)

    def keep(self, file: Path) -> None:
        """End it, and write what was recorded to ``file``, masked. What is not masked is never in its folder."""
        with tempfile.TemporaryDirectory(prefix="harness-trace-") as folder:
            recorded = Path(folder, "recorded.zip")
            self._tracing.stop(path=recorded)
            masked = Path(folder, "masked.zip")
            mask_trace(recorded, masked, bodies=False)
            file.write_bytes(masked.read_bytes())
