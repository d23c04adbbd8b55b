"""A network between a client and a correct service that loses, breaks and garbles a part of the answers, seeded.

As a command it stands before a service that it starts: ``python -m tests.support.bad_network --rate 0.1 --seed 1
--except /health -- COMMAND…``, where the service takes its port from the environment variable PORT.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import socket
import socketserver
import struct
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from harness.processes.ports import free_ports
from tests.support.traffic import read_request

STALL = 30.0  # seconds at most; whoever waits leaves before


def close(request: bytes, answer: Callable[[], bytes], client: socket.socket) -> None:
    """The request never arrives."""


def lose(request: bytes, answer: Callable[[], bytes], client: socket.socket) -> None:
    """The request arrives, its answer does not."""
    answer()


def reset(request: bytes, answer: Callable[[], bytes], client: socket.socket) -> None:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def stall(request: bytes, answer: Callable[[], bytes], client: socket.socket) -> None:
    client.settimeout(STALL)
    try:
        client.recv(1)  # until the client leaves
    except TimeoutError:
        pass


def truncate(request: bytes, answer: Callable[[], bytes], client: socket.socket) -> None:
    whole = answer()
    head, end, body = whole.partition(b"\r\n\r\n")
    client.sendall(head + end + body[: len(body) // 2] if len(body) > 1 else whole[: len(whole) // 2])


def truncate_chunked(request: bytes, answer: Callable[[], bytes], client: socket.socket) -> None:
    """What came in one piece comes in chunks, and the last one never does."""
    head, _, body = answer().partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length")]
    client.sendall(b"\r\n".join([*lines, b"Transfer-Encoding: chunked"]) + b"\r\n\r\n")
    client.sendall(b"%x\r\n%b\r\n" % (len(body) or 1, body or b"?"))


def garble(request: bytes, answer: Callable[[], bytes], client: socket.socket) -> None:
    client.sendall(bytes(byte ^ 0xA5 for byte in answer()))


Way = Callable[[bytes, Callable[[], bytes], socket.socket], None]
WAYS: dict[str, Way] = {
    "close": close,
    "lose": lose,
    "reset": reset,
    "stall": stall,
    "truncate": truncate,
    "truncate_chunked": truncate_chunked,
    "garble": garble,
}


class BadNetwork(socketserver.ThreadingTCPServer):
    """Passes requests on, one connection each; ``rate`` of them meet one of ``ways``. ``met`` counts them,
    ``crashes`` the others that the service itself gave no answer to.
    """

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(
        self,
        service: tuple[str, int],
        *,
        rate: float,
        seed: int,
        ways: Sequence[str] = tuple(WAYS),
        unspoiled: Sequence[str] = (),
        port: int = 0,
    ) -> None:
        super().__init__(("127.0.0.1", port), _Relay)
        self.service, self.rate, self.ways, self.unspoiled = service, rate, ways, unspoiled
        self.met: Counter[str] = Counter()
        self.crashes = 0
        self._random, self._lock = random.Random(seed), threading.Lock()

    def way(self, request: bytes) -> Way | None:
        path = request.split(b" ", 2)[1].decode("latin-1")
        with self._lock:
            spoiled = self._random.random() < self.rate and not path.startswith(tuple(self.unspoiled))
            name = self._random.choice(self.ways) if spoiled else ""
            self.met[name] += 1
        return WAYS[name] if name else None

    def crashed(self) -> None:
        with self._lock:
            self.crashes += 1


class _Relay(socketserver.BaseRequestHandler):
    server: BadNetwork

    def handle(self) -> None:
        try:
            while request := read_request(self.request):
                way = self.server.way(request)
                if way is not None:
                    way(request, lambda request=request: self._ask(request), self.request)  # type: ignore[misc]
                    return
                if not (answer := self._ask(request)):
                    self.server.crashed()
                    return
                self.request.sendall(answer)
        except OSError:
            pass  # either side left

    def _ask(self, request: bytes) -> bytes:
        with socket.create_connection(self.server.service, timeout=STALL) as service:
            service.sendall(request)
            return read_answer(service, bodiless=request.startswith(b"HEAD "))


def read_answer(service: socket.socket, *, bodiless: bool) -> bytes:
    """One whole response, its body in one piece."""
    data = b""
    while b"\r\n\r\n" not in data:
        if not (piece := service.recv(65536)):
            return data
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    status = int(head.split(b" ", 2)[1])
    if status == 100:
        return read_answer(service, bodiless=bodiless)
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
    if bodiless or status in (204, 304):
        return head + b"\r\n\r\n"
    if b"chunked" in fields.get(b"transfer-encoding", b""):
        while not body.endswith(b"0\r\n\r\n") and (piece := service.recv(65536)):
            body += piece
        return head + b"\r\n\r\n" + body
    length = fields.get(b"content-length")
    while (length is None or len(body) < int(length)) and (piece := service.recv(65536)):
        body += piece
    return head + b"\r\n\r\n" + body


@contextmanager
def bad_network(service: tuple[str, int], **settings: object) -> Iterator[BadNetwork]:
    network = BadNetwork(service, **settings)  # type: ignore[arg-type]
    thread = threading.Thread(target=network.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield network
    finally:
        network.shutdown()
        thread.join()
        network.server_close()


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rate", type=float, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--except", dest="unspoiled", action="append", default=[])
    parser.add_argument("command", nargs="+")
    given = parser.parse_args(arguments)
    [inner] = free_ports(1)
    service = subprocess.Popen(given.command, env={**os.environ, "PORT": str(inner)})
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    outer = int(os.environ["PORT"])
    try:
        with bad_network(
            ("127.0.0.1", inner), rate=given.rate, seed=given.seed, unspoiled=given.unspoiled, port=outer
        ):
            return service.wait()
    finally:
        service.terminate()
        service.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
