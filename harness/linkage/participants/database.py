"""A participant's database, read by SQL. No check ever writes to it; only ``[[data]]`` of harness.toml may.

SQLAlchemy (the extra ``sql``) knows the databases; a URL says which. That nothing is written is made sure twice:
only single SELECT statements are sent, and the transaction is a read-only one where the database has such
(SQLite, PostgreSQL, MySQL, MariaDB, Oracle). Every transaction is rolled back. Others (SQL Server) have the first
and the last of these only: there an account that may do nothing but SELECT is due.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from harness.core import advice
from harness.core.nearest import nearest
from harness.core.text import Text
from harness.linkage.contract.model import Read
from harness.linkage.participants.row_source import NO_FILE, RowError, Rows, plain
from harness.linkage.participants.statement import statement

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

EXTRA = advice.pip('install "linkage-harness[sql]"')
NO_EXTRA = Text(
    zh=f"[databases.{{name}}] 由 SQLAlchemy 读取：{EXTRA}",
    en=f"[databases.{{name}}] is read by SQLAlchemy: {EXTRA}",
)
NOT_OPENED = Text(zh="[databases.{name}] 无法打开：{said}", en="[databases.{name}] cannot be opened: {said}")
TOLD = Text(zh="{said}（数据库 {name}）", en="{said} (database {name})")
NO_DRIVER = Text(
    zh="[databases.{name}] 需要安装数据库的驱动：{error}",
    en="[databases.{name}] needs the driver of its database installed: {error}",
)
NO_URL = Text(
    zh="[databases.{name}] url：不是 postgresql://user@host/name 这样的地址",
    en="[databases.{name}] url: not a URL such as postgresql://user@host/name",
)
READ_ONLY = {
    "sqlite": "PRAGMA query_only = ON",
    "postgresql": "SET TRANSACTION READ ONLY",
    "mysql": "START TRANSACTION READ ONLY",
    "mariadb": "START TRANSACTION READ ONLY",
    "oracle": "SET TRANSACTION READ ONLY",
}
CONNECTIONS = 8
MOST = 100_000  # rows of one statement
MANY = Text(
    zh="[databases.{name}]：超过 {most} 行，不会读取更多；请在语句中限定条件",
    en="[databases.{name}]: more than {most} rows, which are not read; let the statement ask for fewer",
)


class Database:
    """``url`` is SQLAlchemy's, asked for when the first row is read; files of SQLite are relative to ``root``."""

    kind = "sql"

    def __init__(self, name: str, url: Callable[[], str], root: Path = Path()) -> None:
        self.name, self._url, self._root = name, url, root
        self._made: Engine | None = None
        self._making = threading.Lock()

    def read(self, call: Read, values: Mapping[str, Any]) -> Rows:
        """RowError where the database does not answer, or not to this statement."""
        engine = self._engine()
        from sqlalchemy import text
        from sqlalchemy.exc import DBAPIError, SQLAlchemyError

        assert call.sql is not None
        sent = statement(call.sql)
        try:
            connection = engine.connect()
        except (SQLAlchemyError, OSError) as error:
            raise RowError(NOT_OPENED.format(name=self.name, said=_said(error, engine))) from None
        with connection:
            try:
                if (begin := READ_ONLY.get(engine.dialect.name)) is not None:
                    connection.exec_driver_sql(begin)
                result = connection.execute(text(sent), dict(values))
                columns = tuple(result.keys())
                found = result.mappings().fetchmany(MOST + 1)
                if len(found) > MOST:
                    raise RowError(MANY.format(name=self.name, most=MOST))
                rows = tuple({name: plain(row[name]) for name in columns} for row in found)
            except DBAPIError as error:
                connection.rollback()
                said = _said(error, engine)
                told = TOLD.format(name=self.name, said=said)
                raise RowError(told, nearest=_meant(connection, sent, said)) from None
            except SQLAlchemyError as error:
                raise RowError(TOLD.format(name=self.name, said=_said(error, engine))) from None
            finally:
                connection.rollback()
        return Rows(columns, rows)

    def execute(self, statements: Sequence[str]) -> None:
        """Do them in one transaction: for data that tests begin with, of ``[[data]]``. RowError as :meth:`read`."""
        engine = self._engine()
        from sqlalchemy.exc import SQLAlchemyError

        try:
            with engine.begin() as connection:
                for each in statements:
                    connection.exec_driver_sql(each)
        except (SQLAlchemyError, OSError) as error:
            raise RowError(TOLD.format(name=self.name, said=_said(error, engine))) from None

    def tables(self) -> Mapping[str, tuple[str, ...]]:
        """The columns of each table and view. RowError where the database does not say."""
        engine = self._engine()
        from sqlalchemy import inspect
        from sqlalchemy.exc import SQLAlchemyError

        try:
            with engine.connect() as connection:
                inspector = inspect(connection)
                names = [*inspector.get_table_names(), *inspector.get_view_names()]
                return {
                    name: tuple(str(column["name"]) for column in inspector.get_columns(name))
                    for name in names
                }
        except (SQLAlchemyError, NotImplementedError, OSError) as error:
            raise RowError(TOLD.format(name=self.name, said=_said(error, engine))) from None

    def _engine(self) -> Engine:
        with self._making:
            if self._made is None:
                self._made = self._make()
            return self._made

    def _make(self) -> Engine:
        try:
            from sqlalchemy import create_engine, make_url
            from sqlalchemy.exc import ArgumentError, NoSuchModuleError
        except ModuleNotFoundError:
            raise RowError(NO_EXTRA.format(name=self.name)) from None
        try:
            url = make_url(self._url())
            if url.get_backend_name() == "sqlite":
                return create_engine(_never_made(url, self._root), pool_size=CONNECTIONS)
            return create_engine(url, pool_size=CONNECTIONS, hide_parameters=True)
        except FileNotFoundError as error:
            raise RowError(NO_FILE.format(name=self.name, file=error)) from None
        except (NoSuchModuleError, ModuleNotFoundError) as error:
            raise RowError(NO_DRIVER.format(name=self.name, error=error)) from None
        except ArgumentError:  # its words may have the URL in them, and that a password
            raise RowError(NO_URL.format(name=self.name)) from None

    def close(self) -> None:
        if self._made is not None:
            self._made.dispose()


def _never_made(url: URL, root: Path) -> URL:
    """SQLite makes the file that it does not find: a wrong name would be an empty database."""
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        return url
    file = (root / url.database).resolve()
    if not file.is_file():
        raise FileNotFoundError(file)
    # Not mode=ro, with which a database in WAL mode is not always readable; the pragma forbids to write.
    return url.set(database=f"file:{quote(str(file))}", query={"mode": "rw", "uri": "true"})


def _said(error: Exception, engine: Engine) -> str:
    """The database's own words, without the statement, its values and the password."""
    words = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
    return words.replace(engine.url.password or "\0", "***")


def _meant(connection: Connection, sent: str, said: str) -> str | None:
    """The table or column that was perhaps meant instead of the one that the error names."""
    from sqlalchemy import inspect
    from sqlalchemy.exc import SQLAlchemyError

    try:
        inspector = inspect(connection)
        tables = [*inspector.get_table_names(), *inspector.get_view_names()]
        asked = [table for table in tables if re.search(rf"\b{re.escape(table)}\b", sent, re.IGNORECASE)]
        columns = [str(column["name"]) for table in asked for column in inspector.get_columns(table)]
    except (SQLAlchemyError, NotImplementedError):
        return None
    known = {name.lower() for name in (*tables, *columns)}
    for word in re.findall(r"\w+", said):
        if word.lower() not in known and re.search(rf"\b{re.escape(word)}\b", sent):
            if (near := nearest(word, [*columns, *tables])) is not None:
                return near
    return None
