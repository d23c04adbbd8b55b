"""Each promise stands in every table that needs it, and nothing else does."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from harness.checks.table import CHECKS
from harness.linkage.checks.collector import MEASURES, PROMISES, STATE_OF_ALL
from harness.linkage.checks.linkage_test import WORDS
from harness.linkage.contract.model import PromiseName
from harness.linkage.promises.states import OF_ONE, STATES
from harness.linkage.promises.words import STATES as WORDS_OF_STATES
from harness.reporting.language import PROMISES as SHORT_WORDS

NAMES = set(get_args(PromiseName))
DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("table", [PROMISES, WORDS, STATES, SHORT_WORDS])
def test_every_promise_is_in_the_table(table: dict[str, object]) -> None:
    assert set(table) == NAMES


def test_every_state_is_told_in_both_languages() -> None:
    named = {state for table in (STATES, OF_ONE) for states in table.values() for state in states}
    assert named | {"lose", "lose-answer", "duplicate", "delay"} == set(WORDS_OF_STATES)


def test_every_promise_is_a_check_with_facts() -> None:
    assert NAMES <= set(CHECKS)
    assert {*MEASURES, *STATE_OF_ALL} <= NAMES


@pytest.mark.parametrize("name", ["linkage.md", "linkage.zh-CN.md"])
def test_every_promise_is_documented(name: str) -> None:
    rows = [line for line in (DOCS / name).read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert [promise for promise in NAMES if not any(row.startswith(f"| `{promise}`") for row in rows)] == []
