"""Planted faults (demo/faults/catalogue.yaml) that change an answer of this backend on its way out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, request

Change = Callable[[Any], Any]


@dataclass
class Faults:
    """The faults of this process; its switch (fault_switch.py) may replace them at any time."""

    names: frozenset[str]


def _closed_for_cancelled(order: Any) -> Any:
    return {**order, "status": "closed"}


def _whole_seconds(order: Any) -> Any:
    return {**order, "created_at": order["created_at"][:-5] + "Z"}


def _without_quantity(cart: Any) -> Any:
    return {**cart, "total": sum(item["price"] for item in cart["items"])}


def _dearer(product: Any) -> Any:
    return {**product, "price": product["price"] + 1}


def _no_null(order: Any) -> Any:
    return {name: value for name, value in order.items() if value is not None}


def _amount_as_text(refund: Any) -> Any:
    return {**refund, "amount": f"{refund['amount'] / 100:.2f}"}


#: Fault → name of the view, status, and what it does to the answer's JSON.
ANSWERS: dict[str, tuple[str, int, Change]] = {
    "contract-status-renamed": ("orders.cancel_order", 200, _closed_for_cancelled),
    "contract-time-without-milliseconds": ("orders.create_order", 201, _whole_seconds),
    "contract-cart-total": ("orders.put_cart_item", 200, _without_quantity),
    "contract-other-price": ("orders.get_product", 200, _dearer),
    "contract-null-left-out": ("orders.get_order", 200, _no_null),
    "contract-refund-in-yuan": ("orders.create_refund", 201, _amount_as_text),
}


def plant(app: Flask, faults: Faults) -> None:
    """Make the application answer as the faults planted at the moment would have it."""

    @app.after_request
    def change(response: Response) -> Response:
        for view, status, apply in [ANSWERS[fault] for fault in faults.names if fault in ANSWERS]:
            if (request.endpoint, response.status_code) == (view, status):
                response.set_data(json.dumps(apply(response.get_json()), ensure_ascii=False))
        if "contract-empty-answer" in faults.names and request.endpoint == "orders.clear_cart":
            if response.status_code == 200:
                return Response(status=204)
        if "contract-forbidden-not-unauthorized" in faults.names and request.endpoint == "orders.list_orders":
            if response.status_code == 401:
                document = {**json.loads(response.get_data()), "status": 403}
                return Response(json.dumps(document), 403, content_type=response.content_type)
        return response
