"""The outbox: events written with the change they tell of, delivered by a thread of its own.

At least once, in order per entity, signed. It knows events as text and never looks into them.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from demo.website import clock
from demo.website.database import Database
from demo.website.faults import PLANTED, planted

FIRST_RETRY = 0.05
LAST_RETRY = 1.0
_PATIENCE_WITH_CONFLICT = 10
_IDLE_LOOK = 2.0
_PATIENCE = 5.0

_log = logging.getLogger("demo.website.outbox")


def signature(key: bytes, signed: bytes) -> str:
    """The value of X-Sync-Signature."""
    return "sha256=" + hmac.new(key, signed, hashlib.sha256).hexdigest()


@dataclass(slots=True)
class _Wait:
    until: float = 0.0
    seconds: float = FIRST_RETRY


class Outbox:
    """Events on their way to the other backend; those `skip` names never go (a planted fault)."""

    def __init__(
        self, database: Database, peer_url: str | None, key: bytes, skip: Callable[[str], bool]
    ) -> None:
        self._database = database
        self._peer_url = peer_url
        self._key = key
        self._skip = skip
        self._waits: dict[str, _Wait] = {}
        self._changed = threading.Condition()
        self._news = False
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)

    def add(
        self,
        connection: sqlite3.Connection,
        kind: str,
        entity: str,
        data: dict[str, Any],
        traceparent: str | None,
    ) -> None:
        """Write an event in the caller's transaction; call `wake` after it has been committed."""
        event_id = str(uuid.uuid4())
        event = {
            "event_id": event_id,
            "type": kind,
            "source": "website",
            "occurred_at": clock.now(),
            "data": data,
        }
        state = "delivered" if self._skip(kind) or self._is_full(connection) else "pending"
        if planted("linkage-products-collapsed") and kind == "product.changed":
            # Only the last message of a kind seems to be of interest.
            connection.execute(
                "UPDATE outbox SET state = 'delivered' WHERE state = 'pending' AND entity LIKE 'pr%'"
            )
        if planted("linkage-product-late") and kind == "product.changed":
            # Told once there has been no change for a while.
            PLANTED.memory["late", entity] = time.monotonic() + 10
        connection.execute(
            "INSERT INTO outbox (event_id, entity, body, traceparent, state) VALUES (?, ?, ?, ?, ?)",
            (event_id, entity, json.dumps(event, ensure_ascii=False), traceparent, state),
        )

    def _is_full(self, connection: sqlite3.Connection) -> bool:
        """Whether there is no room in the queue (a planted fault; it has no end otherwise)."""
        if not planted("linkage-outbox-limit"):
            return False
        pending = connection.execute("SELECT COUNT(*) FROM outbox WHERE state = 'pending'").fetchone()[0]
        return bool(pending >= 5)

    def wake(self) -> None:
        """There may be something to deliver."""
        with self._changed:
            self._news = True
            self._changed.notify()

    def start(self) -> None:
        """Begin to deliver, what an earlier process left included. Without a peer nothing is delivered."""
        if self._peer_url:
            self._thread.start()

    def stop(self) -> None:
        """Finish the delivery under way and end the thread; the rest stays pending."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(timeout=0.8)

    def figures(self, connection: sqlite3.Connection) -> dict[str, Any]:
        """sync.yaml#/components/schemas/Outbox."""
        counts = dict.fromkeys(("pending", "delivered", "dead"), 0)
        counts.update(connection.execute("SELECT state, COUNT(*) FROM outbox GROUP BY state").fetchall())
        row = connection.execute(
            "SELECT last_error FROM outbox WHERE state <> 'delivered' AND last_error IS NOT NULL"
            " ORDER BY state = 'dead', CASE state WHEN 'dead' THEN -seq ELSE seq END LIMIT 1"
        ).fetchone()
        return {**counts, "last_error": row["last_error"] if row else None}

    def _run(self) -> None:
        with httpx.Client(base_url=self._peer_url or "", timeout=_PATIENCE, trust_env=False) as client:
            while not self._stopping:
                try:
                    next_look = self._deliver_due(client)
                except sqlite3.OperationalError as error:
                    _log.warning("outbox cannot use its database: %s", error)
                    next_look = LAST_RETRY
                with self._changed:
                    if not self._news and not self._stopping:
                        self._changed.wait(next_look)
                    self._news = False

    def _deliver_due(self, client: httpx.Client) -> float:
        """Try the first pending event of every entity that is due; seconds until the next is due."""
        soonest = _IDLE_LOOK
        with self._database.reading() as connection:
            heads = connection.execute(
                "SELECT MIN(seq) AS seq, event_id, entity, body, traceparent, attempts FROM outbox"
                " WHERE state = 'pending' GROUP BY entity ORDER BY seq"
            ).fetchall()
        for head in heads:
            if self._stopping:
                break
            wait = self._waits.setdefault(head["entity"], _Wait())
            due = max(wait.until, PLANTED.memory.get(("late", head["entity"]), 0.0))
            if due <= time.monotonic():
                state, error = self._send(client, head)
                self._note(head["seq"], state, error)
                if state == "pending":
                    due = wait.until = time.monotonic() + wait.seconds
                    wait.seconds = min(wait.seconds * 2, LAST_RETRY)
                else:
                    # Another event of this entity may be waiting behind this one.
                    del self._waits[head["entity"]]
                    soonest = 0.0
                    continue
            soonest = min(soonest, max(0.0, due - time.monotonic()))
        return soonest

    def _send(self, client: httpx.Client, event: sqlite3.Row) -> tuple[str, str | None]:
        """(new state, what went wrong)."""
        body = event["body"].encode()
        headers = {"Content-Type": "application/json", "X-Sync-Signature": signature(self._key, body)}
        if event["traceparent"]:
            headers["traceparent"] = event["traceparent"]
        try:
            response = client.post("/sync/events", content=body, headers=headers)
        except httpx.HTTPError as error:
            return ("dead" if self._is_tired_of(event) else "pending"), type(error).__name__
        if response.is_success:
            return "delivered", None
        reason = f"HTTP {response.status_code}"
        # What it conflicts with may still be on its way; what is malformed stays malformed.
        for_good = response.status_code == 409 and event["attempts"] + 1 >= _PATIENCE_WITH_CONFLICT
        for_good = for_good or response.status_code in {400, 401, 404, 405, 413, 415, 422}
        for_good = for_good or (response.is_server_error and self._is_tired_of(event))
        if for_good:
            _log.error("event %s given up: %s", event["event_id"], reason)
        return ("dead" if for_good else "pending"), reason

    @staticmethod
    def _is_tired_of(event: sqlite3.Row) -> bool:
        """Whether the third attempt was the last one (a planted fault)."""
        return planted("linkage-retry-given-up") and bool(event["attempts"] >= 2)

    def _note(self, seq: int, state: str, error: str | None) -> None:
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE outbox SET state = ?, attempts = attempts + 1, last_error = ? WHERE seq = ?",
                (state, error, seq),
            )
