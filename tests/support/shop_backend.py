"""The backend of the shops in tests/compiled: products by pages, orders, nothing kept after the test."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

ORIGIN = "https://api.shop.example"
PAGE = 10
KINDS = ["茶", "杯", "壶"]
PRODUCTS: list[dict[str, Any]] = [
    {
        "id": number,
        "name": f"{KINDS[number % 3]}{number:02d}号",
        "category": KINDS[number % 3],
        "cents": number * 1250,
        "note": f"<p>第 <strong>{number}</strong> 件，手工制作。</p>",
    }
    for number in range(1, 24)
]


class ShopBackend(ThreadingHTTPServer):
    """Its orders are those of one app."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.orders: list[dict[str, Any]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def list(self, query: dict[str, str]) -> dict[str, Any]:
        category, words, page = query.get("category", ""), query.get("q", ""), int(query.get("page") or 1)
        found = [each for each in PRODUCTS if category in each["category"] and words in each["name"]]
        return {"items": found[(page - 1) * PAGE : page * PAGE], "more": len(found) > page * PAGE}

    def order(self, asked: dict[str, Any]) -> dict[str, Any]:
        lines = [{**PRODUCTS[line["id"] - 1], "count": line["count"]} for line in asked["lines"]]
        made = {
            **asked,
            "id": f"A{1001 + len(self.orders)}",
            "state": "待发货",
            "lines": lines,
            "cents": sum(line["cents"] * line["count"] for line in lines),
        }
        self.orders.append(made)
        return made


class _Handler(BaseHTTPRequestHandler):
    server: ShopBackend

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        _, kind, *which = url.path.split("/")
        if kind == "products" and which:
            self._answer(200, PRODUCTS[int(which[0]) - 1])
        elif kind == "products":
            self._answer(
                200, self.server.list({name: values[0] for name, values in parse_qs(url.query).items()})
            )
        elif kind == "orders" and which:
            self._answer(200, next(each for each in self.server.orders if each["id"] == which[0]))
        elif kind == "orders":
            self._answer(200, self.server.orders)
        else:
            self._answer(404, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(201, self.server.order(json.loads(body)))

    def _answer(self, status: int, said: object) -> None:
        body = json.dumps(said).encode()
        with contextlib.suppress(OSError):
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def shop_backend() -> Iterator[ShopBackend]:
    with ShopBackend() as backend:
        thread = threading.Thread(target=backend.serve_forever)
        thread.start()
        try:
            yield backend
        finally:
            backend.shutdown()
            thread.join()
