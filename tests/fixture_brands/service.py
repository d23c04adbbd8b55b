"""Two brands on one database: the shop with its staff's pages, and an outlet that caches for a moment.

FAULT: see faults.yaml.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import brand_pages
from aiohttp import web

FAULTS = os.environ["FAULT"].split()
CACHED = 0.3  # seconds
TABLES = """
create table if not exists items (id integer primary key, name text, price integer, stock integer, listed integer);
create table if not exists orders (id text primary key, item integer, member text, quantity integer, total integer,
  status text, placed text, request text unique);
"""
database = sqlite3.connect(Path(os.environ["DATA"]) / "brands.db", isolation_level=None, timeout=10)
database.row_factory = sqlite3.Row
until = time.monotonic() + 10
while True:
    try:
        database.execute("pragma journal_mode = wal")
        break
    except sqlite3.OperationalError:  # the other service is at it, and SQLite does not wait for this
        if time.monotonic() > until:
            raise
        time.sleep(0.01)
database.executescript(TABLES)
cache: dict[str, tuple[float, dict[str, Any]]] = {}


def item(id: str) -> sqlite3.Row:
    row = database.execute("select * from items where id = ?", [id.removeprefix("i-")]).fetchone()
    if row is None:
        raise web.HTTPNotFound
    return row


def order(id: str, member: str | None = None) -> sqlite3.Row:
    row = database.execute("select * from orders where id = ?", [id]).fetchone()
    if row is None or member not in (None, row["member"]):
        raise web.HTTPNotFound
    return row


def buy(member: str, id: str, quantity: int, request: str | None = None) -> sqlite3.Row:
    """Take it and note it at once. HTTPConflict where there is not enough."""
    found = item(id)
    sql = "update items set stock = stock - ? where id = ? and stock >= ?"
    if not database.execute(sql, [quantity, found["id"], quantity]).rowcount:
        raise web.HTTPConflict
    return note(member, found, quantity, request)


def note(member: str, found: sqlite3.Row, quantity: int, request: str | None) -> sqlite3.Row:
    number = f"o{time.monotonic_ns()}"
    values = [number, found["id"], member, quantity, found["price"] * quantity, "placed"]
    database.execute(
        "insert into orders values (?, ?, ?, ?, ?, ?, ?, ?)",
        [*values, datetime.now(UTC).isoformat(), request],
    )
    return order(number)


# the shop


def who(request: web.Request) -> str:
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token not in ("clerk", "li", "han"):
        raise web.HTTPUnauthorized
    return token


def clerk(request: web.Request) -> None:
    if who(request) != "clerk":
        raise web.HTTPForbidden


def shown(row: sqlite3.Row, key: str = "item_id") -> dict[str, Any]:
    its = {name: row[name] for name in ("name", "price", "stock")}
    return {key: f"i-{row['id']}", **its, "listed": bool(row["listed"])}


def shown_order(row: sqlite3.Row) -> dict[str, Any]:
    its = {name: row[name] for name in ("quantity", "total", "status", "placed")}
    return {"order_id": row["id"], "item_id": f"i-{row['item']}", **its}


def add(name: str, price: int, stock: int) -> sqlite3.Row:
    sql = "insert into items (name, price, stock, listed) values (?, ?, ?, 1)"
    return item(f"i-{database.execute(sql, [name, price, stock]).lastrowid}")


def edit(id: str, values: dict[str, Any]) -> sqlite3.Row:
    found = item(id)
    for name, value in values.items():
        assert name in ("name", "price", "stock", "listed")
        database.execute(f"update items set {name} = ? where id = ?", [value, found["id"]])
    return item(id)


async def add_item(request: web.Request) -> web.Response:
    clerk(request)
    body = await request.json()
    return web.json_response(shown(add(body["name"], body["price"], body["stock"])), status=201)


async def edit_item(request: web.Request) -> web.Response:
    clerk(request)
    return web.json_response(shown(edit(request.match_info["id"], await request.json())))


async def staff_item(request: web.Request) -> web.Response:
    clerk(request)
    return web.json_response(shown(item(request.match_info["id"])))


async def staff_order(request: web.Request) -> web.Response:
    clerk(request)
    return web.json_response(shown_order(order(request.match_info["id"])))


async def shop_item(request: web.Request) -> web.Response:
    return web.json_response(shown(item(request.match_info["id"]), "id"))


async def place_order(request: web.Request) -> web.Response:
    body, name = await request.json(), f"{who(request)} {request.headers['X-Request-Id']}"
    before = database.execute("select * from orders where request = ?", [name]).fetchone()
    made = before or buy(who(request), body["item_id"], body["quantity"], name)
    return web.json_response(shown_order(made), status=201)


async def shop_order(request: web.Request) -> web.Response:
    return web.json_response(shown_order(order(request.match_info["id"], who(request))))


def cancel(found: sqlite3.Row) -> sqlite3.Row:
    sql = "update orders set status = 'cancelled' where id = ? and status = 'placed'"
    if not database.execute(sql, [found["id"]]).rowcount:
        raise web.HTTPConflict
    if "cancel-keeps-stock" not in FAULTS:
        database.execute(
            "update items set stock = stock + ? where id = ?", [found["quantity"], found["item"]]
        )
    return order(found["id"])


async def cancel_order(request: web.Request) -> web.Response:
    return web.json_response(shown_order(cancel(order(request.match_info["id"], who(request)))))


# the outlet


def member(request: web.Request) -> str:
    name = request.headers.get("X-Member", "")
    if name not in ("li", "han"):
        raise web.HTTPUnauthorized
    return name


def shown_goods(sku: str) -> dict[str, Any]:
    since, kept = cache.get(sku, (0.0, {}))
    if kept and ("cached-for-ever" in FAULTS or time.monotonic() - since < CACHED):
        return kept
    row = item(sku)
    answer = {
        "sku": sku,
        "label": row["name"],
        "amount": f"{row['price'] / 100:.2f}",
        "left": row["stock"],
        "state": "on" if row["listed"] else "off",
    }
    cache[sku] = time.monotonic(), answer
    return answer


async def goods(request: web.Request) -> web.Response:
    return web.json_response(shown_goods(request.query["sku"]))


def bought(row: sqlite3.Row) -> web.Response:
    moment = datetime.fromisoformat(row["placed"]).astimezone(timezone(timedelta(hours=8)))
    return web.json_response(
        {
            "no": row["id"],
            "sku": f"i-{row['item']}",
            "count": row["quantity"],
            "sum": f"{row['total'] / 100:.2f}",
            "state": {"placed": 1, "cancelled": 8}[row["status"]],
            "time": moment.strftime("%Y-%m-%d %H:%M:%S"),
        }
    )


async def purchase(request: web.Request) -> web.Response:
    name, body = member(request), await request.json()
    if "looks-then-takes" not in FAULTS:
        return bought(buy(name, body["sku"], body["count"]))
    found = item(body["sku"])
    if found["stock"] < body["count"]:
        raise web.HTTPConflict
    await asyncio.sleep(0.05)
    left = item(body["sku"])["stock"] - body["count"]
    database.execute("update items set stock = max(0, ?) where id = ?", [left, found["id"]])
    return bought(note(name, found, body["count"], None))


async def purchase_info(request: web.Request) -> web.Response:
    return bought(order(request.query["no"], member(request)))


async def health(_: web.Request) -> web.Response:
    return web.Response(text="ok")


ROUTES = {
    "shop": [
        web.post("/staff/items", add_item),
        web.get("/staff/items/{id}", staff_item),
        web.patch("/staff/items/{id}", edit_item),
        web.get("/staff/orders/{id}", staff_order),
        web.get("/shop/items/{id}", shop_item),
        web.post("/shop/orders", place_order),
        web.get("/shop/orders/{id}", shop_order),
        web.post("/shop/orders/{id}/cancel", cancel_order),
    ],
    "outlet": [
        web.get("/v2/goods", goods),
        web.post("/v2/purchase", purchase),
        web.get("/v2/purchase", purchase_info),
    ],
}
shared = brand_pages.Shared(
    database, item=item, order=order, buy=buy, cancel=cancel, edit=edit, add=add, goods=shown_goods
)
app = web.Application()
app.add_routes([web.get("/health", health), *ROUTES[sys.argv[1]], *brand_pages.routes(sys.argv[1], shared)])
web.run_app(app, host="127.0.0.1", port=int(os.environ["PORT"]), print=None)
