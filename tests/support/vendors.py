"""Two vendors' backends in this process, unlike each other in paths, ids, units, states and times."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.vendor_accounts import OPEN, VendorAccounts
from tests.support.vendor_orders import Order, Orders

Answer = tuple[int, Any]


class Vendors(Orders):
    """The website's backend and the mall's, which answers the mini-program."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.accounts = VendorAccounts(self)
        self.scores: list[Any] = []
        self.turn = 0
        self.refusal = 0  # the status of acts on orders that the mall made

    def of_two_workers(self, new: Any) -> Any:
        """Every other answer is the one before ``new``."""
        if not self.scores or self.scores[-1] != new:
            self.scores.append(new)
        self.turn += 1
        return self.scores[-2] if len(self.scores) > 1 and self.turn % 2 else new

    def website(self, method: str, path: str, user: str, body: Any, headers: Any) -> Answer:
        match [method, *path.strip("/").split("/")]:
            case ["POST" | "PATCH" | "PUT", "products", *_] if self.has("roles") and user != "owner":
                return 403, None
            case ["POST", "products"]:
                id = f"p{len(self.products) + 1}"
                made = {"on_sale": True, **body, "product_id": id, "sku": f"sku-{id}", "updated_at": _now()}
                self.products[id] = made
                if self.has("stock-begins-late"):
                    self.later(lambda: self.set_stock(made["sku"], 0), self.lag)
                self.send_product(made, body)
                return 201, made
            case ["GET", "products", id]:
                return (200, self.products[id]) if id in self.products else (404, None)
            case ["PATCH", "products", id]:
                kept = {} if self.has("not-kept") else body
                changed = {**self.products[id], **kept, "updated_at": _now()}
                self.products[id] = changed
                self.send_product(changed, body)
                return 200, {**changed, **body}
            case ["GET", "products", id, "stock"]:
                return 200, {"count": self.shown("website", self.products[id]["sku"])}
            case ["PUT", "products", id, "stock"]:
                self.set_stock(self.products[id]["sku"], body["count"])
                return 200, body
            case ["POST", "orders"]:
                return self._website_order(user, body, headers["Idempotency-Key"])
            case ["GET", "orders"]:
                return 200, {"orders": _of(user, self.orders)}
            case ["GET", "points"]:
                return 200, self.ledger(user, "balance", "entries")
            case [_, "orders", number, *what]:
                return self._one_order(method, number, what, user, body, headers)
        return self.accounts.website(method, path, user, body)

    def _website_order(self, user: str, body: Any, key: str) -> Answer:
        if key in self.keys and not self.has("key-ignored"):
            return 201, self.orders[self.keys[key]]
        if body.get("gift", body["product_id"]) not in self.products:
            return 422, {"title": "no such gift"}
        sku = self.products[body["product_id"]]["sku"]
        gift = self.products[body["gift"]]["sku"] if "gift" in body else None
        order = self.order(user, sku, body["quantity"], gift, body.get("points", 0))
        if order is None:
            return 409, {"title": "not enough"}
        self.keys[key] = order["order_no"]
        self.orders[order["order_no"]] = order
        self.send_order(order)
        return 201, order

    def _one_order(
        self, method: str, number: str, what: list[str], user: str, body: Any, headers: Any
    ) -> Answer:
        order, open_to_all = (
            self.orders.get(number),
            {"payment": "anybody-pays", "refunds": "anybodys-refunds"},
        )
        fault = "anybodys-website" if not what else open_to_all.get(what[0], "")
        sees = {"owner": "staff-sees", "li": "customer-sees"}
        seen = self.has(fault) or self.has(sees.get(user, ""))
        if order is None or (order["user"] != user and not seen):
            return 404, None
        match [method, *what]:
            case ["GET"]:
                return 200, {**order, "refunded": _refunded(order)}
            case ["GET", "refunds"]:
                return 200, {"refunds": [{"amount": one["amount"]} for one in order["refunds"]]}
            case ["POST", _] if self.refusal and number not in self.keys.values():
                return self.refusal, None
            case ["POST", "payment"] if order["status"] == "unpaid" or self.has("points-twice"):
                return self._change(self.paid(order))
            case ["POST", "cancellation"] if order["status"] == "unpaid":
                return self._change(self.cancelled(order))
            case ["POST", "refunds"] if order["status"] in ("paid", "refunded"):
                key = headers["Idempotency-Key"]
                if any(one["key"] == key for one in order["refunds"]):
                    return 200, order
                if _refunded(order) + body["amount"] > order["total"]:
                    return 409, None
                return self._change(self.refunded(order, body["amount"], key))
        return 409, None

    def _change(self, order: Order) -> Answer:
        self.orders[order["order_no"]] = order
        made_here = order["order_no"] in self.keys.values()
        if made_here or not self.has("others-untold"):
            self.send_order(order)
        return 200, order

    def mall(self, method: str, path: str, user: str, body: Any, query: dict[str, str]) -> Answer:
        self.reads += 1
        match [method, path]:
            case ["GET", "/goods"] if self.has("goods-refused"):
                return 400, None
            case ["GET", "/goods"]:
                found = [item for item in self.goods.values() if item["sku"] == query.get("outerId")]
                return 200, {"list": [self._listed_goods(item) for item in found]}
            case ["GET", "/goods/detail"]:
                item = next((one for one in self.goods.values() if str(_goods_id(one)) == query["id"]), None)
                if item is not None and self.has("stale") and self.reads % 5 == 0:
                    item = self.old.get(item["sku"], item)
                return (404, None) if item is None else (200, _goods(item))
            case ["GET", "/stock"]:
                return 200, {"left": self.shown("mall", query["sku"]) + (1 if self.has("stock-off") else 0)}
            case ["POST", "/buy"]:
                gift, points = body.get("giftSku"), body.get("points", 0)
                if gift is not None and gift not in [one["sku"] for one in self.products.values()]:
                    return 422, None
                bill = self.order(user, body["sku"], body["n"], gift, points, side="mall")
                return (409, None) if bill is None else self._bill(bill)
            case ["GET", "/bills"]:
                bills = [_bill(one) for one in _of(user, self.bills)]
                total = {"total": len(bills)} if self.has("bills-counted") else {}
                return 200, {"list": self.listed(bills), **total}
            case ["GET", "/score"]:
                whose = query.get("user", user) if self.has("score-by-query") else user
                score = self.ledger("li" if self.has("score-of-li") else whose, "score", "logs")
                if self.has("score-of-two-workers"):
                    score = self.of_two_workers(score)
                return 200, {**score, "logs": score["logs"][-20:]} if self.has("one-page") else score
        if "no" not in query:
            return self.accounts.mall_side(method, path, user, body)
        bill = self.bills.get(query["no"])
        if bill is None:
            return (200, {}) if self.has("bill-never-absent") else (404, None)
        if bill["user"] != user and not self.has("anybodys"):
            return 403, None
        match [method, path]:
            case ["GET", "/bill"]:
                return 200, _bill(bill)
            case ["GET", "/bill/refunds"]:
                refunds = bill["refunds"][-1:] if self.has("refund-dropped") else bill["refunds"]
                return 200, {"list": [{"amount": one["amount"]} for one in refunds]}
            case ["POST", "/bill/cancel"] if bill["status"] == "unpaid":
                return self._bill(self.cancelled(bill, "mall"))
        return 409, None

    def _listed_goods(self, item: dict[str, Any]) -> dict[str, Any]:
        """One product as a list shows it; whether it is on sale, or always that it is or is not, by fault."""
        shown = {"goodsId": _goods_id(item), "outerId": item["sku"]}
        states = {"goods-list-states": int(item["on_sale"]), "goods-list-on-sale": 1, "goods-list-removed": 0}
        said = [state for fault, state in states.items() if self.has(fault)]
        return {**shown, "state": said[0]} if said else shown

    def listed(self, bills: list[Any]) -> list[Any]:
        """The bills as a list shows them."""
        if self.has("bills-newest-first"):
            bills = bills[::-1]
        return bills[-10:] if self.has("bills-ten-a-page") else bills

    def _bill(self, bill: Order) -> Answer:
        self.bills[bill["order_no"]] = bill
        self.send_bill(bill)
        return 200, _bill(bill)


def _of(user: str, orders: dict[str, Order]) -> list[Order]:
    """Somebody's orders, the oldest first."""
    mine = [one for one in list(orders.values()) if one["user"] == user]
    return sorted(mine, key=lambda one: int(one["order_no"].split("-")[1]))


def _refunded(order: Order) -> int:
    return sum(refund["amount"] for refund in order["refunds"])


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _goods_id(product: dict[str, Any]) -> int:
    return 1000 + int(product["product_id"][1:])


def _goods(product: dict[str, Any]) -> dict[str, Any]:
    moment = datetime.fromisoformat(product["updated_at"])
    return {
        "info": {
            "title": product["name"],
            "retailPrice": f"{product['price'] / 100:.2f}",
            "mtime": int(moment.timestamp() * 1000),
        },
        "state": int(product["on_sale"]),
    }


def _bill(order: Order) -> dict[str, Any]:
    return {
        "billNo": order["order_no"],
        "sku": order["sku"],
        "n": order["quantity"],
        "points": order["points"],
        "got": order["earned"],
        "back": _refunded(order),
        "pay": f"{order['total'] / 100:.2f}",
        "st": {"unpaid": 10, "paid": 20, "cancelled": 30, "refunded": 40}[order["status"]],
    }


@contextmanager
def serving(vendors: Vendors) -> Iterator[tuple[str, str]]:
    """The addresses of both backends, while they run."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet: two would wait for each other (Nagle)
        side = "website"

        def answer(self) -> None:
            split = urlsplit(self.path)
            vendors.asked.trace = self.headers.get("traceparent")
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            bearer = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
            cookie = (self.headers.get("Cookie") or "").removeprefix("sid=")
            user = bearer or self.headers.get("X-Token") or cookie
            query = {name: values[0] for name, values in parse_qs(split.query).items()}
            if self.command != "GET" and vendors.has("busy"):
                vendors.busy = [409, 425, 503]
            if self.command == "GET" and vendors.busy:
                status, data = vendors.busy.pop(), {"title": "not yet"}
            elif self.command != "GET" and not user and split.path not in OPEN:
                status, data = 401, None
            elif self.side == "website":
                status, data = vendors.website(self.command, split.path, user, body, self.headers)
            else:
                status, data = vendors.mall(self.command, split.path, user, body, query)
            session = None
            if vendors.has("cookies") and self.side == "website" and split.path in OPEN and status < 300:
                session, data = data["token"], {}
            content = json.dumps(data).encode()
            self.send_response(status)
            if session is not None:
                self.send_header("Set-Cookie", "theme=dark; Path=/")
                self.send_header("Set-Cookie", f"sid={session}; Path=/; HttpOnly")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_PUT = answer

        def log_message(self, format: str, *args: Any) -> None:
            pass

    class Mall(Handler):
        side = "mall"

    servers = [ThreadingHTTPServer(("127.0.0.1", 0), handler) for handler in (Handler, Mall)]
    for server in servers:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield tuple(f"http://127.0.0.1:{server.server_port}" for server in servers)  # type: ignore[misc]
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()
