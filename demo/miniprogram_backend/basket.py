"""The cart a member has in the mini-program."""

from __future__ import annotations

from typing import Any

from demo.miniprogram_backend import goods
from demo.miniprogram_backend.errors import Conflict
from demo.miniprogram_backend.storage import Connection

ROOM = 50


def view(db: Connection, member_id: str) -> dict[str, Any]:
    """The cart as the contract shows one, with names and prices of now."""
    items = []
    for row in db.execute("SELECT * FROM basket WHERE member_id = ? ORDER BY id", (member_id,)).fetchall():
        product = goods.get(db, row["product_id"])
        items.append(
            {
                "product_id": product["product_id"],
                "name": product["name"],
                "price": product["price"],
                "quantity": row["quantity"],
                "subtotal": product["price"] * row["quantity"],
                "on_sale": product["on_sale"],
            }
        )
    return {"items": items, "total": sum(item["subtotal"] for item in items)}


def set_quantity(db: Connection, member_id: str, product_id: str, quantity: int) -> None:
    """Raises Missing, Conflict."""
    if not goods.get(db, product_id)["on_sale"]:
        raise goods.cannot_be_bought(product_id)
    key = (member_id, product_id)
    if db.execute("SELECT 1 FROM basket WHERE member_id = ? AND product_id = ?", key).fetchone():
        db.execute("UPDATE basket SET quantity = ? WHERE member_id = ? AND product_id = ?", (quantity, *key))
        return
    used = db.execute("SELECT COUNT(*) AS n FROM basket WHERE member_id = ?", (member_id,)).fetchone()["n"]
    if used >= ROOM:
        raise Conflict(f"A cart has at most {ROOM} products.", "cart-full", "Cart full")
    db.execute("INSERT INTO basket (member_id, product_id, quantity) VALUES (?, ?, ?)", (*key, quantity))


def remove(db: Connection, member_id: str, product_id: str) -> None:
    """Raises Missing for a product that does not exist; one that is not in the cart is no error."""
    goods.get(db, product_id)
    db.execute("DELETE FROM basket WHERE member_id = ? AND product_id = ?", (member_id, product_id))


def empty(db: Connection, member_id: str) -> None:
    """Nothing is in the cart any more."""
    db.execute("DELETE FROM basket WHERE member_id = ?", (member_id,))
