"""One resource under study: records with marker values are made on its participant and looked for on the others."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from harness.core.polling import poll
from harness.linkage.contract import translate
from harness.linkage.draft.markers import strong, toggled
from harness.linkage.draft.names import is_id
from harness.linkage.draft.places import filters, required
from harness.linkage.draft.resources import reads, signed_in
from harness.linkage.draft.search import Find, Route, Seen, ask, better, listed, search
from harness.linkage.draft.session import DraftSession, NotAccepted, Sent
from harness.linkage.draft.tables import RowPlace, RowSession
from harness.linkage.draft.tokens import Token
from harness.linkage.draft.units import is_word
from harness.linkage.draft.values import Sample, score
from harness.linkage.draft.writer import EVERY, Made, Writer
from harness.linkage.participants.leaves import leaves

RECORDS = ("first", "second")


Watched = Mapping[str, Any]
"""What other records showed at one moment, by entity."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What a write did elsewhere: the record afterwards, what was watched before and after."""

    record: Any
    before: Watched
    after: Watched


@dataclass(slots=True)
class Study:
    """What is learnt of the writer's resource. ``within``: how long it may take to cross, in seconds; ``databases``:
    participants whose rows are read; ``known``: records that this one may need, by entity.
    """

    writer: Writer
    readers: Mapping[str, DraftSession]
    within: float
    databases: Mapping[str, RowSession] = field(default_factory=dict)
    known: Mapping[str, Made] = field(default_factory=dict)
    records: list[Made] = field(default_factory=list)
    routes: dict[str, Route] = field(default_factory=dict)
    rows: dict[str, RowPlace] = field(default_factory=dict)
    samples: dict[str, list[Sample]] = field(default_factory=dict)
    lags: list[float] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    """What making each of the two records moved."""
    _before: dict[str, Seen] = field(default_factory=dict)
    """What participants show of a record that was there before it was written to, while the write is under way."""
    hides: str | None = None
    """The field that, set to false, takes the record off the list."""
    removed: dict[str, Any] | None = None
    """What the record shows once it is removed, by pointer; empty where it is shown nowhere any more."""

    def write_two(self, watch: Callable[[], Watched]) -> None:
        """Two records, or two values of the one there is. NotAccepted where it cannot be written."""
        operation = self.writer.resource.make or self.writer.resource.change
        assert operation is not None
        for number, key in enumerate(RECORDS, 1):
            before = watch()
            if self.writer.resource.make is not None:
                made = self.writer.make(number, key)
                self.records.append(made)
            elif self.records:
                self.writer.alter(operation, self.records[0], number)
            else:
                self.records.append(Made("first"))
                self.writer.alter(operation, self.records[0], number)
            self.writer.refresh(self.records[-1])
            self.look(self.records[-1])
            if self.writer.resource.make is not None:
                self.moved.append(Moved(self.records[-1].data, before, watch()))

    # the others

    def look(self, made: Made, *, timed: bool = True) -> None:
        """Find the record on every reader, or see that it is there as before; a sample for each that shows it.

        ``timed``: it was written just now, so that this tells how long it takes.
        """
        waiting = [*self.readers, *self.databases]
        answered = made.sent.answered if made.sent else time.monotonic()

        def one_look() -> bool:
            for name in list(waiting):
                known = name in self.routes or name in self.rows
                shown = self._in_rows(name, made) if name in self.databases else self._on(name, made)
                if shown is not None:
                    if known and timed:
                        self.lags.append(max(0.0, time.monotonic() - answered))
                    self.samples.setdefault(name, []).append(Sample(made.key, made.data, shown))
                    waiting.remove(name)
            return not waiting

        poll(one_look, bool, within=self.within, every=EVERY)
        for name, seen in self._before.items():
            self.routes[name] = seen.route
            self.samples.setdefault(name, []).append(Sample(made.key, made.data, seen.data))
        self._before = {}

    def _on(self, name: str, made: Made) -> Any:
        """What a participant shows of the record; None where nothing, or what it showed before the last write."""
        session = self.readers[name]
        seen = self._known(session, made) if name in self.routes else self._search(session, made)
        if seen is None:
            return None
        if name not in self.routes and self._was_there(made, seen):
            self._before[name] = seen
            return None
        self._before.pop(name, None)
        self.routes[name] = seen.route
        return seen.data

    def _was_there(self, made: Made, seen: Seen) -> bool:
        """Whether nothing tells that a participant shows what was written to a record that was there before."""
        if self.writer.resource.make is not None or made.sent is None:
            return False
        body = made.sent.request.body
        return any(strong(value) for _, value in leaves(body)) and not score(body, seen.data)

    def _in_rows(self, name: str, made: Made) -> Any:
        """As :meth:`_on`, of a participant whose rows are read."""
        session, tokens = self.databases[name], self.own_tokens(made)
        if name not in self.rows:
            found = session.search(made.data, tokens)
            if found is None:
                return None
            self.rows[name], row = found
            return row
        row = self.row(name, made)
        return None if row is None or self._as_before(name, made, row) else row

    def row(self, name: str, made: Made) -> Any:
        """The record's row by the place that is known; None where there is none."""
        place = self.rows[name]
        own = next((one for one in self.own_tokens(made) if _same_place(one, place.token)), None)
        return None if own is None else self.databases[name].row(place, own.value)

    def _as_before(self, name: str, made: Made, data: Any) -> bool:
        """Whether a participant still shows what it did before the writer showed something else."""
        before = [one for one in self.samples.get(name, ()) if one.record == made.key]
        return (
            bool(before) and repr(before[-1].right) == repr(data) and repr(before[-1].left) != repr(made.data)
        )

    def _search(self, session: DraftSession, made: Made) -> Seen | None:
        needed = {expression.partition(".")[0] for expression in self.writer.used}
        known = [
            token
            for token in self.writer.needed(session.name)
            if token.expression.partition(".")[0] in needed
        ]
        tokens = [*self.own_tokens(made), *known]
        look = partial(
            search,
            session,
            made.data,
            tokens,
            self.writer.person,
            self.writer.resource.read,
            self.writer.resource.name,
            same_service=self._same_service(session),
            needed=[made.data for name, made in self.known.items() if f"${name}" in needed],
        )
        seen = look()
        if seen is not None and (seen.route.find is not None or seen.route.items is not None):
            seen = better(seen, look())  # it may have come while the first look was under way
        return seen

    def _known(self, session: DraftSession, made: Made) -> Seen | None:
        """The record by the route that is known; it must show what the last write said."""
        data = self.follow(session, made)
        if data is None:
            return None
        asked = [token.value for token in self.routes[session.name].filling.values()]
        shown = score(made.data, data, asked)
        if self._as_before(session.name, made, data):
            return None  # the change is not here yet
        return Seen(self.routes[session.name], data, shown) if shown else None

    def follow(self, session: DraftSession, made: Made, *, user: str | None = None) -> Any:
        """What the known route of a participant shows of a record, to ``user`` or whoever may; None where nothing."""
        route = self.routes[session.name]
        person = user or route.user or self.writer.person
        values = {token.expression + token.pointer: token for token in self.own_tokens(made)}
        filling = {
            name: values.get(token.expression + token.pointer, token) for name, token in route.filling.items()
        }
        if route.find is not None:
            find = route.find
            token = values.get(find.token.expression + find.token.pointer, find.token)
            query = {find.query: token.value} if find.query else {}
            answer = ask(session, find.operation, {}, person, query)
            entries = listed(find.operation, answer) if answer is not None and answer.ok else []
            entry = next(
                (one for one in entries if str(translate.at(one, find.same)) == str(token.value)), None
            )
            if entry is None:
                return None
            filling = {
                name: replace(one, value=translate.at(entry, find.id)) for name, one in filling.items()
            }
        answer = ask(session, route.read, filling, person)
        if answer is None or not answer.ok:
            return None
        if route.items is None or route.id is None:
            return answer.data
        return next(
            (one for one in listed(route.read, answer) if str(translate.at(one, route.id)) == str(made.id)),
            None,
        )

    def personal(self) -> bool:
        """Whether records are their person's: not everybody else is shown them, neither at home nor where their person
        is. What somebody with further rights is shown, such as staff, says nothing. Of whoever is known at home only,
        such as staff, records are everybody's where anybody else is shown them: some may have fewer rights.
        """
        made, person = self.records[0], self.writer.person
        known = any(person in session.users for session in self.readers.values())
        if person is None or (self.writer.shown_to_all(made) if known else self.writer.shown_to_others(made)):
            return False
        return all(
            signed_in(route.read)
            and (
                route.user is not None
                or not (others := self._others(name))
                or not all(self._shown_to(name, made, user) for user in others)
            )
            for name, route in self.routes.items()
        )

    def _others(self, name: str) -> list[str]:
        return [user for user in self.readers[name].users if user != self.writer.person]

    def _shown_to(self, name: str, made: Made, user: str) -> bool:
        return self.follow(self.readers[name], made, user=user) is not None

    def own_tokens(self, made: Made) -> list[Token]:
        """The values by which other participants may know the record: its id, and others called like one."""
        found = [token for token in self.writer.tokens(made) if token.expression == "$id"]
        others: list[Token] = []
        sent = made.sent.request.body if made.sent else None
        keys = self.writer.keys
        given = {
            str(value)
            for pointer, value in leaves(sent)
            if made.sent is None or not keys.is_key(made.sent.operation, pointer, value)
        } | {str(token.value) for token in self.writer.needed(self.writer.name)}
        for pointer, value in leaves(made.data):
            name = pointer.rpartition("/")[2]
            telling = (
                isinstance(value, str | int) and not isinstance(value, bool) and bool(value) and is_id(name)
            )
            if (
                telling
                and pointer != self.writer.id
                and self.writer.id is not None
                and str(value) not in given
            ):
                others.append(Token("$same", value, (name,), pointer))
        return [*found, *sorted(others, key=lambda token: not strong(token.value))]

    def home_find(self) -> Find | None:
        """The list at home in which a record is found by what the others know it by; None where there is none."""
        made, session = self.records[0], self.writer.session
        same = [place.token for place in self.rows.values()]
        same += [route.find.token for route in self.routes.values() if route.find is not None]
        same += [token for route in self.routes.values() for token in route.filling.values()]
        tokens = {token.pointer: token for token in same if token.expression == "$same"}
        for operation in reads(session.participant) if self.writer.id is not None else ():
            for name in [*filters(operation), None] if not required(operation) else ():
                for pointer in tokens:
                    value = translate.at(made.data, pointer)
                    asked = {} if name is None else {name: value}
                    answer = ask(session, operation, {}, self.writer.reader, asked)
                    entries = listed(operation, answer) if answer is not None and answer.ok else []
                    alike = [one for one in entries if str(translate.at(one, pointer)) == str(value)]
                    if len(alike) == 1 and str(translate.at(alike[0], self.writer.id or "")) == str(made.id):
                        return Find(operation, name, pointer, self.writer.id or "", tokens[pointer])
        return None

    @property
    def new(self) -> list[Any]:
        """What each record showed at first."""
        first: dict[str, Any] = {}
        for sample in (one for several in self.samples.values() for one in several):
            first.setdefault(sample.record, sample.left)
        return list(first.values())

    @property
    def references(self) -> frozenset[str]:
        """The ids of the records that this one needs, as every participant has them."""
        needed = {expression.partition(".")[0] for expression in self.writer.used}
        found = [token for name in (self.writer.name, *self.readers) for token in self.writer.needed(name)]
        return frozenset(str(one.value) for one in found if one.expression.partition(".")[0] in needed)

    def _same_service(self, session: DraftSession) -> bool:
        mine, theirs = self.writer.session.participant, session.participant
        return mine.backend.name == theirs.backend.name

    # changes

    def alter_and_look(self) -> None:
        """Change the first record: every field, then those of few values, one after the other."""
        operation, made = self.writer.resource.change, self.records[0]
        if operation is None or self.writer.resource.make is None:
            return
        self._step(made, partial(self.writer.alter, operation, made, 3))
        for pointer, value in toggled(operation):
            if translate.at(made.data, pointer) not in (None, value):
                before = translate.at(made.data, pointer)
                was_listed = self.writer.listing(made)
                self._step(made, partial(self.writer.alter, operation, made, 3, {pointer: value}))
                if value is False and was_listed and not self.writer.listing(made):
                    self.hides = pointer
                self._step(made, partial(self.writer.alter, operation, made, 3, {pointer: before}))

    def remove(self) -> bool:
        """Remove the second record; whether it is gone, here and where it was found, or shown as removed everywhere."""
        operation, made = self.writer.resource.remove, self.records[-1]
        if operation is None or self.writer.resource.make is None:
            return False
        before = dict(leaves(made.data))
        try:
            self.writer.send(operation, made, 4)
        except NotAccepted:
            return False

        def gone() -> bool:
            return not self.writer.shows(made) and all(
                self.follow(self.readers[name], made) is None for name in self.routes
            )

        def marked() -> dict[str, Any]:
            shown = dict(leaves(self.writer.shown(made)))
            return {
                at: value for at, value in shown.items() if is_word(value) and before.get(at, value) != value
            }

        if poll(lambda: gone() or bool(marked()), bool, within=self.within, every=EVERY).satisfied:
            self.removed = marked()
            if self.removed:
                self.writer.refresh(made)
                self.look(made)
        return self.removed is not None

    def _step(self, made: Made, write: Callable[[], Sent]) -> bool:
        try:
            write()
        except NotAccepted:
            return False
        self.writer.refresh(made)
        self.look(made)
        return True


def _same_place(one: Token, other: Token) -> bool:
    return (one.expression, one.pointer) == (other.expression, other.pointer)
