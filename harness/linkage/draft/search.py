"""Where a record that was made on one participant turns up on another: which read shows it, and asked with what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.api.client import Answer
from harness.contracts import Operation
from harness.contracts.declarations import declarations
from harness.linkage.contract import translate
from harness.linkage.draft.names import alike, is_id, noun, singular
from harness.linkage.draft.places import filters, required, split
from harness.linkage.draft.resources import reads
from harness.linkage.draft.session import DraftSession
from harness.linkage.draft.tokens import Filling, Token, fillings
from harness.linkage.draft.values import score
from harness.linkage.participants.leaves import leaves

OWN = ("$id", "$same")  # expressions of a record's own values
CERTAIN = 2  # strong values that leave no doubt


@dataclass(frozen=True, slots=True)
class Find:
    """The list in which a participant's own id of a record is found: ``query`` names it by ``same``."""

    operation: Operation
    query: str | None
    same: str
    id: str
    token: Token


@dataclass(frozen=True, slots=True)
class Route:
    """How a participant is asked for a record. ``filling``: the tokens of the parameters; ``items``: the list in
    which it stands, by the id at ``id``; ``user``: who may ask, where the record's own person may not.
    """

    read: Operation
    filling: Filling = field(default_factory=dict)
    items: str | None = None
    id: str | None = None
    find: Find | None = None
    user: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A record on another participant, found by ``route`` with so many strong values of it."""

    route: Route
    data: Any
    score: int


def search(
    session: DraftSession,
    left: Any,
    tokens: Sequence[Token],
    person: str | None,
    first: Operation,
    name: str,
    *,
    same_service: bool = False,
    needed: Sequence[Any] = (),
) -> Seen | None:
    """One look at every read of a participant for the record that its writer shows as ``left``.

    ``tokens`` name it, and what it belongs to; ``first`` is the writer's own read, in which nothing can differ where
    the participants have the ``same_service``. ``needed``: records that it needs. What it shows of them says nothing
    where only they were asked for: they show it themselves.
    """
    found: list[Seen] = []
    own = [token for token in tokens if token.expression in OWN]
    others = {str(token.value) for token in tokens if token.expression not in OWN}
    copied = [value for one in needed for _, value in leaves(one)] if own else []
    items: list[tuple[Find, Any]] = []
    for operation in _in_order(session, first, name):
        if same_service and operation.id == first.id:
            continue
        for filling in fillings(operation, tokens):
            answer, user = ask_as_any(session, operation, filling, person)
            if answer is None or not answer.ok:
                continue
            asked = [token.value for token in filling.values()]
            other = user if user != person else None
            if isinstance(answer.data, dict):
                route = Route(operation, filling, user=other)
                told = asked if asks_own(filling) else [*asked, *copied]
                found.append(Seen(route, answer.data, score(left, answer.data, told)))
            found += _entries(operation, filling, answer, left, tokens, other)
            items += finds(operation, None, answer, tokens)
            best = max(found, key=_rank, default=None)
            if best is not None and best.score >= CERTAIN and best.route.items is None:
                return best
        items += filtered(session, operation, tokens, person)
    for find, id in sorted(items, key=lambda one: one[0].query is None):  # a list may not show all of it
        if str(id) in others:
            continue  # an entry names what it needs, too
        by_id = Token("$id", id, (find.id.rpartition("/")[2], "id"))
        for operation in reads(session.participant):
            if same_service and operation.id == first.id:
                continue
            for filling in fillings(operation, [by_id]) if len(required(operation)) == 1 else ():
                answer, user = ask_as_any(session, operation, filling, person)
                if answer is not None and answer.ok:
                    route = Route(operation, filling, find=find, user=user if user != person else None)
                    found.append(Seen(route, answer.data, score(left, answer.data, [id, find.token.value])))
    best = max(found, key=_rank, default=None)
    return best if best is not None and best.score else None


def asks_own(filling: Filling) -> bool:
    """Whether a record is asked for by a value of its own."""
    return any(token.expression in OWN for token in filling.values())


def _rank(seen: Seen) -> tuple[bool, bool, bool, int]:
    """What is asked directly is better than what is found in a list first, and that than an entry of one."""
    return (seen.score > 0, seen.route.items is None, seen.route.find is None, seen.score)


def better(one: Seen | None, other: Seen | None) -> Seen | None:
    return max((seen for seen in (one, other) if seen is not None), key=_rank, default=None)


def ask(
    session: DraftSession,
    operation: Operation,
    filling: Mapping[str, Token],
    person: str | None,
    more: Mapping[str, Any] | None = None,
) -> Answer | None:
    """The answer to ``person`` alone; ``more``: what else the request says."""
    values = {name: token.value for name, token in filling.items()}
    return session.read(operation, split(operation, {**values, **(more or {})}), person)


def ask_as_any(
    session: DraftSession,
    operation: Operation,
    filling: Mapping[str, Token],
    person: str | None,
    more: Mapping[str, Any] | None = None,
) -> tuple[Answer | None, str | None]:
    """The answer to ``person``, else to the first user who may ask; and who that was."""
    values = {name: token.value for name, token in filling.items()}
    return session.read_as_any(operation, split(operation, {**values, **(more or {})}), person)


def _in_order(session: DraftSession, first: Operation, name: str) -> list[Operation]:
    """The same operation first, then those whose names are alike."""
    return sorted(
        reads(session.participant),
        key=lambda one: (one.id != first.id, -alike(noun(one.path, one.id), name)),
    )


def listed(operation: Operation, answer: Answer) -> list[Any]:
    """The entries of the list in an answer."""
    items = declarations(operation).items
    data = None if items is None else translate.at(answer.data, items) if items else answer.data
    return data if isinstance(data, list) else []


def _entries(
    operation: Operation,
    filling: Filling,
    answer: Answer,
    left: Any,
    tokens: Sequence[Token],
    user: str | None,
) -> Iterator[Seen]:
    """The record as an entry of a list, by the id that both have."""
    own = next((token for token in tokens if token.expression == "$id"), None)
    for entry in listed(operation, answer) if own else ():
        for pointer, value in leaves(entry):
            assert own is not None
            if str(value) == str(own.value) and is_id(pointer.rpartition("/")[2]):
                route = Route(operation, filling, declarations(operation).items, pointer, user=user)
                yield Seen(route, entry, score(left, entry, [own.value]))


def finds(
    operation: Operation, query: str | None, answer: Answer, tokens: Sequence[Token]
) -> Iterator[tuple[Find, Any]]:
    """Entries of a list that have a value of the record, and an id of their own beside it."""
    entries = [dict(leaves(entry)) for entry in listed(operation, answer)]
    for token in tokens:
        if token.expression not in OWN:
            continue
        having = [(own, at) for own in entries for at, value in own.items() if str(value) == str(token.value)]
        if len(having) != 1:
            continue  # not there, or no entry's alone
        own, pointer = having[0]
        for other, id in own.items():
            if other != pointer and _perhaps_id(operation, other) and isinstance(id, int | str):
                yield Find(operation, query, pointer, other, token), id


def _perhaps_id(operation: Operation, pointer: str) -> bool:
    """Whether a field of an entry tells it from others: it is called as an id, or as what is listed."""
    name = pointer.rpartition("/")[2]
    return is_id(name) or singular(name) == singular(noun(operation.path, operation.id))


def filtered(
    session: DraftSession, operation: Operation, tokens: Sequence[Token], person: str | None
) -> Iterator[tuple[Find, Any]]:
    """A list asked for the record alone, by what is called as an id in its query or body."""
    if declarations(operation).items is None or required(operation):
        return
    for name in filters(operation):
        for token in tokens:
            if token.expression in OWN:
                answer, _ = ask_as_any(session, operation, {}, person, {name: token.value})
                if answer is not None and answer.ok:
                    yield from finds(operation, name, answer, [token])
