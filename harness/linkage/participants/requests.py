"""The requests of one check to one participant: from the OpenAPI document, what the linkage contract says over it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from harness.api.client import Client, Request
from harness.api.examples import fresh, from_examples
from harness.contracts import Operation, pointers
from harness.contracts.addresses import VARIABLE
from harness.contracts.declarations import declarations
from harness.core.errors import BrokenError
from harness.core.exchange import TRACE_HEADER
from harness.core.text import Text
from harness.linkage.contract import expressions, translate
from harness.linkage.contract.model import Act, Call, Entity, Find, Make
from harness.linkage.contract.shape import BaseCall
from harness.linkage.participants import spelling
from harness.linkage.participants.leaves import put
from harness.linkage.participants.needed import place
from harness.linkage.participants.participant import Participant
from harness.linkage.participants.record import Record
from harness.linkage.participants.samples import Samples, leave_out, merge, replaced
from harness.linkage.participants.unique import Draw, Spelled, given

NOT_SEEN = Text(
    zh="${field}：还没有一端展示过 {entity} 的这个字段",
    en="${field}: nobody has shown this field of {entity} yet",
)
DRAWN = object()
UNKNOWN = (400, 404, 422)
_references: set[tuple[str, str]] = set()
"""Makes whose body names something else by what looks like the record's id: it was not taken with a new one."""


class Requests:
    """Makes them, no two alike in a row where the document lets them differ."""

    def __init__(
        self,
        participant: Participant,
        client: Client,
        *,
        seed: int,
        traceparent: str,
        entities: Mapping[str, Entity] | None = None,
    ) -> None:
        self._participant, self._client, self._entities = participant, client, entities or {}
        self._seed, self._traceparent = seed, traceparent
        self._samples: dict[tuple[str, str | None], Samples] = {}

    def next(
        self,
        operation: Operation,
        call: Call,
        record: Record,
        user: str | None,
        *,
        entity: Entity | None = None,
        over: Any = None,
        kept: Any = None,
        query: Mapping[str, Any] | None = None,
        exact: bool = False,
    ) -> Request:
        """The next request; ``over`` is laid over its body last, ``query`` over its query. ``entity``: of a write,
        whose body may say which record it is. ``kept``: what stands in the body in the place of drawn values.
        ``exact``: the call says all of the body; a filter more would hide the record.
        """
        lookup, own = self.lookup(record), record.ids.get(self._participant.name, record.id)
        keys = {} if entity is None else self._keys(entity, operation, call, record)
        request = self.filled(operation, call, lookup, user, own=own, kept=kept, exact=exact, keys=keys)
        added = expressions.resolve(dict(query or {}), lookup)
        return replace(request, query={**request.query, **added}, body=merge(request.body, over))

    def lookup(self, record: Record, *, person: str | None = None) -> Callable[[str, str | None], Any]:
        """What stands behind the expressions of a call on a record; ``person``: another than the record's."""
        name, people = self._participant.name, self._participant.people

        def lookup(field: str, part: str | None) -> Any:
            if part is not None:
                needed = record.needs[field]
                id = needed.ids.get(name, needed.id)
                if part == "same":
                    return needed.same
                return id if part == "id" else self._seen(needed, part)
            if field == "id":
                return record.ids.get(name, record.id)
            if field == "person" and field not in record.seen:
                return people.get(person or record.person or "")
            return record.same if field == "same" else self._seen(record, field)

        return lookup

    def _seen(self, record: Record, field: str) -> Any:
        """A field that was shown of a record. BrokenError where it was not."""
        value, entity = record.seen.get(field), self._entities.get(record.entity)
        if value is None:
            raise BrokenError(NOT_SEEN.format(entity=record.entity, field=field))
        return value.raw if entity is None else spelling.elsewhere(self._participant, entity, field, value)

    def filled(
        self,
        operation: Operation,
        call: BaseCall,
        lookup: Callable[[str, str | None], Any],
        user: str | None,
        *,
        own: Any = None,
        kept: Any = None,
        exact: bool = False,
        keys: Mapping[str, Any] | None = None,
    ) -> Request:
        """A request to an operation with what the call says laid over it; ``own``: the id that a path asks for.
        ``keys``: by pointer what the body says of which record it is, where the document's body does; ``DRAWN`` for one
        that is new.
        """
        base, draw = self._base(operation, user, exact=exact, plain=keys or {}), self._draw(operation)
        body = replaced(base.body, kept)
        for pointer, key in (keys or {}).items():
            if translate.at(body, pointer) is not None:
                body = put(body, pointer, draw.member(body, pointer) if key is DRAWN else key)

        def member(at: tuple[str, ...], spelled: Spelled | None) -> Any:
            return draw.member(body, pointers.join("", *at), spelled)

        path = dict.fromkeys(VARIABLE.findall(operation.path), own)
        path |= expressions.resolve(
            dict(call.path), lookup, lambda at, spelled: draw.parameter("path", at[0], spelled)
        )
        asked = expressions.resolve(
            dict(call.query), lookup, lambda at, spelled: draw.parameter("query", at[0], spelled)
        )
        headers = {**fresh(base.headers), TRACE_HEADER: self._traceparent}
        said = expressions.resolve(_plain(call.body), lookup, member, partial(spelling.for_member, operation))
        body = leave_out(operation, merge(body, said), call.body)
        return replace(base, path=path, query={**base.query, **asked}, headers=headers, body=body)

    def _keys(self, entity: Entity, operation: Operation, call: Call, record: Record) -> dict[str, Any]:
        """Where a body that the contract does not spell out says which record it is, and what it says there."""
        if isinstance(call, Act | Find):
            return {}
        making, name = isinstance(call, Make), self._participant.name
        said = {place(entity.same, name): record.same}
        if not (making and (self._participant.backend.name, operation.pointer) in _references):
            said.setdefault(place(entity.id, name), record.ids.get(name))
        found = {given(operation, pointer): key for pointer, key in said.items()}
        return {
            pointer: DRAWN if making else key
            for pointer, key in found.items()
            if pointer is not None
            and (making or key is not None)
            and translate.at(call.body, pointer) is None
        }

    def answered(self, entity: Entity, operation: Operation, status: int) -> None:
        """Learn from the answer to a make that is to be taken whether its body has the record's id, or that of
        something else.
        """
        name, make = self._participant.name, (self._participant.backend.name, operation.pointer)
        own = given(operation, place(entity.id, name))
        if own is not None and own != given(operation, place(entity.same, name)):
            (_references.add if status in UNKNOWN else _references.discard)(make)

    def _draw(self, operation: Operation) -> Draw:
        return Draw(operation, self._participant.backend.name, self._seed, self._traceparent)

    def _base(
        self, operation: Operation, user: str | None, *, exact: bool, plain: Collection[str] = ()
    ) -> Request:
        """What the OpenAPI document says a request looks like."""
        if "requestBody" not in operation.place.value or exact:
            example = next(from_examples(operation, lambda name: ["-"]), None) or Request()
            return Request(headers=example.headers)
        key = (operation.pointer, user)
        if key not in self._samples:
            backend = self._participant.backend
            self._samples[key] = Samples(operation, backend, self._client, seed=self._seed, user=user)
        return self._samples[key].next(None, plain)


def _plain(value: Any) -> Any:
    """Mappings and tuples of a frozen model as dict and list."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def keyed(operation: Operation, request: Request, key: str | None) -> Request:
    """With an idempotency key of its own: an example's would make every record the first one again."""
    named = declarations(operation).idempotency
    if named is None and key is None:
        return request
    header = named.header if named else "Idempotency-Key"
    others = {name: value for name, value in request.headers.items() if name.lower() != header.lower()}
    return replace(request, headers={**others, header: key or f"harness-{uuid.uuid4()}"})
