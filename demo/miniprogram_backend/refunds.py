"""Money given back for an order that was paid here."""

from __future__ import annotations

from typing import Any

from demo.miniprogram_backend.errors import Conflict
from demo.miniprogram_backend.orders import Order, next_version, refuse_other_request
from demo.miniprogram_backend.storage import timestamp

LIMIT = 20


def view(order: Order) -> dict[str, Any]:
    """The refunds of an order, newest first."""
    return {"refunds": order["refunds"][::-1]}


def known(order: Order, refund_id: str, request: dict[str, Any]) -> dict[str, Any] | None:
    """The refund made with this key before. Raises Conflict if it was another one."""
    for refund in order["refunds"]:
        if refund["refund_id"] == refund_id:
            refuse_other_request({name: refund[name] for name in request}, request)
            return dict(refund)
    return None


def add(order: Order, refund_id: str, request: dict[str, Any]) -> Order:
    """The order after the refund. Raises Conflict."""
    if order["status"] in ("created", "cancelled"):
        raise Conflict("Only what was paid can be given back.", "order-not-paid", "Order not paid")
    given = order["refunded"] + request["amount"]
    if given > order["total"]:
        raise Conflict("Less than that is left of the order.", "refund-too-large", "Refund too large")
    if len(order["refunds"]) >= LIMIT:
        raise Conflict(f"An order has at most {LIMIT} refunds.", "too-many-refunds", "Too many refunds")
    refund = {
        "refund_id": refund_id,
        "order_id": order["order_id"],
        "amount": request["amount"],
        "reason": request["reason"],
        "created_at": timestamp(),
    }
    change: dict[str, Any] = {"refunded": given, "refunds": [*order["refunds"], refund]}
    if given == order["total"]:
        change |= {"status": "refunded", "points_earned": 0}
    return next_version(order, **change)
