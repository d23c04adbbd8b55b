"""The website's SQLite file: schema, connections, transactions. Knows no business rule."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

_SCHEMA = """
CREATE TABLE members (
    member_id TEXT PRIMARY KEY, phone TEXT NOT NULL UNIQUE, nickname TEXT NOT NULL,
    nickname_set_at TEXT NOT NULL, nickname_set_by TEXT NOT NULL, member_level TEXT NOT NULL,
    wechat_bound INTEGER NOT NULL DEFAULT 0, created_at TEXT NOT NULL) STRICT;
CREATE TABLE codes (
    phone TEXT NOT NULL, purpose TEXT NOT NULL, digest TEXT NOT NULL, expires REAL NOT NULL,
    wrong INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (phone, purpose)) STRICT;
CREATE TABLE sessions (
    digest TEXT PRIMARY KEY, member_id TEXT NOT NULL REFERENCES members, expires REAL NOT NULL) STRICT;
CREATE TABLE points (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, entry_id TEXT NOT NULL UNIQUE, member_id TEXT NOT NULL,
    amount INTEGER NOT NULL, reason TEXT NOT NULL, idempotency_key TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL) STRICT;
CREATE INDEX points_of_member ON points (member_id, seq);
CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT NOT NULL UNIQUE, entity TEXT NOT NULL,
    body TEXT NOT NULL, traceparent TEXT, state TEXT NOT NULL DEFAULT 'pending',
    attempts INTEGER NOT NULL DEFAULT 0, last_error TEXT) STRICT;
CREATE INDEX outbox_by_state ON outbox (state, seq);
CREATE TABLE inbox (event_id TEXT PRIMARY KEY) STRICT;
CREATE TABLE categories (
    category_id TEXT PRIMARY KEY, name TEXT NOT NULL, position INTEGER NOT NULL) STRICT;
CREATE TABLE products (
    product_id TEXT PRIMARY KEY, name TEXT NOT NULL, category_id TEXT NOT NULL REFERENCES categories,
    price INTEGER NOT NULL, description TEXT NOT NULL, on_sale INTEGER NOT NULL, created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL, in_stock INTEGER NOT NULL CHECK (in_stock >= 0)) STRICT;
CREATE TABLE cart (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, member_id TEXT NOT NULL REFERENCES members,
    product_id TEXT NOT NULL REFERENCES products, quantity INTEGER NOT NULL,
    UNIQUE (member_id, product_id)) STRICT;
CREATE TABLE reservations (
    order_id TEXT PRIMARY KEY, content TEXT NOT NULL, state TEXT NOT NULL,
    points_earned INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE orders (
    order_id TEXT PRIMARY KEY, member_id TEXT NOT NULL REFERENCES members, status TEXT NOT NULL,
    total INTEGER NOT NULL, version INTEGER NOT NULL, created_at TEXT NOT NULL, document TEXT NOT NULL) STRICT;
CREATE INDEX orders_of_member ON orders (member_id, created_at);
"""


class Database:
    """One SQLite file in WAL mode; a connection per use, so that any thread may use it."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        # An open connection keeps the WAL file; without it the last one to close would checkpoint each time.
        self._keeper = self._connect()
        self._keeper.execute("PRAGMA journal_mode = WAL")

    def prepare(self, seed: Callable[[sqlite3.Connection], None]) -> None:
        """Make tables and fill them by `seed` unless an earlier process did."""
        with self.writing() as connection:
            if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'members'").fetchone():
                return
            for statement in _SCHEMA.split(";"):
                connection.execute(statement)
            seed(connection)

    def renew(self, seed: Callable[[sqlite3.Connection], None]) -> None:
        """Put everything back as `seed` makes it, ids that count up included."""
        with self.writing() as connection:
            connection.execute("PRAGMA defer_foreign_keys = ON")
            tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for (name,) in tables:
                connection.execute(f"DELETE FROM {name}")
            seed(connection)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One consistent view."""
        with closing(self._connect()) as connection:
            connection.execute("BEGIN")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction that holds the write lock from its start; rolled back on any exception."""
        with closing(self._connect()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def close(self) -> None:
        """Let go of the file."""
        self._keeper.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=5, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        return connection
