"""How pytest-xdist spreads the tests of a run: the linkage checks go to one process, which plays them together."""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler.loadscope import LoadScopeScheduling


class LinkageScheduling(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """``--dist load``, except that all tests of ``file`` are one."""

    def __init__(self, config: pytest.Config, log: Any, file: str) -> None:
        super().__init__(config, log)
        self._file = file

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return path if path.endswith(self._file) else nodeid
