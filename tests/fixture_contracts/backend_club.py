"""A server that keeps to club.yaml, and the ways it can be told not to. For tests of generated tests."""

from __future__ import annotations

import json
import re
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PATHS = {"/session": ("DELETE", "POST"), "/points": ("GET", "HEAD")}


class Club(BaseHTTPRequestHandler):
    """``faults``: text-balance, crash, takes-anything, open-door, undocumented, deep, not-gzip, rare-coding, moved."""

    faults: frozenset[str] = frozenset()
    tokens: set[str]
    seen: list[str]
    protocol_version = "HTTP/1.1"
    wbufsize = 65536  # head and body in one packet: no waiting for an acknowledgement

    def answer(self) -> None:
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.seen.append(f"{self.command} {self.path} {body!r}")
        methods = PATHS.get(url.path)
        if methods is None:
            return self.refuse(404)
        if self.command not in methods:
            return self.refuse(405, Allow=", ".join(methods))
        if (url.path, self.command) == ("/session", "POST"):
            return self.log_in(body)
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        if token not in self.tokens and "open-door" not in self.faults:
            return self.refuse(401, **{"WWW-Authenticate": "Bearer"})
        if self.command == "DELETE":
            self.tokens.discard(token)
            return self.send(204)
        return self.points(parse_qs(url.query, keep_blank_values=True))

    def log_in(self, body: bytes) -> None:
        if self.headers.get_content_type() != "application/json":
            return self.refuse(415)
        try:
            sent = json.loads(body)
        except ValueError:
            return self.refuse(400)
        name = sent.get("name") if isinstance(sent, dict) else None
        fits = isinstance(name, str) and 1 <= len(name) <= 8 and set(sent) == {"name"}
        if not fits and "takes-anything" not in self.faults:
            return self.refuse(422)
        token = secrets.token_hex(8)
        self.tokens.add(token)
        return self.send(201, {"token": token})

    def points(self, query: dict[str, list[str]]) -> None:
        limits = query.get("limit", ["1"])
        if len(limits) > 1 or not re.fullmatch("[1-9]", limits[0]):
            return self.refuse(422)
        if limits[0] == "7" and "crash" in self.faults:
            return self.refuse(500)
        if limits[0] == "3" and "undocumented" in self.faults:
            return self.send(202, {"balance": 1})
        if "deep" in self.faults:
            return self.send(200, b'{"balance": ' + b"[" * 100_000 + b"]" * 100_000 + b"}")
        if "moved" in self.faults and "moved" not in query:
            return self.send(302, None, Location="/points?limit=1&moved")
        if "not-gzip" in self.faults:
            return self.send(200, {"balance": 5}, **{"Content-Encoding": "gzip"})
        if "rare-coding" in self.faults:
            status = 202 if "undocumented" in self.faults else 200
            return self.send(status, b"\xff\x44\x43\x42", **{"Content-Encoding": "dcb"})
        return self.send(200, {"balance": "5" if "text-balance" in self.faults else 5})

    def refuse(self, status: int, **headers: str) -> None:
        self.send(status, {"title": f"No ({status})"}, "application/problem+json", **headers)

    def send(self, status: int, body: Any = None, media: str = "application/json", **headers: str) -> None:
        given = b"" if body is None else body
        content = given if isinstance(given, bytes) else json.dumps(given).encode()
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
def club(*faults: str) -> Iterator[tuple[str, type[Club]]]:
    """The server's base URL and its handler, whose ``seen`` lists the requests it got."""
    handler = type("ThisClub", (Club,), {"faults": frozenset(faults), "tokens": set(), "seen": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", handler
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
