"""Planted faults (demo/faults/catalogue.yaml) that change an answer of this backend on its way out.

Those that change what it does are branches where it does it; they ask `planted`.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import Flask, Response, request

Change = Callable[[Any], Any]
T = TypeVar("T")


@dataclass
class Faults:
    """The faults of this process; its switch (fault_switch.py) may replace them at any time."""

    names: frozenset[str] = frozenset()
    #: Caches and the like: what planted faults keep from one request to the next.
    memory: dict[Any, Any] = field(default_factory=dict)

    def replace(self, names: frozenset[str]) -> None:
        """Only these are planted from here on, and they remember nothing."""
        self.names = names
        self.memory.clear()


FAULTS = Faults()


def planted(fault: str) -> bool:
    """Whether this fault is planted in this process."""
    return fault in FAULTS.names


def kept(key: Any, seconds: float, read: Callable[[], T]) -> T:
    """What `read` gave at most so many seconds ago: a cache that no change empties."""
    if key in FAULTS.memory:
        end, found = FAULTS.memory[key]
        if time.monotonic() < end:
            value: T = found
            return value
    value = read()
    FAULTS.memory[key] = (time.monotonic() + seconds, value)
    return value


def of_two_workers(key: Any, value: T) -> T:
    """`value`; one of two workers still gives the one before for ten seconds after a change."""
    state = FAULTS.memory.setdefault(key, {"now": value, "before": value, "end": 0.0, "turn": 0})
    if state["now"] != value:
        state.update(now=value, before=state["now"], end=time.monotonic() + 10)
    state["turn"] += 1
    answer: T = state["before"] if state["turn"] % 2 == 0 and time.monotonic() < state["end"] else value
    return answer


def later(fault: str, seconds: float, act: Callable[[], object]) -> None:
    """Act after so many seconds, if the fault is planted then."""
    timer = threading.Timer(seconds, lambda: act() if planted(fault) else None)
    timer.daemon = True
    timer.start()


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
