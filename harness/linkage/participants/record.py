"""What a check works on and what it sees: records, writes, readings, listings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from harness.api.client import Answer, Request
from harness.contracts import Operation
from harness.core.errors import BrokenError
from harness.core.text import Text, text_of
from harness.linkage.contract.translate import Value

RECORD = Text(zh="记录", en="the record")


@dataclass(slots=True)
class Record:
    """One record under test: whose it is, and the records it needs. ``made``: by which write; ``made_on``: the other
    participant that made it, where the one that works on it did not.

    ``ids`` by participant; ``same`` is the value by which the other participants know it.
    """

    entity: str
    person: str | None = None
    ids: dict[str, Any] = field(default_factory=dict)
    same: Any = None
    needs: dict[str, Record] = field(default_factory=dict)
    made: Write | None = None
    made_on: str | None = None
    seen: dict[str, Value] = field(default_factory=dict)
    """Its fields as its writer last showed them."""
    old: dict[str, Value] = field(default_factory=dict)
    """Its fields before its last change or act."""

    @property
    def id(self) -> Any:
        """Its id where it was made."""
        return next(iter(self.ids.values()), None)

    def unmet(self, participant: str) -> Record:
        """The same record as a participant is asked for it that has not said its id yet."""
        return replace(self, ids={name: id for name, id in self.ids.items() if name != participant})


@dataclass(frozen=True, slots=True)
class Write:
    """A write that was answered at ``answered``; ``sent`` is the request, ``stated`` its body without ids,
    ``sets`` what it says it brings about.
    """

    operation: Operation
    answer: Answer
    sent: Request
    answered: float
    stated: Any = None
    sets: Mapping[str, Any] = field(default_factory=dict)
    user: str | None = None

    @property
    def label(self) -> str:
        return f"{self.operation.label} → {self.answer.status}"


@dataclass(frozen=True, slots=True)
class Reading:
    """A record as a participant shows it. ``found``: whether it is there, once.

    ``data`` is the record's JSON; ``refused`` holds status and words of an answer that is neither the record nor
    its absence; ``times``: how often it is there, where that is more than once; ``part``: that it was looked for in a
    list which shows a part of what there is.
    """

    fields: Mapping[str, Value]
    found: bool
    answer: Answer
    refused: str | None = None
    data: Any = None
    times: int = 0
    part: Text | None = None

    @property
    def absent(self) -> bool:
        """Whether the answer says that there is no such record."""
        return not self.found and self.refused is None and not self.times and self.part is None

    @property
    def words(self) -> Text:
        if self.times:
            return Text(zh=f"这条记录有 {self.times} 条", en=f"the record {self.times} times")
        if self.part is not None:
            return self.part
        if self.absent and self.answer.checked.operation is None:
            return Text(zh="没有这一行", en="no such row")
        if self.refused is None and not self.found:
            return Text(
                zh=f"没有这条记录（{self.answer.status}）", en=f"no such record ({self.answer.status})"
            )
        if self.refused is not None:
            return text_of(self.refused)
        if not self.fields:
            return RECORD
        return Text(
            zh="，".join(f"{name} = {value.words.zh}" for name, value in self.fields.items()),
            en=", ".join(f"{name} = {value}" for name, value in self.fields.items()),
        )

    def __str__(self) -> str:
        return self.words.en


@dataclass(frozen=True, slots=True)
class Entry:
    """One record as a list shows it; a field that it leaves out is None there."""

    id: Any
    fields: Mapping[str, Value]
    same: Any = None

    @property
    def shown(self) -> dict[str, Value]:
        """What it does not leave out."""
        return {name: value for name, value in self.fields.items() if value.raw is not None}


@dataclass(frozen=True, slots=True)
class Listing:
    """What a list shows, and the answer with its last page. ``part``: that it is not all there is."""

    entries: tuple[Entry, ...]
    answer: Answer
    part: Text | None = None

    @property
    def refused(self) -> str | None:
        """Status and words of an answer that is no list."""
        return None if self.answer.ok else self.answer.seen[:200]


class NotTaken(BrokenError):
    """A write that was answered, but not with success."""

    def __init__(self, message: Text, answer: Answer) -> None:
        self.answer = answer
        super().__init__(message)

    @property
    def status(self) -> int:
        return self.answer.status

    @property
    def passing(self) -> bool:
        """Whether it says that it cannot be done now: a fault of the service, or too much that is asked for."""
        return self.status >= 500 or self.status in (408, 425, 429)
