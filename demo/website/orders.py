"""Orders: made here, or made on the mini-program and told by its events. Each is one document with a version."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from typing import Any, cast

from demo.website import catalogue, clock, problems, reservations
from demo.website.faults import PLANTED, planted, stale_at_times
from demo.website.orders_payloads import OrderRequest
from demo.website.outbox import Outbox
from demo.website.queries import OrderQuery

HERE = "website"
_SORTS = {
    "total": "total",
    "-total": "total DESC",
    "created_at": "created_at",
    "-created_at": "created_at DESC",
}
Order = dict[str, Any]


def listed(connection: sqlite3.Connection, member_id: str, query: OrderQuery) -> dict[str, Any]:
    """shared.yaml#/components/schemas/Orders."""
    where, values = "member_id = ?", [member_id]
    if query.status is not None:
        where, values = where + " AND status = ?", [member_id, query.status]
    if planted("linkage-order-unlisted"):
        where += " AND order_id NOT IN (SELECT value FROM json_each(?))"
        values.append(json.dumps(PLANTED.memory.get("unlisted", [])))
    total = connection.execute(f"SELECT COUNT(*) FROM orders WHERE {where}", values).fetchone()[0]
    rows = connection.execute(
        f"SELECT document FROM orders WHERE {where} ORDER BY {_SORTS[query.sort]}, order_id LIMIT ? OFFSET ?",
        (*values, query.page.limit, query.page.offset),
    )
    return {"total": total, "orders": [shown(json.loads(row["document"])) for row in rows]}


def one(connection: sqlite3.Connection, member_id: str, order_id: str) -> Order:
    """The whole order of this member, its refunds included. Raises 404."""
    order = known(connection, member_id, order_id)
    if order is None:
        raise problems.not_found("No order of yours has this id.")
    return cast(Order, order)


def known(connection: sqlite3.Connection, member_id: str, order_id: str) -> Any:
    """The order, or None."""
    row = connection.execute(
        "SELECT document FROM orders WHERE order_id = ? AND member_id = ?", (order_id, member_id)
    ).fetchone()
    if row is None:
        return None
    order: Order = json.loads(row["document"])
    if planted("linkage-order-replica") and order["made_on"] != HERE:
        return stale_at_times(("order", order_id), order)
    return order


def owner(connection: sqlite3.Connection, order_id: str) -> str | None:
    """Id of the member whose order it is."""
    row = connection.execute("SELECT member_id FROM orders WHERE order_id = ?", (order_id,)).fetchone()
    return row["member_id"] if row else None


def one_to_change(connection: sqlite3.Connection, member_id: str, order_id: str) -> Order:
    """The whole order if it was made here. Raises 404, 409."""
    order = one(connection, member_id, order_id)
    if order["made_on"] != HERE:
        detail = "This order is changed on the platform it was made on."
        raise problems.conflict("made-elsewhere", "Made elsewhere", detail)
    return order


def shown(order: Order) -> Order:
    """shared.yaml#/components/schemas/Order."""
    return {key: value for key, value in order.items() if key not in ("refunds", "asked")}


def create(
    connection: sqlite3.Connection,
    outbox: Outbox,
    member_id: str,
    asked: OrderRequest,
    key: str,
    traceparent: str | None,
) -> tuple[Order, bool]:
    """(the order, whether it is new). Raises 409."""
    order_id, content = id_of("o", member_id, key), asked.model_dump_json()
    if connection.execute("SELECT 1 FROM orders WHERE order_id = ?", (order_id,)).fetchone():
        known = one(connection, member_id, order_id)
        if known["asked"] != content:
            raise key_reused()
        return known, False
    reservations.refuse_twice([item.product_id for item in asked.items])
    items = [_item(connection, item.product_id, item.quantity) for item in asked.items]
    price = sum(item["subtotal"] for item in items)
    if asked.points > price // 2:
        detail = "At most half of the price is paid with points."
        raise problems.conflict("too-many-points", "Too many points", detail)
    total = price - asked.points
    taken = tuple((item.product_id, item.quantity) for item in asked.items)
    reservations.take(connection, reservations.Wanted(order_id, member_id, taken, asked.points, total))
    moment = clock.now()
    order: Order = {
        "order_id": order_id,
        "made_on": HERE,
        "status": "created",
        "items": items,
        "discount": asked.points,
        "total": total,
        "points_spent": asked.points,
        "points_earned": 0,
        "refunded": 0,
        "version": 1,
        "created_at": moment,
        "updated_at": moment,
        "paid_at": None,
        "refunds": [],
        "asked": content,
    }
    store(connection, member_id, order)
    _tell(connection, outbox, member_id, order, traceparent)
    return order, True


def pay(
    connection: sqlite3.Connection,
    outbox: Outbox,
    member_id: str,
    order_id: str,
    amount: int,
    traceparent: str | None,
) -> Order:
    """The order, paid. Raises 404, 409."""
    order = one_to_change(connection, member_id, order_id)
    if order["status"] == "cancelled":
        raise problems.conflict("order-cancelled", "Order cancelled", "A cancelled order is not paid.")
    if amount != order["total"]:
        raise problems.conflict("wrong-amount", "Wrong amount", "The order costs another amount.")
    if order["status"] != "created":
        if planted("linkage-payment-resent"):
            reservations.earn_again(connection, order_id)
        return order
    earned = reservations.commit(connection, order_id)["points_earned"]
    change = {"status": "paid", "points_earned": earned, "paid_at": clock.later_than(order["updated_at"])}
    return changed(connection, outbox, member_id, order, change, traceparent)


def cancel(
    connection: sqlite3.Connection, outbox: Outbox, member_id: str, order_id: str, traceparent: str | None
) -> Order:
    """The order, cancelled. Raises 404, 409."""
    order = one_to_change(connection, member_id, order_id)
    if order["status"] in ("paid", "refunded"):
        raise problems.conflict("order-paid", "Order paid", "Ask for a refund instead.")
    if order["status"] == "cancelled":
        if planted("linkage-cancel-resent"):
            reservations.give_back_again(connection, order_id)
        return order
    reservations.release(connection, order_id)
    return changed(connection, outbox, member_id, order, {"status": "cancelled"}, traceparent)


def changed(
    connection: sqlite3.Connection,
    outbox: Outbox,
    member_id: str,
    order: Order,
    change: Order,
    traceparent: str | None,
) -> Order:
    """Write the next version of an order and tell the other backend."""
    moment = change.get("paid_at") or clock.later_than(order["updated_at"])
    after = {**order, **change, "version": order["version"] + 1, "updated_at": moment}
    store(connection, member_id, after)
    if not (planted("linkage-payment-untold") and change.get("status") == "paid"):
        _tell(connection, outbox, member_id, after, traceparent)
    return after


def store(connection: sqlite3.Connection, member_id: str, order: Order) -> None:
    """Write an order unless a later version of it is known."""
    connection.execute(
        "INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (order_id) DO UPDATE SET"
        " status = excluded.status, total = excluded.total, version = excluded.version,"
        " document = excluded.document WHERE excluded.version > version AND excluded.member_id = member_id",
        (
            order["order_id"],
            member_id,
            order["status"],
            order["total"],
            order["version"],
            order["created_at"],
            json.dumps(order, ensure_ascii=False),
        ),
    )


def apply(connection: sqlite3.Connection, told: Order) -> None:
    """Take over an order of the mini-program, as its event tells it. Raises 409."""
    order = {key: value for key, value in told.items() if key != "member_id"}
    if order["made_on"] == HERE:
        raise problems.conflict("made-here", "Made here", "This side itself keeps the orders made here.")
    subtotals = [item["price"] * item["quantity"] for item in order["items"]]
    if (
        subtotals != [item["subtotal"] for item in order["items"]]
        or sum(subtotals) - order["discount"] != order["total"]
        or order["refunded"] > order["total"]
    ):
        detail = "Its amounts contradict each other."
        raise problems.conflict("order-does-not-add-up", "Order does not add up", detail)
    if planted("linkage-refund-dropped"):
        order["refunds"] = order["refunds"][-1:]
    if planted("linkage-order-unlisted"):
        PLANTED.memory.setdefault("unlisted", []).append(order["order_id"])
    if planted("linkage-order-version-text") and _is_later_as_text(connection, order):
        return
    store(connection, told["member_id"], order)


def id_of(kind: str, owner: str, key: str) -> str:
    """The id that follows from an idempotency key, so that a repeated request meets what it made."""
    return f"{kind}_" + hashlib.sha256(f"{HERE}|{owner}|{key}".encode()).hexdigest()[:16]


def key_reused() -> problems.Problem:
    """409 for a key that stands for something else."""
    return problems.conflict(
        "idempotency-key-reused", "Idempotency key reused", "This key was used for another request."
    )


def _is_later_as_text(connection: sqlite3.Connection, order: Order) -> bool:
    """Whether the version known is the later one, as texts are compared: "9" after "10" (a planted fault)."""
    known = connection.execute(
        "SELECT version FROM orders WHERE order_id = ?", (order["order_id"],)
    ).fetchone()
    return bool(known) and str(known["version"]) > str(order["version"])


def _item(connection: sqlite3.Connection, product_id: str, quantity: int) -> dict[str, Any]:
    if not catalogue.has_product(connection, product_id):
        raise catalogue.not_on_sale(product_id)
    product = catalogue.product(connection, product_id)
    if not product["on_sale"]:
        raise catalogue.not_on_sale(product_id)
    return {
        "product_id": product_id,
        "name": product["name"],
        "price": product["price"],
        "quantity": quantity,
        "subtotal": product["price"] * quantity,
    }


def _tell(
    connection: sqlite3.Connection, outbox: Outbox, member_id: str, order: Order, traceparent: str | None
) -> None:
    told = {"member_id": member_id, **{key: value for key, value in order.items() if key != "asked"}}
    outbox.add(connection, "order.changed", order["order_id"], told, traceparent)
