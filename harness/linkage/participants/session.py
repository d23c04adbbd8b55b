"""What one check does on the participants: records made, changed, acted on and read, and when that was.

Not for sharing between threads: a check has sessions of its own. Times are ``time.monotonic()`` seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from harness.api.client import Answer, Client, Request
from harness.api.examples import fresh, from_examples
from harness.contracts import Operation
from harness.contracts.declarations import declarations
from harness.contracts.lint import VARIABLE
from harness.core.errors import BrokenError
from harness.core.exchange import TRACE_HEADER
from harness.core.text import Text
from harness.linkage.contract import expressions, translate
from harness.linkage.contract.model import Call, Entity
from harness.linkage.contract.shape import BaseCall
from harness.linkage.contract.translate import Value
from harness.linkage.participants.participant import Participant
from harness.linkage.participants.samples import MOST, Samples, merge

GONE = (404, 410)
PAGE, PAGES = 100, 20


@dataclass(slots=True)
class Record:
    """One record under test: whose it is, and the records it needs. ``made``: by which write.

    ``ids`` by participant; ``same`` is the value by which the other participants know it.
    """

    entity: str
    person: str | None = None
    ids: dict[str, Any] = field(default_factory=dict)
    same: Any = None
    needs: dict[str, Record] = field(default_factory=dict)
    made: Write | None = None
    seen: dict[str, Value] = field(default_factory=dict)
    """Its fields as its writer last showed them."""

    @property
    def id(self) -> Any:
        """Its id where it was made."""
        return next(iter(self.ids.values()), None)


@dataclass(frozen=True, slots=True)
class Write:
    """A write that was answered at ``answered``; ``sent`` is the request, ``sets`` what it says it brings about."""

    operation: Operation
    answer: Answer
    sent: Request
    answered: float
    sets: Mapping[str, Any] = field(default_factory=dict)
    user: str | None = None

    @property
    def label(self) -> str:
        return f"{self.operation.label} → {self.answer.status}"


@dataclass(frozen=True, slots=True)
class Reading:
    """A record as a participant shows it. ``found``: whether it is there.

    ``data`` is the record's JSON; ``refused`` holds status and words of an answer that is neither the record nor
    its absence.
    """

    fields: Mapping[str, Value]
    found: bool
    answer: Answer
    refused: str | None = None
    data: Any = None

    @property
    def words(self) -> Text:
        if self.refused is None and not self.found:
            return Text(
                zh=f"没有这条记录（{self.answer.status}）", en=f"no such record ({self.answer.status})"
            )
        shown = self.refused or ", ".join(f"{name} = {value}" for name, value in self.fields.items())
        return Text(zh=shown, en=shown)

    def __str__(self) -> str:
        return self.words.en


@dataclass(frozen=True, slots=True)
class Entry:
    """One record as a list shows it; a field that it leaves out is None there."""

    id: Any
    fields: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Listing:
    """What a list shows, and the answer with its last page."""

    entries: tuple[Entry, ...]
    answer: Answer

    def entry(self, id: Any) -> Entry | None:
        return next((one for one in self.entries if str(one.id) == str(id)), None)


class NotTaken(BrokenError):
    """A write that was answered, but not with success."""

    def __init__(self, message: str, status: int) -> None:
        self.status = status
        super().__init__(message)


class ParticipantSession:
    """One participant, for one check."""

    def __init__(self, participant: Participant, *, seed: int, timeout: float, traceparent: str) -> None:
        self.participant = participant
        self.client = Client(participant.backend, participant.index, timeout=timeout)
        self.traceparent = traceparent
        self._seed = seed
        self._samples: dict[tuple[str, str | None], Samples] = {}

    @property
    def name(self) -> str:
        return self.participant.name

    def write(
        self,
        entity: Entity,
        call: Call,
        record: Record,
        *,
        key: str | None = None,
        over: Any = None,
        unlike: Mapping[str, Value] | None = None,
    ) -> Write:
        """Make, change, remove or act; ``over`` is laid over the body last, ``key`` is its idempotency key.

        The body differs from ``unlike`` in a declared field. BrokenError where there is none such, or where the
        write is not taken.
        """
        operation = self.participant.operation(call.call)
        user = self.participant.user(call.as_ or record.person)
        for _ in range(MOST):
            request = self._request(operation, call, record, user, over)
            if unlike is None or self._differs(entity, request.body, unlike):
                break
        else:
            raise BrokenError(f"{self.name}: no request to {call.call} changes a declared field")
        if key is not None:
            named = declarations(operation).idempotency
            header = named.header if named else "Idempotency-Key"
            request = replace(request, headers={**request.headers, header: key})
        return self.send(operation, request, user)

    def _differs(self, entity: Entity, body: Any, from_: Mapping[str, Value]) -> bool:
        """Whether a body says something else of a declared field; one that says nothing of any may."""
        sent = translate.record(entity, self.name, body)
        sent = {name: value for name, value in sent.items() if value.raw is not None}
        return not sent or any(
            not translate.equal(entity.fields[name], value, from_[name])
            for name, value in sent.items()
            if name in from_
        )

    def send(self, operation: Operation, request: Request, user: str | None) -> Write:
        """Send a write as it is. BrokenError where it is not taken."""
        write = self.exchange(operation, request, user)
        if not write.answer.ok:
            who = user or "the first user"
            raise NotTaken(
                f"{self.name}: {operation.label} as {who} was not taken: {write.answer.seen[:300]}",
                write.answer.status,
            )
        return write

    def prepare(self, call: Call, record: Record) -> None:
        """Get the credentials of a call now, for a time when there are none to get."""
        operation = self.participant.operation(call.call)
        if operation.place.value.get("security") != []:
            self.client.prepare(operation, user=self.participant.user(call.as_ or record.person))

    def exchange(self, operation: Operation, request: Request, user: str | None) -> Write:
        """Send a request as it is, taken or not."""
        answer = self.client.send(operation, request, user=user)
        return Write(operation, answer, request, monotonic(answer.exchange.ended), user=user)

    def read(self, entity: Entity, call: Call, record: Record, *, user: str | None = None) -> Reading:
        """The record as ``user`` sees it (default: the person of the call or of the record)."""
        operation = self.participant.operation(call.call)
        who = user if user is not None else self.participant.user(call.as_ or record.person)
        if self.id_of(entity, record) is None and (find := self.participant.call(entity, "find")):
            missing = self._find(entity, find, record, who)
            if missing is not None:
                return missing
        request = self._request(operation, call, record, who, None)
        answer = self.client.send(operation, request, user=who)
        if answer.status in GONE:
            return Reading({}, False, answer)
        if not answer.ok:
            return Reading({}, False, answer, refused=answer.seen[:200])
        data = answer.data
        items = call.items if call.items is not None else declared_items(operation)
        if entity.id is not None and items is not None:
            data = self._item(data, items, self._pointer(entity.id), self.id_of(entity, record))
            if data is None:
                return Reading({}, False, answer)
        return Reading(translate.record(entity, self.name, data), True, answer, data=data)

    def said(self, entity: Entity, write: Write) -> dict[str, Value]:
        """The declared fields that a write's body had."""
        said = translate.record(entity, self.name, write.sent.body)
        return {name: value for name, value in said.items() if value.raw is not None}

    def listed(self, entity: Entity, call: Call, record: Record) -> Listing:
        """The records that a list shows, page by page where it declares its pages (``x-pagination``)."""
        operation = self.participant.operation(call.call)
        who = self.participant.user(call.as_ or record.person)
        pages, items = declarations(operation).pagination, call.items or list_of(operation) or ""
        found: list[Entry] = []
        for page in range(PAGES):
            request = self._request(operation, call, record, who, None)
            if pages is not None:
                query = {**request.query, pages.limit: PAGE, pages.offset: page * PAGE}
                request = replace(request, query=query)
            answer = self.client.send(operation, request, user=who)
            if not answer.ok:
                raise BrokenError(f"{self.name}: {operation.label}: {answer.seen[:200]}")
            shown = translate.at(answer.data, items) if items else answer.data
            shown = shown if isinstance(shown, list) else []
            pointer = self._pointer(entity.id)
            found += [
                Entry(
                    None if pointer is None else translate.at(item, pointer),
                    translate.record(entity, self.name, item),
                )
                for item in shown
            ]
            if pages is None or len(shown) < PAGE:
                break
        return Listing(tuple(found), answer)

    def id_of(self, entity: Entity, record: Record) -> Any:
        """The id of a record here; None where it is not known yet."""
        if self.name in record.ids or entity.same is not None:
            return record.ids.get(self.name)
        return record.id

    def identify(self, entity: Entity, record: Record, answer: Answer) -> None:
        """Take the id of a record from the answer to the write that made it. BrokenError where it has none."""
        if entity.id is None:
            return
        pointer = self._pointer(entity.id)
        id = None if pointer is None else translate.at(answer.data, pointer)
        if id is None:
            raise BrokenError(f"{self.name}: the answer has no id at {pointer}: {answer.seen[:200]}")
        record.ids = {self.name: id}
        if entity.same is not None:
            same = self._pointer(entity.same)
            record.same = None if same is None else translate.at(answer.data, same)

    def _find(self, entity: Entity, call: Call, record: Record, user: str | None) -> Reading | None:
        """Learn the id of a record that was made elsewhere; a reading without it where it is not there."""
        operation = self.participant.operation(call.call)
        answer = self.client.send(operation, self._request(operation, call, record, user, None), user=user)
        items = call.items if call.items is not None else list_of(operation)
        if not answer.ok:
            return Reading({}, False, answer, refused=answer.seen[:200])
        pointer, same = self._pointer(entity.id), self._pointer(entity.same)
        item = self._item(answer.data, items or "", same, record.same)
        if item is None or pointer is None:
            return Reading({}, False, answer)
        record.ids[self.name] = translate.at(item, pointer)
        return None

    def _pointer(self, places: Mapping[str, str] | str | None) -> str | None:
        return places.get(self.name) if isinstance(places, Mapping) else places

    def _item(self, data: Any, items: str, pointer: str | None, value: Any) -> Any:
        listed = translate.at(data, items) if items else data
        for item in listed if isinstance(listed, list) else ():
            if pointer is not None and str(translate.at(item, pointer)) == str(value):
                return item
        return None

    def _request(
        self, operation: Operation, call: Call, record: Record, user: str | None, over: Any
    ) -> Request:
        def lookup(name: str, part: str | None) -> Any:
            if part is not None:
                needed = record.needs[name]
                id = needed.ids.get(self.name, needed.id)
                if part == "same":
                    return needed.same
                return id if part == "id" else needed.seen[part].raw
            if name == "id":
                return own
            return record.same if name == "same" else record.seen[name].raw

        own = record.ids.get(self.name, record.id)
        request = self.filled(operation, call, lookup, user, own=own)
        return replace(request, body=merge(request.body, over))

    def filled(
        self,
        operation: Operation,
        call: BaseCall,
        lookup: Callable[[str, str | None], Any],
        user: str | None,
        *,
        own: Any = None,
    ) -> Request:
        """A request to an operation with what the call says laid over it; ``own``: the id that a path asks for."""
        base = self._base(operation, user)
        path = dict.fromkeys(VARIABLE.findall(operation.path), own)
        path |= expressions.resolve(dict(call.path), lookup)
        query = {**base.query, **expressions.resolve(dict(call.query), lookup)}
        headers = {**fresh(base.headers), TRACE_HEADER: self.traceparent}
        body = merge(base.body, expressions.resolve(_plain(call.body), lookup))
        return Request(path=path, query=query, headers=headers, body=body, media_type=base.media_type)

    def _base(self, operation: Operation, user: str | None) -> Request:
        """What the OpenAPI document says a request looks like."""
        if "requestBody" not in operation.place.value:
            example = next(from_examples(operation, lambda name: ["-"]), None) or Request()
            return Request(headers=example.headers)
        key = (operation.pointer, user)
        if key not in self._samples:
            backend = self.participant.backend
            self._samples[key] = Samples(operation, backend, self.client, seed=self._seed, user=user)
        return self._samples[key].next(None)

    def close(self) -> None:
        self.client.close()


def list_of(operation: Operation) -> str | None:
    """The list in the answer, declared or the only one there is."""
    return declarations(operation).items


def declared_items(operation: Operation) -> str | None:
    """The list in the answer, where the operation declares one (``x-pagination``)."""
    pagination = declarations(operation).pagination
    return pagination.items if pagination else None


def _plain(value: Any) -> Any:
    """Mappings and tuples of a frozen model as dict and list."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def monotonic(wall: float) -> float:
    """A moment of ``time.time()`` as ``time.monotonic()`` would have said it.

    Both clocks are read in one go; where something came between, again.
    """
    readings = []
    for _ in range(5):
        before, now, after = time.monotonic(), time.time(), time.monotonic()
        readings.append((after - before, after - now))
    return wall + min(readings)[1]
