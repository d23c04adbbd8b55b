"""What a JSON answer holds, pointer by pointer: to say where a value stands that was looked for elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from harness.contracts import pointers
from harness.core.nearest import nearest
from harness.linkage.contract import translate
from harness.linkage.contract.model import FieldRule
from harness.linkage.contract.translate import Value

MOST = 2000


def leaves(data: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Every value that is no object, with its pointer; of a list only the whole."""
    if isinstance(data, dict):
        for name, item in data.items():
            yield from leaves(item, pointers.join(at, name))
    else:
        yield at, data


def suggestion(data: Any, pointer: str, rule: FieldRule, participant: str, wanted: Value) -> str | None:
    """The pointer that was perhaps wanted: where the wanted value stands, else the one most alike."""
    found = list(leaves(data))[:MOST]
    telling = wanted.raw not in (None, "", 0, 1, True, False)
    for place, raw in found:
        if telling and translate.equal(rule, wanted, translate.value(rule, participant, raw)):
            return place
    return nearest(pointer, [place for place, _ in found])


def put(body: Any, pointer: str, value: Any) -> Any:
    """``body`` with another value at ``pointer``; what is above it is made."""
    return _put(body, pointers.split(pointer), value)


def without(body: Any, path: tuple[str, ...]) -> Any:
    """``body`` without the member that ``path`` leads to."""
    if not isinstance(body, dict) or path[0] not in body:
        return body
    name, *below = path
    if below:
        return {**body, name: without(body[name], tuple(below))}
    return {key: value for key, value in body.items() if key != name}


def _put(data: Any, tokens: list[str], value: Any) -> Any:
    if not tokens:
        return value
    token, rest = tokens[0], tokens[1:]
    if isinstance(data, list):
        return [_put(item, rest, value) if str(index) == token else item for index, item in enumerate(data)]
    known = dict(data) if isinstance(data, Mapping) else {}
    return {**known, token: _put(known.get(token), rest, value)}
