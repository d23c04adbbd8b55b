"""Money given back for a paid order."""

from __future__ import annotations

import sqlite3
from typing import Any

from demo.website import clock, orders, problems, reservations
from demo.website.orders_payloads import RefundRequest
from demo.website.outbox import Outbox

MOST = 20


def listed(order: orders.Order) -> dict[str, Any]:
    """shared.yaml#/components/schemas/Refunds."""
    return {"refunds": list(reversed(order["refunds"]))}


def create(
    connection: sqlite3.Connection,
    outbox: Outbox,
    member_id: str,
    order_id: str,
    asked: RefundRequest,
    key: str,
    traceparent: str | None,
) -> tuple[dict[str, Any], bool]:
    """(the refund, whether it is new). Raises 404, 409."""
    order = orders.one_to_change(connection, member_id, order_id)
    refund_id = orders.id_of("rf", order_id, key)
    for known in order["refunds"]:
        if known["refund_id"] == refund_id:
            if (known["amount"], known["reason"]) != (asked.amount, asked.reason):
                raise orders.key_reused()
            return known, False
    if order["status"] in ("created", "cancelled"):
        raise problems.conflict("order-not-paid", "Order not paid", "Only what was paid can be given back.")
    refunded = order["refunded"] + asked.amount
    if refunded > order["total"]:
        detail = "Less than that is left of the order."
        raise problems.conflict("refund-too-large", "Refund too large", detail)
    if len(order["refunds"]) == MOST:
        raise problems.conflict(
            "too-many-refunds", "Too many refunds", f"An order has at most {MOST} refunds."
        )
    refund = {
        "refund_id": refund_id,
        "order_id": order_id,
        "amount": asked.amount,
        "reason": asked.reason,
        "created_at": clock.now(),
    }
    change: orders.Order = {"refunded": refunded, "refunds": [*order["refunds"], refund]}
    if refunded == order["total"]:
        reservations.release(connection, order_id)
        change["status"] = "refunded"
        change["points_earned"] = 0
    orders.changed(connection, outbox, member_id, order, change, traceparent)
    return refund, True
