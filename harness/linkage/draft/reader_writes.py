"""What a participant that an entity was read on may write of it, as the OpenAPI documents let it: not tried yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from harness.linkage.contract import translate
from harness.linkage.draft import amounts
from harness.linkage.draft.acts import Acts
from harness.linkage.draft.entry import CallEntry, Entry
from harness.linkage.draft.places import required
from harness.linkage.draft.reader_acts import reader_acts
from harness.linkage.draft.resources import Resource
from harness.linkage.draft.search import Route
from harness.linkage.draft.session import DraftSession, NotAccepted
from harness.linkage.draft.study import Study
from harness.linkage.draft.tokens import Token, refer
from harness.linkage.draft.writer import Made, Writer
from harness.linkage.draft.writing import call_entry


@dataclass(slots=True)
class ReaderWrites:
    """``tokens`` gives those of records that are there, ``people`` may write, in this order."""

    sessions: Mapping[str, DraftSession]
    resources: Mapping[str, Sequence[Resource]]
    tokens: Callable[[str], list[Token]]
    people: Sequence[str]
    seed: int

    def of(self, entry: Entry, study: Study, reader: str, route: Route, acts: Acts) -> dict[str, CallEntry]:
        """What the documents let a reader write: what the home can look up, and what has no id."""
        own = next((one for one in self.resources[reader] if one.read.id == route.read.id), None)
        home, session, found = study.writer.name, self.sessions[reader], dict[str, CallEntry]()
        if own is None:
            return found
        side = entry.sides[home]
        known_there = side.same in (None, side.id) or "find" in side.calls
        if own.make is not None and study.writer.id is not None and known_there:
            try:
                base = session.request(own.make, entry.of)
            except NotAccepted:
                return found
            _, template, _ = refer(base.body, self.tokens(reader))
            same = side.calls.get("make", {})
            one = same.get("call") == own.make.id
            template = amounts.as_at_home(own.make, template, same.get("body"))
            found["make"] = dict(same) if one else call_entry(own.make, {}, body=template)
            able = {operation.id for operation in own.acts.values()}
            found |= {act: call for act, call in side.acts.items() if call["call"] in able}
            others = {
                name: one
                for name, one in own.acts.items()
                if one.id not in {c["call"] for c in found.values()}
            }
            if others and entry.sides[reader].id is not None:
                found |= reader_acts(study, entry, self._writer_of(own, study, entry), others, acts)
        if own.change is not None and study.writer.id is not None and known_there:
            found |= self._change_there(own, study, entry)
        if own.change is not None and study.writer.id is None:
            change = side.calls["change"]
            if change["call"] == own.change.id:
                found["change"] = dict(change)
            elif own.of_person and not required(own.change):
                found["change"] = call_entry(own.change, {})
        return found

    def _change_there(self, own: Resource, study: Study, entry: Entry) -> dict[str, CallEntry]:
        """The change of a reader, which has its own id of the record."""
        operation, reader = own.change, own.participant
        here, id = entry.sides[study.writer.name].calls.get("change", {}), entry.sides[reader].id
        if operation is None or id is None:
            return {}
        if here.get("call") == operation.id:
            return {"change": dict(here)}
        writer, shown = self._writer_of(own, study, entry), study.samples[reader][0].right
        tokens = writer.tokens(Made("there", translate.at(shown, id), shown))
        try:
            _, template, _ = refer(self.sessions[reader].request(operation, entry.of).body, tokens)
            return {"change": call_entry(operation, writer.filling(operation, tokens), body=template)}
        except NotAccepted:
            return {}

    def _writer_of(self, own: Resource, study: Study, entry: Entry) -> Writer:
        """A writer of records that were made elsewhere."""
        person = study.writer.person
        users = self.people if person is None else [person]
        id = entry.sides[own.participant].id
        return Writer(
            own, self.sessions[own.participant], self.tokens, users, self.seed, person=person, id=id
        )
