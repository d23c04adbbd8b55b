"""SQLite storage of the mini-program backend: tables, connections, transactions, times."""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from demo.miniprogram_backend.config import MEMBER_ID_SECRET

Connection = sqlite3.Connection

TABLES = (
    """CREATE TABLE member (
        id TEXT PRIMARY KEY, phone TEXT UNIQUE NOT NULL, nickname TEXT NOT NULL,
        level TEXT NOT NULL, nickname_at TEXT NOT NULL, nickname_from TEXT NOT NULL,
        bound INTEGER NOT NULL, created TEXT NOT NULL)""",
    """CREATE TABLE wechat_account (
        openid TEXT PRIMARY KEY, unionid TEXT, member_id TEXT UNIQUE NOT NULL REFERENCES member (id),
        bound_at TEXT NOT NULL)""",
    """CREATE TABLE one_time_code (
        phone TEXT NOT NULL, purpose TEXT NOT NULL, hash TEXT NOT NULL, valid_until TEXT NOT NULL,
        misses INTEGER NOT NULL, UNIQUE (phone, purpose))""",
    "CREATE TABLE login (hash TEXT PRIMARY KEY, member_id TEXT NOT NULL, valid_until TEXT NOT NULL)",
    """CREATE TABLE outgoing (
        id INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT NOT NULL, subject TEXT NOT NULL,
        payload BLOB NOT NULL, traceparent TEXT, status TEXT NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0, problem TEXT)""",
    "CREATE INDEX outgoing_status ON outgoing (status, id)",
    "CREATE TABLE incoming (event_id TEXT PRIMARY KEY)",
    "CREATE TABLE category (id TEXT PRIMARY KEY, name TEXT NOT NULL, position INTEGER NOT NULL)",
    """CREATE TABLE product (
        product_id TEXT PRIMARY KEY, name TEXT NOT NULL, category_id TEXT NOT NULL, price INTEGER NOT NULL,
        description TEXT NOT NULL, on_sale INTEGER NOT NULL, created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL)""",
    """CREATE TABLE basket (
        id INTEGER PRIMARY KEY AUTOINCREMENT, member_id TEXT NOT NULL, product_id TEXT NOT NULL,
        quantity INTEGER NOT NULL, UNIQUE (member_id, product_id))""",
    """CREATE TABLE shop_order (
        id TEXT PRIMARY KEY, member_id TEXT NOT NULL, status TEXT NOT NULL, total INTEGER NOT NULL,
        version INTEGER NOT NULL, created_at TEXT NOT NULL, content TEXT NOT NULL)""",
    "CREATE INDEX order_member ON shop_order (member_id, created_at)",
)


def timestamp(moment: datetime | None = None) -> str:
    """A moment (default: now) as the contracts write it."""
    moment = moment or datetime.now(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def just_after(moment: str) -> str:
    """A millisecond later."""
    return timestamp(datetime.fromisoformat(moment) + timedelta(milliseconds=1))


def in_seconds(seconds: int) -> str:
    """The moment `seconds` from now."""
    return timestamp(datetime.now(UTC) + timedelta(seconds=seconds))


def member_id_for(phone: str) -> str:
    """Rule of member ids, agreed with the website."""
    digest = hmac.digest(MEMBER_ID_SECRET.encode(), phone.encode(), hashlib.sha256)
    return f"m_{digest.hex()[:16]}"


class Storage:
    """Opens connections; one is kept open so that SQLite keeps its write-ahead log between requests."""

    def __init__(self, path: Path, seed: Callable[[Connection], None]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._anchor = self._open()
        self._anchor.execute("PRAGMA journal_mode=WAL")
        self._create(seed)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Read and write, alone from the first statement on."""
        yield from self._within("BEGIN IMMEDIATE")

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Read only."""
        yield from self._within("BEGIN")

    def renew(self, seed: Callable[[Connection], None]) -> None:
        """Put everything back as `seed` makes it."""
        with self.transaction() as db:
            for table in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                db.execute(f"DELETE FROM {table['name']}")
            seed(db)

    def close(self) -> None:
        """Release the file."""
        self._anchor.close()

    def _within(self, begin: str) -> Iterator[Connection]:
        connection = self._open()
        try:
            connection.execute(begin)
            yield connection
            connection.execute("COMMIT")
        finally:
            # Closing without COMMIT rolls back.
            connection.close()

    def _open(self) -> Connection:
        connection = sqlite3.connect(self.path, timeout=5, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA synchronous=NORMAL")
        return connection

    def _create(self, seed: Callable[[Connection], None]) -> None:
        with self.transaction() as db:
            if db.execute("SELECT COUNT(*) FROM sqlite_master WHERE name = 'member'").fetchone()[0]:
                return
            for statement in TABLES:
                db.execute(statement)
            seed(db)
