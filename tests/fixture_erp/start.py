"""Start the site, the mall, their queue and the importer by themselves, as vendors run them: to be attached by URL.

``python start.py [--site-port N] [--mall-port N] [--no-samples]`` prints the addresses when all answer, one a line, and
ends with SIGTERM or Ctrl-C. PAGE_FAULT and FAULT of its environment are those of each process.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

HERE = Path(__file__).parent
PRODUCTS = {"Green Tea": 1990, "Clay Teapot": 16800, "Bamboo Tray": 4550}
ask = build_opener(ProxyHandler({})).open


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 20
    while True:
        try:
            return ask(f"{address}/health", timeout=2).close()
        except (URLError, OSError):
            if process.poll() is not None or time.monotonic() > until:
                sys.exit(f"{address} does not answer")
            time.sleep(0.05)


def main() -> None:
    parser = argparse.ArgumentParser(description="Two vendors, running.")
    parser.add_argument("--site-port", type=int, default=0)
    parser.add_argument("--mall-port", type=int, default=0)
    parser.add_argument("--no-samples", action="store_true")
    given = parser.parse_args()
    ports = {"queue": free_port(), "importer": free_port()}
    ports |= {"site": given.site_port or free_port(), "mall": given.mall_port or free_port()}
    prefixes = {"site": "/site", "mall": "/mall"}
    urls = {role: f"http://127.0.0.1:{port}{prefixes.get(role, '')}" for role, port in ports.items()}
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    started: list[subprocess.Popen[bytes]] = []
    with tempfile.TemporaryDirectory() as data:
        try:
            for role, port in ports.items():
                more = {
                    "PORT": str(port),
                    "PREFIX": prefixes.get(role, ""),
                    "QUEUE": urls["queue"],
                    "DATA": data,
                }
                environment = {"FAULT": "", **os.environ, **more}
                command = [sys.executable, "service.py", role]
                started.append(subprocess.Popen(command, cwd=HERE, env=environment))
            for role, process in zip(ports, started, strict=True):
                wait(urls[role], process)
            for name, cents in PRODUCTS.items() if not given.no_samples else ():
                body = json.dumps({"name": name, "price": {"cents": cents, "currency": "CNY"}}).encode()
                headers = {"X-Key": "editor", "Content-Type": "application/json"}
                ask(Request(f"{urls['site']}/catalogue/products", body, headers), timeout=5).close()
            for name, url in (
                ("site", urls["site"]),
                ("website", f"{urls['site']}/web/"),
                ("mall", urls["mall"]),
            ):
                print(name, url, flush=True)  # noqa: T201
            for process in started:
                process.wait()
        except KeyboardInterrupt:
            pass
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait()


main()
