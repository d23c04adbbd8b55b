"""Rows of a participant's database or CSV files, as an answer to the question for one record.

Owns what the two have in common: rows as JSON, what is wrong with them, and the answer that findings show.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as clock
from decimal import Decimal
from typing import Any, Protocol

from harness.api.client import Answer
from harness.contracts import Checked
from harness.core.errors import BrokenError
from harness.core.exchange import Exchange, Message
from harness.core.nearest import nearest
from harness.core.text import Text
from harness.linkage.contract.model import Read

FOUND, ABSENT = 200, 404
MEANT = Text(zh="{message}；是不是 {nearest}？", en="{message}; did you mean {nearest}?")
NO_FILE = Text(zh="[databases.{name}]：没有文件 {file}", en="[databases.{name}]: there is no file {file}")
NO_COLUMN = Text(
    zh="{asked} 没有读出列 {column}；读出的是 {columns}",
    en="{asked} reads no column {column}; it reads {columns}",
)


@dataclass(frozen=True, slots=True)
class Rows:
    """``columns`` are there even where no row is."""

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]


class RowError(BrokenError):
    """Rows that cannot be read: the contract or harness.toml is wrong, or the database does not answer."""

    def __init__(self, message: Text, *, nearest: str | None = None, where: str = "") -> None:
        self.message, self.nearest = message, nearest
        words = message if nearest is None else MEANT.format(message=message, nearest=repr(nearest))
        super().__init__(words.map(lambda said: f"{where}: {said}") if where else words)

    def at(self, where: str) -> RowError:
        """The same error with the place in the linkage contract that it is about."""
        return RowError(self.message, nearest=self.nearest, where=where)


class RowSource(Protocol):
    """Where the rows of a participant are. ``kind``: what a call must have, ``sql`` or ``csv``."""

    name: str
    kind: str

    def read(self, call: Read, values: Mapping[str, Any]) -> Rows:
        """The rows that ``call`` asks for; ``values`` of its parameters, or of its columns. RowError."""
        ...

    def tables(self) -> Mapping[str, tuple[str, ...]]:
        """The columns of each table, or file. RowError."""
        ...


def plain(value: Any) -> Any:
    """A value of a database as JSON has it."""
    if isinstance(value, Decimal):
        whole = value.is_finite() and value == value.to_integral_value()
        return int(value) if whole else float(value) if Decimal(repr(float(value))) == value else str(value)
    if isinstance(value, datetime | date | clock):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).decode("utf-8", "backslashreplace")
    if value is None or isinstance(value, str | int | float | bool | list | dict):
        return value
    return str(value)


def require_columns(rows: Rows, wanted: Iterable[str], asked: Read) -> None:
    """RowError for a column that a field needs and that is not read."""
    for name in wanted:
        if rows.columns and name not in rows.columns:
            have = ", ".join(rows.columns)
            raise RowError(
                NO_COLUMN.format(asked=asked.label, column=repr(name), columns=have),
                nearest=nearest(name, rows.columns),
            )


def answer(source: RowSource, call: Read, values: Mapping[str, Any], rows: Rows, began: float) -> Answer:
    """The rows as an answer: in the report they stand where that of an operation would."""
    asked = call.sql or call.csv or ""
    given = ", ".join(f"{name} = {value!r}" for name, value in values.items())
    exchange = Exchange(
        id=f"rows of {source.name}",
        source="harness",
        target=source.name,
        method=source.kind.upper(),
        path=asked,
        request=Message((), given.encode()),
        status=FOUND if rows.rows else ABSENT,
        response=Message((), json.dumps(list(rows.rows), ensure_ascii=False, default=str).encode()),
        started=began,
        ended=time.time(),
    )
    return Answer(exchange, Checked(None, ()), list(rows.rows), f"{asked}  -- {given}" if given else asked)
