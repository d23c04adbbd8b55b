"""The simulator as a process, a backend for its apps to ask, and minium on one of its ports."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psutil

APPS = Path(__file__).parents[1] / "fixture_apps"
PLAIN = (sys.executable, "-m", "harness.simulator")


@dataclass
class Simulator:
    process: subprocess.Popen[str]
    ready: dict[str, Any]

    @property
    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)


def start(app: Path, *arguments: str, with_app: bool = False, command: Sequence[str] = PLAIN) -> Simulator:
    """A simulator that says it is ready; it ends with our side of its standard input."""
    without = [] if with_app else ["--no-app"]
    process = subprocess.Popen(
        [*command, "--project", str(app), "--port", "0", "--json", "--stdin-guard", *without, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    line = process.stdout.readline()
    assert line, process.stderr.read()
    return Simulator(process, json.loads(line))


def end(simulator: Simulator) -> None:
    process = simulator.process
    for pipe in (process.stdin, process.stdout, process.stderr):
        assert pipe is not None
        pipe.close()
    process.wait(20)


@contextlib.contextmanager
def simulating(
    app: Path, *arguments: str, with_app: bool = False, command: Sequence[str] = PLAIN
) -> Iterator[Simulator]:
    running = start(app, *arguments, with_app=with_app, command=command)
    try:
        yield running
    finally:
        end(running)


class Echo(BaseHTTPRequestHandler):
    """Says back what it was asked; ``/slow`` says nothing until the server ends."""

    ended = threading.Event()

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode("utf-8", "replace")
        if self.path.startswith("/slow"):
            self.ended.wait(20)
        said = {"path": self.path, "headers": {k.lower(): v for k, v in self.headers.items()}, "body": body}
        answer = json.dumps(said).encode()
        with contextlib.suppress(OSError):
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

    do_POST = do_PUT = do_GET

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def echoing() -> Iterator[str]:
    """The address of a backend that echoes."""
    Echo.ended.clear()
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{httpd.server_port}"
    finally:
        Echo.ended.set()
        httpd.shutdown()
        thread.join()
        httpd.server_close()


def dial(port: int, outputs: Path, **settings: object) -> Any:
    """Unmodified minium on a port, its usage reports off."""
    os.environ["no_proxy"] = "localhost,127.0.0.1"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import minium
        from minium.miniprogram.base_driver import minium_log

        minium_log.existFlag = 1
        return minium.Minium({"test_port": port, "outputs": str(outputs), "debug_mode": "error", **settings})


def leave(client: Any) -> None:
    """Shut a minium down, and close the socket it leaves open when the other side closes first."""
    if client.connection is None:
        return
    socket = client.connection._client.sock.sock
    client.shutdown()
    socket.close()
