"""One-time codes and sessions. Codes and tokens are kept as digests only."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
import sqlite3
import time

from demo.website import problems

CODE_SECONDS = 300
SESSION_SECONDS = 30 * 24 * 3600
_MAX_WRONG = 5

_log = logging.getLogger("demo.website.accounts")


def masked(phone: str) -> str:
    """A phone as people may see it: 139****0001."""
    return f"{phone[:3]}****{phone[-4:]}"


def send_code(connection: sqlite3.Connection, phone: str, purpose: str, fixed: str | None) -> None:
    """Make the code for a phone and purpose, replacing an earlier one; the log is the text message."""
    code = fixed or f"{secrets.randbelow(1_000_000):06d}"
    connection.execute(
        "INSERT OR REPLACE INTO codes (phone, purpose, digest, expires) VALUES (?, ?, ?, ?)",
        (phone, purpose, _digest(code), time.time() + CODE_SECONDS),
    )
    if fixed is None:
        _log.warning("one-time code for %s to %s: %s", masked(phone), purpose, code)


def use_code(connection: sqlite3.Connection, phone: str, purpose: str, code: str, fixed: str | None) -> bool:
    """Whether the code is right; a right one is used up, a wrong one is counted. `fixed` is always right."""
    if code == fixed:
        return True
    row = connection.execute(
        "SELECT digest, expires, wrong FROM codes WHERE phone = ? AND purpose = ?", (phone, purpose)
    ).fetchone()
    if row is None or row["expires"] < time.time() or row["wrong"] >= _MAX_WRONG:
        return False
    if hmac.compare_digest(row["digest"], _digest(code)):
        connection.execute("DELETE FROM codes WHERE phone = ? AND purpose = ?", (phone, purpose))
        return True
    connection.execute("UPDATE codes SET wrong = wrong + 1 WHERE phone = ? AND purpose = ?", (phone, purpose))
    return False


def wrong_code() -> problems.Problem:
    """401 for a code that does not open anything."""
    return problems.unauthorized("wrong-code", "Wrong code", "The code is wrong or no longer valid.")


def open_session(connection: sqlite3.Connection, member_id: str) -> str:
    """A new session; returns its token."""
    token = secrets.token_urlsafe(32)
    connection.execute(
        "INSERT INTO sessions VALUES (?, ?, ?)", (_digest(token), member_id, time.time() + SESSION_SECONDS)
    )
    return token


def member_of_session(connection: sqlite3.Connection, token: str) -> str | None:
    """Id of the member a token belongs to, None if it opens nothing (any more)."""
    row = connection.execute(
        "SELECT member_id FROM sessions WHERE digest = ? AND expires > ?", (_digest(token), time.time())
    ).fetchone()
    return row["member_id"] if row else None


def end_session(connection: sqlite3.Connection, token: str) -> None:
    """The token opens nothing from now on."""
    connection.execute("DELETE FROM sessions WHERE digest = ?", (_digest(token),))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
