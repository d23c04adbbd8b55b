"""The mini-program's copy of the website's catalogue: read from there when told, never written otherwise."""

from __future__ import annotations

import json
from typing import Any

from demo.miniprogram_backend.errors import Conflict, Missing
from demo.miniprogram_backend.faults import FAULTS, planted
from demo.miniprogram_backend.storage import Connection

FIELDS = ("product_id", "name", "category_id", "price", "description", "on_sale", "created_at", "updated_at")
ORDERS = {
    "price": "price ASC",
    "-price": "price DESC",
    "created_at": "created_at ASC",
    "-created_at": "created_at DESC",
}


def all_categories(db: Connection) -> list[dict[str, Any]]:
    """In the order they are shown."""
    rows = db.execute("SELECT id, name, position FROM category ORDER BY position, id")
    return [{"category_id": row["id"], "name": row["name"], "position": row["position"]} for row in rows]


def search(db: Connection, asked: dict[str, Any], *, from_the_start: bool = False) -> dict[str, Any]:
    """Products on sale that meet what was asked, as the contract shows a list.

    `from_the_start`: the planted fault that finds names by their beginnings only.
    """
    filters = {
        "category_id": "category_id = :category_id",
        "q": "instr(name, :q) > 0",
        "min_price": "price >= :min_price",
        "max_price": "price <= :max_price",
    }
    if from_the_start:
        filters["q"] = "instr(name, :q) = 1"
    on_sale = "on_sale"
    if planted("linkage-withdrawn-listed"):
        on_sale = "(on_sale OR product_id IN (SELECT value FROM json_each(:listed)))"
        asked = {**asked, "listed": json.dumps(FAULTS.memory.get("listed", []))}
    where = " AND ".join([on_sale, *(sql for name, sql in filters.items() if asked[name] is not None)])
    total = db.execute(f"SELECT COUNT(*) AS n FROM product WHERE {where}", asked).fetchone()["n"]
    rows = db.execute(
        f"SELECT * FROM product WHERE {where} ORDER BY {ORDERS[asked['sort']]}, product_id"
        " LIMIT :limit OFFSET :offset",
        asked,
    )
    products = [_view(row) for row in rows]
    if planted("linkage-product-list-stale"):
        # The list has an index of its own, to which a change never comes.
        products = [FAULTS.memory.get(("first", item["product_id"]), item) for item in products]
    return {"total": total, "products": products}


def find(db: Connection, product_id: str) -> dict[str, Any] | None:
    """A product, on sale or not."""
    row = db.execute("SELECT * FROM product WHERE product_id = ?", (product_id,)).fetchone()
    return _view(row) if row else None


def get(db: Connection, product_id: str) -> dict[str, Any]:
    """A product, on sale or not. Raises Missing."""
    product = find(db, product_id)
    if product is None:
        raise Missing("No product has this id.")
    return product


def to_be_sold(db: Connection, product_id: str) -> dict[str, Any]:
    """A product that can be bought. Raises Conflict."""
    product = find(db, product_id)
    if product is None or not (product["on_sale"] or planted("linkage-withdrawn-orderable")):
        raise cannot_be_bought(product_id)
    return product


def cannot_be_bought(product_id: str) -> Conflict:
    """What is answered for a product that is not on sale."""
    return Conflict(f"{product_id} cannot be bought now.", "not-on-sale", "Not on sale")


def take_categories(db: Connection, categories: list[dict[str, Any]], category_id: str) -> None:
    """Take over the website's categories. Raises Conflict if this one is not among them."""
    if category_id not in {category["category_id"] for category in categories}:
        raise Conflict("The website has no such category.", "unknown-category", "Unknown category")
    if planted("linkage-position-forgotten"):
        known = {category["category_id"]: category["position"] for category in all_categories(db)}
        categories = [{**item, "position": known.get(item["category_id"], 0)} for item in categories]
    keep_categories(db, categories)


def take_product(db: Connection, product: dict[str, Any] | None) -> None:
    """Take over a product of the website. Raises Conflict if it has none."""
    if product is None:
        raise Conflict("The website has no such product.", "unknown-product", "Unknown product")
    keep_product(db, _mistaken(product, find(db, product["product_id"])))


def _mistaken(product: dict[str, Any], known: dict[str, Any] | None) -> dict[str, Any]:
    """The product as it was read, unless a planted fault spoils it; `known`: as it has been so far."""
    product_id = product["product_id"]
    if planted("linkage-description-cut"):
        product = {**product, "description": product["description"][:255]}
    if planted("linkage-price-whole-yuan"):
        product = {**product, "price": max(1, product["price"] // 100) * 100}
    if known is None:
        return product
    if planted("linkage-description-forgotten"):
        product = {**product, "description": known["description"]}
    if planted("linkage-relisted-lost"):
        product = {**product, "on_sale": product["on_sale"] and known["on_sale"]}
    if planted("linkage-withdrawn-listed") and not product["on_sale"]:
        FAULTS.memory.setdefault("listed", []).append(product_id)
    if planted("linkage-product-list-stale"):
        FAULTS.memory.setdefault(("first", product_id), known)
    return product


def keep_categories(db: Connection, categories: list[dict[str, Any]]) -> None:
    """These are all categories."""
    db.execute("DELETE FROM category")
    db.executemany("INSERT INTO category VALUES (:category_id, :name, :position)", categories)


def keep_product(db: Connection, product: dict[str, Any]) -> None:
    """The product is as given, unless a later state of it is known: answers may overtake each other."""
    names = ", ".join(FIELDS)
    places = ", ".join(f":{name}" for name in FIELDS)
    known = db.execute(
        "SELECT updated_at FROM product WHERE product_id = ?", (product["product_id"],)
    ).fetchone()
    if planted("linkage-product-coarse-time"):
        # To the minute.
        is_later = known is None or known["updated_at"][:16] < product["updated_at"][:16]
    else:
        is_later = known is None or known["updated_at"] <= product["updated_at"]
    if is_later:
        otherwise = "IGNORE" if planted("linkage-product-change-ignored") else "REPLACE"
        db.execute(f"INSERT OR {otherwise} INTO product ({names}) VALUES ({places})", product)


def _view(row: Any) -> dict[str, Any]:
    return {name: bool(row[name]) if name == "on_sale" else row[name] for name in FIELDS}
