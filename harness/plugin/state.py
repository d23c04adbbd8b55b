"""What the plugin keeps on pytest's objects, by typed keys."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from harness.core.payloads import Verdict
    from harness.linkage.catalogue import Entry
    from harness.linkage.stage import Stage
    from harness.runs.run import Run


@dataclass(slots=True)
class PluginState:
    """The run this pytest process takes part in."""

    run: Run
    owner: bool  # True in the process that started the run, False in xdist's workers
    verdicts: Counter[str] = field(default_factory=Counter)


STATE = pytest.StashKey[PluginState]()
STAGE: pytest.StashKey[Stage] = pytest.StashKey()
ENTRY: pytest.StashKey[Entry] = pytest.StashKey()
OUTCOME: pytest.StashKey[Verdict | None] = pytest.StashKey()  # the last verdict on a test


def state_of(config: pytest.Config) -> PluginState:
    """The state of an active plugin. Errors: UsageError telling how to activate it."""
    state = config.stash.get(STATE, None)
    if state is None:
        raise pytest.UsageError(
            "no harness.toml belongs to what was asked for: name the scenarios' or contracts' folder on the "
            "command line, or give --harness-config"
        )
    return state
