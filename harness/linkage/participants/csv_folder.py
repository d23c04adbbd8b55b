"""A participant's CSV files: what a system without an interface exports. Nothing is ever written to them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from harness.core.nearest import ANY, nearest
from harness.core.text import Text
from harness.linkage.contract.model import Read
from harness.linkage.participants.row_source import NO_FILE, RowError, Rows

NO_COLUMN = Text(
    zh="{file} 没有列 {column}；它有 {columns}", en="{file} has no column {column}; it has {columns}"
)
NOT_READ = Text(
    zh="[databases.{name}]：{file} 无法读取：{error}", en="[databases.{name}]: {file} cannot be read: {error}"
)
OUTSIDE = Text(
    zh="[databases.{name}]：{file} 位于它的 folder 之外，不会读取",
    en="[databases.{name}]: {file} is outside its folder and not read",
)
WITHOUT_MARK = {"utf-8": "utf-8-sig", "utf8": "utf-8-sig"}  # Excel puts a byte order mark before UTF-8


class CsvFolder:
    """``folder`` is asked for when the first row is read. All values are text; the first line names the columns."""

    kind = "csv"

    def __init__(self, name: str, folder: Callable[[], Path], encoding: str = "utf-8") -> None:
        self.name, self._folder = name, folder
        self._encoding = WITHOUT_MARK.get(encoding.lower(), encoding)

    def read(self, call: Read, values: Mapping[str, Any]) -> Rows:
        """The rows whose columns have these ``values``. RowError where the file or a column is not there."""
        assert call.csv is not None
        folder = self._folder()
        file = folder / call.csv
        if not file.resolve().is_relative_to(folder.resolve()):
            raise RowError(OUTSIDE.format(name=self.name, file=call.csv))
        try:
            with file.open(encoding=self._encoding, newline="") as lines:
                reader = csv.DictReader(lines, restkey="")
                columns = tuple(reader.fieldnames or ())
                for name in values:
                    if columns and name not in columns:
                        have = ", ".join(columns)
                        raise RowError(
                            NO_COLUMN.format(file=call.csv, column=repr(name), columns=have),
                            nearest=nearest(name, columns),
                        )
                rows = tuple(
                    {name: row[name] for name in columns}
                    for row in reader
                    if all(row[name] == _text(value) for name, value in values.items())
                )
        except FileNotFoundError:
            files = [path.name for path in folder.glob("*.csv")]
            raise RowError(
                NO_FILE.format(name=self.name, file=file),
                nearest=nearest(file.name, files, alike=ANY),
            ) from None
        except (OSError, UnicodeError, LookupError, csv.Error) as error:
            raise RowError(NOT_READ.format(name=self.name, file=file, error=error)) from None
        return Rows(columns, rows)

    def tables(self) -> Mapping[str, tuple[str, ...]]:
        """The columns of each file. RowError where one cannot be read."""
        found = {}
        for file in sorted(self._folder().glob("*.csv")):
            try:
                with file.open(encoding=self._encoding, newline="") as lines:
                    found[file.name] = tuple(next(csv.reader(lines), ()))
            except (OSError, UnicodeError, LookupError, csv.Error) as error:
                raise RowError(NOT_READ.format(name=self.name, file=file, error=error)) from None
        return found


def _text(value: Any) -> str:
    """A value as CSV has it."""
    return "" if value is None else str(value)
