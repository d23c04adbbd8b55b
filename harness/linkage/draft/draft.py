"""A draft of a linkage contract from OpenAPI documents and a running system: every resource studied, one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from harness.contracts import Operation
from harness.core.errors import UsageError
from harness.core.nearest import ANY, nearest
from harness.core.text import Text
from harness.linkage.contract import translate
from harness.linkage.draft import names, words
from harness.linkage.draft.acts import Acts, try_acts
from harness.linkage.draft.division import divided
from harness.linkage.draft.entry import CallEntry, Entry, KnownRecord
from harness.linkage.draft.needs import require_state, require_supplies
from harness.linkage.draft.order import in_order, names_of, wanted
from harness.linkage.draft.own import OwnReads, people
from harness.linkage.draft.reader_writes import ReaderWrites
from harness.linkage.draft.resources import Resource, resources, signed_in
from harness.linkage.draft.search import asks_own
from harness.linkage.draft.session import DraftSession, NotAccepted
from harness.linkage.draft.study import Study, Watched
from harness.linkage.draft.tables import RowSession
from harness.linkage.draft.tokens import Token
from harness.linkage.draft.writer import Writer
from harness.linkage.draft.writing import entry_of, look_again, prune
from harness.linkage.participants.participant import Participant


def _silent(step: str) -> None:
    """Nobody watches."""


@dataclass(slots=True)
class Drafter:
    """The draft under way. ``within``: how long a record may take to cross, in seconds; ``notes``: what was concluded
    of the whole.
    """

    participants: Mapping[str, Participant]
    seed: int
    timeout: float
    within: float
    progress: Callable[[str], None] = _silent
    entries: list[Entry] = field(default_factory=list)
    left_out: list[Text] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
    sessions: dict[str, DraftSession] = field(default_factory=dict)
    databases: dict[str, RowSession] = field(default_factory=dict)
    known: list[KnownRecord] = field(default_factory=list)
    resources: dict[str, list[Resource]] = field(default_factory=dict)
    reader_writes: dict[tuple[str, str], dict[str, CallEntry]] = field(default_factory=dict)
    """What participants that an entity was read on may write of it, too: not tried yet."""
    _covered: set[tuple[str, str]] = field(default_factory=set)
    _own_reads: OwnReads = field(init=False)
    _reader_writes: ReaderWrites = field(init=False)
    _watched: list[tuple[Entry, Study]] = field(default_factory=list)

    def run(self, only: str | None = None) -> None:
        """Study every resource; ``only``: it, and what it needs. UsageError where nothing is called so."""
        participants, self.notes = divided(self.participants)
        self.resources = {name: resources(one) for name, one in participants.items() if one.answers}
        found = in_order([one for several in self.resources.values() for one in several])
        known = {each for one in found for each in names_of(one)}
        if only is not None and only not in known:
            near = nearest(only, known, alike=ANY)
            raise UsageError(words.NOTHING_READS.format(name=only), nearest=near)
        for name, participant in participants.items():
            if participant.answers:
                self.sessions[name] = DraftSession(participant, seed=self.seed, timeout=self.timeout)
            elif participant.database is not None:
                self.databases[name] = RowSession(participant)
        chosen = found if only is None else wanted(found, only)
        self._own_reads = OwnReads(self.sessions)
        self._reader_writes = ReaderWrites(
            self.sessions, self.resources, self._tokens, self.people, self.seed
        )
        try:
            self._own_reads.look()
            for resource in chosen:
                if not (resource.of_person and resource.change is None):
                    self._study(resource.participant, resource)
            for resource in chosen:
                if resource.of_person and resource.change is None:
                    self._own(resource.participant, resource)
            for entry, study in self._watched:
                look_again(study, entry, study.writer.name)
        finally:
            for session in self.sessions.values():
                session.close()
        for name, several in self.resources.items():
            if not any(one.make or one.change for one in several):
                self.left_out.append(words.NOTHING_WRITTEN.format(participant=name))
        prune(self.entries)
        require_state(self.entries, self._watched)
        require_supplies(self.entries, self._watched, self.participants)

    # one resource

    def _study(self, home: str, resource: Resource) -> None:
        if self._key(home, resource.read) in self._covered:
            return
        written = resource.make or resource.change
        if written is None:
            return
        label = {"name": resource.name, "participant": home, "call": written.id}
        self.progress(f"{home}: {written.id}")
        study = self._new(home, resource)
        try:
            study.write_two(partial(self._watch, home))
            if not study.routes and not study.rows:
                self.left_out.append(words.NOWHERE.format(**label))
                return
            study.alter_and_look()
            acts = try_acts(study, partial(self._watch, home)) if resource.acts else Acts(made=study.moved)
        except NotAccepted as error:
            self.left_out.append(
                words.NOT_MADE.format(**{**label, "call": error.operation.id}, seen=error.said)
            )
            return
        if not resource.of_person and not study.personal():
            study.writer.person = None
        entry = entry_of(study, acts, self._name(resource))
        if not entry.fields:
            self.left_out.append(words.ALONE.format(**label))
            return
        self._add(entry, study, home, acts)

    def _new(self, home: str, resource: Resource) -> Study:
        session = self.sessions[home]
        users = self.people if signed_in(resource.read) else session.users
        writer = Writer(resource, session, self._tokens, users, self.seed)
        if resource.of_person:
            writer.person = next((user for user in self.people if user in session.users), None)
        readers = {name: other for name, other in self.sessions.items() if name != home}
        records = {entry.name: study.records[0] for entry, study in self._watched}
        return Study(writer, readers, self.within, self.databases, records)

    def _add(self, entry: Entry, study: Study, home: str, acts: Acts) -> None:
        self.entries.append(entry)
        self._covered.add(self._key(home, study.writer.resource.read))
        self._covered |= {self._key(name, route.read) for name, route in study.routes.items()}
        for name, route in study.routes.items():
            writes = self._reader_writes.of(entry, study, name, route, acts)
            if writes:
                self.reader_writes[entry.name, name] = writes
        if study.writer.id is not None:
            self._remember(entry, study, home)
        self._watched.append((entry, study))

    def _key(self, participant: str, read: Operation) -> tuple[str, str]:
        """A read of a service, whichever of its participants asks."""
        return self.participants[participant].backend.name, read.id

    def _remember(self, entry: Entry, study: Study, home: str) -> None:
        """The first record, so that others can be made that need it."""
        record, home_side = study.records[0], entry.sides[home]
        id_name = (study.writer.id or "/id").rpartition("/")[2]
        own = tuple({id_name, study.writer.resource.id or id_name, entry.name})
        known = KnownRecord(entry.name, {home: record.id}, id_names={home: own})
        if home_side.same is not None:
            known.same = translate.at(record.data, home_side.same)
            places = [side.same for side in entry.sides.values() if side.same is not None]
            known.same_names = tuple(place.rpartition("/")[2] for place in places)
        for name, route in study.routes.items():
            if route.find is None and entry.sides[name].same is None:
                if route.items is None and not asks_own(route.filling):
                    continue  # it was asked by what it needs: its id there is not known
                known.ids[name] = record.id
                known.id_names[name] = (*route.filling, *own)
            elif (at := entry.sides[name].id) is not None:
                known.ids[name] = translate.at(study.samples[name][0].right, at)
                known.id_names[name] = tuple(one for one in (at.rpartition("/")[2],) if one != "id")
        self.known.append(known)

    def _tokens(self, participant: str) -> list[Token]:
        return [token for one in reversed(self.known) for token in one.tokens(participant)]

    def _name(self, resource: Resource) -> str:
        name = resource.name
        if resource.id is not None or resource.listed:
            *before, last = name.split("_")
            name = "_".join([*before, names.singular(last)])
        known = {entry.name for entry in self.entries}
        return name if name not in known else f"{resource.participant}_{name}"

    # what is a person's own

    def _watch(self, home: str) -> Watched:
        """What needed records show now, and what is the person's own; kept as a moment of theirs."""
        found: dict[str, Any] = {}
        for entry, other in self._watched:
            other.writer.refresh(other.records[0])
            found[entry.name] = other.records[0].data
        moment = self._own_reads.look()
        for participant in dict.fromkeys((home, *self.resources)):
            for resource in self.resources[participant]:
                if resource.of_person and (participant, resource.read.id) in moment:
                    found.setdefault(self._name(resource), moment[participant, resource.read.id])
        return found

    def _own(self, home: str, resource: Resource) -> None:
        if self._key(home, resource.read) in self._covered:
            return
        entry = self._own_reads.entry_of(
            home, resource, self._name(resource), lambda name, read: self._key(name, read) in self._covered
        )
        if entry is None or not entry.fields:
            label = {"name": resource.name, "participant": home, "call": resource.read.id}
            self.left_out.append((words.ALONE if entry is None else words.ONLY_COUNTED).format(**label))
            return
        self._covered |= {
            self._key(name, self.participants[name].operation(side.calls["read"]["call"]))
            for name, side in entry.sides.items()
        }
        self.entries.append(entry)

    @property
    def people(self) -> list[str]:
        return people(self.sessions)


def people_of(entries: Sequence[Entry], participants: Mapping[str, Participant]) -> dict[str, dict[str, str]]:
    """The people that the entries name, the users that several participants have, and who they are on each."""
    named = [person for entry in entries for person in (entry.of, *entry.excepted) if person]
    for entry in entries:
        for side in entry.sides.values():
            named += [call["as"] for call in (*side.calls.values(), *side.acts.values()) if "as" in call]
    users = {name: [user.name for user in one.backend.users] for name, one in participants.items()}
    everybody = dict.fromkeys((*named, *(user for known in users.values() for user in known)))
    found = {person: {name: person for name in users if person in users[name]} for person in everybody}
    return {person: known for person, known in found.items() if person in named or len(known) > 1}
