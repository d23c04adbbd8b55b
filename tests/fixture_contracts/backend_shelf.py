"""A server that keeps to shelf.yaml, and the ways it can be told not to. For probes, situations and parity."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

BOOKS = [
    {"book_id": "b_01", "title": "Emma", "added_at": "2026-01-01T08:00:00Z", "pages": 400},
    {"book_id": "b_02", "title": "Ulysses", "added_at": "2026-01-02T08:00:00Z", "pages": 700},
]
LIMIT = 65536
METHODS = {"/books": "GET, HEAD, POST", "/closed": "PUT"}


class Shelf(BaseHTTPRequestHandler):
    """``faults``: any-media-type, any-json, crash-on-large, finds-anything, open-door, never-closes,
    stays-closed, other-order, other-price, other-time, other-books, fewer, no-404, other-problem, text-pages,
    crashes; methods-404, methods-crash, no-allow, other-allow.
    """

    faults: frozenset[str] = frozenset()
    name: str
    closed: list[bool]
    protocol_version = "HTTP/1.1"
    wbufsize = 65536  # head and body in one packet: no waiting for an acknowledgement

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.partition("?")[0]
        allowed = METHODS.get(path, "GET, HEAD")
        if self.command == "OPTIONS" and "other-allow" in self.faults:
            return self.send(200, {}, Allow=f"{allowed}, PATCH")
        if self.command not in allowed:
            if "methods-404" in self.faults or "methods-crash" in self.faults:
                return self.refuse(404 if "methods-404" in self.faults else 500)
            if "no-allow" in self.faults:
                return self.refuse(405)
            return self.send(405, {"type": "p405"}, "application/problem+json", Allow=allowed)
        if path == "/closed":
            if json.loads(body)["closed"] or "stays-closed" not in self.faults:
                self.closed[0] = json.loads(body)["closed"]
            return self.send(204)
        if self.closed[0] and "never-closes" not in self.faults:
            return self.refuse(503)
        if path == "/books" and self.command == "POST":
            return self.add(body)
        if path == "/books":
            return self.send(200, {"items": self.books()})
        if path == "/where":
            return self.send(200, {"name": self.name, "floor": 2 if "other-price" in self.faults else 1})
        if path == "/mood":
            return self.send(200, {"of": self.name})
        return self.find(path.rpartition("/")[2])

    def books(self) -> list[dict[str, Any]]:
        books = [dict(book) for book in BOOKS]
        if "other-order" in self.faults:
            books.reverse()
        if "other-books" in self.faults:
            books[-1] |= {"book_id": "b-other"}
        if "fewer" in self.faults:
            books.pop()
        if "other-price" in self.faults:
            books[0]["pages"] = 401
        if "text-pages" in self.faults:
            books[0]["pages"] = "400"
        if "other-time" in self.faults:  # another way to write the same moment
            books[0]["added_at"] = "2026-01-01T16:00:00+08:00"
        return books

    def find(self, id: str) -> None:
        if "crashes" in self.faults:
            return self.refuse(500)
        found = next((book for book in self.books() if book["book_id"] == id), None)
        if found is None and "finds-anything" not in self.faults:
            return self.refuse(404 if "no-404" not in self.faults else 410)
        return self.send(200, found or self.books()[0])

    def add(self, body: bytes) -> None:
        if self.headers.get("Authorization") != "Bearer the-token-of-ann" and "open-door" not in self.faults:
            return self.refuse(401)
        if len(body) > LIMIT:
            return self.refuse(500 if "crash-on-large" in self.faults else 413)
        if self.headers.get_content_type() != "application/json" and "any-media-type" not in self.faults:
            return self.refuse(415)
        try:
            sent = json.loads(body)
        except ValueError:
            if "any-json" not in self.faults:
                return self.refuse(400)
            sent = {"title": "?"}
        title = sent.get("title") if isinstance(sent, dict) and set(sent) == {"title"} else None
        if not isinstance(title, str) or not 1 <= len(title) <= 40:
            return self.refuse(422)
        return self.send(201, {"book_id": "b_03", "title": sent["title"], "added_at": "2026-01-03T08:00:00Z"})

    def refuse(self, status: int) -> None:
        kind = "other" if "other-problem" in self.faults else f"p{status}"
        self.send(status, {"type": kind}, "application/problem+json")

    def send(self, status: int, body: Any = None, media: str = "application/json", **headers: str) -> None:
        content = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if body is not None:
            self.send_header("Content-Type", media)
        if status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        pass

    do_GET = do_POST = do_DELETE = do_PUT = do_PATCH = do_HEAD = do_OPTIONS = do_TRACE = do_QUERY = answer


@contextmanager
def shelf(*faults: str, name: str = "shelf") -> Iterator[str]:
    """The server's base URL."""
    handler = type("ThisShelf", (Shelf,), {"faults": frozenset(faults), "name": name, "closed": [False]})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
