"""What a fresh installation begins with: demo/seed.json, agreed with the website team."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from demo.miniprogram_backend import goods, orders
from demo.miniprogram_backend.storage import Connection, member_id_for

FILE = Path(__file__).resolve().parents[1] / "seed.json"
FEN_PER_POINT_EARNED = 1000


def plant(db: Connection) -> None:
    """Members, catalogue and orders; points and stock are the website's."""
    seed = json.loads(FILE.read_text("utf-8"))
    day = seed["seeded_at"]
    for member in seed["members"]:
        phone = member["phone"]
        db.execute(
            "INSERT INTO member VALUES (?, ?, ?, 'standard', ?, 'website', 0, ?)",
            (member_id_for(phone), phone, member["nickname"], day, day),
        )
    goods.keep_categories(db, seed["categories"])
    for product in seed["products"]:
        goods.keep_product(db, {**product, "updated_at": product["created_at"]})
    for given in seed["orders"]:
        orders.keep(db, member_id_for(given["phone"]), _order(db, given))


def _order(db: Connection, given: dict[str, Any]) -> orders.Order:
    request = {"items": given["items"], "points": given["points"]}
    order = orders.draft(db, given["order_id"], request)
    moment, paid = given["created_at"], given["status"] == "paid"
    refunds = [dict(refund, order_id=given["order_id"]) for refund in given.get("refunds", [])]
    return {
        **order,
        "made_on": given["made_on"],
        "status": given["status"],
        "points_earned": order["total"] // FEN_PER_POINT_EARNED if paid else 0,
        "refunds": refunds,
        "refunded": sum(refund["amount"] for refund in refunds),
        "version": (2 if paid else 1) + len(refunds),
        "created_at": moment,
        "updated_at": moment,
        "paid_at": moment if paid else None,
    }
