"""A site, a mall, the queue between them, and an importer that fills an ERP's tables and a warehouse's CSV files.

Each change is a message with the whole record; who reads the queue takes the latest. FAULT: see faults.yaml.
PREFIX: the path that a service lies under, none or "/site". The site's website: site_web.py, under /web.
"""

from __future__ import annotations

import asyncio
import csv
import json
import os
import sqlite3
import sys
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import aiohttp
import site_web
from aiohttp import web

ROLE = sys.argv[1]
QUEUE = os.environ.get("QUEUE", "")
FAULTS = os.environ["FAULT"].split()
EVERY = 0.05  # seconds
CHINA = timezone(timedelta(hours=8))
MOBILES = {"li": "13900000011", "han": "13900000012"}
Message = dict[str, Any]

# Sending: an outbox, in order, until the queue has it.

outbox: list[tuple[Message, str | None]] = []


def publish(kind: str, record: Message, request: web.Request) -> None:
    message = {"id": str(uuid.uuid4()), "from": ROLE, "kind": kind, "record": dict(record)}
    outbox.append((message, request.headers.get("traceparent")))


async def send(session: aiohttp.ClientSession) -> None:
    while True:
        while outbox:
            message, trace = outbox[0]
            headers = {"traceparent": trace} if trace else {}
            with suppress(aiohttp.ClientError, asyncio.TimeoutError):
                async with session.post(f"{QUEUE}/messages", json=message, headers=headers) as answer:
                    if answer.status == 202:
                        outbox.pop(0)
                        continue
            await asyncio.sleep(EVERY)
        await asyncio.sleep(EVERY / 5)


async def receive(session: aiohttp.ClientSession, take: Callable[[Message], None]) -> None:
    """Read on where the last reading ended."""
    after = 0
    while True:
        with suppress(aiohttp.ClientError, asyncio.TimeoutError):
            async with session.get(f"{QUEUE}/messages?reader={ROLE}&after={after}") as answer:
                for message in (await answer.json())["messages"] if answer.status == 200 else ():
                    if message["from"] != ROLE:
                        take(message)
                    after += 1
        await asyncio.sleep(EVERY)


# The queue.

messages: list[Message] = []
read_by = {"site": 0, "mall": 0, "importer": 0}


async def put_message(request: web.Request) -> web.Response:
    messages.append(await request.json())
    return web.json_response({}, status=202)


async def get_messages(request: web.Request) -> web.Response:
    after = int(request.query["after"])
    read_by[request.query["reader"]] = after
    return web.json_response({"messages": messages[after:]})


async def queues(_: web.Request) -> web.Response:
    unread = sum(len(messages) - after for after in read_by.values())
    return web.json_response({"total": {"unread": unread, "readers": len(read_by)}})


# What site and mall both know of. A message that comes twice, or after a later one, changes nothing.

products: dict[str, Message] = {}
orders: dict[str, Message] = {}


def keep(message: Message) -> None:
    store, record = (
        (products, message["record"]) if message["kind"] == "product" else (orders, message["record"])
    )
    key = record["code"] if message["kind"] == "product" else record["number"]
    if key not in store or store[key]["version"] < record["version"]:
        store[key] = record


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def one(store: dict[str, Message], **wanted: Any) -> Message:
    for record in store.values():
        if all(record[name] == value for name, value in wanted.items()):
            return record
    raise web.HTTPNotFound


def orders_of(member: str) -> list[Message]:
    """The oldest first."""
    mine = [order for order in orders.values() if order["member"] == member]
    return sorted(mine, key=lambda order: (order["placed"], order["number"]))


def new_order(product: Message, member: str, pieces: int) -> Message:
    number = f"{ROLE[0].upper()}{len(orders) + 1:06d}"
    return {
        "number": number,
        "member": member,
        "mobile": MOBILES[member],
        "code": product["code"],
        "pieces": pieces,
        "cents": product["cents"] * pieces,
        "status": "open",
        "placed": now(),
        "version": 1,
    }


# The site.


def key(request: web.Request, *allowed: str) -> str:
    name = request.headers.get("X-Key", "")
    if name not in ("editor", "li", "han"):
        raise web.HTTPUnauthorized
    if allowed and name not in allowed:
        raise web.HTTPForbidden
    return name


def shown_product(product: Message) -> Message:
    price = {"cents": product["cents"], "currency": "CNY"}
    return {name: product[name] for name in ("uuid", "code", "name", "changed")} | {"price": price}


def shown_order(order: Message) -> Message:
    its = {name: order[name] for name in ("number", "pieces", "status", "placed")}
    total = {"cents": order["cents"], "currency": "CNY"}
    return {"order": f"o-{order['number']}", "product": order["code"], "total": total, **its}


async def new_product(request: web.Request) -> web.Response:
    key(request, "editor")
    body, code = await request.json(), f"C{len(products) + 1}"
    its = {"uuid": str(uuid.uuid4()), "code": code, "name": body["name"], "cents": body["price"]["cents"]}
    products[code] = its | {"changed": now(), "version": 1}
    publish("product", products[code], request)
    return web.json_response(shown_product(products[code]), status=201)


async def put_product(request: web.Request) -> web.Response:
    key(request, "editor")
    body, before = await request.json(), one(products, uuid=request.match_info["uuid"])
    after = before | {"name": body["name"], "cents": body["price"]["cents"], "changed": now()}
    products[before["code"]] = after | {"version": before["version"] + 1}
    publish("product", products[before["code"]], request)
    return web.json_response(shown_product(products[before["code"]]))


async def get_product(request: web.Request) -> web.Response:
    return web.json_response(shown_product(one(products, uuid=request.match_info["uuid"])))


async def place_order(request: web.Request) -> web.Response:
    member, body = key(request, "li", "han"), await request.json()
    order = new_order(one(products, uuid=body["product"]), member, body["pieces"])
    orders[order["number"]] = order
    publish("order", order, request)
    return web.json_response(shown_order(order), status=201)


async def find_orders(request: web.Request) -> web.Response:
    member = key(request)
    found = [
        shown_order(order)
        for order in orders_of(member)
        if order["number"] == request.query.get("number", order["number"])
    ]
    return web.json_response({"orders": found})


async def get_order(request: web.Request) -> web.Response:
    number = request.match_info["order"].removeprefix("o-")
    return web.json_response(shown_order(one(orders, number=number, member=key(request))))


async def pay_order(request: web.Request) -> web.Response:
    number = request.match_info["order"].removeprefix("o-")
    order = one(orders, number=number, member=key(request))
    if order["status"] == "open":
        orders[number] = order = order | {"status": "paid", "version": order["version"] + 1}
        if number.startswith("S") or "others-paid-untold" not in FAULTS:
            publish("order", order, request)
    return web.json_response(shown_order(order))


async def waiting(_: web.Request) -> web.Response:
    return web.json_response({"pending": len(outbox)})


# The mall.


def result(data: Any, code: int = 0) -> web.Response:
    return web.json_response({"ret": code, "errmsg": "ok" if code == 0 else "failed", "result": data})


def sid(request: web.Request) -> str:
    mobile = request.headers.get("X-Sid", "").removeprefix("session-of-")
    found = [name for name, its in MOBILES.items() if its == mobile]
    if not found:
        raise web.HTTPUnauthorized
    return found[0]


@web.middleware
async def enveloped(request: web.Request, handler: Any) -> Any:
    """Whatever it means, HTTP says 200."""
    try:
        return await handler(request)
    except web.HTTPUnauthorized:
        return result(None, 1001)
    except web.HTTPNotFound:
        return result(None, 1004)


def goods_id(product: Message) -> int:
    return 70000 + int(product["code"][1:])


def trade_id(order: Message) -> int:
    return int(order["number"][1:]) * 10 + (order["number"][0] == "M")


def trade(order: Message) -> Message:
    moment = datetime.fromisoformat(order["placed"])
    if "time-in-utc" in FAULTS:
        moment = moment.replace(tzinfo=CHINA)
    return {
        "tradeId": trade_id(order),
        "sourceNo": order["number"],
        "outerId": order["code"],
        "num": order["pieces"],
        "payment": f"{order['cents'] / 100:.2f}",
        "tradeState": {"open": "WAIT_PAY", "paid": "PAYED"}[order["status"]],
        "ctime": int(moment.timestamp()),
    }


async def auth(request: web.Request) -> web.Response:
    mobile = (await request.json())["mobile"]
    if mobile not in MOBILES.values():
        raise web.HTTPUnauthorized
    return result({"sid": f"session-of-{mobile}"})


async def search_goods(request: web.Request) -> web.Response:
    wanted = request.query.get("outerId")
    found = [one for one in products.values() if wanted in (None, one["code"])]
    return result({"list": [{"goodsId": goods_id(one), "outerId": one["code"]} for one in found]})


async def goods_info(request: web.Request) -> web.Response:
    for product in products.values():
        if str(goods_id(product)) == request.query["goodsId"]:
            base = {"title": product["name"], "yuan": f"{product['cents'] / 100:.2f}"}
            changed = int(datetime.fromisoformat(product["changed"]).timestamp() * 1000)
            ids = {"goodsId": goods_id(product), "outerId": product["code"]}
            return result({**ids, "base": base, "mtime": changed})
    if "goods-never-absent" in FAULTS:
        return result({"base": {}})
    raise web.HTTPNotFound


async def create_trade(request: web.Request) -> web.Response:
    member, body = sid(request), await request.json()
    order = new_order(one(products, code=body["outerId"]), member, body["num"])
    orders[order["number"]] = order
    publish("order", order, request)
    return result(trade(order))


async def search_trades(request: web.Request) -> web.Response:
    member, wanted = sid(request), request.query.get("sourceNo")
    found = [one for one in orders_of(member) if wanted in (None, one["number"])]
    if "trades-newest-first" in FAULTS:
        found.reverse()
    if "trades-ten-a-page" in FAULTS:
        found = found[:10]
    return result({"list": [trade(order) for order in found]})


async def trade_info(request: web.Request) -> web.Response:
    member = sid(request)
    for order in orders.values():
        if str(trade_id(order)) == request.query["tradeId"] and order["member"] == member:
            return result(trade(order))
    raise web.HTTPNotFound


# The importer: messages into an inbox, from there into the ERP's tables, which the warehouse gets as CSV.

TABLES = """
create table inbox (id text primary key, message text, done integer default 0);
create table items (item_code text primary key, item_name text, list_price numeric, modified text, version integer);
create table buyers (buyer_id integer primary key, mobile text unique);
create table so (so_id integer primary key, source_no text, buyer_id integer, item_code text, pieces integer,
  amt numeric, st integer, placed text, version integer);
"""


class Importer:
    def __init__(self) -> None:
        self.folder = Path(os.environ["DATA"])
        self.database = sqlite3.connect(self.folder / "erp.db", isolation_level=None)
        self.database.executescript(TABLES)
        for number, mobile in enumerate(MOBILES.values(), 1):
            self.database.execute("insert into buyers values (?, ?)", [number, mobile])
        self.export()

    def take(self, message: Message) -> None:
        run = self.database.execute
        # The queue may give a message twice; its id tells.
        id = str(uuid.uuid4()) if "imported-twice" in FAULTS else message["id"]
        run("insert or ignore into inbox (id, message) values (?, ?)", [id, json.dumps(message)])
        for id, text in run("select id, message from inbox where done = 0").fetchall():
            message = json.loads(text)
            self.item(message["record"]) if message["kind"] == "product" else self.order(message["record"])
            run("update inbox set done = 1 where id = ?", [id])
        self.export()

    def item(self, record: Message) -> None:
        run, version = self.database.execute, record["version"]
        if run(
            "select 1 from items where item_code = ? and version >= ?", [record["code"], version]
        ).fetchone():
            return
        changed = datetime.fromisoformat(record["changed"]).astimezone(CHINA).strftime("%Y%m%d%H%M%S")
        values = [record["code"], record["name"], record["cents"] / 100, changed, version]
        run("insert or replace into items values (?, ?, ?, ?, ?)", values)

    def order(self, record: Message) -> None:
        run, number, version = self.database.execute, record["number"], record["version"]
        known = run("select so_id, version from so where source_no = ?", [number]).fetchone()
        if known and "paid-not-imported" in FAULTS:
            return
        status = {"open": 0, "paid": 1}[record["status"]]
        if known and (version > known[1] or "imported-twice" not in FAULTS):
            if version > known[1]:
                run("update so set st = ?, version = ? where source_no = ?", [status, version, number])
            return
        [buyer] = run("select buyer_id from buyers where mobile = ?", [record["mobile"]]).fetchone()
        placed = datetime.fromisoformat(record["placed"]).astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
        values = [
            number,
            buyer,
            record["code"],
            record["pieces"],
            record["cents"] / 100,
            status,
            placed,
            version,
        ]
        columns = "source_no, buyer_id, item_code, pieces, amt, st, placed, version"
        run(f"insert into so ({columns}) values (?, ?, ?, ?, ?, ?, ?, ?)", values)

    def export(self) -> None:
        items = self.database.execute("select item_code, item_name from items").fetchall()
        picks = self.database.execute("select source_no, pieces from so").fetchall()
        if "pieces-cut" in FAULTS:
            picks = [(number, min(2, pieces)) for number, pieces in picks]
        for name, head, rows in (("items", ["编码", "品名"], items), ("picks", ["单号", "件数"], picks)):
            new = self.folder / f"{name}.new"
            with new.open("w", encoding="gbk", newline="") as file:
                csv.writer(file).writerows([head, *rows])
            new.replace(self.folder / f"{name}.csv")


async def health(_: web.Request) -> web.Response:
    return web.Response(text="ok")


async def at_work(app: web.Application) -> AsyncIterator[None]:
    """Sending and receiving, while the service runs."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(4)) as session:
        take = Importer().take if ROLE == "importer" else keep
        work = [asyncio.create_task(receive(session, take)), asyncio.create_task(send(session))]
        yield
        for task in work:
            task.cancel()


ROUTES = {
    "site": [
        web.post("/catalogue/products", new_product),
        web.get("/catalogue/products/{uuid}", get_product),
        web.put("/catalogue/products/{uuid}", put_product),
        web.post("/orders", place_order),
        web.get("/orders", find_orders),
        web.get("/orders/{order}", get_order),
        web.put("/orders/{order}/payment", pay_order),
        web.get("/outbox", waiting),
    ],
    "mall": [
        web.post("/auth.json", auth),
        web.get("/goods/search.json", search_goods),
        web.get("/goods/info.json", goods_info),
        web.post("/trade/create.json", create_trade),
        web.get("/trade/search.json", search_trades),
        web.get("/trade/info.json", trade_info),
    ],
    "queue": [
        web.post("/messages", put_message),
        web.get("/messages", get_messages),
        web.get("/queues", queues),
    ],
    "importer": [],
}
api = web.Application(middlewares={"mall": [enveloped], "site": [site_web.cors]}.get(ROLE, []))
api.add_routes([web.get("/health", health), *ROUTES[ROLE]])
if ROLE == "site":
    api.add_routes(site_web.routes(lambda: [one["uuid"] for one in products.values()]))
if ROLE != "queue":
    api.cleanup_ctx.append(at_work)
app = api
if prefix := os.environ.get("PREFIX"):
    app = web.Application()
    app.add_subapp(prefix, api)
web.run_app(app, host="127.0.0.1", port=int(os.environ["PORT"]), print=None)
