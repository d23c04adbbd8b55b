"""Names places of the page runtime's bundle by its own source: ``src/builtins/control.ts:99`` for ``host.js:1:5123``.

The source map that the build writes beside the bundle is read when the first fault of the runtime is told, and
never otherwise.
"""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path

from harness.simulator.build import Bundle
from harness.simulator.source_map import SourceMap

PLACE = re.compile(r"[a-z]+://[^\s()]*/__host/host\.js:(\d+):(\d+)")


class RuntimePlaces:
    """Those of one bundle; without a map, places stay as they are."""

    def __init__(self, bundle: Bundle) -> None:
        self._file = bundle.host_js.with_name("host.js.map")

    def named(self, stack: str) -> str:
        """The stack with every place in the bundle under the name of its source."""
        return PLACE.sub(lambda found: self._source(int(found[1]), int(found[2])) or found[0], stack)

    def _source(self, line: int, column: int) -> str | None:
        original = self._map.original(line, column) if self._map else None
        return f"{_short(original.source.name)}:{original.line}" if original else None

    @cached_property
    def _map(self) -> SourceMap | None:
        try:
            return SourceMap(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None


def _short(name: str) -> str:
    return Path(name.replace("../", "")).as_posix()
