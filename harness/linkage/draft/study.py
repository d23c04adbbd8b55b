"""One resource under study: records with marker values are made on its participant and looked for on the others."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from harness.contracts import Operation
from harness.contracts.declarations import declarations
from harness.core.polling import poll
from harness.linkage.contract import translate
from harness.linkage.draft.markers import least, marked, put, strong, toggled
from harness.linkage.draft.names import is_id, words
from harness.linkage.draft.resources import Resource, required, signed_in
from harness.linkage.draft.search import Route, Seen, ask, better, listed, search
from harness.linkage.draft.session import DraftSession, NotAccepted, Sent
from harness.linkage.draft.tokens import Token, refer, split
from harness.linkage.draft.values import Sample, score
from harness.linkage.participants.leaves import leaves

EVERY = 0.2  # seconds between two looks at the other participants
RECORDS = ("first", "second")


@dataclass(slots=True)
class Made:
    """A record of the study, as its own participant shows it. ``key`` tells it from the other one."""

    key: str
    id: Any = None
    data: Any = None
    sent: Sent | None = None
    template: Any = None


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
    """What is learnt of ``resource``. ``needed`` are tokens of records that are there; ``person``: whose records."""

    resource: Resource
    home: DraftSession
    readers: Mapping[str, DraftSession]
    needed: Callable[[str], list[Token]]
    users: Sequence[str]
    seed: int
    within: float
    person: str | None = None
    author: str | None = None
    id: str | None = None
    records: list[Made] = field(default_factory=list)
    routes: dict[str, Route] = field(default_factory=dict)
    samples: dict[str, list[Sample]] = field(default_factory=dict)
    nearest: dict[str, Route | None] = field(default_factory=dict)
    lags: list[float] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    """Expressions of needed records that requests had."""
    moved: list[Moved] = field(default_factory=list)
    """What making each of the two records moved."""
    hides: str | None = None
    """The field that, set to false, takes the record off the list."""

    # writing and reading at home

    def write_two(self, watch: Callable[[], Watched]) -> None:
        """Two records, or two values of the one there is. NotAccepted where it cannot be written."""
        operation = self.resource.make or self.resource.change
        assert operation is not None
        for number, key in enumerate(RECORDS, 1):
            before = watch()
            if self.resource.make is not None:
                made = self.make(number, key)
                self.records.append(made)
            elif self.records:
                self.alter(operation, self.records[0], number)
            else:
                self.records.append(Made("first"))
                self.alter(operation, self.records[0], number)
            self.refresh(self.records[-1])
            self.look(self.records[-1])
            if self.resource.make is not None:
                self.moved.append(Moved(self.records[-1].data, before, watch()))

    def make(self, number: int, key: str) -> Made:
        operation = self.resource.make
        assert operation is not None
        sent, template = self.send(operation, None, number)
        pointer = self.id or self._id_pointer(sent.answer.data)
        id = None if pointer is None else translate.at(sent.answer.data, pointer)
        if id is None:
            raise NotAccepted(operation, f"no id in the answer: {sent.answer.seen[:200]}")
        self.id = pointer
        return Made(key, id, sent.answer.data, sent, template)

    def alter(
        self, operation: Operation, made: Made, number: int, over: Mapping[str, Any] | None = None
    ) -> Sent:
        sent, _ = self.send(operation, made, number, over)
        made.sent = sent
        return sent

    def send(
        self, operation: Operation, made: Made | None, number: int, over: Mapping[str, Any] | None = None
    ) -> tuple[Sent, Any]:
        """A write with the ``number``-th markers, ``over`` (by pointer) laid over it; what of the body names records.

        Where the markers are refused, only the fields of the document's example get them, then none.
        """
        users = [self.person] if self.person and made is not None else self.users
        user = next((one for one in users if one in self.home.users), None)
        base = self.home.request(operation, user)
        tokens = self.tokens(made)
        path = self.place(operation, tokens)
        marking = partial(marked, operation, base.body, seed=f"{self.seed} {self.home.name}", number=number)
        refused: NotAccepted | None = None
        for candidate in (marking(optional=True), marking(optional=False), base.body):
            body, template, used = refer(candidate, tokens)
            for pointer, value in (over or {}).items():
                body = put(body, pointer, value)
            try:
                sent = self.home.write(operation, replace(base, path=path, body=body), users)
            except NotAccepted as error:
                refused = refused or error
                continue
            self.used |= used - {"$id"}
            self.author = sent.user
            if signed_in(self.resource.read):
                self.person = sent.user or self.person
            return sent, self._with_harmless(operation, template, marking(optional=True), body, refused)
        assert refused is not None
        raise refused

    def _with_harmless(
        self, operation: Operation, template: Any, most: Any, body: Any, refused: NotAccepted | None
    ) -> Any:
        """Where fields that the example lacks were refused, say what they are to be: checks would send them, too."""
        if refused is None or not isinstance(body, dict):
            return template
        harmless = {name: least(operation, name) for name in most if name not in body}
        return {
            **(template or {}),
            **{name: value for name, value in harmless.items() if value is not None},
        } or None

    def place(self, operation: Operation, tokens: Sequence[Token]) -> dict[str, Any]:
        """The path parameters of a write."""
        return split(
            operation, {name: token.value for name, token in self.filling(operation, tokens).items()}
        )[0]

    def filling(self, operation: Operation, tokens: Sequence[Token]) -> dict[str, Token]:
        found: dict[str, Token] = {}
        for name in required(operation):
            best = next((token for token in tokens if token.called(name)), None)
            if best is None and name == self.resource.id:
                best = next((token for token in tokens if token.expression == "$id"), None)
            if best is None:
                raise NotAccepted(operation, f"nothing is known for {name}")
            found[name] = best
            self.used |= {best.expression} - {"$id"}
        return found

    def tokens(self, made: Made | None) -> list[Token]:
        own = []
        if made is not None and made.id is not None:
            names = {self.resource.id or "id", (self.id or "/id").rpartition("/")[2]}
            own = [Token("$id", made.id, tuple(names), self.id or "")]
        return [*own, *self.needed(self.home.name)]

    def refresh(self, made: Made) -> bool:
        """Read the record at home; False where it is not there."""
        outcome = poll(lambda: self._at_home(made), lambda data: data is not None, within=1.0, every=EVERY)
        made.data = outcome.value if outcome.satisfied else made.data
        return outcome.satisfied

    def _is_there(self, made: Made) -> bool:
        return self._at_home(made) is not None

    def _at_home(self, made: Made) -> Any:
        """What is shown of the record where it was made; None where nothing."""
        resource = self.resource
        filling = self.filling(resource.read, self.tokens(made)) if not resource.listed else {}
        answer = ask(self.home, resource.read, filling, self.person)
        if answer is None or not answer.ok:
            return None
        if not resource.listed:
            return answer.data
        entries = listed(resource.read, answer)
        return next(
            (one for one in entries if self.id and str(translate.at(one, self.id)) == str(made.id)), None
        )

    # the others

    def look(self, made: Made) -> None:
        """Find the record on every reader, or see that it is there as before; a sample for each that shows it."""
        waiting = dict(self.readers)
        answered = made.sent.answered if made.sent else time.monotonic()

        def one_look() -> bool:
            for name, session in list(waiting.items()):
                seen = self._known(session, made) if name in self.routes else self._search(session, made)
                if seen is not None:
                    if name in self.routes:
                        self.lags.append(max(0.0, time.monotonic() - answered))
                    self.routes[name] = seen.route
                    self.samples.setdefault(name, []).append(Sample(made.key, made.data, seen.data))
                    del waiting[name]
            return not waiting

        poll(one_look, bool, within=self.within, every=EVERY)

    def _search(self, session: DraftSession, made: Made) -> Seen | None:
        needed = {expression.partition(".")[0] for expression in self.used}
        known = [token for token in self.needed(session.name) if token.expression.partition(".")[0] in needed]
        tokens = [*self.own_tokens(made), *known]
        look = partial(
            search, session, made.data, tokens, self.person, self.resource.read, self.resource.name
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
        before = [one for one in self.samples.get(session.name, ()) if one.record == made.key]
        if before and repr(before[-1].right) == repr(data) and repr(before[-1].left) != repr(made.data):
            return None  # the change is not here yet
        return Seen(self.routes[session.name], data, shown) if shown else None

    def follow(self, session: DraftSession, made: Made) -> Any:
        """What the known route of a participant shows of a record; None where nothing."""
        route = self.routes[session.name]
        values = {token.expression + token.pointer: token for token in self.own_tokens(made)}
        filling = {
            name: values.get(token.expression + token.pointer, token) for name, token in route.filling.items()
        }
        if route.find is not None:
            find = route.find
            token = values.get(find.token.expression + find.token.pointer, find.token)
            query = {find.query: token.value} if find.query else {}
            answer = ask(session, find.operation, {}, self.person, query)
            entries = listed(find.operation, answer) if answer is not None and answer.ok else []
            entry = next(
                (one for one in entries if str(translate.at(one, find.same)) == str(token.value)), None
            )
            if entry is None:
                return None
            filling = {
                name: replace(one, value=translate.at(entry, find.id)) for name, one in filling.items()
            }
        answer = ask(session, route.read, filling, self.person)
        if answer is None or not answer.ok:
            return None
        if route.items is None or route.id is None:
            return answer.data
        return next(
            (one for one in listed(route.read, answer) if str(translate.at(one, route.id)) == str(made.id)),
            None,
        )

    def own_tokens(self, made: Made) -> list[Token]:
        """The values by which other participants may know the record: its id, and others called like one."""
        found = [token for token in self.tokens(made) if token.expression == "$id"]
        sent = made.sent.request.body if made.sent else None
        given = {str(value) for _, value in leaves(sent)} | {
            str(token.value) for token in self.needed(self.home.name)
        }
        for pointer, value in leaves(made.data):
            name = pointer.rpartition("/")[2]
            telling = isinstance(value, str | int) and strong(value) and is_id(name)
            if telling and pointer != self.id and self.id is not None and str(value) not in given:
                found.append(Token("$same", value, (name,), pointer))
        return found

    def _id_pointer(self, data: Any) -> str | None:
        """Where the id stands in the answer to the write that made a record."""
        named = [
            (pointer, words(pointer.rpartition("/")[2]))
            for pointer, value in leaves(data)
            if isinstance(value, str | int) and not isinstance(value, bool)
        ]
        wanted = words(self.resource.id or "id")
        for fits in (
            lambda name: name == wanted,
            lambda name: name[-len(wanted) :] == wanted,
            lambda name: is_id("_".join(name)),
        ):
            for pointer, name in named:
                if name and fits(name):
                    return pointer
        return None

    # changes

    def alter_and_look(self) -> None:
        """Change the first record: every field, then those of few values, one after the other."""
        operation, made = self.resource.change, self.records[0]
        if operation is None or self.resource.make is None:
            return
        self._step(made, partial(self.alter, operation, made, 3))
        for pointer, value in toggled(operation):
            if translate.at(made.data, pointer) not in (None, value):
                before = translate.at(made.data, pointer)
                was_listed = self.listing(made)
                self._step(made, partial(self.alter, operation, made, 3, {pointer: value}))
                if value is False and was_listed and not self.listing(made):
                    self.hides = pointer
                self._step(made, partial(self.alter, operation, made, 3, {pointer: before}))

    def remove(self) -> bool:
        """Remove the second record; whether it is gone, here and where it was found."""
        operation, made = self.resource.remove, self.records[-1]
        if operation is None or self.resource.make is None:
            return False
        try:
            self.send(operation, made, 4)
        except NotAccepted:
            return False

        def gone() -> bool:
            return not self._is_there(made) and all(
                self.follow(self.readers[name], made) is None for name in self.routes
            )

        return poll(gone, bool, within=self.within, every=EVERY).satisfied

    def _step(self, made: Made, write: Callable[[], Sent]) -> bool:
        try:
            write()
        except NotAccepted:
            return False
        self.refresh(made)
        self.look(made)
        return True

    def shown_to(self, user: str) -> bool:
        """Whether somebody else is shown the first record at home."""
        filling = self.filling(self.resource.read, self.tokens(self.records[0]))
        answer = ask(self.home, self.resource.read, filling, user)
        return answer is not None and answer.ok

    def listing(self, made: Made) -> bool:
        """Whether the list of such records at home has it."""
        operation = self.resource.list
        if operation is None or self.id is None:
            return False
        page = declarations(operation).pagination
        query = {page.limit: 100} if page else {}
        answer = ask(self.home, operation, {}, self.person, query)
        entries = listed(operation, answer) if answer is not None and answer.ok else []
        return any(str(translate.at(one, self.id)) == str(made.id) for one in entries)
