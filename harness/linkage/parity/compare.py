"""One pair of unlike reads, asked the same and compared: order, defaults, values, errors.

Some records are made first, so that there is something to put in an order and more than a small default shows.
What is compared are the fields of the linkage contract, translated; a field that one of two lists leaves out is not.
A difference counts when it stays for as long as data may take to cross.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from harness.api.client import Answer
from harness.checks.findings import Findings
from harness.checks.outcome import Outcome
from harness.conformance.kinds import parity_cause
from harness.conformance.kinds.parity import NODE, WHAT
from harness.conformance.kinds.parity_difference import OF_LISTS, Difference, differences
from harness.conformance.kinds.refusals import absent_id
from harness.contracts import pointers
from harness.core import causes
from harness.core.causes import Cause
from harness.core.difference import in_words
from harness.core.errors import NotRun
from harness.core.polling import poll
from harness.core.text import Text, text_of
from harness.linkage.contract import translate
from harness.linkage.contract.model import Entity, Read
from harness.linkage.contract.plan import Cell
from harness.linkage.contract.translate import Value
from harness.linkage.parity import words
from harness.linkage.parity.pairs import Pair, Side, by_fields
from harness.linkage.participants.record import Entry, NotTaken, Reading, Record
from harness.linkage.participants.session import ParticipantSession
from harness.linkage.promises import reads, records
from harness.linkage.promises.linkage_run import LinkageRun
from harness.linkage.promises.promise_check import PromiseBroken, PromiseCheck

LISTED, READ = 11, 3  # records: one more than a page of ten; enough to see that a field differs


@dataclass(frozen=True, slots=True)
class Shown:
    """What one side answered: ``outcome`` in a word that both sides share, the entries by their keys."""

    answer: Answer
    outcome: str
    words: Text
    entries: tuple[tuple[str, Mapping[str, Value]], ...] = ()
    part: Text | None = None


def compare(run: LinkageRun, pair: Pair) -> Outcome:
    """Everything in which the two sides differ; what the harness itself could not do is *broken*."""
    entity, names = run.contract.entities[pair.entity], [side.participant.name for side in pair.sides]
    able = [name for name in (*names, *run.participants) if run.participants[name].call(entity, "make")]
    writer = able[0] if able else names[0]
    reader = next(name for name in names if name != writer)
    cell = Cell(pair.entity, "appears", writer, reader, run.contract.within(pair.entity))
    check = PromiseCheck(run, cell)
    comparison = _Comparison(check, pair, entity)

    def play(check: PromiseCheck) -> None:
        try:
            comparison.play()
        except PromiseBroken:  # which the promises say
            raise NotRun(words.NOT_KEPT.format(entity=entity.title)) from None

    return check.played(play, comparison.findings, NODE)


class _Comparison:
    def __init__(self, check: PromiseCheck, pair: Pair, entity: Entity) -> None:
        self.check, self.pair, self.entity = check, pair, entity
        self.findings = Findings(pair.first.operation.pointer)
        self.sessions = [check.on(side.participant.name) for side in pair.sides]
        self._ignored = pair.ignored(entity)

    def play(self) -> None:
        made = self._some(READ if self.pair.act == "read" else LISTED)
        for record in made if self.pair.act == "read" else made[:1]:
            self._agree(self.pair.act, record)
        calls = [side.call for side in self.pair.sides]
        if self.pair.act != "list" and self.entity.id is not None and not any(map(by_fields, calls)):
            self._agree(f"absent {self.pair.act}", _absent(made[0]))

    # what is asked about

    def _some(self, count: int) -> list[Record]:
        """Records that both sides have; of what nobody makes, the person's own."""
        check, first = self.check, records.record(self.check)
        made = [first]
        while first.made is not None and len(made) < count:
            another = records.sibling(first)
            try:
                records.make(check, another)
            except NotTaken:  # what is needed is used up
                break
            made.append(another)
        for record in made:
            if record.made is not None:
                reads.own(check, record, write=record.made)
            for session in self.sessions:
                self._wait_for(record, session)
        return made

    def _wait_for(self, record: Record, session: ParticipantSession) -> None:
        """Until it is there, or as long as that may take. NotRun where it never comes."""
        call, within = session.participant.call(self.entity, "read"), self.check.cell.within
        if call is None or session is self.check.writer:
            return
        read = partial(session.read, self.entity, call, record)
        reading = poll(read, lambda reading: reading.found, within=within).value
        if reading.absent:
            raise NotRun(words.NOT_THERE.format(entity=self.entity.title, participant=session.name))

    # what is answered

    def _agree(self, asked: str, record: Record) -> None:
        """A finding for every difference that stays."""

        def both() -> tuple[Shown, Shown]:
            first, second = (
                self._shown(*one, record) for one in zip(self.pair.sides, self.sessions, strict=True)
            )
            return first, second

        # One difference that stayed is enough waiting: what follows is looked at twice and no longer.
        patience = 0.0 if len(self.findings) else self.check.cell.within
        shown = poll(both, lambda pair: not self._differences(*pair), within=patience, every=0.1).value
        for difference in self._differences(*shown):
            if difference.what in OF_LISTS and (parts := _unseen(*shown)):
                self.check.undecided.extend(parts)
                continue
            self._note(asked, shown, difference)

    def _shown(self, side: Side, session: ParticipantSession, record: Record) -> Shown:
        if self.pair.act == "read" and isinstance(side.call, Read):
            reading = session.read(self.entity, side.call, record)
            if reading.part is not None:
                raise NotRun(reading.part)
            return _of_reading(reading)
        listing = session.first_page(self.entity, side.call, record)
        answer = listing.answer
        if not answer.ok:
            return Shown(answer, str(answer.status), text_of(answer.seen[:200]))
        entries = tuple((self._key(session, one), one.shown) for one in listing.entries)
        said = words.LISTED.format(status=answer.status)
        return Shown(answer, "listed", said, entries, listing.part)

    def _key(self, session: ParticipantSession, entry: Entry) -> str:
        key = entry.id if self.entity.same is None else entry.same
        if key is None:
            raise NotRun(words.NO_KEYS.format(entity=self.entity.title, participant=session.name))
        return str(key)

    def _differences(self, left: Shown, right: Shown) -> list[Difference]:
        if left.outcome != right.outcome:
            return [Difference("", "status", left.words, right.words)]
        return differences(*self._in_one_form(left, right))

    def _in_one_form(self, left: Shown, right: Shown) -> tuple[list[Any], list[Any]]:
        """The entries in the contract's words; what is equal by its rules is the same then."""
        twins = dict(right.entries)
        ours: list[Any] = []
        theirs: dict[str, dict[str, Any]] = {key: {} for key in twins}
        for key, fields in left.entries:
            mine: dict[str, Any] = {}
            for name, value in fields.items():
                twin = twins.get(key, {}).get(name)
                if twin is None or name in self._ignored:
                    continue
                mine[name] = value.canonical
                same = translate.equal(self.entity.fields[name], value, twin)
                theirs[key][name] = value.canonical if same else twin.canonical
            ours.append({"id": key, **mine})
        return ours, [{"id": key, **theirs[key]} for key, _ in right.entries]

    # telling

    def _note(self, asked: str, shown: tuple[Shown, Shown], difference: Difference) -> None:
        names = [session.name for session in self.sessions]
        field = pointers.split(difference.at)[1] if difference.what == "value" else ""
        left, right = self._seen(shown, difference, field)
        what = words.STATUS if difference.what == "status" else WHAT[difference.what]
        answer = shown[1].answer
        self.findings.note(
            NODE,
            words.DIFFER.format(
                entity=self.entity.title,
                first=names[0],
                second=names[1],
                what=words.FIELD.format(name=field) if field else what,
                asked=words.ASKED[asked],
            ),
            expected=words.SAME,
            seen=words.SEEN.format(first=names[0], left=left, second=names[1], right=right),
            exchange=answer.exchange,
            curl="\n".join(f"{one.answer.curl}  # {name}" for one, name in zip(shown, names, strict=True)),
            phase=NODE,
            pointer=f"{self.pair.first.operation.pointer}/responses",
            key=f"{self.pair.name} {asked} {difference.what} {field}",
            cause=self._cause(asked, shown, difference, field),
            checked=answer.checked,
        )

    def _seen(self, shown: tuple[Shown, Shown], difference: Difference, field: str) -> tuple[Text, Text]:
        """Each side's own value, in its own units; of a list, its keys."""
        if difference.what == "status":
            return difference.left, difference.right
        if field:
            number = int(pointers.split(difference.at)[0])
            key, fields = shown[0].entries[number]
            return in_words(fields[field].raw, dict(shown[1].entries)[key][field].raw, field)
        first, second = ([key for key, _ in one.entries] for one in shown)
        return in_words(first, second)

    def _cause(self, asked: str, shown: tuple[Shown, Shown], difference: Difference, field: str) -> Cause:
        """Of the side that breaks its OpenAPI document there, else nobody's. What does not cross differs, too."""
        places = [side.place(self.entity, self.pair.act, field) if field else "" for side in self.pair.sides]
        for side, one, place in zip(self.pair.sides, shown, places, strict=True):
            there = Difference(place or "", difference.what, difference.left, difference.right)
            guilty = parity_cause.broken(side.operation, one.answer, there)
            if guilty is not None:
                return guilty
        services = [side.participant.service for side in self.pair.sides]
        name = causes.difference(services, f"{self.pair.entity}.{asked}", difference.what, field)
        first, second = (session.name for session in self.sessions)
        unlike = [
            causes.unlike(side.operation.pointer, place or "")
            for side, place in zip(self.pair.sides, places, strict=True)
            if field
        ]
        crossing = (
            [causes.crossing(self.pair.entity, *way) for way in ((first, second), (second, first))]
            if difference.what in OF_LISTS
            else []
        )
        return Cause(name, covers=tuple(unlike), explained_by=tuple(crossing))


def _absent(known: Record) -> Record:
    """A record like ``known`` that nobody has."""
    return Record(
        known.entity,
        known.person,
        ids={name: absent_id(id) for name, id in known.ids.items()},
        same=None if known.same is None else absent_id(known.same),
        needs=known.needs,
    )


def _unseen(left: Shown, right: Shown) -> list[Text]:
    """What the lists say of being a part, where only that may be why the other's entries are missing."""
    pairs = ((left, right), (right, left))
    missing = [one for one, other in pairs if dict(other.entries).keys() - dict(one.entries).keys()]
    parts = [one.part for one in missing if one.part is not None]
    return parts if len(parts) == len(missing) else []


def _of_reading(reading: Reading) -> Shown:
    status = reading.answer.status
    if reading.found:
        return Shown(reading.answer, "shown", words.SHOWN.format(status=status), (("", reading.fields),))
    if reading.absent:
        return Shown(reading.answer, "absent", words.ABSENT.format(status=status))
    return Shown(reading.answer, str(status), text_of(reading.answer.seen[:200]))
