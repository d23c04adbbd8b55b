"""The requests of one check to one participant: from the OpenAPI document, what the linkage contract says over it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from harness.api.client import Client, Request
from harness.api.examples import fresh, from_examples
from harness.contracts import Operation
from harness.contracts.addresses import VARIABLE
from harness.core.exchange import TRACE_HEADER
from harness.linkage.contract import expressions
from harness.linkage.contract.model import Call
from harness.linkage.contract.shape import BaseCall
from harness.linkage.participants.participant import Participant
from harness.linkage.participants.record import Record
from harness.linkage.participants.samples import Samples, merge, replaced


class Requests:
    """Makes them, no two alike in a row where the document lets them differ."""

    def __init__(self, participant: Participant, client: Client, *, seed: int, traceparent: str) -> None:
        self._participant, self._client = participant, client
        self._seed, self._traceparent = seed, traceparent
        self._samples: dict[tuple[str, str | None], Samples] = {}

    def next(
        self,
        operation: Operation,
        call: Call,
        record: Record,
        user: str | None,
        *,
        over: Any = None,
        kept: Any = None,
        query: Mapping[str, Any] | None = None,
        exact: bool = False,
    ) -> Request:
        """The next request; ``over`` is laid over its body last, ``query`` over its query. ``kept``: what stands in the
        body in the place of drawn values. ``exact``: the call says all of the body; a filter more would hide the
        record.
        """
        lookup, own = self.lookup(record), record.ids.get(self._participant.name, record.id)
        request = self.filled(operation, call, lookup, user, own=own, kept=kept, exact=exact)
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
                return id if part == "id" else needed.seen[part].raw
            if field == "id":
                return record.ids.get(name, record.id)
            if field == "person" and field not in record.seen:
                return people.get(person or record.person or "")
            return record.same if field == "same" else record.seen[field].raw

        return lookup

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
    ) -> Request:
        """A request to an operation with what the call says laid over it; ``own``: the id that a path asks for."""
        base = self._base(operation, user, exact=exact)
        path = dict.fromkeys(VARIABLE.findall(operation.path), own)
        path |= expressions.resolve(dict(call.path), lookup)
        query = {**base.query, **expressions.resolve(dict(call.query), lookup)}
        headers = {**fresh(base.headers), TRACE_HEADER: self._traceparent}
        body = merge(replaced(base.body, kept), expressions.resolve(_plain(call.body), lookup))
        return replace(base, path=path, query=query, headers=headers, body=body)

    def _base(self, operation: Operation, user: str | None, *, exact: bool) -> Request:
        """What the OpenAPI document says a request looks like."""
        if "requestBody" not in operation.place.value or exact:
            example = next(from_examples(operation, lambda name: ["-"]), None) or Request()
            return Request(headers=example.headers)
        key = (operation.pointer, user)
        if key not in self._samples:
            backend = self._participant.backend
            self._samples[key] = Samples(operation, backend, self._client, seed=self._seed, user=user)
        return self._samples[key].next(None)


def _plain(value: Any) -> Any:
    """Mappings and tuples of a frozen model as dict and list."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
