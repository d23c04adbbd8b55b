"""Ids of needed records: ``$product.id`` is the id on the participant that is asked, which it must tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.contracts.addresses import VARIABLE
from harness.core.errors import NotRun
from harness.core.text import Text
from harness.linkage.contract import expressions
from harness.linkage.contract.model import Call, Entity, Read
from harness.linkage.contract.shape import BaseCall
from harness.linkage.participants.participant import Participant
from harness.linkage.participants.record import Reading, Record
from harness.linkage.participants.statement import parameters

if TYPE_CHECKING:
    from harness.linkage.participants.session import ParticipantSession

ID_UNKNOWN = Text(
    zh="${name}.id 是 {entity} 在 {participant} 上的编号，而那里没有说明如何得知：请在 {entity} 的 {participant} 下写 "
    "find（能按 same 找到它的列表），或改用 ${name}.same",
    en="${name}.id is the id of {entity} on {participant}, and nothing tells it there: write a 'find' under "
    "{participant} of {entity} (the list in which the record with 'same' is found), or ${name}.same here",
)
NOT_FOUND = Text(
    zh="${name}.id：{participant} 上找不到 {entity}，所以不知道它在那里的编号：{seen}",
    en="${name}.id: {participant} does not show the {entity}, so that its id there is not known: {seen}",
)


def said(call: BaseCall) -> list[tuple[str, str | None]]:
    """Every expression of a call, as ``(name, field)``."""
    values: list[object] = [dict(call.path), dict(call.query), call.body]
    found = expressions.names(values)
    if isinstance(call, Read):
        found += parameters(call.sql) if call.sql is not None else expressions.names(dict(call.where))
    return found


def by_id(call: BaseCall) -> list[str]:
    """The names under ``needs`` whose id a call says."""
    return list(dict.fromkeys(name for name, part in said(call) if part == "id"))


def place(places: Mapping[str, str] | str | None, participant: str) -> str | None:
    """The pointer of a participant to an ``id`` or a ``same``."""
    return places.get(participant) if isinstance(places, Mapping) else places


def tells_id(participant: Participant, entity: Entity) -> bool:
    """Whether it tells the id of a record that was made elsewhere."""
    if entity.same is None:
        return True  # ids are the same everywhere
    id = place(entity.id, participant.name)
    if id is None:
        return False
    if id == place(entity.same, participant.name) or participant.call(entity, "find") is not None:
        return True
    read = participant.call(entity, "read")
    return read is not None and not asks_id(participant, read)


def asks_id(participant: Participant, call: Call) -> bool:
    """Whether a call says the record's own id."""
    if ("id", None) in said(call):
        return True
    reads_rows = isinstance(call, Read) and call.reads_rows
    return not reads_rows and bool({*VARIABLE.findall(participant.operation(call.call).path)} - {*call.path})


def unknown(name: str, entity: str, participant: str) -> Text:
    return ID_UNKNOWN.format(name=name, entity=entity, participant=participant)


@dataclass(frozen=True, slots=True)
class Missing:
    """A needed record that a participant does not show, by its name under ``needs``."""

    name: str
    reading: Reading


@dataclass(frozen=True, slots=True)
class NeededIds:
    """The ids that needed records have on the participant of a session."""

    session: ParticipantSession
    entities: Mapping[str, Entity]

    def meet(self, call: Call, record: Record) -> Missing | None:
        """Learn those that a call says; else the first that is not there. NotRun where nothing tells it."""
        for name in by_id(call):
            needed = record.needs[name]
            entity = self.entities.get(needed.entity)
            if entity is None or self.session.id_of(entity, needed) is not None:
                continue
            if not tells_id(self.session.participant, entity):
                raise NotRun(unknown(name, needed.entity, self.session.name))
            missing = self._learn(name, entity, needed)
            if missing is not None and self.session.id_of(entity, needed) is None:
                return missing
        return None

    def require(self, call: Call, record: Record) -> None:
        """NotRun where one that a call says is not there."""
        if (missing := self.meet(call, record)) is not None:
            entity = self.entities[record.needs[missing.name].entity].title
            raise NotRun(
                NOT_FOUND.format(
                    name=missing.name,
                    participant=self.session.name,
                    entity=entity,
                    seen=missing.reading.words,
                )
            )

    def _learn(self, name: str, entity: Entity, needed: Record) -> Missing | None:
        participant = self.session.participant
        if (find := participant.call(entity, "find")) is not None:
            if (missing := self.meet(find, needed)) is not None:
                return missing
            reading = self.session.find(entity, find, needed, participant.user(find.as_ or needed.person))
        else:
            read = participant.call(entity, "read")
            assert read is not None  # it tells the id
            reading = self.session.read(entity, read, needed)
        return None if reading is None else Missing(name, reading)
