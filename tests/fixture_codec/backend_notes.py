"""A service that takes and gives sealed bodies only."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.fixture_codec.club_codec import turned


class Notes(BaseHTTPRequestHandler):
    """``faults``: text-id, other-key, open."""

    faults: set[str]
    bodies: list[bytes]
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.bodies.append(body)
        if self.headers.get("X-Key") != "7" or self.headers["Content-Type"] != "application/octet-stream":
            return self.answer(403, {"title": "sealed bodies only"})
        try:
            sent = json.loads(turned(bytes.fromhex(body.decode())))
        except ValueError:
            return self.answer(400, {"title": "no JSON"})
        if self.path == "/session":
            return self.answer(201, {"token": "t0ken" if sent == {"name": "ann"} else None})
        fits = isinstance(sent, dict) and isinstance(sent.get("text"), str) and 1 <= len(sent["text"]) <= 40
        phone = sent.get("phone", "") if isinstance(sent, dict) else ""
        if not fits or set(sent) - {"text", "phone"} or not isinstance(phone, str) or len(phone) > 20:
            return self.answer(400, {"title": "no note"})
        id = "1" if "text-id" in self.faults else 1
        return self.answer(201, {"id": id, "token": "s3cret-of-notes", "text": sent["text"]})

    def answer(self, status: int, body: Any) -> None:
        sealed = turned(json.dumps(body).encode()).hex().encode()
        self.send_response(status)
        if "open" not in self.faults:
            self.send_header("X-Key", "7")
            self.send_header("Content-Type", "application/octet-stream")
        if "other-key" in self.faults:
            sealed = b"not hexadecimal"
        self.send_header("Content-Length", str(len(sealed)))
        self.end_headers()
        self.wfile.write(sealed)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def notes() -> Iterator[tuple[str, type[Notes]]]:
    """The service's address, and its handler, whose faults may change."""
    handler = type("TheseNotes", (Notes,), {"faults": set(), "bodies": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", handler
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
