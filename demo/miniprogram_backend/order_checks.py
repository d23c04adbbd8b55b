"""What requests about cart and orders, and events of the website about them, may carry."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import request

from demo.miniprogram_backend import validation as v
from demo.miniprogram_backend.errors import Invalid

CATEGORY_ID = re.compile("c_[0-9a-f]{16}")
PRODUCT_ID = re.compile("pr_[0-9a-f]{16}")
ORDER_ID = re.compile("o_[0-9a-f]{16}")
REFUND_ID = re.compile("rf_[0-9a-f]{16}")
TICKET = re.compile("[A-Z0-9-]{1,32}")
KEY = re.compile("[A-Za-z0-9:_-]{1,128}")
STATUSES = ("created", "paid", "cancelled", "refunded")
MUCH = 10**12

category_id = v.text(CATEGORY_ID, "a category id")
product_id = v.text(PRODUCT_ID, "a product id")
order_id = v.text(ORDER_ID, "an order id")
quantity = v.whole(1, 99)
amount = v.whole(0, MUCH)

CART_ITEM: dict[str, v.Check] = {"quantity": quantity}
PAYMENT: dict[str, v.Check] = {"amount": v.whole(1, MUCH)}
REFUND: dict[str, v.Check] = {"amount": v.whole(1, MUCH), "reason": v.label}
MAINTENANCE: dict[str, v.Check] = {"closed": v.boolean, "ticket": v.text(TICKET, "a ticket")}

CATEGORY_DATA: dict[str, v.Check] = {"category_id": category_id}
PRODUCT_DATA: dict[str, v.Check] = {"product_id": product_id}
ORDERED: dict[str, v.Check] = {
    "product_id": product_id,
    "name": v.label,
    "price": v.whole(1, 10_000_000),
    "quantity": quantity,
    "subtotal": amount,
}
TOLD_REFUND: dict[str, v.Check] = {
    "refund_id": v.text(REFUND_ID, "a refund id"),
    "order_id": order_id,
    "amount": amount,
    "reason": v.label,
    "created_at": v.time,
}
ORDER_DATA: dict[str, v.Check] = {
    "member_id": v.member_id,
    "order_id": order_id,
    "made_on": v.one_of("website", "miniprogram"),
    "status": v.one_of(*STATUSES),
    "items": v.many(ORDERED, 1, 20),
    "discount": amount,
    "total": amount,
    "points_spent": v.whole(0, 1_000_000),
    "points_earned": v.whole(0, 10**9),
    "refunded": amount,
    "refunds": v.many(TOLD_REFUND, 0, 20),
    "version": v.whole(1, 1_000_000),
    "created_at": v.time,
    "updated_at": v.time,
    "paid_at": lambda value: None if value is None else v.time(value),
}


def order_request(value: Any) -> dict[str, Any]:
    """{items: [{product_id, quantity}], points}. Raises Invalid."""
    items = v.many({"product_id": product_id, "quantity": quantity}, 1, 20)
    asked = v.check_object(value, {"items": items}, {"points": v.whole(0, 1_000_000)})
    return {
        "items": [
            {"product_id": item["product_id"], "quantity": int(item["quantity"])} for item in asked["items"]
        ],
        "points": int(asked.get("points", 0)),
    }


def key() -> str:
    """The header Idempotency-Key. Raises Invalid."""
    given = request.headers.get("Idempotency-Key", "")
    if not KEY.fullmatch(given):
        raise Invalid([("header", "Idempotency-Key", "Must be 1 to 128 letters, digits, ':', '_' or '-'.")])
    return given


def product_query() -> dict[str, Any]:
    """What listProducts asks for; None: not asked. Raises Invalid."""
    return v.query(
        {
            "category_id": category_id,
            "q": lambda value: None if 1 <= len(value) <= 40 else "Must be 1 to 40 characters.",
            "min_price": v.digits(0, 10**8),
            "max_price": v.digits(0, 10**8),
            "sort": v.one_of("price", "-price", "created_at", "-created_at"),
            **v.WINDOW,
        },
        {"sort": "-created_at", "limit": 20, "offset": 0},
    )


def order_query() -> dict[str, Any]:
    """What listOrders asks for; None: not asked. Raises Invalid."""
    return v.query(
        {
            "status": v.one_of(*STATUSES),
            "sort": v.one_of("total", "-total", "created_at", "-created_at"),
            **v.WINDOW,
        },
        {"sort": "-created_at", "limit": 20, "offset": 0},
    )


def whole_numbers(value: Mapping[str, Any]) -> dict[str, Any]:
    """JSON counts 50.0 as a whole number; kept is 50."""
    return {name: _whole(item) for name, item in value.items()}


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return whole_numbers(value)
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
