"""HTTP views for the website and for operators: this backend's part of sync.yaml."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from demo.miniprogram_backend import events, validation
from demo.miniprogram_backend import order_checks as checks
from demo.miniprogram_backend.errors import Conflict
from demo.miniprogram_backend.gate import check_signature, refuse_when_closed, services

views = Blueprint("sync", __name__)
#: The one address that answers while this backend is closed.
doors = Blueprint("doors", __name__)
views.before_request(refuse_when_closed)


@views.post("/sync/events")
def receive_event() -> Response:
    check_signature()
    event: Any = validation.body()
    applied = events.take_in(services(), event, validation.traceparent())
    return jsonify(event_id=event["event_id"], result="applied" if applied else "duplicate")


@views.get("/sync/outbox")
def outbox() -> Response:
    with services().storage.snapshot() as db:
        return jsonify(services().courier.statistics(db))


@doors.put("/sync/maintenance")
def set_maintenance() -> Response:
    check_signature()
    asked = validation.check_object(validation.body(), checks.MAINTENANCE)
    shop = services()
    if asked["ticket"] != shop.config.maintenance_ticket:
        raise Conflict(
            "No maintenance window with this ticket has been announced.", "unknown-ticket", "Unknown ticket"
        )
    if asked["closed"]:
        shop.closed.set()
    else:
        shop.closed.clear()
    return jsonify(closed=asked["closed"])
