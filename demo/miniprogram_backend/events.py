"""Events of the website: which there are, what they carry, and what each does here. Each is applied once."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from demo.miniprogram_backend import goods, members, orders
from demo.miniprogram_backend import order_checks as checks
from demo.miniprogram_backend import validation as v
from demo.miniprogram_backend.errors import Conflict
from demo.miniprogram_backend.faults import planted
from demo.miniprogram_backend.gate import Services
from demo.miniprogram_backend.storage import Connection

DATA: dict[str, dict[str, v.Check]] = {
    **members.EVENTS,
    "category.changed": checks.CATEGORY_DATA,
    "product.changed": checks.PRODUCT_DATA,
    "order.changed": checks.ORDER_DATA,
}
ENVELOPE: dict[str, v.Check] = {
    "event_id": v.uuid,
    "type": v.one_of(*DATA),
    "source": v.one_of("website", "miniprogram"),
    "occurred_at": v.time,
    "data": lambda value: None if isinstance(value, dict) else "Must be an object.",
}


def take_in(services: Services, event: Any, trace: str | None) -> bool:
    """Apply an event; False if it is known. Raises Invalid, Conflict, Unavailable."""
    v.check_object(event, ENVELOPE)
    kind = event["type"]
    data = checks.whole_numbers(v.check_object(event["data"], DATA[kind], under="data."))
    early = planted("linkage-event-noted-early")
    if early:
        with services.storage.transaction() as db:
            if not _note(db, event["event_id"]):
                return False
    apply = _effect(services, kind, data, event["source"], trace)
    with services.storage.transaction() as db:
        if not early and not _note(db, event["event_id"]):
            return False
        apply(db)
    return True


def _note(db: Connection, event_id: str) -> bool:
    """Whether the event is new; from here on it is known."""
    return db.execute("INSERT OR IGNORE INTO incoming VALUES (?)", (event_id,)).rowcount == 1


def _effect(
    services: Services, kind: str, data: dict[str, Any], source: str, trace: str | None
) -> Callable[[Connection], None]:
    """What the event does to the database. The website is asked here, before the transaction begins."""
    if kind == "category.changed":
        categories = services.website.categories(trace)
        if planted("linkage-category-rebuild"):
            with services.storage.transaction() as db:
                goods.keep_categories(db, [])
            time.sleep(0.5)
        return lambda db: goods.take_categories(db, categories, data["category_id"])
    if kind == "product.changed":
        product = services.website.product(data["product_id"], trace)
        return lambda db: goods.take_product(db, product)
    if kind == "order.changed":
        return lambda db: _take_order(db, data)
    return lambda db: _take_member(services, db, kind, data, source, trace)


def _take_member(
    services: Services, db: Connection, kind: str, data: dict[str, Any], source: str, trace: str | None
) -> None:
    taken = members.take_in(db, kind, data, source)
    if taken and planted("linkage-nickname-echo"):
        # Saved by the function for what people change here, which tells the website about it.
        members.rename(db, services.courier, data["member_id"], data["nickname"], trace)


def _take_order(db: Connection, data: dict[str, Any]) -> None:
    if not members.is_known(db, data["member_id"]):
        raise Conflict("No member has this id.", "unknown-member", "Unknown member")
    orders.take_over(db, data)
