"""Where a record turns up in the database or the CSV files of a participant: the one row that has its id or number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.linkage.contract.model import Read
from harness.linkage.draft.entry import CallEntry
from harness.linkage.draft.markers import strong
from harness.linkage.draft.names import is_id, words
from harness.linkage.draft.tokens import Token
from harness.linkage.draft.values import score
from harness.linkage.participants.participant import Participant
from harness.linkage.participants.row_source import RowError

MOST_COLUMNS = 200  # that are asked for a value, each by a statement of its own
SIMPLE = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class RowPlace:
    """The row of ``table`` (a file of CSV) whose ``column`` has the value of ``token``."""

    kind: str
    table: str
    column: str
    token: Token

    def call(self, expression: str, columns: Sequence[str]) -> CallEntry:
        """As the linkage contract says it; ``expression`` without ``$``."""
        if self.kind == "csv":
            return {"csv": self.table, "where": {self.column: f"${expression}"}}
        chosen = ", ".join(map(_named, dict.fromkeys((self.column, *columns))))
        return {
            "sql": f"select {chosen} from {_named(self.table)} where {_named(self.column)} = :{expression}"
        }


@dataclass(slots=True)
class RowSession:
    """The rows of one participant, for one draft. ``refused``: columns that cannot be asked for such a value."""

    participant: Participant
    refused: set[tuple[str, str, type]] = field(default_factory=set)

    def search(self, left: Any, tokens: Iterable[Token]) -> tuple[RowPlace, Any] | None:
        """The row that shows the record ``left`` by most values; None where none does."""
        best: tuple[int, RowPlace, Any] | None = None
        for place in self._places(tokens):
            row = self.row(place)
            if row is None:
                continue
            value = place.token.value
            seen = score(left, row, [value]) + strong(value)  # a row is found by the value, not asked with it
            if seen and (best is None or seen > best[0]):
                best = seen, place, row
        return None if best is None else best[1:]

    def row(self, place: RowPlace, value: Any = None) -> Any:
        """The one row there; None where there is none, or several."""
        wanted = place.token.value if value is None else value
        source = self.participant.database
        assert source is not None
        if place.kind == "csv":
            call, values = Read(csv=place.table, where={place.column: wanted}), {place.column: wanted}
        else:
            table, column = _named(place.table), _named(place.column)
            call, values = Read(sql=f"select * from {table} where {column} = :same"), {"same": wanted}
        try:
            found = source.read(call, values).rows
        except RowError:
            self.refused.add((place.table, place.column, type(wanted)))
            return None
        return found[0] if len(found) == 1 else None

    def _places(self, tokens: Iterable[Token]) -> Iterator[RowPlace]:
        source = self.participant.database
        assert source is not None
        known = [token for token in tokens if token.expression in ("$same", "$id")]
        try:
            tables = source.tables()
        except RowError:
            return  # the promises say it, in words
        columns = [(table, name) for table, names in tables.items() for name in names if _perhaps_id(name)]
        for table, name in columns[:MOST_COLUMNS]:
            for token in sorted(known, key=lambda token: token.expression, reverse=True):
                if (table, name, type(token.value)) not in self.refused:
                    yield RowPlace(source.kind, table, name, token)


def _perhaps_id(column: str) -> bool:
    """Whether a column may tell one row from another; of names in other scripts than Latin nobody knows."""
    return is_id(column) or not words(column)


def _named(name: str) -> str:
    return name if SIMPLE.fullmatch(name) else f'"{name}"'
