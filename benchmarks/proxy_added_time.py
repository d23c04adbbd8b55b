"""What the recording proxy adds to an exchange, against calling the service directly, interleaved.

``python benchmarks/proxy_added_time.py``: prints the medians, their difference and their ratio. The promise is
at most 2 ms added at the median to a small JSON exchange that is recorded, judged by its contract and counted.
"""

from __future__ import annotations

import json
import socket
import statistics
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from _measure import Promises

from harness.processes.plan import ProcessPlan, SystemPlan
from harness.processes.ports import free_ports
from harness.processes.system import System

ROUNDS = 500
ENTRY = {
    "entry_id": "p_0123456789abcdef",
    "amount": 50,
    "reason": "gift",
    "created_at": "2026-01-01T08:00:00.000Z",
}
BODY = json.dumps({"balance": 150, "total": 12, "entries": [ENTRY] * 12}).encode()
CONTRACT = Path(__file__).resolve().parents[1] / "contracts" / "shared.yaml"
PATH = "/api/member/points?limit=12&offset=0"


class Service(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(BODY)}\r\n\r\n"
        self.wfile.write(head.encode() + BODY)

    def log_message(self, *_: object) -> None:
        """Quiet."""


def main() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server, tempfile.TemporaryDirectory() as name:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        folder, upstream = Path(name), server.server_address[1]
        [port] = free_ports(1)
        edge = {
            "source": "browser",
            "target": "service",
            "port": port,
            "upstream": f"http://127.0.0.1:{upstream}",
            "contracts": [str(CONTRACT)],
        }
        plan = folder / "edges.json"
        plan.write_text(json.dumps({"run": "bench", "folder": name, "edges": [edge]}), encoding="utf-8")
        proxy = ProcessPlan(
            name="proxies",
            command=(sys.executable, "-m", "harness.traffic", str(plan)),
            ready=f"http://127.0.0.1:{port}/__edge__/health",
            log=folder / "proxies.log",
            group="proxy",
        )
        with System.start(SystemPlan(run="bench", folder=folder, processes=(proxy,))):
            direct, through = measure(upstream, port)
        server.shutdown()
    print(f"direct   {direct * 1000:6.2f} ms\nproxied  {through * 1000:6.2f} ms")
    promises = Promises()
    promises.at_most("added at the median", (through - direct) * 1000, 2.0, " ms")
    promises.end()


def measure(upstream: int, port: int) -> tuple[float, float]:
    """Medians in seconds of ``ROUNDS`` exchanges each way, taken in turn."""
    times: dict[int, list[float]] = {upstream: [], port: []}
    connections = {to: socket.create_connection(("127.0.0.1", to)) for to in times}
    for _ in range(ROUNDS):
        for to, connection in connections.items():
            began = time.perf_counter()
            connection.sendall(f"GET {PATH} HTTP/1.1\r\nHost: service\r\n\r\n".encode())
            while not connection.recv(65536).endswith(b"}]}"):
                pass
            times[to].append(time.perf_counter() - began)
    for connection in connections.values():
        connection.close()
    return statistics.median(times[upstream]), statistics.median(times[port])


if __name__ == "__main__":
    main()
