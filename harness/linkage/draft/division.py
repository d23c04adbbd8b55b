"""Whose operations are whose, where one service answers several platforms.

OpenAPI documents say what a service answers, not to whom. Paths often do: ``/web/…``, ``/mini/…``, ``/staff/…``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from harness.contracts import Operation
from harness.core.text import Text
from harness.linkage.draft import names, words
from harness.linkage.participants.participant import Participant

USUAL: Mapping[str, frozenset[str]] = {
    "website": frozenset("web website www site pc h5 browser".split()),
    "miniprogram": frozenset("mini mp miniprogram miniapp applet weapp wx wechat weixin xcx".split()),
}
DEEPEST = 3  # segments of a path that are looked at


def divided(participants: Mapping[str, Participant]) -> tuple[dict[str, Participant], list[Text]]:
    """The participants, each with its own operations as far as paths tell them, and in words what was concluded."""
    found, notes = dict(participants), list[Text]()
    services = {one.backend.name for one in participants.values() if one.answers}
    for service in services:
        ends = [one for one in participants.values() if one.answers and one.backend.name == service]
        shares = _shares(ends) if len(ends) > 1 else {}
        for name, operations in shares.items():
            found[name] = _with(participants[name], operations)
            tops = sorted({_top(operation) for operation in operations.values()})
            notes.append(words.DIVIDED.format(service=service, participant=name, paths=", ".join(tops)))
    return found, notes


def _shares(ends: list[Participant]) -> dict[str, dict[str, Operation]]:
    """By platform its operations: those whose path names it. What names none belongs to those that none names, else to
    all. Empty where no path names one.
    """
    named = {id: _named(operation, ends) for id, operation in ends[0].operations.items()}
    if not any(named.values()):
        return {}
    quiet = {one.name for one in ends} - set(named.values())
    rest = quiet or {one.name for one in ends}
    return {
        one.name: {
            id: operation
            for id, operation in one.operations.items()
            if named.get(id) == one.name or (named.get(id) is None and one.name in rest)
        }
        for one in ends
    }


def _named(operation: Operation, ends: list[Participant]) -> str | None:
    """The one platform that a path names."""
    said = [set(names.words(part)) for part in operation.path.split("/")[1 : DEEPEST + 1]]
    for several in said:
        able = [one.name for one in ends if several & USUAL.get(one.name, frozenset(names.words(one.name)))]
        if len(able) == 1:
            return able[0]
    return None


def _top(operation: Operation) -> str:
    return f"/{operation.path.split('/')[1]}"


def _with(participant: Participant, operations: Mapping[str, Operation]) -> Participant:
    found = replace(participant)
    vars(found).update(operations=operations, index=participant.index)  # cached properties
    return found
