"""What was drafted is tried once with the checks of linkage contracts themselves; what does not hold is taken out."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from harness.core import payloads
from harness.core.errors import BrokenError, NotRun, UsageError
from harness.core.platforms import Platforms
from harness.core.text import Text
from harness.linkage.contract.lint import lint
from harness.linkage.contract.model import LinkageContract, PromiseName
from harness.linkage.contract.plan import PROMISES, Cell, cells
from harness.linkage.contract.reading import read
from harness.linkage.contract.ways import Ways
from harness.linkage.draft import words
from harness.linkage.draft.draft import people_of
from harness.linkage.draft.entry import CallEntry, Entry
from harness.linkage.draft.places import in_no_example
from harness.linkage.draft.rendering import render
from harness.linkage.draft.session import REFUSED_PERSON
from harness.linkage.draft.side_by_side import compare
from harness.linkage.draft.staff import staff
from harness.linkage.participants.participant import Participant
from harness.linkage.promises import appears, conserved, deletion_propagates, exactly_once, private, records
from harness.linkage.promises.hops import Hops
from harness.linkage.promises.linkage_run import LinkageRun
from harness.linkage.promises.not_run import planned
from harness.linkage.promises.promise_check import PromiseBroken, PromiseCheck

PLAYED: Mapping[PromiseName, Callable[[PromiseCheck], None]] = {
    "appears": appears.show,
    "exactly-once": exactly_once.show,
    "conserved": conserved.show,
    "private": private.show,
    "deletion-propagates": deletion_propagates.show,
}
GO_WRONG: frozenset[PromiseName] = frozenset(
    ("monotonic-reads", "last-write-wins", "nothing-lost", "exactly-once")
)
"""Promises in whose checks deliveries between the services go wrong."""
GENEROUS = 20
SETTLED = 3  # times the slowest lag
TIMES = (5, 10, 30, 60, 120, 300, 900)
ReaderWrites = Mapping[tuple[str, str], Mapping[str, CallEntry]]
NO_FIELD = Text(zh="没有相同的字段", en="no field is equal")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something drafted does not hold. ``found``: a check found it; ``refused``: a request was refused, or got no
    answer.
    """

    text: Text
    found: bool = False
    refused: bool = False


@dataclass(slots=True)
class Confirmation:
    """``confirmed`` are the entries that hold, with their promises; ``left_out`` says why others are not there."""

    participants: Mapping[str, Participant]
    platforms: Platforms
    seed: int
    timeout: float
    within: float
    progress: Callable[[str], None]
    ways: Ways = field(default_factory=Ways)
    confirmed: list[Entry] = field(default_factory=list)
    left_out: list[Text] = field(default_factory=list)
    deliveries: list[tuple[PromiseName, str]] = field(default_factory=list)
    """Checks that a run could show in which a delivery goes wrong, each with the service that sends it."""
    _lags: list[float] = field(default_factory=list)

    def confirm(self, entries: Sequence[Entry], writes: ReaderWrites) -> None:
        for entry in _in_order(entries):
            try:
                contract = self._contract(entry)
            except UsageError as error:
                self.left_out.append(words.DOES_NOT_FIT.format(name=entry.name, seen=str(error)))
                continue
            self.progress(f"try {entry.name}")
            self._fields(entry, contract)
            if not entry.fields:
                self.left_out.append(words.DOES_NOT_FIT.format(name=entry.name, seen=NO_FIELD))
                continue
            for (name, reader), calls in writes.items():
                if name == entry.name:
                    self._writes_of(entry, reader, calls)
            self._promises(entry)
            self._further(entry)
            if (note := moved_by_others(entry, entries)) is not None:
                entry.notes.append(note)
            self.confirmed.append(entry)

    @property
    def settle(self) -> float:
        """Seconds after which what was written has crossed, by what was seen of all entries, with room."""
        slowest = max((lag for entry in self.confirmed for lag in entry.lags), default=0.0)
        return float(max(1, math.ceil(slowest * SETTLED)))

    def _contract(self, entry: Entry) -> LinkageContract:
        """The contract so far with this entry. UsageError where it does not fit the OpenAPI documents."""
        entries = [*self.confirmed, entry]
        people = people_of(entries, self.participants)
        text = render(entries, people, (), self.participants, seed=self.seed, language="en")
        with TemporaryDirectory() as folder:
            path = Path(folder) / "linkage.yaml"
            path.write_text(text, encoding="utf-8")
            document = read(path, self.platforms)
            lint(document, self._known(document.contract))
            return document.contract

    def _known(self, contract: LinkageContract) -> dict[str, Participant]:
        return {
            name: replace(
                one,
                people={person: users[name] for person, users in contract.people.items() if name in users},
            )
            for name, one in self.participants.items()
        }

    def _check(self, contract: LinkageContract, cell: Cell) -> PromiseCheck:
        run = LinkageRun(
            contract=contract,
            participants=self._known(contract),
            seed=self.seed,
            timeout=self.timeout,
            hops=lambda trace: Hops(list, frozenset()),
            quiet=lambda within: None,
            record_lag=self._lag,
            obstruct=lambda service, on: None,
            inject=lambda source, target, fault: None,
            happened=lambda source, target, trace_id: 0,
        )
        return PromiseCheck(run, replace(cell, within=self.within))

    def _lag(self, lag: payloads.Lag) -> None:
        if lag.upper is not None:
            self._lags.append(lag.upper)

    def _fields(self, entry: Entry, contract: LinkageContract) -> None:
        """Take out the fields that differ when one record is made and shown side by side."""
        home = next(iter(entry.sides))
        side = entry.sides[home]
        if not {"make", "change"} & side.calls.keys():
            return
        check = self._check(contract, Cell(entry.name, "appears", home, home, self.within))
        try:
            for one in compare(check).fields:
                if (
                    not one.equal
                    and one.name in entry.fields
                    and one.participant in entry.fields[one.name].at
                ):
                    del entry.fields[one.name]
                    seen = f"{one.participant} {one.value}"
                    entry.notes.append(words.NOT_EQUAL.format(field=one.name, seen=seen))
        except (BrokenError, NotRun, PromiseBroken):
            pass  # the promises say it again, in words
        finally:
            check.close()

    def _writes_of(self, entry: Entry, reader: str, calls: Mapping[str, CallEntry]) -> None:
        """Writes of a participant that was only read so far: kept if what they write appears elsewhere."""
        side = entry.sides[reader]
        for act, call in calls.items():
            table = side.calls if act in ("make", "change") else side.acts
            if table is side.acts and "make" not in side.calls:
                continue
            table[act] = call
            problem = self._problem(entry, "appears", only=reader)
            if problem is not None and problem.refused:
                problem = self._less(entry, reader, (act,), problem)
            if problem is not None:
                del table[act]
                entry.notes.append(
                    words.NOT_WRITTEN_THERE.format(participant=reader, call=call["call"], seen=problem.text)
                )

    def _less(self, entry: Entry, name: str, acts: Iterable[str], refused: Problem) -> Problem | None:
        """The problem of calls of a participant, one of which was ``refused``, once more without the optional members
        that no example has: checks draw their values, which may name what is not there. They stay out if that mends it.
        """
        side, before = entry.sides[name], dict[str, CallEntry]()
        for act in acts:
            table = side.calls if act in side.calls else side.acts
            out = in_no_example(self.participants[name].operation(table[act]["call"]), table[act].get("body"))
            if out:
                before[act] = table[act]
                table[act] = {**before[act], "body": {**before[act].get("body", {}), **dict.fromkeys(out)}}
        if before and self._problem(entry, "appears", only=name) is None:
            return None
        for act, call in before.items():
            (side.calls if act in side.calls else side.acts)[act] = call
        return refused

    def _problem(self, entry: Entry, promise: PromiseName, only: str | None = None) -> Problem | None:
        """Why a promise does not hold in a direction (``only``: of this writer); None where it does."""
        entry.promises = {promise: None}
        try:
            contract = self._contract(entry)
        except UsageError as error:
            return Problem(error.text)
        finally:
            entry.promises = {}
        held, reasons = 0, []
        for cell in cells(contract, self._known(contract)):
            if cell.entity != entry.name or only not in (None, cell.writer):
                continue
            outcome = self._check(contract, cell).outcome(PLAYED[promise])
            if cell.not_run is None:
                found = [*(finding.lines() for finding in outcome.findings), *outcome.broken]
                if found:
                    said = words.NOT_HELD.format(promise=promise, direction=cell.direction, seen=found[0])
                    return Problem(said, found=bool(outcome.findings), refused=not outcome.findings)
            reasons += [*((cell.not_run,) if cell.not_run else ()), *outcome.not_run]
            held += not outcome.not_run and cell.not_run is None
        if held:
            return None
        return Problem(
            words.NOT_HELD.format(promise=promise, direction="-", seen=reasons[0] if reasons else "-")
        )

    def _promises(self, entry: Entry) -> None:
        """Propose the promises that held when they were tried."""
        kept: dict[str, Text | None] = {}
        for promise in candidates(entry):
            self._lags = []
            problem = self._problem(entry, promise)
            home = next(iter(entry.sides))
            if promise == "appears" and problem is not None and problem.refused:
                acts = [act for act in ("make", "change") if act in entry.sides[home].calls]
                problem = self._less(entry, home, acts, problem)
            if promise == "private" and problem is not None and problem.found:
                entry.excepted = self._staff(entry)
            if promise == "private" and entry.excepted:
                kept[promise] = words.STAFF.format(staff=", ".join(entry.excepted))
            elif problem is not None:
                entry.notes.append(problem.text)
            elif promise == "appears":
                lags = [*entry.lags, *self._lags]
                slowest = max(lags, default=0.0)
                kept[f"appears {generous(slowest)}s"] = words.LAG.format(seconds=slowest, times=len(lags))
            else:
                kept[promise] = words.HELD
        entry.promises = kept

    def _staff(self, entry: Entry) -> tuple[str, ...]:
        """The users who are shown everybody's records of an entity because they are staff."""
        users = dict.fromkeys(
            user.name for name in entry.sides for user in self.participants[name].backend.users
        )

        def private(one: Entry) -> bool | None:
            problem = self._problem(one, "private")
            return True if problem is None else False if problem.found else None

        return staff(entry, list(users), partial(self._may_more, entry), private)

    def _may_more(self, entry: Entry, user: str, person: str) -> bool:
        """Whether somebody is refused what a user did in the draft: to make or to change what is nobody's."""
        for one in (*self.confirmed, entry):
            home, side = next(iter(one.sides.items()))
            known = person in [known.name for known in self.participants[home].backend.users]
            for act in ("make", "change") if known and one.of is None else ():
                if side.calls.get(act, {}).get("as") == user and self._refuses(entry, one, act, person):
                    return True
        return False

    def _refuses(self, entry: Entry, one: Entry, act: str, person: str) -> bool:
        """Whether a participant refuses the act of ``one``, which it takes from somebody else, to a person."""
        home = next(iter(one.sides))
        check = self._check(self._contract(entry), Cell(one.name, "appears", home, home, self.within))
        try:
            record = records.record(check)
            asked = records.sibling(record) if act == "make" else record
            write = check.writer.attempt(
                check.entity, check.call(check.entity, check.writer, act), asked, user=person
            )
        except (BrokenError, NotRun, PromiseBroken):
            return False
        finally:
            check.close()
        return write.answer.status in REFUSED_PERSON

    def _further(self, entry: Entry) -> None:
        """In a comment the promises that are not tried here, and that a run could show of this entity."""
        kept, entry.promises = entry.promises, dict.fromkeys(untried(entry))
        try:
            contract = self._contract(entry)
        finally:
            entry.promises = kept
        known = self._known(contract)
        shown = [
            cell
            for cell in planned(contract, known, self.ways)
            if cell.entity == entry.name and cell.not_run is None
        ]
        for cell in shown:
            way = self.ways.way(known[cell.writer], known[cell.reader])
            if cell.promise in GO_WRONG and way is not None:
                self.deliveries.append((cell.promise, way[0]))
        able = {cell.promise for cell in shown}
        if able:
            said = ", ".join(name for name in PROMISES if name in able)
            entry.further = words.FURTHER.format(promises=said)


def moved_by_others(entry: Entry, entries: Iterable[Entry]) -> Text | None:
    """Of what only the acts of others move: where it is seen that it appears, and how it gets checks of its own."""
    if any({*side.calls} & {"make", "change"} or side.acts for side in entry.sides.values()):
        return None
    movers = [
        one.name
        for one in entries
        if any(place.partition(".")[0] == entry.name for places in one.effects.values() for place in places)
    ]
    return words.MOVED_BY_OTHERS.format(movers=", ".join(movers)) if movers else None


def candidates(entry: Entry) -> Iterator[PromiseName]:
    """The promises that are tried once."""
    home = next(iter(entry.sides.values()))
    acts = {act for side in entry.sides.values() for act in (*side.calls, *side.acts)}
    if acts & {"make", "change"}:
        yield "appears"
    if entry.idempotent:
        yield "exactly-once"
    if entry.effects or entry.always:
        yield "conserved"
    if entry.of is not None:
        yield "private"
    if "remove" in home.calls:
        yield "deletion-propagates"


def untried(entry: Entry) -> list[PromiseName]:
    """The promises that a run may show beside those that make sense and are tried; 'one-account' needs 'accounts'."""
    tried = {*PLAYED, "one-account"}
    if not entry.idempotent:  # deliveries and acts come twice, too
        tried.discard("exactly-once")
    return [name for name in PROMISES if name not in tried]


def generous(seconds: float) -> int:
    """A time that a system which took ``seconds`` once keeps on its worse days, too."""
    return next((time for time in TIMES if time >= seconds * GENEROUS), round(seconds * GENEROUS))


def _in_order(entries: Sequence[Entry]) -> list[Entry]:
    """Each after those that it needs or has effects on."""
    ordered: list[Entry] = []
    waiting = list(entries)
    while waiting:
        done = {entry.name for entry in ordered}
        ready = [entry for entry in waiting if entry.mentions <= done]
        ordered.append((ready or waiting)[0])
        waiting.remove(ordered[-1])
    return ordered
