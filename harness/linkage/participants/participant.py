"""A participant (参与方): one platform's backend, and what the linkage contract lets be done with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, overload

from harness.api.backend import NOBODY, BackendUnderTest
from harness.api.choosing import actor
from harness.api.users import User
from harness.contracts import Contract, Index, Operation
from harness.contracts.declarations import declarations
from harness.core.actors import Person
from harness.core.errors import UsageError
from harness.core.nearest import nearest
from harness.core.text import Text, text_of
from harness.linkage.contract.model import Act, Call, Entity, Find, List, Make, Read
from harness.linkage.participants.row_source import RowSource

NOT_LOGGED_IN = Text(zh="未登录者", en="nobody")
NO_OPERATION = Text(zh="{participant} 不提供接口 {id!r}", en="{participant} serves no operation {id!r}")
NOBODY_HERE = Text(
    zh="{person!r} 在 {participant} 上没有对应的用户", en="{person!r} is nobody on {participant}"
)
NO_ACT = Text(
    zh="契约没有写明 {participant} 的{entity}如何 {act}",
    en="the contract says no {act!r} of {participant} for {entity}",
)


@dataclass(frozen=True, eq=False)
class Participant:
    """One platform and the backend that answers it; ``people`` maps a name of the contract to its user there.

    ``wechat`` gives what WeChat would give the app of a person: a code of a kind (``login_code``, ``phone_code``),
    asked with a ``traceparent``; None where nothing stands in for WeChat.
    ``database`` has the rows that are read in an operation's place. ``behind`` is the service that keeps the data,
    where the backend is a gateway before several. ``where`` gives the place in the linkage contract that keys lead to.
    """

    name: str
    title: Text
    backend: BackendUnderTest
    contracts: tuple[Contract, ...] = field(repr=False)
    people: Mapping[str, str] = field(default_factory=dict)
    wechat: Callable[[str, Person, str], str] | None = field(default=None, repr=False)
    database: RowSource | None = None
    behind: str | None = None
    where: Callable[..., str] = field(default=lambda *keys: "", repr=False)

    @property
    def service(self) -> str:
        """The service that data comes from and goes to."""
        return self.behind or self.backend.name

    @property
    def answers(self) -> bool:
        """Whether there is a backend to ask; else only rows are read."""
        return bool(self.backend.contracts)

    @cached_property
    def operations(self) -> Mapping[str, Operation]:
        """By operationId; of two equal ones the first document's counts."""
        found: dict[str, Operation] = {}
        for contract in self.contracts:
            for operation in contract.operations:
                if operation.serves(self.backend.name):
                    found.setdefault(operation.id, operation)
        return found

    @cached_property
    def index(self) -> Index:
        return Index(self.contracts, service=self.backend.name)

    def operation(self, id: str) -> Operation:
        """The operation called ``id``. UsageError with the nearest one where this participant has none."""
        if id not in self.operations:
            near = nearest(id, self.operations)
            raise UsageError(NO_OPERATION.format(participant=self.name, id=id), nearest=near)
        return self.operations[id]

    @overload
    def call(self, entity: Entity, act: Literal["make"]) -> Make | None: ...
    @overload
    def call(self, entity: Entity, act: Literal["read"]) -> Read | None: ...
    @overload
    def call(self, entity: Entity, act: Literal["list"]) -> List | None: ...
    @overload
    def call(self, entity: Entity, act: Literal["find"]) -> Find | None: ...
    @overload
    def call(self, entity: Entity, act: str) -> Call | None: ...

    def call(self, entity: Entity, act: str) -> Call | None:
        """How this participant does ``act`` (``make``, ``change``, ``remove``, ``read``, or one of ``acts``).

        What the entity says for all holds where this participant serves the operation; None where it cannot.
        """
        table = entity.participants.get(self.name)
        own = None
        if table is not None:
            own = getattr(table, act) if act in BASIC else table.acts.get(act)
        if own is not None:
            return own
        common = getattr(entity, act) if act in BASIC else entity.acts.get(act)
        return common if common is not None and self._able(common) else None

    def _able(self, common: Call) -> bool:
        if isinstance(common, Read) and common.reads_rows:
            return self.database is not None and self.database.kind == common.kind
        return common.call in self.operations

    def no_act(self, entity: Entity, act: str) -> Text:
        """Why it cannot do ``act``, where :meth:`call` is None."""
        return NO_ACT.format(act=act, participant=self.name, entity=entity.title)

    def counts(self, entity: Entity) -> bool:
        """Whether it tells how often a record is there: by rows, or by a list in which it is looked for."""
        call = self.call(entity, "read")
        if call is None:
            return False
        if call.reads_rows or self.call(entity, "find") is not None:
            return True
        paged = declarations(self.operation(call.call)).pagination is not None
        return entity.id is not None and (call.items is not None or paged)

    def is_public(self, call: Call) -> bool:
        """Whether the OpenAPI document gives the answer to everybody, by ``security: []``."""
        operation = self.operation(call.call)
        document = operation.place.source.data
        return bool(operation.place.value.get("security", document.get("security")) == [])

    def reads(self, entity: Entity) -> Mapping[str, Call]:
        """The further reads of an entity that this participant serves, by the field that each gives."""
        table = entity.participants.get(self.name)
        common = {name: call for name, call in entity.reads.items() if call.call in self.operations}
        return {**common, **(table.reads if table is not None else {})}

    def acts(self, entity: Entity) -> Mapping[str, Act]:
        """The acts of an entity that this participant can do."""
        table = entity.participants.get(self.name)
        common = {name: act for name, act in entity.acts.items() if self._able(act)}
        return {**common, **(table.acts if table is not None else {})}

    def user(self, person: str | None) -> str | None:
        """The user of this backend who is ``person``; None (by the operation) where nobody is named.

        UsageError for a person who is nobody here.
        """
        if person is None:
            return None
        if person in self.people:
            return self.people[person]
        raise UsageError(
            NOBODY_HERE.format(person=person, participant=self.name), nearest=nearest(person, self.people)
        )

    def user_name(self, user: str | None, operation: Operation) -> Text:
        """What a user is called: None is who acts in the operation, ``""`` nobody."""
        if user is None:
            who = actor(operation, self.backend)
            user = NOBODY if who is None else who.name
        return NOT_LOGGED_IN if user == NOBODY else text_of(user)

    def with_user(self, user: User, people: Iterable[str]) -> Participant:
        """The participant with one more user, who is all of these people."""
        backend = replace(self.backend, users=(*self.backend.users, user))
        found = replace(self, backend=backend, people={**self.people, **dict.fromkeys(people, user.name)})
        vars(found).update(operations=self.operations, index=self.index)  # which cost time, and are the same
        return found


def maker(entity: Entity, first: Participant, participants: Iterable[Participant]) -> Participant:
    """Who makes a record that is needed: ``first`` where it can, else the first of all that can."""
    act = "change" if entity.id is None else "make"
    able = [one for one in participants if one.call(entity, act) is not None]
    return first if not able or first.name in [one.name for one in able] else able[0]


BASIC = ("make", "change", "remove", "restore", "read", "find", "list")
