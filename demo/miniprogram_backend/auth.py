"""One-time codes and log-ins of the mini-program backend."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets

from flask import request

from demo.miniprogram_backend.errors import Unauthorized
from demo.miniprogram_backend.storage import Connection, in_seconds, timestamp

CODE_LIFETIME = 300
LOGIN_LIFETIME = 30 * 86400
MAX_MISSES = 5
COOKIE_NAME = "orange_session"

log = logging.getLogger("miniprogram.auth")


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def issue_code(db: Connection, phone: str, purpose: str, fixed: str) -> None:
    """Make a code; without a fixed one it goes to the log, which stands in for the text message."""
    code = fixed or str(secrets.randbelow(10**6)).zfill(6)
    db.execute("DELETE FROM one_time_code WHERE phone = ? AND purpose = ?", (phone, purpose))
    db.execute(
        "INSERT INTO one_time_code VALUES (?, ?, ?, ?, 0)",
        (phone, purpose, _hash(code), in_seconds(CODE_LIFETIME)),
    )
    if not fixed:
        log.warning("code %s (%s) for %s****%s", code, purpose, phone[:3], phone[-4:])


def code_is_right(db: Connection, phone: str, purpose: str, code: str, fixed: str) -> bool:
    """Look at a code without using it up; a miss is counted. The fixed code, if any, is always right."""
    if fixed and code == fixed:
        return True
    row = db.execute(
        "SELECT * FROM one_time_code WHERE phone = ? AND purpose = ? AND valid_until > ? AND misses < ?",
        (phone, purpose, timestamp(), MAX_MISSES),
    ).fetchone()
    if row is None:
        return False
    if hmac.compare_digest(row["hash"], _hash(code)):
        return True
    db.execute(
        "UPDATE one_time_code SET misses = misses + 1 WHERE phone = ? AND purpose = ?", (phone, purpose)
    )
    return False


def use_up_code(db: Connection, phone: str, purpose: str, code: str, fixed: str) -> bool:
    """Use a code up; False if somebody else did in the meantime. The fixed code is never used up."""
    if fixed and code == fixed:
        return True
    gone = db.execute("DELETE FROM one_time_code WHERE phone = ? AND purpose = ?", (phone, purpose))
    return gone.rowcount == 1


def log_in(db: Connection, member_id: str) -> str:
    """A new log-in; returns the token."""
    token = secrets.token_urlsafe(32)
    db.execute("INSERT INTO login VALUES (?, ?, ?)", (_hash(token), member_id, in_seconds(LOGIN_LIFETIME)))
    return token


def log_out(db: Connection, token: str) -> None:
    """The token is worth nothing any more."""
    db.execute("DELETE FROM login WHERE hash = ?", (_hash(token),))


def presented_token() -> str:
    """Token of the request at hand: bearer, else cookie, else ''."""
    header = request.headers.get("Authorization")
    if header is None:
        return request.cookies.get(COOKIE_NAME, "")
    kind, _, token = header.partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def current_member(db: Connection) -> str:
    """Id of the member who is logged in. Raises Unauthorized."""
    token = presented_token()
    row = None
    if token:
        row = db.execute(
            "SELECT member_id FROM login WHERE hash = ? AND valid_until > ?", (_hash(token), timestamp())
        ).fetchone()
    if row is None:
        raise Unauthorized("Log in first.")
    member_id: str = row["member_id"]
    return member_id
