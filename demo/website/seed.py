"""What every fresh database begins with: demo/seed.json, the same on both backends."""

from __future__ import annotations

import json
import sqlite3
from functools import cache
from pathlib import Path
from typing import Any

from demo.website import catalogue, orders, points, reservations
from demo.website.clock import member_id_of

_FILE = Path(__file__).parent.parent / "seed.json"


@cache
def _content() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return content


def owner_phone() -> str:
    """The phone of the shop owner, who may do what staff does: the first member."""
    phone: str = _content()["members"][0]["phone"]
    return phone


def plant(connection: sqlite3.Connection) -> None:
    """Write members with their points, the catalogue, and orders."""
    content = _content()
    moment = content["seeded_at"]
    for member in content["members"]:
        member_id = member_id_of(member["phone"])
        connection.execute(
            "INSERT INTO members VALUES (?, ?, ?, ?, 'website', 'standard', 0, ?)",
            (member_id, member["phone"], member["nickname"], moment, moment),
        )
        points.book(
            connection,
            member_id,
            points.SIGN_UP_POINTS,
            "sign-up",
            f"sign-up:{member_id}",
            moment,
            "p_" + member_id[2:],
        )
        points.book(
            connection,
            member_id,
            member["gift"],
            "gift",
            f"gift:{member_id}",
            moment,
            "p_" + member_id[:1:-1],
        )
    for category in content["categories"]:
        connection.execute("INSERT INTO categories VALUES (:category_id, :name, :position)", category)
    for product in content["products"]:
        catalogue.insert_product(connection, product)
    prices = {product["product_id"]: product for product in content["products"]}
    for given in content["orders"]:
        _order(connection, given, prices)


def _order(connection: sqlite3.Connection, given: dict[str, Any], products: dict[str, Any]) -> None:
    member_id, moment = member_id_of(given["phone"]), given["created_at"]
    items = [
        {
            "product_id": item["product_id"],
            "name": products[item["product_id"]]["name"],
            "price": products[item["product_id"]]["price"],
            "quantity": item["quantity"],
            "subtotal": products[item["product_id"]]["price"] * item["quantity"],
        }
        for item in given["items"]
    ]
    total = sum(item["subtotal"] for item in items) - given["points"]
    taken = tuple((item["product_id"], item["quantity"]) for item in given["items"])
    wanted = reservations.Wanted(given["order_id"], member_id, taken, given["points"], total)
    reservations.take(connection, wanted)
    refunds = [{**refund, "order_id": given["order_id"]} for refund in given.get("refunds", ())]
    earned, paid = 0, given["status"] == "paid"
    if paid:
        earned = reservations.commit(connection, given["order_id"])["points_earned"]
    orders.store(
        connection,
        member_id,
        {
            "order_id": given["order_id"],
            "made_on": given["made_on"],
            "status": given["status"],
            "items": items,
            "discount": given["points"],
            "total": total,
            "points_spent": given["points"],
            "points_earned": earned,
            "refunded": sum(refund["amount"] for refund in refunds),
            "version": 1 + paid + len(refunds),
            "created_at": moment,
            "updated_at": moment,
            "paid_at": moment if paid else None,
            "refunds": refunds,
        },
    )
