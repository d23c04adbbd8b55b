"""Who judges the generated exchanges as they were made: ours, openapi-core, schemathesis, Prism's proxy, Redocly drift.

``python -m benchmarks.judges [FOLDER]``, for ``.ci/full`` and by hand: npm installs Prism and Redocly into the folder
(default: a temporary one). Ends with exit code 1 where ours raises a false alarm or misses a planted flaw.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import unquote_plus

from harness.contracts import Index, check, load
from harness.core.polling import poll
from tests.support.generated_exchanges import Case, cases, documents
from tests.support.judges import openapi_core, schemathesis_answers

MANY, SEED = 2_000, 1
PACKAGES = ("@stoplight/prism-cli@5.14.2", "@redocly/cli@2.77.0")
HOST = "http://service.example"
CASE = "X-Case"
Said = dict[int, str]  # by the number of the exchange: right, wrong or ended; nothing where it was not asked


def main(folder: Path) -> int:
    found = cases(SEED, MANY)
    known = dict(documents(list({case.slot.number: case.slot for case in found}.values())))
    files = {version: folder / f"{version}.json" for version in known}
    for version, file in files.items():
        address = {"host": HOST.partition("//")[2], "schemes": ["http"]} if version == "2.0" else {}
        servers = {} if version == "2.0" else {"servers": [{"url": HOST}]}
        file.write_text(json.dumps({**known[version], **address, **servers}), encoding="utf-8")
    subprocess.run(
        ["npm", "install", "--no-save", "--no-audit", "--no-fund", *PACKAGES], cwd=folder, check=True
    )
    indexes = {version: Index([load(file)]) for version, file in files.items()}
    judges: dict[str, Callable[[], Said]] = {
        "ours": lambda: each(found, lambda case: _ours(case, indexes)),
        "openapi-core": lambda: each(found, openapi_core(known)),
        "schemathesis": lambda: each(found, schemathesis_answers(known)),
        "Redocly drift": lambda: drift(found, files, folder),
        "Prism proxy": lambda: prism(found, files, folder),
    }
    print(
        f"{'':14}{'asked':>7}{'false alarms':>14}{'of valid':>10}{'missed':>8}{'of planted':>12}{'ended':>7}"
    )
    right = True
    for name, judge in judges.items():
        said = judge()
        told = Counter((found[number].planted is None, word) for number, word in said.items())
        valid, planted = (sum(told[made, word] for word in ("right", "wrong")) for made in (True, False))
        alarms, missed = told[True, "wrong"], told[False, "right"]
        ended = list(said.values()).count("ended")
        print(f"{name:14}{len(said):7}{alarms:14}{valid:10}{missed:8}{planted:12}{ended:7}", flush=True)
        right &= name != "ours" or not (alarms or missed)
    return int(not right)


def each(found: list[Case], judge: Callable[[Case], str]) -> Said:
    said = {number: judge(case) for number, case in enumerate(found)}
    return {number: word for number, word in said.items() if word != "unasked"}


def _ours(case: Case, indexes: dict[Any, Index]) -> str:
    return "wrong" if check(case.exchange, indexes[case.slot.version]).violations else "right"


def drift(found: list[Case], files: dict[Any, Path], folder: Path) -> Said:
    """Redocly tells a problem of several exchanges once: no operation has two in one file."""
    said: Said = {}
    for version, file in files.items():
        for is_valid in (True, False):
            numbers = [
                number
                for number, case in enumerate(found)
                if case.slot.version == version and (case.planted is None) is is_valid
            ]
            har, report = folder / "traffic.har", folder / "report.json"
            log = {"version": "1.2", "creator": {"name": "judges", "version": "1"}}
            entries = [_entry(found[number]) for number in numbers]
            har.write_text(json.dumps({"log": {**log, "entries": entries}}), encoding="utf-8")
            report.unlink(missing_ok=True)
            command = [
                "npx",
                "redocly",
                "drift",
                str(har),
                "--api",
                str(file),
                "--format",
                "json",
                "-o",
                str(report),
            ]
            environment = {**os.environ, "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
            subprocess.run(command, cwd=folder, env=environment, capture_output=True)
            if not report.exists():
                print(f"Redocly drift does not read {version}")
                continue
            problems = json.loads(report.read_text(encoding="utf-8"))["problems"]
            wrong = {each["exchangeIndex"] for each in problems if each["severity"] == "error"}
            said |= {number: "wrong" if place in wrong else "right" for place, number in enumerate(numbers)}
    return said


def _entry(case: Case) -> dict[str, Any]:
    exchange = case.exchange
    assert exchange.response is not None

    def named(pairs: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
        return [{"name": name, "value": value} for name, value in pairs]

    query = tuple(
        (unquote_plus(name), unquote_plus(value))
        for name, _, value in (
            pair.partition("=") for pair in exchange.path.partition("?")[2].split("&") if pair
        )
    )
    shared = {"httpVersion": "HTTP/1.1", "cookies": [], "headersSize": -1, "bodySize": -1}
    request = {
        **shared,
        "method": exchange.method,
        "url": HOST + exchange.path,
        "headers": named(exchange.request.headers),
        "queryString": named(query),
    }
    if exchange.request.body:
        kind = exchange.request.header("content-type") or ""
        request["postData"] = {"mimeType": kind, "text": exchange.request.body.decode()}
    text = exchange.response.body.decode()
    content = {"size": len(text), "mimeType": exchange.response.header("content-type") or "", "text": text}
    headers = named(exchange.response.headers)
    response = {**shared, "status": exchange.status, "statusText": "", "headers": headers, "content": content}
    return {
        "startedDateTime": "2026-01-01T00:00:00.000Z",
        "time": 1,
        "request": request,
        "response": {**response, "redirectURL": ""},
        "cache": {},
        "timings": {"send": 0, "wait": 1, "receive": 0},
    }


def prism(found: list[Case], files: dict[Any, Path], folder: Path) -> Said:
    """Prism tells what is wrong in the header ``sl-violations`` of the answer that it passes on."""
    said: Said = {}
    with upstream(found) as port:
        for version, file in files.items():
            waiting = [number for number, case in enumerate(found) if case.slot.version == version]
            while waiting:
                with proxy(file, port, folder) as there:
                    while waiting:
                        number = waiting.pop(0)
                        try:
                            said[number] = "wrong" if _violations(found[number], number, there) else "right"
                        except ConnectionError:  # 5.14 ends at lists in paths and the like, valid or not
                            said[number] = "ended"
                            break
    return said


def _violations(case: Case, number: int, port: int) -> list[Any]:
    exchange = case.exchange
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.putrequest(exchange.method, exchange.path, skip_accept_encoding=True)
    for name, value in (*exchange.request.headers, (CASE, str(number))):
        connection.putheader(name, value)
    if exchange.request.body:
        connection.putheader("Content-Length", str(len(exchange.request.body)))
    connection.endheaders(exchange.request.body or None)
    answer = connection.getresponse()
    answer.read()
    told = json.loads(answer.getheader("sl-violations") or "[]")
    connection.close()
    if answer.status not in (200, 204):
        return [answer.status]
    return [each for each in told if each["severity"] == "Error"]


@contextmanager
def upstream(found: list[Case]) -> Iterator[int]:
    """A service that gives the answer of the exchange whose number the request names."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            exchange = found[int(self.headers[CASE])].exchange
            assert exchange.response is not None
            assert exchange.status is not None
            self.send_response(exchange.status)
            for name, value in exchange.response.headers:
                self.send_header(name, value)
            if exchange.status != 204:
                self.send_header("Content-Length", str(len(exchange.response.body)))
            self.end_headers()
            self.wfile.write(exchange.response.body)

        do_GET = do_POST = answer

        def log_message(self, *words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def proxy(file: Path, port: int, folder: Path) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        there = free.getsockname()[1]
    command = ["node", "node_modules/@stoplight/prism-cli/dist/index.js", "proxy", str(file)]
    command += [f"http://127.0.0.1:{port}", "--port", str(there), "--verboseLevel", "silent"]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:

        def listens() -> bool:
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", there)) == 0

        poll(listens, bool, within=120)
        yield there
        process.terminate()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else temporary).resolve()))
