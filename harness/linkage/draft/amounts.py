"""Amounts of one make on several participants: all take as much of what it needs, whatever their examples say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.contracts import Operation, fields, pointers
from harness.linkage.contract import members
from harness.linkage.participants.leaves import put


def as_at_home(operation: Operation, body: Any, home: Any) -> Any:
    """``body``, a participant's part of a make, with the amounts of ``home``, that of who made the records."""
    known = dict(amounts(home))
    for needed, (pointer, _) in dict(amounts(body)).items():
        if needed in known and _takes(operation, pointer, known[needed][1]):
            body = put(body, pointer, known[needed][1])
    return body


def amounts(body: Any, at: str = "") -> Iterator[tuple[str, tuple[str, int]]]:
    """By needed entity the one whole number that stands beside its id, and where."""
    if isinstance(body, list):
        for index, item in enumerate(body):
            yield from amounts(item, pointers.join(at, str(index)))
    if not isinstance(body, dict):
        return
    named = [
        value.removeprefix("$").partition(".")[0]
        for value in body.values()
        if isinstance(value, str) and value.startswith("$") and "." in value
    ]
    numbers = [(pointers.join(at, name), value) for name, value in body.items() if type(value) is int]
    if len(named) == len(numbers) == 1:
        yield named[0], numbers[0]
    for name, value in body.items():
        yield from amounts(value, pointers.join(at, name))


def _takes(operation: Operation, pointer: str, value: int) -> bool:
    try:
        return members.sent(operation, pointer).takes(value)
    except fields.NoField:
        return False
