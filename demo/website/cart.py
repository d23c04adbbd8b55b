"""The cart a member has on the website."""

from __future__ import annotations

import sqlite3
from typing import Any

from demo.website import catalogue, problems

MOST_PRODUCTS = 50


def shown(connection: sqlite3.Connection, member_id: str) -> dict[str, Any]:
    """shared.yaml#/components/schemas/Cart."""
    rows = connection.execute(
        "SELECT product_id, name, price, quantity, price * quantity AS subtotal, on_sale"
        " FROM cart JOIN products USING (product_id) WHERE member_id = ? ORDER BY cart.seq",
        (member_id,),
    )
    items = [{**dict(row), "on_sale": bool(row["on_sale"])} for row in rows]
    return {"items": items, "total": sum(item["subtotal"] for item in items)}


def put(connection: sqlite3.Connection, member_id: str, product_id: str, quantity: int) -> None:
    """So many of the product are in the cart. Raises 404, 409."""
    product = catalogue.product(connection, product_id)
    if not product["on_sale"]:
        raise catalogue.not_on_sale(product_id)
    others = connection.execute(
        "SELECT COUNT(*) FROM cart WHERE member_id = ? AND product_id <> ?", (member_id, product_id)
    ).fetchone()[0]
    if others >= MOST_PRODUCTS:
        raise problems.conflict("cart-full", "Cart full", f"A cart has at most {MOST_PRODUCTS} products.")
    connection.execute(
        "INSERT INTO cart (member_id, product_id, quantity) VALUES (?, ?, ?)"
        " ON CONFLICT (member_id, product_id) DO UPDATE SET quantity = excluded.quantity",
        (member_id, product_id, quantity),
    )


def take_out(connection: sqlite3.Connection, member_id: str, product_id: str) -> None:
    """The product is not in the cart any more. Raises 404 for a product that does not exist."""
    catalogue.product(connection, product_id)
    connection.execute("DELETE FROM cart WHERE member_id = ? AND product_id = ?", (member_id, product_id))


def clear(connection: sqlite3.Connection, member_id: str) -> None:
    """The cart is empty."""
    connection.execute("DELETE FROM cart WHERE member_id = ?", (member_id,))
