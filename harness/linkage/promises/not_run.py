"""Which checks will not be run, and why, before anything is sent: what each would find out on its way.

``harness linkage explain`` and a run both go by it, so that they say the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from harness.contracts import Operation
from harness.contracts.declarations import declarations
from harness.core.text import Text
from harness.linkage.contract.model import Entity, LinkageContract
from harness.linkage.contract.needs import entity_of
from harness.linkage.contract.plan import Cell, cells
from harness.linkage.contract.ways import Ways
from harness.linkage.participants.needed import by_id, tells_id, unknown
from harness.linkage.participants.participant import Participant, maker
from harness.linkage.promises import never_below, words
from harness.linkage.promises.converges import unwritten


def planned(contract: LinkageContract, participants: Mapping[str, Participant], ways: Ways) -> Iterator[Cell]:
    """Every cell, in the order of the document, with the reason why it will not be run."""
    for cell in cells(contract, participants):
        if cell.not_run is None:
            reason = _Prospect(contract, participants, ways, cell).reason()
            cell = replace(cell, not_run=reason)
        yield cell


@dataclass(frozen=True, slots=True)
class _Prospect:
    contract: LinkageContract
    participants: Mapping[str, Participant]
    ways: Ways
    cell: Cell

    @property
    def entity(self) -> Entity:
        return self.contract.entities[self.cell.entity]

    @property
    def writer(self) -> Participant:
        return self.participants[self.cell.writer]

    @property
    def reader(self) -> Participant:
        return self.participants[self.cell.reader]

    def reason(self) -> Text | None:
        match self.cell.promise:
            case "one-account":
                return None
            case "private":
                return self._private()
            case "conserved":
                return self._no_effects() or self._no_record(self._origin)
            case "exactly-once":
                return self._no_key() or self._no_record(self.writer) or self._never_quiet()
            case "never-below":
                return self._takes_nothing() or self._no_record(self.writer) or self._supply_unsaid()
            case "converges":
                return (
                    self._no_proxy() or self._no_record(self._origin) or unwritten(self.entity, self.writer)
                )
            case "monotonic-reads" | "last-write-wins":
                return self._no_record(self._origin) or self._no_drain()
        return self._no_record(self._origin)

    # a record to work on

    def _no_record(self, participant: Participant) -> Text | None:
        """Why a participant has no record of the entity to work on."""
        return (
            self._unneeded(self.entity, participant)
            or self._not_made(self.entity, participant)
            or self._id_unknown(participant)
            or self._unfound(participant)
        )

    @property
    def _origin(self) -> Participant:
        """Who makes a record that the writer works on: another participant where it cannot."""
        return self.writer if self.entity.id is None else self._maker(self.entity, self.writer)

    def _not_made(self, entity: Entity, participant: Participant) -> Text | None:
        if entity.id is not None and participant.call(entity, "make") is None:
            return participant.no_act(entity, "make")
        return None

    def _unfound(self, origin: Participant) -> Text | None:
        """Why the writer cannot work on what another participant made: it does not learn its id."""
        if origin.name == self.writer.name or tells_id(self.writer, self.entity):
            return None
        return self.writer.no_act(self.entity, "make")

    def _unneeded(self, entity: Entity, participant: Participant) -> Text | None:
        """Why what an entity needs is not there first."""
        entities = self.contract.entities
        for name, values in entity.needs.items():
            needed = entities[entity_of(name, entities)]
            origin = self._maker(needed, participant)
            reason = self._unneeded(needed, origin) or self._not_made(needed, origin)
            if reason is None and values and origin.call(needed, "change") is None:
                reason = origin.no_act(needed, "change")
            if reason is None and origin.call(needed, "read") is None:
                reason = origin.no_act(needed, "read")
            if reason is not None:
                return reason
        return None

    def _id_unknown(self, origin: Participant) -> Text | None:
        """Why an end that reads by the id of a needed record does not know it."""
        entities = self.contract.entities
        for end in (self.writer, self.reader):
            call = end.call(self.entity, "read")
            for name in () if call is None else by_id(call):
                needed = entities[entity_of(name, entities)]
                if end.name != self._maker(needed, origin).name and not tells_id(end, needed):
                    return unknown(name, entity_of(name, entities), end.name)
        return None

    def _maker(self, needed: Entity, participant: Participant) -> Participant:
        return maker(needed, participant, self.participants.values())

    # by promise

    def _private(self) -> Text | None:
        read = self.reader.call(self.entity, "read")
        if read is not None and self.entity.of is None and read.as_ is None:
            return words.NOBODYS
        if read is not None and self.reader.is_public(read):
            return words.PUBLIC.format(operation=read.call, participant=self.reader.name)
        makers = [one for one in self.participants.values() if one.call(self.entity, "make") is not None]
        for origin in makers or [self.reader]:
            if (reason := self._no_record(origin)) is not None:
                return reason
        if len(self.reader.backend.users) < 2:
            return words.ONE_USER.format(participant=self.reader.name)
        return None

    def _no_effects(self) -> Text | None:
        if self.cell.writer == self.cell.reader:
            return None
        if any(self.writer.call(self.entity, act) for act in self.entity.effects):
            return None
        return words.NO_EFFECTS.format(participant=self.writer.name)

    def _no_key(self) -> Text | None:
        if self._made_again or self.writer.acts(self.entity):
            return None
        return words.NO_KEY.format(operation=self._make.id, participant=self.writer.name)

    @property
    def _make(self) -> Operation:
        call = self.writer.call(self.entity, "make")
        assert call is not None  # the plan has seen it
        return self.writer.operation(call.call)

    @property
    def _made_again(self) -> bool:
        """Whether what makes a record comes twice."""
        return declarations(self._make).idempotency is not None or self._goes_wrong

    @property
    def _goes_wrong(self) -> bool:
        return self.ways.way(self.writer, self.reader) is not None

    def _no_proxy(self) -> Text | None:
        return None if self._goes_wrong else words.NO_PROXY

    def _no_drain(self) -> Text | None:
        told = self.ways.drains or self.contract.defaults.settle is not None
        return None if told else words.NO_DRAIN

    def _never_quiet(self) -> Text | None:
        """What is sent again must have come to rest before it is looked at: where it moves, or is counted."""
        ends, entity = (self.writer, self.reader), self.entity
        acts = {*self.writer.acts(entity), *(("make",) if self._made_again else ())}
        listed = bool(entity.needs) and any(one.call(entity, "list") is not None for one in ends)
        counted = (listed and self._made_again) or any(one.counts(entity) for one in ends)
        return self._no_drain() if counted or acts & entity.effects.keys() else None

    def _takes_nothing(self) -> Text | None:
        if not never_below.places(self.entity):
            return words.TAKES_NOTHING
        unable = [one for one in (self.reader, self.writer) if one.call(self.entity, "make") is None]
        return unable[0].no_act(self.entity, "make") if unable else None

    def _supply_unsaid(self) -> Text | None:
        """Neither can it be set how much there is, nor be said how much is taken."""
        entities = self.contract.entities
        for place in never_below.places(self.entity):
            name, _, field = place.partition(".")
            source = entities[entity_of(name, entities)]
            if never_below.set_by(source, self._maker(source, self.writer), field) is not None:
                return None
            makes = [one.call(self.entity, "make") for one in (self.writer, self.reader)]
            if all(call is not None and place in call.takes and call.undo is not None for call in makes):
                return None
        return words.TAKES_UNSAID
