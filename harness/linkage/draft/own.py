"""What is a person's own and written by what is done elsewhere, such as points: whatever moved alike is the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.contracts import Operation
from harness.linkage.draft import names
from harness.linkage.draft.effects import sums
from harness.linkage.draft.entry import Entry, Side
from harness.linkage.draft.places import required
from harness.linkage.draft.resources import Resource, reads, signed_in
from harness.linkage.draft.search import ask
from harness.linkage.draft.session import DraftSession
from harness.linkage.draft.values import Sample, match
from harness.linkage.draft.writing import call_entry, fields, names_at

Read = tuple[str, str]
"""A participant and an operation."""


def people(sessions: Mapping[str, DraftSession]) -> list[str]:
    """Users by how many participants have them; those who are a service's first come late: they are often staff."""
    users = [session.users for session in sessions.values()]
    return sorted(
        dict.fromkeys(user for several in users for user in several),
        key=lambda user: (
            -sum(user in several for several in users),
            sum(bool(several) and several[0] == user for several in users),
        ),
    )


@dataclass(slots=True)
class OwnReads:
    """The reads that answer for whoever asks, on all participants, as they were at several moments."""

    sessions: Mapping[str, DraftSession]
    moments: list[Mapping[Read, Any]] = field(default_factory=list)

    def look(self) -> Mapping[Read, Any]:
        """What each shows now; kept."""
        found: dict[Read, Any] = {}
        for name, session in self.sessions.items():
            for operation in reads(session.participant):
                if signed_in(operation) and not required(operation) and (person := self._person(name)):
                    answer = ask(session, operation, {}, person)
                    if answer is not None and answer.ok:
                        found[name, operation.id] = answer.data
        self.moments.append(found)
        return found

    def entry_of(
        self, home: str, resource: Resource, name: str, covered: Callable[[str, Operation], bool]
    ) -> Entry | None:
        """The entry of what ``home`` reads; None where no other read, but those ``covered``, moved as it did."""
        self.look()
        mine = (home, resource.read.id)
        samples: dict[str, list[Sample]] = {}
        chosen: dict[str, str] = {}
        for other, session in self.sessions.items():
            best = 0
            for operation in reads(session.participant) if other != home else ():
                several = self._samples(mine, (other, operation.id))
                if covered(other, operation) or not several:
                    continue
                found = match(several, one_operation=operation.id == resource.read.id)
                weight = sum(one.sure for one in found.sure.values())
                if weight > best:
                    best, samples[other], chosen[other] = weight, several, operation.id
        if not samples:
            return None
        entry = Entry(name, names.title(resource.name), of=self._person(home))
        entry.sides[home] = Side({"read": call_entry(resource.read, {})})
        for other, id in chosen.items():
            read = self.sessions[other].participant.operation(id)
            entry.sides[other] = Side({"read": call_entry(read, {})})
        fields(entry, home, samples, chosen, resource)
        entry.always = sums([one[mine] for one in self.moments if mine in one], names_at(entry, home))
        return entry

    def _samples(self, mine: Read, theirs: Read) -> list[Sample]:
        return [
            Sample("own", one[mine], one[theirs]) for one in self.moments if mine in one and theirs in one
        ]

    def _person(self, name: str) -> str | None:
        return next((user for user in people(self.sessions) if user in self.sessions[name].users), None)
