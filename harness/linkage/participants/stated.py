"""What the body of a write states of the record's fields.

An id in it, of the record or of one that it needs, says which record is meant. What is shown may be another name of
that record, so that it is no sample of a field.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.linkage.contract import expressions

IDS = ("id", "same")


def stated(said: Any, body: Any) -> Any:
    """``body`` without what ``said``, the linkage contract's part, takes from an id: of a list of ids, all of it."""
    if _is_id(said):
        return None
    if isinstance(said, Mapping) and isinstance(body, dict):
        return {
            name: value if name not in said else stated(said[name], value)
            for name, value in body.items()
            if not _is_id(said.get(name))
        }
    if isinstance(said, list | tuple) and isinstance(body, list) and len(said) == len(body):
        return [stated(one, item) for one, item in zip(said, body, strict=True)]
    return body


def _is_id(said: Any) -> bool:
    if isinstance(said, list | tuple):
        return any(map(_is_id, said))
    return isinstance(said, str) and any((part or name) in IDS for name, part in expressions.names(said))
