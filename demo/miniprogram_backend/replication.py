"""Events to and from the website: the outgoing queue with its courier thread, and taking in what arrives."""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
import time
import uuid
from typing import Any

import requests

from demo.miniprogram_backend.faults import FAULTS, planted
from demo.miniprogram_backend.remote import Http, sign
from demo.miniprogram_backend.storage import Connection, Storage, timestamp

log = logging.getLogger("miniprogram.replication")


class Courier:
    """Carries outgoing events to the website: at least once, and one member's events in their order."""

    SHORTEST, LONGEST, IDLE = 0.05, 1.0, 2.0
    CONFLICTS_BORNE = 10
    TRANSIENT = (408, 425, 429)

    def __init__(self, storage: Storage, http: Http, website_url: str, key: str) -> None:
        self.storage, self.http, self.key = storage, http, key
        self.url = website_url + "/sync/events" if website_url else ""
        self._bell = threading.Event()
        self._end = False
        self._thread = threading.Thread(target=self._work, name="courier", daemon=True)
        self._pause: dict[str, tuple[float, float]] = {}

    def post(self, db: Connection, kind: str, subject: str, data: dict[str, Any], trace: str | None) -> None:
        """Queue an event within the transaction of its cause. Ring afterwards."""
        event_id = str(uuid.uuid4())
        event = {
            "event_id": event_id,
            "type": kind,
            "source": "miniprogram",
            "occurred_at": timestamp(),
            "data": data,
        }
        status = "pending"
        if planted("linkage-nickname-late") and kind == "member.updated":
            # A job takes along what has changed, every so often.
            FAULTS.memory["late", subject] = time.monotonic() + 10
        if planted("linkage-orders-collapsed") and kind == "order.changed":
            # One message of a kind seems to be enough, the last.
            db.execute(
                "UPDATE outgoing SET status = 'delivered' WHERE status = 'pending' AND subject LIKE 'o%'"
            )
        if planted("linkage-order-every-fifth") and kind == "order.changed":
            number = FAULTS.memory["orders"] = FAULTS.memory.get("orders", 0) + 1
            status = "delivered" if number % 5 == 0 else "pending"
        db.execute(
            "INSERT INTO outgoing (event_id, subject, payload, traceparent, status) VALUES (?, ?, ?, ?, ?)",
            (event_id, subject, json.dumps(event).encode(), trace, status),
        )

    def ring(self) -> None:
        """Something was queued and committed."""
        self._bell.set()

    def start(self) -> None:
        """Begin, with whatever was left over. Nothing happens without the website's address."""
        if self.url:
            self._thread.start()

    def stop(self) -> None:
        """End after the call under way."""
        self._end = True
        self._bell.set()
        if self._thread.is_alive():
            self._thread.join(0.8)

    def statistics(self, db: Connection) -> dict[str, Any]:
        """Figures for GET /sync/outbox."""
        answer: dict[str, Any] = {"pending": 0, "delivered": 0, "dead": 0, "last_error": None}
        for row in db.execute("SELECT status, COUNT(*) AS n FROM outgoing GROUP BY status"):
            answer[row["status"]] = row["n"]
        for query in ("status = 'pending' ORDER BY id", "status = 'dead' ORDER BY id DESC"):
            row = db.execute(f"SELECT problem FROM outgoing WHERE {query} LIMIT 1").fetchone()
            if row and answer["last_error"] is None:
                answer["last_error"] = row["problem"]
        return answer

    def _work(self) -> None:
        while not self._end:
            # Cleared before looking: whatever is queued from here on rings again.
            self._bell.clear()
            try:
                pause = self._round()
            except sqlite3.OperationalError as error:
                log.warning("queue: %s", error)
                pause = self.LONGEST
            if not self._end:
                self._bell.wait(pause)

    def _round(self) -> float:
        """One attempt for the oldest event of each member whose pause is over; how long to rest then."""
        with self.storage.snapshot() as db:
            oldest = db.execute(
                "SELECT * FROM outgoing WHERE id IN"
                " (SELECT MIN(id) FROM outgoing WHERE status = 'pending' GROUP BY subject) ORDER BY id"
            ).fetchall()
        rest = self.IDLE
        for event in oldest:
            if self._end:
                return 0
            due, pause = self._pause.get(event["subject"], (0.0, self.SHORTEST))
            due = max(due, FAULTS.memory.get(("late", event["subject"]), 0.0))
            if due > time.monotonic():
                rest = min(rest, due - time.monotonic())
                continue
            status, problem = self._carry(event)
            with self.storage.transaction() as db:
                db.execute(
                    "UPDATE outgoing SET status = ?, problem = ?, tries = tries + 1 WHERE id = ?",
                    (status, problem, event["id"]),
                )
            if status == "pending":
                self._pause[event["subject"]] = (time.monotonic() + pause, min(2 * pause, self.LONGEST))
                rest = min(rest, pause)
            else:
                self._pause.pop(event["subject"], None)
                rest = 0  # the next event of this member may be waiting
        return rest

    def _carry(self, event: sqlite3.Row) -> tuple[str, str | None]:
        payload: bytes = event["payload"]
        headers = {"Content-Type": "application/json", "X-Sync-Signature": sign(self.key, payload)}
        try:
            response = self.http.call("POST", self.url, event["traceparent"], data=payload, headers=headers)
        except requests.RequestException as error:
            once = planted("linkage-order-sent-once") and event["subject"].startswith("o_")
            return ("delivered" if once else "pending"), type(error).__name__
        code = response.status_code
        sent = planted("linkage-order-sent-once") and event["subject"].startswith("o_") and code >= 500
        if code == 200 or sent:
            return "delivered", None
        hopeless = 400 <= code < 500 and code not in self.TRANSIENT
        if code == 409:
            hopeless = event["tries"] + 1 >= self.CONFLICTS_BORNE
        if hopeless:
            log.error("event %s is not taken: %s", event["event_id"], code)
        return ("dead" if hopeless else "pending"), f"HTTP {code}"
