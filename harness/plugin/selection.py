"""Which contract tests run, and when: chosen by what they are about, ``--harness-only backend=website
--harness-only tag=member``.

Values of one key are alternatives, different keys must all hold. Whatever is no contract test is left out
when anything is chosen. An unknown key or value is an error with the nearest known one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest

from harness.checks.item import CheckItem
from harness.core.errors import UsageError
from harness.core.nearest import nearest

PARITY = "parity"
KEYS = ("backend", "contract", "operation", "tag", "kind")


def select(items: list[pytest.Item], wanted: Sequence[str], *, incomplete: bool = False) -> list[pytest.Item]:
    """The items to leave out; UsageError for a wish nothing can meet. ``incomplete``: a file could not be collected,
    so that nobody knows what it would have met.
    """
    wishes = _parse(wanted)
    known: dict[str, set[str]] = {key: set() for key in KEYS}
    facts = {item: item.test.tags for item in items if isinstance(item, CheckItem)}
    for each in facts.values():
        for key, values in each.items():
            known[key] |= values
    for key, values in wishes.items():
        for value in () if incomplete else sorted(values - known[key]):
            raise UsageError(f"no contract test has {key} {value!r}", nearest=nearest(value, known[key]))
    return [
        item
        for item in items
        if item not in facts or not all(facts[item][key] & values for key, values in wishes.items())
    ]


def comes_last(item: pytest.Item) -> bool:
    """Whether a test compares what all others have written: parity. The order of the rest stays as it is."""
    return isinstance(item, CheckItem) and item.test.kind == PARITY


def _parse(wanted: Iterable[str]) -> dict[str, set[str]]:
    wishes: dict[str, set[str]] = {}
    for wish in wanted:
        key, _, value = wish.partition("=")
        if key not in KEYS or not value:
            raise UsageError(
                f"--harness-only {wish}: write KEY=VALUE with a key of {', '.join(KEYS)}",
                nearest=nearest(key, KEYS),
            )
        wishes.setdefault(key, set()).add(value)
    return wishes
