"""A server that keeps to lockers.yaml, with two people, and the ways it can be told not to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

TOKENS = {"Bearer the-token-of-ann": "ann", "Bearer the-token-of-bob": "bob"}


class Lockers:
    """The state. Faults: see where they are asked for."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        self.faults, self.numbers = frozenset(faults), count(2)
        self.lockers = {"l_0": ("ann", "coat"), "l_1": ("bob", "boots")}

    def answer(self, method: str, path: str, who: str | None, body: Any) -> tuple[int, Any]:
        has = self.faults.__contains__
        if who is None and not (has("open-door") and path.startswith("/lockers/")):
            return 401, None
        parts = path.partition("?")[0].strip("/").split("/")
        if parts[0] == "sweep":
            return (204, None) if who == "ann" or has("anybody-sweeps") else (403, None)
        if parts[0] == "doors":
            doors = [{"door_id": "d_1"}]
            return 200, {"doors": doors} if len(parts) == 1 else doors[0]
        if len(parts) == 1:
            return self.all(method, str(who), body)
        return self.one(method, parts[1], who, body)

    def all(self, method: str, who: str, body: Any) -> tuple[int, Any]:
        if method == "GET":
            return 200, {
                "lockers": [self.view(id) for id, (owner, _) in self.lockers.items() if owner == who]
            }
        id = f"l_{next(self.numbers)}"
        if "not-kept" not in self.faults:
            self.lockers[id] = (who, body["note"])
        return 201, {"locker_id": id, "note": body["note"]}

    def one(self, method: str, id: str, who: str | None, body: Any) -> tuple[int, Any]:
        has = self.faults.__contains__
        owner, note = self.lockers.get(id, (None, ""))
        if owner is None:
            return 404, None
        mine = owner == who or has("open-door") or (has("anybody-reads") and method == "GET")
        if method == "PUT" and (mine or has("refuses-and-writes")):
            self.lockers[id] = (owner, body["note"])
        if not mine:
            return 404, None
        if method == "DELETE":
            if not has("stays"):
                del self.lockers[id]
            return 204, None
        if method == "PUT" and has("answers-nothing"):
            return 200, {"note": note}
        return 200, self.view(id)

    def view(self, id: str) -> dict[str, str]:
        return {"locker_id": id, "note": self.lockers[id][1]}


@contextmanager
def lockers(*faults: str) -> Iterator[str]:
    """The base URL of a server of its own."""
    state = Lockers(faults)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 65536  # head and body in one packet: no waiting for an acknowledgement

        def handle_one(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            who = TOKENS.get(self.headers.get("Authorization", ""))
            status, data = state.answer(self.command, self.path, who, json.loads(raw) if raw else None)
            body = b"" if data is None else json.dumps(data).encode()
            self.send_response(status)
            if body:
                self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = handle_one

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
