"""Orders as this backend keeps them: its own, and copies of those made on the website.

What an order takes (stock, points) is asked of the website outside of any transaction: a slow website must not
hold the database. The ids follow from the idempotency key, so an attempt that died in between is met again.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from demo.miniprogram_backend import goods
from demo.miniprogram_backend.errors import Conflict, Missing
from demo.miniprogram_backend.faults import planted
from demo.miniprogram_backend.replication import Courier
from demo.miniprogram_backend.storage import Connection, just_after, timestamp

PLATFORM = "miniprogram"
HIDDEN = ("refunds", "request")
ORDERS = {
    "total": "total ASC",
    "-total": "total DESC",
    "created_at": "created_at ASC",
    "-created_at": "created_at DESC",
}
Order = dict[str, Any]


def search(db: Connection, member_id: str, asked: dict[str, Any]) -> dict[str, Any]:
    """The member's orders as the contract shows a list."""
    given = {**asked, "member": member_id}
    where = "member_id = :member" + (" AND status = :status" if asked["status"] else "")
    total = db.execute(f"SELECT COUNT(*) AS n FROM shop_order WHERE {where}", given).fetchone()["n"]
    rows = db.execute(
        f"SELECT content FROM shop_order WHERE {where} ORDER BY {ORDERS[asked['sort']]}, id"
        " LIMIT :limit OFFSET :offset",
        given,
    )
    return {"total": total, "orders": [view(json.loads(row["content"])) for row in rows]}


def find(db: Connection, member_id: str, order_id: str) -> Order | None:
    """The whole order if it is one of this member."""
    row = db.execute(
        "SELECT content FROM shop_order WHERE id = ? AND member_id = ?", (order_id, member_id)
    ).fetchone()
    return json.loads(row["content"]) if row else None


def get(db: Connection, member_id: str, order_id: str) -> Order:
    """The whole order of this member. Raises Missing."""
    order = find(db, member_id, order_id)
    if order is None:
        raise Missing("No order of yours has this id.")
    return order


def copy(db: Connection, order_id: str) -> Order | None:
    """An order that came from the website, whoever's it is (planted faults)."""
    row = db.execute("SELECT content FROM shop_order WHERE id = ?", (order_id,)).fetchone()
    order: Order = json.loads(row["content"]) if row else {"request": None}
    return None if "request" in order else order


def get_own(db: Connection, member_id: str, order_id: str) -> Order:
    """The whole order, made on this platform. Raises Missing, Conflict."""
    order = get(db, member_id, order_id)
    if order["made_on"] != PLATFORM:
        raise Conflict(
            "This order is changed on the platform it was made on.", "made-elsewhere", "Made elsewhere"
        )
    return order


def view(order: Order) -> Order:
    """An order as the contract shows one."""
    return {name: value for name, value in order.items() if name not in HIDDEN}


def derived_id(prefix: str, *parts: str) -> str:
    """An id that is the same for the same idempotency key."""
    return prefix + hashlib.sha256("/".join((PLATFORM, *parts)).encode()).hexdigest()[:16]


def refuse_other_request(known: Any, request: Any) -> None:
    """Raises Conflict if an idempotency key stands for something else."""
    if known != request:
        raise Conflict(
            "This key was used for another request.", "idempotency-key-reused", "Idempotency key reused"
        )


def draft(db: Connection, order_id: str, request: dict[str, Any]) -> Order:
    """The order that would come of the request. Raises Conflict."""
    ids = [item["product_id"] for item in request["items"]]
    if len(ids) != len(set(ids)):
        raise Conflict("Each product stands in at most one item.", "same-product-twice", "Same product twice")
    items = []
    for wanted in request["items"]:
        product = goods.to_be_sold(db, wanted["product_id"])
        items.append(
            {
                "product_id": product["product_id"],
                "name": product["name"],
                "price": product["price"],
                "quantity": wanted["quantity"],
                "subtotal": product["price"] * wanted["quantity"],
            }
        )
    whole, points = sum(item["subtotal"] for item in items), request["points"]
    if 2 * points > whole:
        raise Conflict("At most half of the price is paid with points.", "too-many-points", "Too many points")
    moment = timestamp()
    return {
        "order_id": order_id,
        "made_on": PLATFORM,
        "status": "created",
        "items": items,
        "discount": points,
        "total": whole - points,
        "points_spent": points,
        "points_earned": 0,
        "refunded": 0,
        "version": 1,
        "created_at": moment,
        "updated_at": moment,
        "paid_at": None,
        "refunds": [],
        "request": request,
    }


def reservation(member_id: str, order: Order) -> dict[str, Any]:
    """What the website is asked to take for an order."""
    items = [{name: item[name] for name in ("product_id", "quantity")} for item in order["items"]]
    points = order["points_spent"]
    if planted("linkage-one-of-each-taken"):
        items = [{**item, "quantity": 1} for item in items]
    if planted("linkage-points-spent-rounded"):
        points = points // 10 * 10
    return {
        "order_id": order["order_id"],
        "member_id": member_id,
        "items": items,
        "points": points,
        "total": order["total"],
    }


def check_payment(order: Order, amount: int) -> bool:
    """Whether there is still something to pay. Raises Conflict."""
    if order["status"] == "cancelled":
        raise Conflict("A cancelled order is not paid.", "order-cancelled", "Order cancelled")
    if amount != order["total"]:
        raise Conflict("The order costs another amount.", "wrong-amount", "Wrong amount")
    return bool(order["status"] == "created")


def check_cancellation(order: Order) -> bool:
    """Whether there is still something to cancel. Raises Conflict."""
    if order["status"] in ("paid", "refunded"):
        raise Conflict("Ask for a refund instead.", "order-paid", "Order paid")
    return bool(order["status"] == "created")


def write(db: Connection, courier: Courier, member_id: str, order: Order, trace: str | None) -> None:
    """Keep an order made here and tell the website."""
    keep(db, member_id, order)
    told = {name: value for name, value in order.items() if name != "request"}
    if planted("linkage-cancellation-untold") and order["status"] == "cancelled":
        return
    if planted("linkage-refund-rounded"):
        # In yuan on the way.
        told["refunds"] = [{**refund, "amount": refund["amount"] // 100 * 100} for refund in order["refunds"]]
        told["refunded"] = sum(refund["amount"] for refund in told["refunds"])
    courier.post(db, "order.changed", order["order_id"], {"member_id": member_id, **told}, trace)


def next_version(order: Order, **change: Any) -> Order:
    """The order after a change."""
    moment = max(timestamp(), just_after(order["updated_at"]))
    if change.get("status") == "paid":
        change["paid_at"] = moment
    return {**order, **change, "version": order["version"] + 1, "updated_at": moment}


def keep(db: Connection, member_id: str, order: Order) -> None:
    """Write an order, unless what is known of it is newer or belongs to somebody else."""
    row = db.execute(
        "SELECT member_id, version FROM shop_order WHERE id = ?", (order["order_id"],)
    ).fetchone()
    if row and (row["member_id"] != member_id or row["version"] >= order["version"]):
        return
    db.execute(
        "INSERT OR REPLACE INTO shop_order VALUES (?, ?, ?, ?, ?, ?, ?)",
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


def take_over(db: Connection, told: dict[str, Any]) -> None:
    """An order of the website, as its event tells it. Raises Conflict."""
    order = {name: value for name, value in told.items() if name != "member_id"}
    if order["made_on"] == PLATFORM:
        raise Conflict("This side itself keeps the orders made here.", "made-here", "Made here")
    whole = 0
    for item in order["items"]:
        if item["subtotal"] != item["price"] * item["quantity"]:
            raise _contradiction()
        whole += item["subtotal"]
    if whole - order["discount"] != order["total"] or order["refunded"] > order["total"]:
        raise _contradiction()
    if planted("linkage-earned-forgotten"):
        order["points_earned"] = 0
    if planted("linkage-refunded-ignored") and order["status"] == "refunded":
        # Not among the changes of status that this side knows.
        order["status"] = "paid"
    known = find(db, told["member_id"], order["order_id"])
    if planted("linkage-order-coarse-time") and known:
        # To the minute.
        if known["updated_at"][:16] >= order["updated_at"][:16]:
            return
    keep(db, told["member_id"], order)


def _contradiction() -> Conflict:
    return Conflict("Its amounts contradict each other.", "order-does-not-add-up", "Order does not add up")
