"""The shape of the linkage contract, version 1.

Short first: whatever holds for every participant is written once, at the entity; what differs is written
under the participant's name. Participants are the platforms of harness.toml.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, ValidationInfo, model_validator

from harness.core.text import Text
from harness.core.validation import InvalidInput
from harness.linkage.contract import words
from harness.linkage.contract.account import Accounts
from harness.linkage.contract.duration import Duration
from harness.linkage.contract.shape import BaseCall, FieldName, Pointer, Shape, gathered, known_platforms
from harness.linkage.platform_names import PlatformName

VERSION = 1
DEFAULT_WITHIN = 5.0  # seconds
PromiseName = Literal[
    "appears",
    "monotonic-reads",
    "last-write-wins",
    "nothing-lost",
    "exactly-once",
    "conserved",
    "never-below",
    "private",
    "deletion-propagates",
    "converges",
    "one-account",
]
TimeForm = (
    Literal["rfc3339", "epoch-s", "epoch-ms", "local"]
    | Annotated[str, Field(pattern="%", description="strptime's, such as %Y%m%d%H%M%S")]
)


class Call(BaseCall):
    """An operation as the linkage contract calls it; a bare operationId is short for ``{call: …}``.

    Values may hold expressions: ``$id`` (of this participant), ``$total`` (a field of the record), ``$product.id``
    (of an entity it ``needs``), ``$person`` (the person's user), ``$unique`` (a value that nobody had). A path
    parameter that is not given takes ``$id``. ``body`` is laid over a request made from the OpenAPI document's
    examples and schema; that of a read is all that is sent. A null in it leaves the member out (RFC 7396) where the
    schema takes no null. What only some calls have is said by the models below, so that no key stands where nothing
    reads it.
    """

    as_: str | None = Field(default=None, alias="as", description="a name of 'people': who sends it")

    @property
    def label(self) -> str:
        """What is asked: an operationId."""
        return self.call


class Make(Call):
    """A call that makes a record."""

    takes: Mapping[FieldName, Pointer] = Field(
        default={},
        description="where its body says how much it takes, by field: 'points.balance': /points",
    )
    undo: str | None = Field(default=None, description="with 'takes': the act that gives it back")


class Act(Call):
    """A call that does something with a record."""

    sets: Mapping[str, Any] = Field(
        default={},
        description="fields and their values afterwards, in the contract's units; '= old.refunded + 119' is calculated",
    )
    after: str | None = Field(default=None, description="the act that comes first")
    times: int = Field(default=1, ge=1, description="how often it can be done on one record")
    made_on: tuple[PlatformName, ...] = Field(
        default=(),
        alias="made-on",
        description="participants on whose records it is done; absent: its own, or where it makes none another's",
    )


class Find(Call):
    """A call whose answer has a list of records."""

    items: Pointer | None = Field(default=None, description="the list in which the record is")


class Read(Find):
    """A call that answers with a record, or with a list of them.

    A participant's database or CSV files may stand in an operation's place: ``sql`` is one SELECT
    statement, whose parameters are expressions (``:same``, ``:product.id``, ``:person``: what 'people' says of whom
    ``as`` names, else of the person the record is ``of``); of ``csv``, the file, the rows are read whose columns are
    as ``where`` says.
    """

    call: str = Field(default="", min_length=1, description="operationId")
    sql: str | None = Field(
        default=None,
        min_length=1,
        description="one SELECT statement; its parameters are ':same', ':id', ':person'",
    )
    csv: str | None = Field(default=None, min_length=1, description="a file of the folder")
    where: Mapping[str, Any] = Field(default={}, description="of csv: columns, and their values in the row")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (bool(self.call), self.sql is not None, self.csv is not None).count(True) != 1:
            raise InvalidInput(words.ONE_WAY)
        strange = self.model_fields_set & Read.model_fields.keys() - OF_ROWS[self.kind]
        if strange:
            raise InvalidInput(_beside(sorted(strange)[0], self.kind))
        return self

    @property
    def reads_rows(self) -> bool:
        """Whether rows are read, instead of an operation being called."""
        return not self.call

    @property
    def kind(self) -> str:
        """``call``, ``sql`` or ``csv``."""
        return "sql" if self.sql is not None else "csv" if self.csv is not None else "call"

    @property
    def label(self) -> str:
        return self.call or self.csv or "SQL"


class List(Read):
    """A call that answers with a list of records, of which some may be removed."""

    shows_removed: bool = Field(
        default=False,
        alias="shows-removed",
        description="it goes on showing what was removed, with the fields of 'removed'",
    )


OF_ROWS: Mapping[str, frozenset[str]] = {
    "call": frozenset(Find.model_fields),
    "sql": frozenset({"sql", "as_"}),
    "csv": frozenset({"csv", "where", "as_"}),
}
"""What may stand beside each of the three that a read is made with."""
INSTEAD = {
    "sql": words.OF_SQL,
    "csv": words.OF_CSV,
    "call": words.OF_CALL,
}


def _beside(key: str, kind: str) -> Text:
    return words.NOTHING_BESIDE.format(key=key, other=kind, why=INSTEAD[kind])


def _call(value: Any) -> Any:
    return {"call": value} if isinstance(value, str) else value


_short = BeforeValidator(_call)


class ParticipantTable(Shape):
    """What one participant does with an entity."""

    make: Annotated[Make, _short] | None = None
    change: Annotated[Call, _short] | None = None
    remove: Annotated[Call, _short] | None = None
    restore: Annotated[Call, _short] | None = None
    read: Annotated[Read, _short] | None = None
    reads: Mapping[str, Annotated[Call, _short]] = {}
    find: Annotated[Find, _short] | None = None
    list: Annotated[List, _short] | None = None
    acts: Mapping[str, Annotated[Act, _short]] = {}


class FieldRule(Shape):
    """Where a field stands on each participant, and how its values translate.

    ``at`` is a pointer for all, or one for each participant. A participant that is not named in ``money``,
    ``time`` or ``values`` writes the field as the contract does: whole fen, RFC 3339, the names of ``values``.
    ``values`` maps what a participant writes to the contract's word; several may mean one. ``number``: participants
    may write it as text, ``"3"`` or ``"3.50"``.
    """

    at: Mapping[str, Pointer] | Pointer | None = None
    money: Mapping[PlatformName, Literal["fen", "yuan"]] = {}
    time: Mapping[PlatformName, TimeForm] = {}
    values: Mapping[PlatformName, Mapping[Any, str | int | bool]] = {}
    number: bool = Field(default=False, description="a number, also where it is written as text")
    tolerance: Duration | None = Field(default=None, description="times may differ by so much")

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        """What a value is brought to, one form: that of the first of these; another would be read by nothing."""
        said = [name for name in ("values", "money", "number") if getattr(self, name)]
        said += [name for name in ("time", "tolerance") if getattr(self, name)]
        if len(said) > 1 and said != ["time", "tolerance"]:
            why = words.FOR_TIMES if said[1] == "tolerance" else words.ONE_FORM
            raise InvalidInput(words.NOTHING_BESIDE.format(key=said[1], other=said[0], why=why))
        for name in ("money", "time", "values"):
            for participant in getattr(self, name):
                if isinstance(self.at, Mapping) and participant not in self.at:
                    raise InvalidInput(words.FORM_NOWHERE.format(form=name, participant=participant))
        return self


def _rule(value: Any, info: ValidationInfo) -> Any:
    """A pointer, or one for each participant, is short for ``{at: …}``."""
    if isinstance(value, str):
        return {"at": value}
    if isinstance(value, dict):
        known = known_platforms(info)
        places = {name: value[name] for name in value if name in known}
        if places:
            return {"at": places, **{key: item for key, item in value.items() if key not in places}}
    return value


def _fields(value: Any) -> Any:
    """A list of names: each stands under its own name everywhere."""
    return {name: {} for name in value} if isinstance(value, list) else value


class Promise(Shape):
    """How one promise is meant: ``within`` is the time it may take."""

    within: Duration | None = None
    query: Mapping[str, Any] = Field(
        default={}, description="of private: what others add to the address to see it, such as an id"
    )
    except_: tuple[str, ...] = Field(
        default=(),
        alias="except",
        description="of private: names of 'people' who may see and change it, such as staff",
    )
    from_: Annotated[tuple[PlatformName, ...], BeforeValidator(_lines)] = Field(
        default=(), alias="from", description="whose writes it is promised of, where not of everybody's"
    )


def _lines(value: Any) -> Any:
    """One line is short for a list of it."""
    return [value] if isinstance(value, str) else value


def _promise(value: Any) -> Any:
    return {} if value is None else value if isinstance(value, dict) else {"within": value}


def _promises(value: Any) -> Any:
    """``[appears, private]``, ``[{appears: 2s}]`` and ``{appears: 2s, private: }`` say the same kind of thing."""
    if not isinstance(value, list):
        return value
    found: dict[Any, Any] = {}
    for item in value:
        found |= item if isinstance(item, dict) else {item: None}
    return found


class Entity(Shape):
    """One thing that several participants know. It has an ``id``, is ``of`` a person, belongs to what it ``needs``,
    or there is one for all.
    """

    title: Text
    owner: str | None = Field(default=None, description="whose it is when a promise is broken")
    notice: Text | None = Field(default=None, description="what people would notice")
    of: str | None = Field(default=None, description="a name of 'people': each has one of their own")
    needs: Mapping[str, Mapping[str, Any]] = Field(
        default={},
        description="entities that are there first, and the values of their fields, in the contract's units",
    )
    id: Mapping[PlatformName, Pointer] | Pointer | None = None
    same: Mapping[PlatformName, Pointer] | Pointer | None = Field(
        default=None,
        description="the value that tells which records are one; absent: ids are the same everywhere",
    )
    make: Annotated[Make, _short] | None = None
    change: Annotated[Call, _short] | None = None
    remove: Annotated[Call, _short] | None = None
    restore: Annotated[Call, _short] | None = Field(default=None, description="puts back what was removed")
    read: Annotated[Read, _short] | None = None
    reads: Mapping[str, Annotated[Call, _short]] = Field(
        default={}, description="fields that an operation of their own answers, such as an order's refunds"
    )
    find: Annotated[Find, _short] | None = Field(
        default=None, description="the list in which the record with 'same' is found"
    )
    list: Annotated[List, _short] | None = Field(
        default=None, description="the list in which such records are shown"
    )
    acts: Mapping[str, Annotated[Act, _short]] = {}
    participants: Mapping[PlatformName, ParticipantTable] = {}
    fields: Annotated[
        Mapping[str, Annotated[FieldRule, BeforeValidator(_rule)]], BeforeValidator(_fields)
    ] = Field(min_length=1, description="what must be equal")
    removed: Mapping[str, Any] | None = Field(
        default=None,
        description="fields of a removed record, in the contract's units; absent: it is not found",
    )
    effects: Mapping[str, Mapping[FieldName, str]] = Field(
        default={},
        description="by act ('make' included): 'points.balance' and by how much, '- old.points_earned'",
    )
    always: Annotated[tuple[str, ...], BeforeValidator(_lines)] = Field(
        default=(), description="arithmetic that holds at any time: a line, or a list of them"
    )
    promises: Annotated[
        Mapping[PromiseName, Annotated[Promise, BeforeValidator(_promise)]], BeforeValidator(_promises)
    ] = {}

    @model_validator(mode="before")
    @classmethod
    def _tables_of_participants(cls, data: Any, info: ValidationInfo) -> Any:
        return gathered(data, info)

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        if self.id is None and (self.make or any(table.make for table in self.participants.values())):
            raise InvalidInput(words.MADE_WITHOUT_ID)
        for name, promise in self.promises.items():
            for key in ("query", "except_", "from_"):
                if getattr(promise, key) and (name == "private") == (key == "from_"):
                    only = words.NOT_OF_PRIVATE if key == "from_" else words.OF_PRIVATE
                    raise InvalidInput(only.format(promise=name, key=key.rstrip("_")))
        for act in [*self.acts, *(act for table in self.participants.values() for act in table.acts)]:
            if act in ParticipantTable.model_fields:
                raise InvalidInput(words.ACT_IS_KEY.format(act=act))
        return self


class Defaults(Shape):
    """What promises mean that do not say it themselves."""

    within: Duration | None = None
    settle: Duration | None = Field(
        default=None, description="after so long nothing is under way; for services that have no 'drain'"
    )


class LinkageContract(Shape):
    """The whole document."""

    linkage: Literal[1]
    people: Mapping[str, Mapping[PlatformName, str]] = Field(
        default={}, description="one human: a user of the service of each participant"
    )
    accounts: Accounts | None = Field(default=None, description="how people come in on each participant")
    defaults: Defaults = Defaults()
    entities: Mapping[str, Entity] = Field(min_length=1)

    def within(self, entity: str, promise: PromiseName = "appears") -> float:
        """How long a promise may take to be kept, in seconds."""
        rule = self.entities[entity].promises.get(promise)
        return (rule and rule.within) or self.defaults.within or DEFAULT_WITHIN
