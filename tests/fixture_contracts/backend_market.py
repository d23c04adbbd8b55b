"""A server that keeps to market.yaml and its declarations, and the ways it can be told not to."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qsl

KINDS, NAMES = ("fruit", "tool", "toy"), ("Apple", "Axe", "Ball", "Apricot", "Awl", "Blocks", "Banana")
DISCOUNT = 10


class Market:
    """The state. ``faults`` are named where they are asked for."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        self.faults = frozenset(faults)
        self.goods = [
            {
                "good_id": f"g_{number}",
                "name": f"{name} {number}",
                "kind": KINDS[number % 3],
                "price": 100 + 50 * (number % 4),
                "made_at": f"2026-01-{20 - number:02}T08:00:00.000Z",
            }
            for number, name in enumerate(NAMES)
        ]
        self.orders: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, tuple[Any, dict[str, Any]]] = {}
        self.nickname, self.visits = "Ann", 3
        self.answers = 0
        self.numbers = count()
        self.lock = threading.Lock()
        self.pair = threading.Barrier(2)
        if "empty" in faults:
            self.goods = []
        if "long" in faults:
            self.goods = [
                {**good, "good_id": f"{good['good_id']}_{number}"}
                for number in range(50)
                for good in self.goods
            ]
        if "one-price" in faults:
            self.goods = [{**good, "price": 100} for good in self.goods]

    def has(self, fault: str) -> bool:
        return fault in self.faults

    def list_goods(self, query: dict[str, str]) -> tuple[int, Any]:
        limit = int(query.get("limit", 4))
        offset = int(query.get("offset", (int(query.get("page", 1)) - 1) * limit))
        if self.has("down"):
            return 500, None
        if self.has("refuses-q") and "q" in query:
            return 422, None
        found = self.sorted(self.filtered(query), query.get("sort"), limit)
        self.answers += 1
        if self.has("grows") or (self.has("grows-once") and self.answers == 8):
            self.goods.append({**self.goods[0], "good_id": f"g_new_{self.answers}"})
        if self.has("unstable"):
            turn = self.answers % max(1, len(found))
            found = found[turn:] + found[:turn]
        if self.has("wraps-around") and found:
            offset %= len(found)
        if self.has("ignores-offset"):
            offset = 0
        if self.has("gap") and offset:
            offset += 1
        if self.has("small-pages-turned") and limit < 4:
            found = found[::-1]
        if self.has("double") and offset:
            offset -= 1
        if self.has("default-page") and "limit" not in query:
            limit = 3
        if self.has("ignores-limit"):
            limit = 1000
        page = found[offset : offset + limit]
        total = len(page) if self.has("total-of-page") else len(found)
        if self.has("total-of-all"):
            total = len(self.goods)
        if self.has("total-beyond") and not page:
            total = 0
        return 200, {"items": page, "total": total}

    def filtered(self, query: dict[str, str]) -> list[dict[str, Any]]:
        least, most = int(query.get("min_price", 0)), int(query.get("max_price", 10**12))
        text, kind = query.get("q", ""), query.get("kind")
        if self.has("min-exclusive") and "min_price" in query:
            least += 1
        if self.has("max-ignored"):
            most = 10**12
        if self.has("q-begins"):
            found = [good for good in self.goods if str(good["name"]).startswith(text)]
        else:
            found = [good for good in self.goods if text.lower() in str(good["name"]).lower()]
        if self.has("first-filter-only") and kind:
            least, most = 0, 10**12
        if self.has("kind-unknown-all") and kind == "book":
            kind = None
        found = [good for good in found if least <= int(str(good["price"])) <= most]
        return [good for good in found if kind is None or good["kind"] == kind]

    def sorted(self, found: list[dict[str, Any]], sort: str | None, limit: int) -> list[dict[str, Any]]:
        name = sort or ("made_at" if self.has("oldest-first") else "-made_at")
        turned = name.startswith("-") and not (self.has("always-ascending") and sort)
        key = name.removeprefix("-")
        if self.has("sorts-as-text"):
            found = sorted(found, key=lambda good: str(good[key])[::-1], reverse=turned)
        elif self.has("ties-by-page") and limit < 6 and sort:
            found = sorted(found, key=lambda good: (good[key], good["made_at"]), reverse=turned)
        else:
            found = sorted(found, key=lambda good: good[key], reverse=turned)
        return found[:-1] if self.has("sort-drops") and sort else found

    def good(self, id: str) -> dict[str, Any] | None:
        return next((good for good in self.goods if good["good_id"] == id), None)

    def set_price(self, id: str, price: int) -> tuple[int, Any]:
        good = self.good(id)
        if good is None:
            return 404, None
        if self.has("price-as-float"):
            price = int(price / 100 * 100)  # 1.15 yuan are 114.99… fen
        if self.has("price-of-32-bits"):
            price = min(price, 2**31 - 1)
        answered = {**good, "price": price}
        if not self.has("price-not-stored"):
            good["price"] = price
        return 200, answered

    def order(self, key: str, body: Any) -> tuple[int, Any]:
        known, met = self.keys.get(key), False
        if self.has("racy") or self.has("fails-at-once"):
            try:
                met = bool(self.pair.wait(0.05))  # two at once both look before either writes
            except threading.BrokenBarrierError:
                self.pair.reset()
                met = False
        if self.has("racy") and known is None:
            return self.new_order(key, body)
        if met:  # the one of two that was there first
            return 500, None
        with self.lock:
            known = self.keys.get(key)
            if known is None or self.has("new-each-time"):
                if self.has("one-for-all") and self.orders:
                    return 201, next(iter(self.orders.values()))
                return self.new_order(key, body)
            if known[0] != body and not self.has("any-content"):
                return 409, None
            return (422 if self.has("refuses-again") else 200), known[1]

    def new_order(self, key: str, body: Any) -> tuple[int, Any]:
        lines = []
        for line in body["lines"]:
            good = self.good(line["good_id"])
            if good is None:
                return 404, None
            lines.append({**line, "subtotal": int(str(good["price"])) * line["quantity"]})
        total = sum(line["subtotal"] for line in lines) - DISCOUNT
        now = datetime.now(UTC) - (timedelta(hours=1) if self.has("late-clock") else timedelta())
        stamp = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        if self.has("local-time"):
            stamp = now.astimezone(timezone(timedelta(hours=8))).isoformat(timespec="milliseconds")
        if self.has("bare-time"):
            stamp = stamp.removesuffix("Z")
        order = {
            "order_id": f"o_{next(self.numbers)}",
            "lines": lines,
            "discount": 2**53 + 1 if self.has("money-huge") else DISCOUNT,
            "total": total + (1 if self.has("wrong-sum") else 0),
            "created_at": stamp,
        }
        self.orders[str(order["order_id"])] = order
        self.keys[key] = (body, order)
        return 201, order

    def read_order(self, id: str) -> tuple[int, Any]:
        order = self.orders.get(id)
        if order is None or self.has("not-readable"):
            return 404, None
        if self.has("other-total"):
            return 200, {**order, "total": order["total"] + 5}
        if self.has("time-cut"):
            return 200, {**order, "created_at": str(order["created_at"])[:19] + ".000Z"}
        return 200, order

    def rename(self, body: Any) -> tuple[int, Any]:
        if not self.has("keeps-name"):
            self.nickname = body["nickname"]
        self.visits += self.has("counts-visits")
        return 200, {"nickname": body["nickname"], "visits": 3}


class Handler(BaseHTTPRequestHandler):
    market: Market
    protocol_version = "HTTP/1.1"
    wbufsize = 65536  # head and body in one packet: no waiting for an acknowledgement

    def answer(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = json.loads(content) if content else None
        path, _, query = self.path.partition("?")
        self.send(*self.route(self.command, path.split("/")[1:], dict(parse_qsl(query)), body))

    def route(self, method: str, path: list[str], query: dict[str, str], body: Any) -> tuple[int, Any]:
        market = self.market
        match method, *path:
            case "GET", "goods":
                return market.list_goods(query)
            case "GET", "goods", id:
                good = market.good(id)
                return (404, None) if good is None else (200, good)
            case "PUT", "goods", id, "price":
                return market.set_price(id, body["price"])
            case "GET", "orders":
                limit, offset = int(query.get("limit", 20)), int(query.get("offset", 0))
                return 200, {"items": list(market.orders.values())[offset : offset + limit]}
            case "POST", "orders":
                return market.order(self.headers["Idempotency-Key"], body)
            case "GET", "orders", id:
                return market.read_order(id)
            case "PATCH", "me":
                return market.rename(body)
            case _:
                return 200, {"nickname": market.nickname, "visits": market.visits}

    def send(self, status: int, body: Any) -> None:
        text = "" if body is None else json.dumps(body)
        for fault, written in (("fraction", r"\1.0"), ("exponent", r"\1e0"), ("text", r'"\1"')):
            if self.market.has(f"money-{fault}"):
                text = re.sub(r'(?<="total": )(\d+)', written, text)
        content = text.encode()
        self.send_response(status)
        if content:
            self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        pass

    do_GET = do_POST = do_PUT = do_PATCH = answer


@contextmanager
def market(*faults: str) -> Iterator[str]:
    """The server's base URL."""
    handler = type("ThisHandler", (Handler,), {"market": Market(faults)})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
