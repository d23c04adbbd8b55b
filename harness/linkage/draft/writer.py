"""The participant that writes the records of a study: as whom, with which bodies, and how it shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from harness.api.client import Request
from harness.contracts import Operation
from harness.contracts.declarations import declarations
from harness.core.polling import poll
from harness.linkage.contract import translate
from harness.linkage.draft.keys import Keys
from harness.linkage.draft.markers import marked
from harness.linkage.draft.names import is_id, words
from harness.linkage.draft.places import optional, required, split
from harness.linkage.draft.resources import Resource, signed_in
from harness.linkage.draft.search import ask, listed
from harness.linkage.draft.session import REFUSED_PERSON, DraftSession, NotAccepted, Sent
from harness.linkage.draft.tokens import Token, refer
from harness.linkage.draft.words import NO_ID, NOTHING_KNOWN
from harness.linkage.participants.leaves import leaves, put
from harness.linkage.participants.samples import leave_out

EVERY = 0.2  # seconds between two looks
FEW = 4  # optional members that are left out one by one


@dataclass(slots=True)
class Made:
    """A record of the study, as its writer shows it. ``key`` tells it from the other one."""

    key: str
    id: Any = None
    data: Any = None
    sent: Sent | None = None
    template: Any = None


@dataclass(slots=True)
class Writer:
    """``needed`` gives the tokens of records that are there, ``users`` may write, in this order. ``person``: whose the
    records are, where they are somebody's; ``author``: who made the last; ``id``: where the id is in an answer.
    """

    resource: Resource
    session: DraftSession
    needed: Callable[[str], list[Token]]
    users: Sequence[str]
    seed: int
    person: str | None = None
    author: str | None = None
    id: str | None = None
    used: set[str] = field(default_factory=set)
    """Expressions of needed records that requests had."""
    senders: dict[str, str | None] = field(default_factory=dict)
    """By operation who sent it last."""
    bodies: dict[str, Any] = field(default_factory=dict)
    """By operation what of its body the contract has to say."""
    left_out: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By operation the optional members of its body with which it was refused."""
    keys: Keys = field(init=False)

    def __post_init__(self) -> None:
        self.keys = Keys(self.session.participant.backend.name, self.seed)

    @property
    def name(self) -> str:
        return self.session.name

    @property
    def reader(self) -> str | None:
        """Who reads the records where they are made."""
        return self.person or (self.author if signed_in(self.resource.read) else None)

    def make(self, number: int, key: str) -> Made:
        operation = self.resource.make
        assert operation is not None
        sent, template = self.send(operation, None, number)
        pointer = self.id or self._id_pointer(sent.answer.data)
        id = None if pointer is None else translate.at(sent.answer.data, pointer)
        if id is None:
            raise NotAccepted(operation, NO_ID.format(answer=sent.answer.seen[:200]))
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
        """A write with the ``number``-th markers, ``over`` (by pointer) laid over it; what the contract has to say of
        its body: which members name records, and which are to be left out.
        """
        users = self.able(made)
        user = next((one for one in users if one in self.session.users), None)
        base = self.session.request(operation, user)
        tokens = self.tokens(made)
        refused: NotAccepted | None = None
        for candidate, out in self._candidates(operation, made, base.body, number):
            body, template, used = refer(candidate, tokens)
            for pointer, value in (over or {}).items():
                body = put(body, pointer, value)
            try:
                sent = self._taken(operation, made, tokens, base, body, users)
            except NotAccepted as error:
                refused = refused or error
                self.keys.markers[operation.id] = {}
                continue
            self.used |= used - {"$id"}
            self.senders[operation.id] = sent.user
            if made is None or made.id is None:
                self.author = sent.user
                if signed_in(self.resource.read):
                    self.person = sent.user or self.person
            self.left_out[operation.id] = out
            template = {**(template or {}), **dict.fromkeys(out)} or None
            template = self.keys.said(operation, template)
            self.bodies[operation.id] = template
            return sent, template
        assert refused is not None
        raise refused

    def _taken(
        self,
        operation: Operation,
        made: Made | None,
        tokens: Sequence[Token],
        base: Request,
        body: Any,
        users: Sequence[str],
    ) -> Sent:
        """A write with this body: new keys for a new record, its own for one that is there."""

        def write(body: Any) -> Sent:
            return self.session.write(operation, self.placed(operation, tokens, base, body), users)

        if made is not None:
            body = self.keys.own(self.resource.make, body, made.data)
            return self.write(operation, self.placed(operation, tokens, base, body), made)
        body = self.keys.drawn(operation, body)
        try:
            return write(body)
        except NotAccepted as refused:
            return self.keys.find(operation, body, base.body, refused, write)

    def _candidates(
        self, operation: Operation, made: Made | None, example: Any, number: int
    ) -> Iterator[tuple[Any, tuple[str, ...]]]:
        """Bodies with markers, the fullest first, and what each leaves out of the members that the example lacks: none,
        one of few, then all, since checks would send them, too. The last is the example as it is.
        """
        marking = partial(marked, operation, example, seed=f"{self.seed} {self.session.name}", number=number)
        whole, known = marking(), self.left_out.get(operation.id, ())
        more = tuple(name for name in optional(operation, example) if name in whole)

        def less(body: Any, out: tuple[str, ...]) -> tuple[Any, tuple[str, ...]]:
            nulls = dict.fromkeys(out)
            return (leave_out(operation, {**body, **nulls}, nulls) if out else body), out

        fullest, _ = less(whole, known)
        if made is None and self.resource.make is not None:
            keyed = self.keys.marked(operation, self.resource.name, fullest, example)
            if keyed != fullest:
                yield keyed, known
        yield fullest, known
        if 1 < len(more) <= FEW:
            yield from (less(whole, (*known, name)) for name in more if name not in known)
        yield less(marking(optional=False), more)
        yield less(example, more)

    def write(self, operation: Operation, request: Request, made: Made) -> Sent:
        """A write to a record as its person, else as somebody else who is shown it, such as staff."""
        try:
            return self.session.write(operation, request, self.able(made))
        except NotAccepted as refused:
            if refused.status not in REFUSED_PERSON or made.id is None:
                raise
            others = [user for user in self.users if user != self.person and self.shown_to(made, user)]
            try:
                return self.session.write(operation, request, others)
            except NotAccepted as again:
                raise (again if again.status not in (*REFUSED_PERSON, 0) else refused) from None

    def able(self, made: Made | None) -> Sequence[str]:
        """Who may write: the person whose record it is, else whoever is taken."""
        return [self.person] if self.person and made is not None else self.users

    def placed(self, operation: Operation, tokens: Sequence[Token], base: Request, body: Any) -> Request:
        """``base`` with this body, about the record that the tokens name."""
        values = {name: token.value for name, token in self.filling(operation, tokens).items()}
        said = split(operation, values)
        return replace(base, path=said.path, query={**base.query, **said.query}, body=body)

    def filling(self, operation: Operation, tokens: Sequence[Token]) -> dict[str, Token]:
        found: dict[str, Token] = {}
        for name in required(operation):
            best = next((token for token in tokens if token.called(name)), None)
            if best is None and name == self.resource.id:
                best = next((token for token in tokens if token.expression == "$id"), None)
            if best is None:
                raise NotAccepted(operation, NOTHING_KNOWN.format(name=name))
            found[name] = best
            self.used |= {best.expression} - {"$id"}
        return found

    def tokens(self, made: Made | None) -> list[Token]:
        own = []
        if made is not None and made.id is not None:
            names = {self.resource.id or "id", (self.id or "/id").rpartition("/")[2]}
            own = [Token("$id", made.id, tuple(names), self.id or "")]
        return [*own, *self.needed(self.session.name)]

    def refresh(self, made: Made) -> bool:
        """Read the record; False where it is not there."""
        outcome = poll(lambda: self.shown(made), lambda data: data is not None, within=1.0, every=EVERY)
        made.data = outcome.value if outcome.satisfied else made.data
        return outcome.satisfied

    def shows(self, made: Made) -> bool:
        """Whether the record is there."""
        return self.shown(made) is not None

    def shown(self, made: Made) -> Any:
        """What is shown of the record where it was made; None where nothing."""
        resource = self.resource
        filling = self.filling(resource.read, self.tokens(made)) if not resource.listed else {}
        answer = ask(self.session, resource.read, filling, self.reader)
        if answer is None or not answer.ok:
            return None
        if not resource.listed:
            return answer.data
        entries = listed(resource.read, answer)
        return next(
            (one for one in entries if self.id and str(translate.at(one, self.id)) == str(made.id)), None
        )

    def shown_to(self, made: Made, user: str) -> bool:
        """Whether somebody else is shown the record."""
        filling = {} if self.resource.listed else self.filling(self.resource.read, self.tokens(made))
        answer = ask(self.session, self.resource.read, filling, user)
        return answer is not None and answer.ok

    def shown_to_others(self, made: Made) -> bool:
        """Whether anybody but its reader is shown the record."""
        return any(self._seeing(made))

    def shown_to_all(self, made: Made) -> bool:
        """Whether everybody else is shown the record, and there is somebody else."""
        seeing = list(self._seeing(made))
        return bool(seeing) and all(seeing)

    def _seeing(self, made: Made) -> Iterator[bool]:
        """Whether each of the others is shown the record."""
        return (self.shown_to(made, user) for user in self.session.users if user != self.reader)

    def listing(self, made: Made) -> bool:
        """Whether the list of such records at home has it."""
        operation = self.resource.list
        if operation is None or self.id is None:
            return False
        page = declarations(operation).pagination
        query = {page.limit: 100} if page else {}
        answer = ask(self.session, operation, {}, self.reader, query)
        entries = listed(operation, answer) if answer is not None and answer.ok else []
        return any(str(translate.at(one, self.id)) == str(made.id) for one in entries)

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
