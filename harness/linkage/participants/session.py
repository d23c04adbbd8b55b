"""What one check does on a participant: records made, changed, acted on and read, and when that was.

Not for sharing between threads: a check has sessions of its own. Times are ``time.monotonic()`` seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from harness.api.client import Answer, Client, Request
from harness.contracts import Operation, pointers
from harness.core.errors import BrokenError
from harness.core.text import Text
from harness.linkage.contract import expressions, translate
from harness.linkage.contract.model import Call, Entity, Find, Make, Read
from harness.linkage.contract.shape import BaseCall
from harness.linkage.contract.translate import Value
from harness.linkage.participants import conflicts, pages, row_source, shown_part
from harness.linkage.participants.clocks import monotonic
from harness.linkage.participants.needed import NeededIds, place
from harness.linkage.participants.participant import Participant
from harness.linkage.participants.record import Entry, Listing, NotTaken, Reading, Record, Write
from harness.linkage.participants.requests import Requests, keyed
from harness.linkage.participants.row_source import RowError
from harness.linkage.participants.samples import MOST
from harness.linkage.participants.stated import stated
from harness.linkage.participants.statement import bound_name, parameters

GONE = (404, 410)
NO_CHANGE = Text(
    zh="{participant}：没有一个 {operation} 请求会改变已声明的字段",
    en="{participant}: no request to {operation} changes a declared field",
)
NOT_TAKEN = Text(
    zh="{participant}：以 {user} 的身份发送的 {operation} 未被接受：{answer}",
    en="{participant}: {operation} as {user} was not taken: {answer}",
)
NO_ID = Text(
    zh="{participant}：响应在 {pointer} 处没有编号：{answer}",
    en="{participant}: the answer has no id at {pointer}: {answer}",
)


class ParticipantSession:
    """One participant, for one check. ``entities`` are the contract's: a record needs those of others."""

    def __init__(
        self,
        participant: Participant,
        *,
        seed: int,
        timeout: float,
        traceparent: str,
        entities: Mapping[str, Entity] | None = None,
    ) -> None:
        self.participant = participant
        self._needed = NeededIds(self, entities or {})
        self.client = Client(participant.backend, participant.index, timeout=timeout)
        self.traceparent = traceparent
        self.rows_read = 0
        self._requests = Requests(
            participant, self.client, seed=seed, traceparent=traceparent, entities=entities
        )

    @property
    def name(self) -> str:
        return self.participant.name

    def close(self) -> None:
        self.client.close()

    # writing

    def write(
        self,
        entity: Entity,
        call: Call,
        record: Record,
        *,
        key: str | None = None,
        over: Any = None,
        kept: Any = None,
        unlike: Mapping[str, Value] | None = None,
    ) -> Write:
        """Make, change, remove or act; ``over`` is laid over the body last, ``key`` is its idempotency key. ``kept``:
        what the body has in the place of values that the document would give it.

        The body differs from ``unlike`` in a declared field. BrokenError where there is none such, or where the
        write is not taken.
        """
        write = self.attempt(entity, call, record, key=key, over=over, kept=kept, unlike=unlike)
        if isinstance(call, Make):
            self._requests.answered(entity, write.operation, write.answer.status)
        return self._taken(write, call)

    def attempt(
        self,
        entity: Entity,
        call: Call,
        record: Record,
        *,
        user: str | None = None,
        key: str | None = None,
        over: Any = None,
        kept: Any = None,
        unlike: Mapping[str, Value] | None = None,
    ) -> Write:
        """As :meth:`write`, but it may be refused; ``user`` sends what its own person would send."""
        operation = self.participant.operation(call.call)
        owner = self.participant.user(call.as_ or record.person)
        self._needed.require(call, record)
        for _ in range(MOST):
            request = self._requests.next(operation, call, record, owner, entity=entity, over=over, kept=kept)
            if unlike is None or self.differs(entity, request.body, stated(call.body, request.body), unlike):
                break
        else:
            raise BrokenError(NO_CHANGE.format(participant=self.name, operation=call.call))
        write = self.exchange(operation, keyed(operation, request, key), owner if user is None else user)
        if isinstance(call, Make):
            conflicts.note(self.participant.service, operation, request)
        return replace(write, stated=stated(call.body, request.body))

    def differs(self, entity: Entity, body: Any, without_ids: Any, from_: Mapping[str, Value]) -> bool:
        """Whether a body says something else of a declared field; one that says nothing of any may."""
        sent = self._samples(entity, body, without_ids)
        return not sent or any(
            not translate.equal(entity.fields[name], value, from_[name])
            for name, value in sent.items()
            if name in from_
        )

    def send(self, write: Write) -> Write:
        """Send a write as it was. BrokenError where it is not taken."""
        again = self._taken(self.exchange(write.operation, write.sent, write.user))
        return replace(again, stated=write.stated)

    def _taken(self, write: Write, call: Call | None = None) -> Write:
        answer = write.answer
        if answer.ok:
            return write
        refused = NOT_TAKEN.format(
            participant=self.name,
            operation=write.operation.label,
            user=self.participant.user_name(write.user, write.operation),
            answer=answer.seen[:300],
        )
        if isinstance(call, Make) and answer.status == conflicts.CONFLICT:
            service = self.participant.service
            refused = conflicts.in_words(
                refused, service, write.operation, write.sent, call.body, answer.seen
            )
        raise NotTaken(refused, answer)

    def exchange(self, operation: Operation, request: Request, user: str | None) -> Write:
        """Send a request as it is, taken or not."""
        answer = self.client.send(operation, request, user=user)
        answered = monotonic(answer.exchange.ended)
        return Write(operation, answer, request, answered, stated=request.body, user=user)

    def prepare(self, call: Call, record: Record) -> None:
        """Get the credentials of a call now, for a time when there are none to get."""
        operation = self.participant.operation(call.call)
        if operation.place.value.get("security") != []:
            self.client.prepare(operation, user=self.participant.user(call.as_ or record.person))

    def said(self, entity: Entity, write: Write) -> dict[str, Value]:
        """The declared fields that a write's body had, and no id in them."""
        return self._samples(entity, write.sent.body, write.stated)

    def _samples(self, entity: Entity, body: Any, without_ids: Any) -> dict[str, Value]:
        whole = translate.record(entity, self.name, body)
        left = translate.record(entity, self.name, without_ids)
        return {name: value for name, value in left.items() if value.raw is not None and value == whole[name]}

    def filled(
        self,
        operation: Operation,
        call: BaseCall,
        lookup: Callable[[str, str | None], Any],
        user: str | None,
    ) -> Request:
        """A request to an operation with what the call says laid over it."""
        return self._requests.filled(operation, call, lookup, user)

    # reading

    def read(
        self,
        entity: Entity,
        call: Read,
        record: Record,
        *,
        user: str | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> Reading:
        """The record as ``user`` sees it (default: the person of the call or of the record), with the fields that
        further reads give. ``query`` is added to the address.
        """
        find = self.participant.call(entity, "find") if self.id_of(entity, record) is None else None
        for asked in (find, call):
            if asked is not None and (missing := self._needed.meet(asked, record)) is not None:
                return missing.reading
        if call.reads_rows:
            return self._read_rows(entity, call, record)
        who = user if user is not None else self.participant.user(call.as_ or record.person)
        if find is not None and (unfound := self.find(entity, find, record, who)) is not None:
            return unfound
        operation = self.participant.operation(call.call)
        request, answer, data = self._send(operation, call, record, who, query)
        if not answer.ok:
            return _without(answer)
        items = call.items if call.items is not None else pages.declared_items(operation)
        if entity.id is not None and items is not None:
            id = self.id_of(entity, record)
            by, value = (entity.id, id) if id is not None else (entity.same, record.same)
            found = self._items(data, items, self._pointer(by), value)
            if len(found) != 1:
                unseen = None if found else shown_part.text(self.name, operation, request, data, items)
                return Reading({}, False, answer, times=len(found), part=unseen)
            [data] = found
        elif (unread := shown_part.not_read_on(self.name, operation, data)) is not None:
            return Reading({}, False, answer, part=unread)
        self._learn(entity, record, data)
        for name, further in self.participant.reads(entity).items():
            operation = self.participant.operation(further.call)
            _, part, more = self._send(operation, further, record, who)
            if not part.ok and part.status not in GONE:
                return _without(part)
            if (unread := shown_part.not_read_on(self.name, operation, more)) is not None:
                return Reading({}, False, part, part=unread)
            pointer = translate.pointer_of(name, entity.fields[name], self.name)
            if pointer is not None:
                data = pages.laid(data, pointer, translate.at(more, pointer) if part.ok else None)
        return Reading(translate.record(entity, self.name, data), True, answer, data=data)

    def read_further(self, entity: Entity, name: str, record: Record, *, user: str) -> Reading:
        """What the further read of field ``name`` shows of the record to ``user``."""
        call = self.participant.reads(entity)[name]
        _, answer, data = self._send(self.participant.operation(call.call), call, record, user)
        if not answer.ok:
            return _without(answer)
        rule = entity.fields[name]
        raw = translate.at(data, translate.pointer_of(name, rule, self.name) or "")
        return Reading({name: translate.value(rule, self.name, raw)}, True, answer, data=data)

    def listed(self, entity: Entity, call: Read, record: Record) -> Listing:
        """The records that a list shows to the person."""
        if call.reads_rows:
            answer = self._rows(entity, call, record, "list")
            return Listing(tuple(self._entries(entity, answer.data)), answer)
        return self.list_as(entity, call, record, self.participant.user(call.as_ or record.person))

    def list_as(self, entity: Entity, call: Read, record: Record, user: str | None) -> Listing:
        """The records that a list shows to ``user``; empty where it is refused."""
        operation = self.participant.operation(call.call)
        request, answer, data = self._send(operation, call, record, user)
        items = call.items or pages.list_of(operation) or ""
        return self._listing(entity, operation, request, answer, data, items)

    def first_page(self, entity: Entity, call: Find, record: Record) -> Listing:
        """What a list shows to the person of the call or of the record, where nobody says how many it is to show."""
        operation = self.participant.operation(call.call)
        user = self.participant.user(call.as_ or record.person)
        self._needed.require(call, record)
        request = self._requests.next(operation, call, record, user, exact=call.body is not None)
        answer = self.client.send(operation, request, user=user)
        items = call.items if call.items is not None else pages.list_of(operation)
        return self._listing(entity, operation, request, answer, answer.data, items or "")

    def _listing(
        self, entity: Entity, operation: Operation, request: Request, answer: Answer, data: Any, items: str
    ) -> Listing:
        shown = translate.at(data, items) if answer.ok else None
        entries = tuple(self._entries(entity, shown if isinstance(shown, list) else []))
        part = shown_part.text(self.name, operation, request, data, items) if answer.ok else None
        return Listing(entries, answer, part)

    def _entries(self, entity: Entity, shown: Iterable[Any]) -> Iterator[Entry]:
        pointer, same = self._pointer(entity.id), self._pointer(entity.same)
        for item in shown:
            id = None if pointer is None else translate.at(item, pointer)
            key = None if same is None else translate.at(item, same)
            yield Entry(id, translate.record(entity, self.name, item), key)

    def _read_rows(self, entity: Entity, call: Read, record: Record) -> Reading:
        """The one row that is the record. Two are the record twice: ``same`` says which records are one."""
        answer = self._rows(entity, call, record, "read")
        if not answer.data:
            return Reading({}, False, answer)
        if len(answer.data) > 1:
            return Reading({}, False, answer, times=len(answer.data))
        [row] = answer.data
        self._learn(entity, record, row)
        return Reading(translate.record(entity, self.name, row), True, answer, data=row)

    def _rows(self, entity: Entity, call: Read, record: Record, act: str) -> Answer:
        """The rows that a call asks for. RowError with the place in the linkage contract that is wrong."""
        source = self.participant.database
        assert source is not None  # lint has seen it
        self._needed.require(call, record)
        lookup = self._requests.lookup(record, person=call.as_)
        values = expressions.resolve(dict(call.where), lookup)
        if call.sql is not None:
            values = {bound_name(name, part): lookup(name, part) for name, part in parameters(call.sql)}
        began = time.time()
        try:
            found = source.read(call, values)
            places = [translate.pointer_of(name, rule, self.name) for name, rule in entity.fields.items()]
            row_source.require_columns(found, (pointers.split(place)[0] for place in places if place), call)
        except RowError as error:
            table = entity.participants.get(self.name)
            own = (self.name,) if table is not None and getattr(table, act) is not None else ()
            raise error.at(self.participant.where("entities", record.entity, *own, act)) from None
        self.rows_read += 1
        return row_source.answer(source, call, values, found, began)

    def _send(
        self,
        operation: Operation,
        call: Call,
        record: Record,
        user: str | None,
        query: Mapping[str, Any] | None = None,
    ) -> tuple[Request, Answer, Any]:
        """What was asked, the last answer, and the JSON of all pages."""
        self._needed.require(call, record)
        request = self._requests.next(operation, call, record, user, query=query, exact=call.body is not None)
        return request, *pages.read(self.client, operation, request, user)

    # ids

    def id_of(self, entity: Entity, record: Record) -> Any:
        """The id of a record here; None where it is not known yet."""
        if self.name in record.ids or entity.same is not None:
            if record.same is not None and self._pointer(entity.same) == self._pointer(entity.id):
                record.ids.setdefault(self.name, record.same)  # the id is that value here
            return record.ids.get(self.name)
        return record.id

    def identify(self, entity: Entity, record: Record, answer: Answer) -> None:
        """Take the id of a record from the answer to the write that made it. BrokenError where it has none."""
        if entity.id is None:
            return
        pointer = self._pointer(entity.id)
        id = None if pointer is None else translate.at(answer.data, pointer)
        if id is None:
            raise BrokenError(NO_ID.format(participant=self.name, pointer=pointer, answer=answer.seen[:200]))
        record.ids = {self.name: id}
        if entity.same is not None:
            same = self._pointer(entity.same)
            record.same = None if same is None else translate.at(answer.data, same)

    def _learn(self, entity: Entity, record: Record, data: Any) -> None:
        """Take the id that a record has here from what is shown of it."""
        pointer = self._pointer(entity.id)
        if pointer is not None and (id := translate.at(data, pointer)) is not None:
            record.ids.setdefault(self.name, id)

    def find(self, entity: Entity, call: Find, record: Record, user: str | None) -> Reading | None:
        """Learn the id of a record that was made elsewhere; a reading without it where it is not there."""
        operation = self.participant.operation(call.call)
        request, answer, data = self._send(operation, call, record, user)
        items = call.items if call.items is not None else pages.list_of(operation)
        if not answer.ok:
            return Reading({}, False, answer, refused=answer.seen[:200])
        pointer, same = self._pointer(entity.id), self._pointer(entity.same)
        found = self._items(data, items or "", same, record.same) if pointer is not None else []
        if pointer is None or len(found) != 1:
            part = None if found else shown_part.text(self.name, operation, request, data, items or "")
            return Reading({}, False, answer, times=len(found), part=part)
        record.ids[self.name] = translate.at(found[0], pointer)
        return None

    def _pointer(self, places: Mapping[str, str] | str | None) -> str | None:
        return place(places, self.name)

    def _items(self, data: Any, items: str, pointer: str | None, value: Any) -> list[Any]:
        """What has the value at the pointer, of all that is listed."""
        listed = translate.at(data, items) if items else data
        if pointer is None or value is None or not isinstance(listed, list):
            return []
        return [item for item in listed if str(translate.at(item, pointer)) == str(value)]


def _without(answer: Answer) -> Reading:
    """The reading of an answer that is not the record."""
    return Reading({}, False, answer, refused=None if answer.status in GONE else answer.seen[:200])
