"""Categories, products and the stock: the shop's only copy that anybody may write."""

from __future__ import annotations

import secrets
import sqlite3
import time
from typing import Any

from demo.website import clock, problems
from demo.website.faults import PLANTED, cached, planted
from demo.website.outbox import Outbox
from demo.website.queries import ProductQuery

_PRODUCT = "product_id, name, category_id, price, description, on_sale, created_at, updated_at"
_SORTS = {
    "price": "price",
    "-price": "price DESC",
    "created_at": "created_at",
    "-created_at": "created_at DESC",
}


def categories(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """All of them, in the order they are shown."""
    rows = connection.execute(
        "SELECT category_id, name, position FROM categories ORDER BY position, category_id"
    )
    return [dict(row) for row in rows]


def add_category(
    connection: sqlite3.Connection, outbox: Outbox, name: str, position: int, traceparent: str | None
) -> dict[str, Any]:
    """A new category, as it is shown."""
    category = {"category_id": "c_" + secrets.token_hex(8), "name": name, "position": position}
    connection.execute("INSERT INTO categories VALUES (?, ?, ?)", tuple(category.values()))
    if not _is_untold(category):
        _tell_category(connection, outbox, str(category["category_id"]), traceparent)
    return category


def has_category(connection: sqlite3.Connection, category_id: str) -> bool:
    """Whether there is such a category."""
    return bool(
        connection.execute("SELECT 1 FROM categories WHERE category_id = ?", (category_id,)).fetchone()
    )


def products(connection: sqlite3.Connection, query: ProductQuery) -> dict[str, Any]:
    """shared.yaml#/components/schemas/Products."""
    conditions, values = ["on_sale = 1"], list[Any]()
    for condition, value in (
        ("category_id = ?", query.category_id),
        ("instr(name, ?) > 0", query.q),
        ("price >= ?", query.min_price),
        ("price <= ?", query.max_price),
    ):
        if value is not None:
            conditions.append(condition)
            values.append(value)
    where = " AND ".join(conditions)
    total = connection.execute(f"SELECT COUNT(*) FROM products WHERE {where}", values).fetchone()[0]
    rows = connection.execute(
        f"SELECT {_PRODUCT} FROM products WHERE {where} ORDER BY {_SORTS[query.sort]}, product_id"
        " LIMIT ? OFFSET ?",
        (*values, query.page.limit, query.page.offset),
    )
    return {"total": total, "products": [_shown(row) for row in rows]}


def product(connection: sqlite3.Connection, product_id: str) -> dict[str, Any]:
    """One product, on sale or not. Raises 404."""
    row = connection.execute(
        f"SELECT {_PRODUCT} FROM products WHERE product_id = ?", (product_id,)
    ).fetchone()
    if row is None:
        raise problems.not_found("No product has this id.")
    return _shown(row)


def has_product(connection: sqlite3.Connection, product_id: str) -> bool:
    """Whether there is such a product, on sale or not."""
    return bool(connection.execute("SELECT 1 FROM products WHERE product_id = ?", (product_id,)).fetchone())


def add_product(
    connection: sqlite3.Connection, outbox: Outbox, given: dict[str, Any], traceparent: str | None
) -> dict[str, Any]:
    """A new product, on sale at once; ``given``: name, category_id, price, description, stock. Raises 409."""
    if not has_category(connection, given["category_id"]):
        raise problems.conflict("unknown-category", "Unknown category", "No category has this id.")
    product_id, moment = "pr_" + secrets.token_hex(8), clock.now()
    insert_product(connection, {**given, "product_id": product_id, "on_sale": True, "created_at": moment})
    added = product(connection, product_id)
    _tell_product(connection, outbox, added, traceparent)
    return added


def insert_product(connection: sqlite3.Connection, given: dict[str, Any]) -> None:
    """Write a product with its stock."""
    connection.execute(
        f"INSERT INTO products ({_PRODUCT}, in_stock) VALUES (:product_id, :name, :category_id, :price,"
        " :description, :on_sale, :created_at, :created_at, :stock)",
        given,
    )


def change_product(
    connection: sqlite3.Connection,
    outbox: Outbox,
    product_id: str,
    change: dict[str, Any],
    traceparent: str | None,
) -> dict[str, Any]:
    """Change what `change` names: name, price, description, on_sale. Raises 404."""
    before = product(connection, product_id)
    after = {**before, **change, "updated_at": clock.later_than(before["updated_at"])}
    connection.execute(
        "UPDATE products SET name = :name, price = :price, description = :description, on_sale = :on_sale,"
        " updated_at = :updated_at WHERE product_id = :product_id",
        after,
    )
    _tell_product(connection, outbox, after, traceparent)
    return after


def stock(connection: sqlite3.Connection, product_id: str) -> dict[str, Any]:
    """shared.yaml#/components/schemas/Stock. Raises 404."""
    row = connection.execute(
        "SELECT product_id, in_stock FROM products WHERE product_id = ?", (product_id,)
    ).fetchone()
    if row is None:
        raise problems.not_found("No product has this id.")
    return dict(row)


def count_stock(connection: sqlite3.Connection, product_id: str, in_stock: int) -> dict[str, Any]:
    """Write what was counted; the stock as it is then. Raises 404."""
    connection.execute("UPDATE products SET in_stock = ? WHERE product_id = ?", (in_stock, product_id))
    return stock(connection, product_id)


def take(connection: sqlite3.Connection, product_id: str, quantity: int) -> None:
    """Take from the stock; a negative quantity gives back. Raises 409."""
    row = connection.execute(
        "SELECT in_stock, on_sale FROM products WHERE product_id = ?", (product_id,)
    ).fetchone()
    if row is None or (quantity > 0 and not row["on_sale"]):
        raise not_on_sale(product_id)
    level = row["in_stock"]
    if planted("linkage-oversold-by-one"):
        level += 1
    if planted("linkage-oversold-at-once"):
        level = cached(("stock", product_id), 0.5, lambda: row["in_stock"])
    if level < quantity:
        raise problems.conflict("out-of-stock", "Out of stock", f"There are not enough of {product_id}.")
    # Never more than there is: planted faults sell what is not there.
    taken = min(quantity, row["in_stock"])
    connection.execute(
        "UPDATE products SET in_stock = in_stock - ? WHERE product_id = ?", (taken, product_id)
    )


def not_on_sale(product_id: str) -> problems.Problem:
    """409 for a product that cannot be bought."""
    return problems.conflict("not-on-sale", "Not on sale", f"{product_id} cannot be bought now.")


def _tell_category(
    connection: sqlite3.Connection, outbox: Outbox, category_id: str, traceparent: str | None
) -> None:
    outbox.add(connection, "category.changed", category_id, {"category_id": category_id}, traceparent)


def _is_untold(category: dict[str, Any]) -> bool:
    """Whether a planted fault keeps a new category here."""
    if planted("linkage-category-zero-lost") and not category["position"]:
        return True
    if planted("linkage-category-only-first"):
        # The listener is taken away once it has been called.
        first = PLANTED.memory.setdefault("category", category["category_id"])
        return bool(first != category["category_id"])
    return False


def _tell_product(
    connection: sqlite3.Connection, outbox: Outbox, product: dict[str, Any], traceparent: str | None
) -> None:
    product_id = product["product_id"]
    if planted("linkage-withdrawal-untold") and not product["on_sale"]:
        return
    if planted("linkage-product-second-lost"):
        # At most one message in two seconds, and none afterwards for what was left out.
        now = time.monotonic()
        if now < PLANTED.memory.get(("told", product_id), 0.0) + 2:
            return
        PLANTED.memory["told", product_id] = now
    outbox.add(connection, "product.changed", product_id, {"product_id": product_id}, traceparent)


def _shown(row: sqlite3.Row) -> dict[str, Any]:
    return {**dict(row), "on_sale": bool(row["on_sale"])}
