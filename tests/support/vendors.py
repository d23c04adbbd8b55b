"""Two vendors' backends in this process, unlike each other in paths, ids, units, states and times.

What is written to one crosses to the other after ``lag`` seconds. ``faults`` go wrong on the way or after it.
"""

from __future__ import annotations

import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from harness.traffic.fault_injection import InjectedFault
from tests.support.vendor_accounts import OPEN, VendorAccounts

Answer = tuple[int, Any]


@dataclass
class Vendors:
    """The data of both, and how it crosses. ``crossed`` says between
    which moments each change came to be seen (monotonic).
    """

    faults: set[str] = field(default_factory=set)
    lag: float = 0.03
    products: dict[str, dict[str, Any]] = field(default_factory=dict)
    goods: dict[str, dict[str, Any]] = field(default_factory=dict)
    stock: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    bills: dict[str, dict[str, Any]] = field(default_factory=dict)
    entries: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    keys: dict[str, str] = field(default_factory=dict)
    old: dict[str, dict[str, Any]] = field(default_factory=dict)
    crossed: list[tuple[float, float]] = field(default_factory=list)
    pending: int = 0
    obstructed: bool = False
    injected: list[InjectedFault | None] = field(default_factory=list)
    went_wrong: int = 0
    held: list[Callable[[], None]] = field(default_factory=list)
    reads: int = 0
    sent: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)
    accounts: VendorAccounts = field(init=False)

    def __post_init__(self) -> None:
        self.accounts = VendorAccounts(self)

    def has(self, fault: str) -> bool:
        return fault in self.faults

    # crossing

    def cross(self, apply: Callable[[], None], lag: float | None = None) -> None:
        """Let ``apply`` happen on the other side after the lag."""
        if self.obstructed:
            if not self.has("outage-loses"):
                self.held.append(apply)
            return
        wait = self.lag if lag is None else lag
        fault = self.injected.pop(0) if self.injected else None
        self.went_wrong += fault is not None
        if fault is not None and fault.kind == "lose" and self.has("gives-up"):
            return
        if fault is not None and fault.kind in ("duplicate", "lose-answer"):
            self.later(apply, wait + max(fault.seconds, 0.05))
        if fault is not None and fault.kind in ("delay", "lose"):
            wait += max(fault.seconds, 0.05)
        self.later(apply, wait)

    def inject(self, fault: InjectedFault) -> None:
        self.injected = [] if fault.reads else [None] * fault.skip + [fault]

    def later(self, apply: Callable[[], None], wait: float) -> None:
        self.pending += 1
        due = time.monotonic() + wait

        def late() -> None:
            with self.lock:
                began = time.monotonic()
                apply()
                self.crossed.append((began, time.monotonic()))
                self.pending -= 1

        timer = threading.Timer(max(0.0, due - time.monotonic()), late)
        timer.daemon = True
        timer.start()

    def deliver(self) -> None:
        """What could not be delivered for a while."""
        for apply in self.held:
            self.cross(apply)
        self.held.clear()

    def send_product(self, product: dict[str, Any], change: dict[str, Any]) -> None:
        self.sent += 1
        new = product["sku"] not in self.goods
        if self.has("lost") and not new:
            return
        if self.has("lost-new") and self.sent % 4 == 0 and new:
            return
        if self.has("never-withdrawn") and product["on_sale"] is False:
            return
        told = dict(product)
        if self.has("cut"):
            told["name"] = told["name"][:20]
        if self.has("rounded"):
            told["price"] = told["price"] // 100 * 100

        number = self.sent
        in_order = not self.faults & {"overtaken", "doubled-late", "delayed-wins", "repeat-wins"}

        def apply() -> None:
            before = self.goods.get(told["sku"])
            if in_order and before is not None and before["number"] > number:
                return  # what was sent later is here already
            told["number"] = number
            if self.has("one-field") and before is not None:
                told["price"] = before["price"]
            if before is not None:
                self.old[told["sku"]] = before
            self.goods[told["sku"]] = told

        overtaken = self.has("overtaken") and "name" in change and self.sent % 3 == 0
        self.cross(apply, 0.6 if overtaken else 6.0 if self.has("late") and not new else None)
        if self.has("doubled-late") and self.sent % 3 == 2:
            self.cross(lambda: self.goods.__setitem__(told["sku"], told), 0.5)

    def send_order(self, order: dict[str, Any]) -> None:
        told = dict(order)
        if self.has("status-forgotten") and order["status"] != "unpaid":
            return
        if self.has("order-dropped") and len(self.orders) % 3 == 0:
            return

        def apply() -> None:
            self.bills[told["order_no"]] = told
            if self.has("points-by-delivery") and told["status"] == "paid":
                self.entries[told["user"]].append(told["total"] // 100)

        self.cross(apply)

    def send_bill(self, bill: dict[str, Any]) -> None:
        told = dict(bill)
        if self.has("no-way-back"):
            return
        self.cross(lambda: self.orders.__setitem__(told["order_no"], told))

    # what both do

    def take(self, sku: str, quantity: int) -> bool:
        """Take from the stock; False where there is not enough."""
        if self.has("oversold"):
            enough = self.stock[sku] >= quantity
            time.sleep(0.05)
        else:
            enough = self.stock[sku] >= quantity
        if not enough:
            return False
        self.stock[sku] = (
            max(0, self.stock[sku] - quantity) if self.has("oversold") else self.stock[sku] - quantity
        )
        return True

    def order(self, user: str, sku: str, quantity: int) -> dict[str, Any] | None:
        if self.has("oversold"):
            if not self.take(sku, quantity):
                return None
        else:
            with self.lock:
                if not self.take(sku, quantity):
                    return None
        with self.lock:
            product = next(item for item in self.products.values() if item["sku"] == sku)
            number = f"o{len(self.orders) + len(self.bills) + 1}-{time.monotonic_ns()}"
            return {
                "order_no": number,
                "user": user,
                "sku": sku,
                "quantity": quantity,
                "total": product["price"] * quantity,
                "status": "unpaid",
            }

    # the website's backend

    def website(self, method: str, path: str, user: str, body: Any, headers: Any) -> Answer:
        match [method, *path.strip("/").split("/")]:
            case ["POST", "products"]:
                id = f"p{len(self.products) + 1}"
                made = {"on_sale": True, **body, "product_id": id, "sku": f"sku-{id}", "updated_at": _now()}
                self.products[id] = made
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
                return 200, {"count": self.stock[self.products[id]["sku"]]}
            case ["PUT", "products", id, "stock"]:
                self.stock[self.products[id]["sku"]] = body["count"]
                return 200, body
            case ["POST", "orders"]:
                return self._website_order(user, body, headers["Idempotency-Key"])
            case ["GET", "orders", number]:
                order = self.orders.get(number)
                if order is None or (order["user"] != user and not self.has("anybodys-website")):
                    return 404, None
                return 200, order
            case ["POST", "orders", number, "payment"]:
                order = self.orders[number]
                if order["status"] == "paid" and not self.has("points-twice"):
                    return 409, None
                self.orders[number] = paid = {**order, "status": "paid"}
                points = order["total"] // 100
                if not self.has("points-by-delivery"):
                    self.entries[user].append(points - 1 if self.has("points-rounded") else points)
                self.send_order(paid)
                return 200, paid
            case ["GET", "points"]:
                return 200, self._points(user, "balance", "entries")
        return self.accounts.website(method, path, user, body)

    def _website_order(self, user: str, body: Any, key: str) -> Answer:
        if key in self.keys and not self.has("key-ignored"):
            return 201, self.orders[self.keys[key]]
        with_sku = self.products[body["product_id"]]["sku"]
        order = self.order(user, with_sku, body["quantity"])
        if order is None:
            return 409, {"title": "not enough"}
        self.keys[key] = order["order_no"]
        self.orders[order["order_no"]] = order
        self.send_order(order)
        return 201, order

    def _points(self, user: str, balance: str, entries: str) -> dict[str, Any]:
        amounts = self.entries[user]
        total = sum(amounts) + (1 if self.has("ledger-off") and amounts else 0)
        return {balance: total, entries: [{"amount": amount} for amount in amounts]}

    # the mini-program's backend

    def mall(self, method: str, path: str, user: str, body: Any, query: dict[str, str]) -> Answer:
        self.reads += 1
        match [method, path]:
            case ["GET", "/goods"]:
                found = [item for item in self.goods.values() if item["sku"] == query.get("outerId")]
                return 200, {"list": [{"goodsId": _goods_id(item), "outerId": item["sku"]} for item in found]}
            case ["GET", "/goods/detail"]:
                item = next((one for one in self.goods.values() if str(_goods_id(one)) == query["id"]), None)
                if item is not None and self.has("stale") and self.reads % 5 == 0:
                    item = self.old.get(item["sku"], item)
                return (404, None) if item is None else (200, _goods(item))
            case ["GET", "/stock"]:
                return 200, {"left": self.stock[query["sku"]] + (1 if self.has("stock-off") else 0)}
            case ["POST", "/buy"]:
                bill = self.order(user, body["sku"], body["n"])
                if bill is None:
                    return 409, None
                self.bills[bill["order_no"]] = bill
                self.send_bill(bill)
                return 200, _bill(bill)
            case ["GET", "/bill"]:
                bill = self.bills.get(query["no"])
                if bill is None:
                    return 404, None
                if bill["user"] != user and not self.has("anybodys"):
                    return 403, None
                return 200, _bill(bill)
            case ["GET", "/score"]:
                return 200, self._points("li" if self.has("score-of-li") else user, "score", "logs")
        return self.accounts.mall_side(method, path, user, body)


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


def _bill(order: dict[str, Any]) -> dict[str, Any]:
    state = {"unpaid": 10, "paid": 20}[order["status"]]
    pay = f"{order['total'] / 100:.2f}"
    return {"billNo": order["order_no"], "sku": order["sku"], "n": order["quantity"], "pay": pay, "st": state}


@contextmanager
def serving(vendors: Vendors) -> Iterator[tuple[str, str]]:
    """The addresses of both backends, while they run."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else the body waits 40 ms for the client to acknowledge the headers
        side = "website"

        def answer(self) -> None:
            split = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            bearer = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
            user = bearer or self.headers.get("X-Token") or ""
            query = {name: values[0] for name, values in parse_qs(split.query).items()}
            if self.command != "GET" and not user and split.path not in OPEN:
                status, data = 401, None
            elif self.side == "website":
                status, data = vendors.website(self.command, split.path, user, body, self.headers)
            else:
                status, data = vendors.mall(self.command, split.path, user, body, query)
            content = json.dumps(data).encode()
            self.send_response(status)
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
