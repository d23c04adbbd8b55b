"""A kiosk with planted faults and a fault switch. SWITCH says how that one behaves: works, absent, ignores, sticks."""

from __future__ import annotations

import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SWITCH = os.environ.get("SWITCH", "works")
planted = os.environ.get("FAULT", "")


class Kiosk(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 65536  # head and body in one packet: no waiting for an acknowledgement

    def do_GET(self) -> None:
        name = self.path.strip("/")
        if name == "health":
            self.send(200, {})
        elif name in ("price", "stock"):
            self.send(200, {"fen": "1" if planted == f"{name}-text" else 1})
        else:
            self.send(404, {})

    def do_PUT(self) -> None:
        global planted
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        if self.path != "/faults" or SWITCH == "absent":
            self.send(404, {"detail": "nothing here"})
            return
        if SWITCH == "works" or (SWITCH == "sticks" and body):
            planted = body.get("FAULT", "")
        self.send(200, {})

    def send(self, status: int, content: Any) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Kiosk).serve_forever()
