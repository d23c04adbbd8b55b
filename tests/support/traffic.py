"""The recording proxy as it runs: its own process, raw bytes on both sides, the run folder behind it."""

from __future__ import annotations

import json
import os
import socket
import socketserver
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.core.polling import poll
from harness.processes.plan import ProcessPlan, SystemPlan
from harness.processes.ports import free_ports
from harness.processes.system import System
from harness.traffic import Attributed, exchanges_of

INLINE, LIMIT = 2_000, 100_000
CONTRACT = """
openapi: 3.0.3
info: {title: Shop, version: 1.0.0, contact: {name: Team Orange}}
paths:
  /member/{id}:
    get:
      operationId: readMember
      summary: One member
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
      responses:
        "200":
          description: the member
          content:
            application/json:
              schema:
                type: object
                required: [phone]
                properties: {phone: {type: string, pattern: "^1[0-9]{10}$"}, points: {type: integer}}
"""
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"
Script = Callable[[bytes, socket.socket], None]


def say(answer: bytes) -> Script:
    return lambda request, connection: connection.sendall(answer)


def reply(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


class Upstream(socketserver.ThreadingTCPServer):
    """A service that keeps what it gets, byte for byte, and answers what the test says."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.requests: list[bytes] = []
        self.connections = 0
        self.script: Script = say(OK)


class Conversation(socketserver.BaseRequestHandler):
    server: Upstream

    def handle(self) -> None:
        self.server.connections += 1
        try:
            while request := read_request(self.request):
                self.server.requests.append(request)
                self.server.script(request, self.request)
        except OSError:
            pass


def read_request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        if not (piece := connection.recv(65536)):
            return b""
        data += piece
    head, _, begun = data.partition(b"\r\n\r\n")
    body = bytearray(begun)
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
    while len(body) < int(fields.get(b"content-length", 0)) or (
        b"transfer-encoding" in fields and not body.endswith(b"0\r\n\r\n")
    ):
        if not (piece := connection.recv(65536)):
            break  # the sender went away in the middle
        body += piece
    return head + b"\r\n\r\n" + bytes(body)


@dataclass
class Rig:
    folder: Path
    ports: dict[str, int]
    upstream: Upstream

    def send(self, request: bytes, edge: str = "browser") -> bytes:
        """Send bytes on a connection of its own; all that comes back until it is closed."""
        with socket.create_connection(("127.0.0.1", self.ports[edge]), timeout=10) as connection:
            connection.sendall(request)
            received = b""
            while piece := connection.recv(65536):
                received += piece
        return received

    def get(
        self, path: str, *headers: str, edge: str = "browser", method: str = "GET"
    ) -> tuple[bytes, bytes]:
        lines = [f"{method} {path} HTTP/1.1", "Host: shop.example", "Connection: close", *headers]
        request = "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n"
        head, _, body = self.send(request, edge).partition(b"\r\n\r\n")
        return head, body

    def post(self, path: str, body: bytes, *headers: str) -> tuple[bytes, bytes]:
        lines = [f"POST {path} HTTP/1.1", "Host: shop.example", "Connection: close", *headers]
        if not any("chunked" in header for header in headers):
            lines.append(f"Content-Length: {len(body)}")
        answer = self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        head, _, rest = answer.partition(b"\r\n\r\n")
        return head, rest

    def recorded(self, path: str) -> Attributed:
        """The one exchange with this path; it must be there by now."""
        (found,) = [seen for seen in exchanges_of(self.folder) if seen.exchange.path == path]
        return found

    def said(self) -> str:
        """What the proxies' log says, which it then says no more: at the end it must be empty."""
        log = self.folder / "logs" / "proxies.log"
        words = poll(lambda: log.read_text(encoding="utf-8"), bool, within=5).value
        os.truncate(log, 0)
        return words

    def on_disk(self, secret: bytes) -> list[Path]:
        return [file for file in self.folder.rglob("*") if file.is_file() and secret in file.read_bytes()]


def proxy_plan(folder: Path, edges: list[dict[str, object]], **settings: int) -> ProcessPlan:
    file = folder / "edges.json"
    plan = {"run": "r1", "folder": str(folder), "edges": edges, "settings": settings}
    file.write_text(json.dumps(plan, default=str))
    return ProcessPlan(
        name="proxies",
        command=[sys.executable, "-m", "harness.traffic", str(file)],
        ready=f"http://127.0.0.1:{edges[0]['port']}/__edge__/health",
        log=folder / "logs" / "proxies.log",
        group="proxy",
    )


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    folder = tmp_path_factory.mktemp("run")
    (folder / "shop.yaml").write_text(CONTRACT)
    upstream = Upstream()
    serving = threading.Thread(target=upstream.serve_forever, kwargs={"poll_interval": 0.02})
    serving.start()
    address = f"http://127.0.0.1:{upstream.server_address[1]}"
    judged, plain, dead, ours, below, nothing = free_ports(6)
    edges: list[dict[str, object]] = [
        {"source": "api", "target": "website", "port": judged, "upstream": address},
        {"source": "browser", "target": "website", "port": plain, "upstream": address},
        {"source": "harness", "target": "website", "port": ours, "upstream": address},
        {"source": "phone", "target": "gateway", "port": below, "upstream": f"{address}/gw/shop"},
        {"source": "website", "target": "erp", "port": dead, "upstream": f"http://127.0.0.1:{nothing}"},
    ]
    edges[0]["contracts"] = edges[3]["contracts"] = [folder / "shop.yaml"]
    plan = proxy_plan(folder, edges, body_limit=LIMIT, inline_limit=INLINE)
    with System.start(SystemPlan(run="r1", folder=folder, processes=[plan]), within=20):
        ports = {"api": judged, "browser": plain, "website": dead, "harness": ours, "phone": below}
        yield Rig(folder, ports, upstream)
    upstream.shutdown()
    serving.join()
    upstream.server_close()
    assert plan.log.read_text() == ""  # no traceback, no warning, whatever the tests below did


@pytest.fixture
def rig(running: Rig) -> Rig:
    running.upstream.requests.clear()
    running.upstream.script = say(OK)
    return running
