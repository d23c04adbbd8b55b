"""The ledger of points, the only one of the shop. Entries are added, never changed."""

from __future__ import annotations

import secrets
import sqlite3
from typing import Any

from demo.website import clock, problems
from demo.website.faults import planted
from demo.website.queries import Page

SIGN_UP_POINTS = 100
_ENTRY = "entry_id, amount, reason, created_at"


def balance(connection: sqlite3.Connection, member_id: str) -> int:
    """Sum of all entries of a member."""
    forgotten = "order-undone" if planted("linkage-balance-forgets-undone") else ""
    row = connection.execute(
        "SELECT COALESCE(SUM(amount), 0) FROM points WHERE member_id = ? AND reason <> ?",
        (member_id, forgotten),
    ).fetchone()
    return int(row[0])


def ever_given(connection: sqlite3.Connection, member_id: str) -> int:
    """Sum of what a member got, whatever was spent since (a planted fault)."""
    row = connection.execute(
        "SELECT COALESCE(SUM(amount), 0) FROM points WHERE member_id = ? AND amount > 0", (member_id,)
    ).fetchone()
    return int(row[0])


def entries(connection: sqlite3.Connection, member_id: str, page: Page | None = None) -> list[dict[str, Any]]:
    """Entries of a member, newest first; all of them without `page`."""
    limit, offset = (page.limit, page.offset) if page else (-1, 0)
    rows = connection.execute(
        f"SELECT {_ENTRY} FROM points WHERE member_id = ? ORDER BY seq DESC LIMIT ? OFFSET ?",
        (member_id, limit, offset),
    )
    return [dict(row) for row in rows]


def count(connection: sqlite3.Connection, member_id: str) -> int:
    """Number of all entries of a member."""
    row = connection.execute("SELECT COUNT(*) FROM points WHERE member_id = ?", (member_id,)).fetchone()
    return int(row[0])


def give_for_sign_up(connection: sqlite3.Connection, member_id: str) -> None:
    """The welcome of a new member; a second call for the same member adds nothing."""
    book(connection, member_id, SIGN_UP_POINTS, "sign-up", f"sign-up:{member_id}")


def book(
    connection: sqlite3.Connection,
    member_id: str,
    amount: int,
    reason: str,
    key: str,
    moment: str | None = None,
    entry_id: str | None = None,
) -> tuple[dict[str, Any], bool]:
    """Add an entry once per `key`; (entry, whether it is new). 409 if the key stands for another entry."""
    known = connection.execute(
        f"SELECT member_id, {_ENTRY} FROM points WHERE idempotency_key = ?", (key,)
    ).fetchone()
    if known:
        entry = dict(known)
        if (entry.pop("member_id"), entry["amount"], entry["reason"]) != (member_id, amount, reason):
            raise problems.conflict(
                "idempotency-key-reused", "Idempotency key reused", "This key was used for another entry."
            )
        return entry, False
    entry = {
        "entry_id": entry_id or "p_" + secrets.token_hex(8),
        "amount": amount,
        "reason": reason,
        "created_at": moment or clock.now(),
    }
    connection.execute(
        f"INSERT INTO points ({_ENTRY}, member_id, idempotency_key) VALUES (?, ?, ?, ?, ?, ?)",
        (*entry.values(), member_id, key),
    )
    return entry, True
