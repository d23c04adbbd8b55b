"""Which operations of two participants are one read, as the linkage contract has it. Reads documents only.

A read is the other's read, a list the other's list. Where a participant has no list, its ``find`` is one, asked
without the key, as far as the operation lets that be left out. What both serve by one operation of one document is
compared by :mod:`harness.conformance.kinds.parity`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from harness.contracts import Operation, fields
from harness.contracts.parameters import parameters_of
from harness.linkage.contract import expressions, translate
from harness.linkage.contract.model import Call, Entity, Find, LinkageContract, Read
from harness.linkage.participants.pages import list_of
from harness.linkage.participants.participant import Participant

Act = Literal["read", "list", "find"]
ACTS: tuple[Act, ...] = ("read", "list", "find")
KEYS = ("id", "same")


@dataclass(frozen=True, slots=True)
class Side:
    """One participant's operation of a pair."""

    participant: Participant
    call: Find

    @property
    def operation(self) -> Operation:
        return self.participant.operation(self.call.call)

    @property
    def items(self) -> str:
        """The list in the answer."""
        return self.call.items or list_of(self.operation) or ""

    def place(self, entity: Entity, act: Act, field: str) -> str | None:
        """Where a field stands in the answer, ``*`` for any entry of a list; None where it does not."""
        at = translate.pointer_of(field, entity.fields[field], self.participant.name)
        return at if at is None or act == "read" else f"{self.items}/*{at}"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two operations that are the same read of an entity."""

    entity: str
    act: Act
    first: Side
    second: Side

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.first, self.second

    @property
    def name(self) -> str:
        return f"{self.entity}.{self.act}[{self.first.participant.name}→{self.second.participant.name}]"

    def ignored(self, entity: Entity) -> frozenset[str]:
        """The fields that one of the operations declares to be its own (``x-parity``)."""
        return frozenset(
            field
            for side in self.sides
            for known in _declared(side.operation).get("ignore") or ()
            for field in entity.fields
            if f"{side.place(entity, self.act, field)}/".startswith(f"{known}/")
        )


def pairs(contract: LinkageContract, participants: Mapping[str, Participant]) -> Iterator[Pair]:
    """Every pair, in the order of the document: each further participant with the first, as in a shared document."""
    for id, entity in contract.entities.items():
        for act in ACTS:
            sides = [side for one in participants.values() if (side := _side(entity, act, one)) is not None]
            for other in sides[1:]:
                if sides[0].operation.pointer != other.operation.pointer:
                    yield Pair(id, act, sides[0], other)


def _side(entity: Entity, act: Act, participant: Participant) -> Side | None:
    call: Find | None = participant.call(entity, act)
    if call is None and act == "list" and (find := participant.call(entity, "find")) is not None:
        call = without_key(find, participant.operation(find.call))
    if call is None or (isinstance(call, Read) and call.reads_rows):
        return None
    side = Side(participant, call)
    return None if _declared(side.operation).get("compare") is False else side


def without_key(find: Find, operation: Operation) -> Find | None:
    """The call as it asks for all records; None where the operation takes it with a key only."""
    query, body = _others(find.query), _others(find.body)
    left_out = {*find.query} - {*query} | (
        {*find.body} - {*body} if isinstance(find.body, Mapping) else set()
    )
    if _others(find.path) != dict(find.path) or left_out & _required(operation):
        return None
    return find.model_copy(update={"query": query, "body": body})


def _others(values: Any) -> Any:
    """What does not ask for one record."""
    if not isinstance(values, Mapping):
        return values
    return {name: value for name, value in values.items() if not _asks(value)}


def _asks(value: Any) -> bool:
    return any(part is None and name in KEYS for name, part in expressions.names({"": value}))


def by_fields(call: Call) -> bool:
    """Whether a call asks for a record by fields that are no keys."""
    known = (*KEYS, "person")
    asked = {"path": dict(call.path), "query": dict(call.query), "body": call.body}
    return any(part is None and name not in known for name, part in expressions.names(asked))


def _required(operation: Operation) -> set[str]:
    found = {place.value["name"] for place in parameters_of(operation) if place.value.get("required")}
    schema = fields.body_schema(operation)
    if schema is not None:
        found |= set(fields.keyword(operation.contract.library, schema, "required") or ())
    return found


def _declared(operation: Operation) -> Mapping[str, Any]:
    declared: Mapping[str, Any] = operation.place.value.get("x-parity") or {}
    return declared
