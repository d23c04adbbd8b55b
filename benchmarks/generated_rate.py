"""Generated requests per second: the harness beside schemathesis' own command line, with the same configuration.

``python benchmarks/generated_rate.py``. Both test the same operations of the same server with the same phases,
checks and numbers of cases, a few and then many; what the many take longer is the time of generating, sending
and checking, start-up left out. The promise: at least 0.8 of the rate of schemathesis.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from _measure import ROUNDS, Promises

from harness.api.backend import BackendUnderTest
from harness.conformance.fuzzing.run_operation import configuration, run
from harness.conformance.settings import ConformanceSettings
from harness.contracts import load
from harness.core.text import Text

FEW, MANY = 20, 220
CONTRACT = """\
openapi: 3.0.3
info: {title: Notes, version: '1'}
paths:
  /notes:
    get:
      operationId: listNotes
      parameters:
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 100}}
        - {name: q, in: query, schema: {type: string, maxLength: 40}}
      responses:
        '200':
          description: Notes.
          content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Note'}}}}
    post:
      operationId: addNote
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Note'}}}
      responses:
        '200':
          description: The note.
          content: {application/json: {schema: {$ref: '#/components/schemas/Note'}}}
components:
  schemas:
    Note:
      type: object
      required: [title, tags]
      properties:
        title: {type: string, minLength: 1, maxLength: 80}
        tags: {type: array, maxItems: 5, items: {type: string, maxLength: 12}}
        stars: {type: integer, minimum: 0, maximum: 5}
"""
NOTE = {"title": "a note", "tags": ["one", "two"], "stars": 3}


class Notes(BaseHTTPRequestHandler):
    """Answers everything with a note, and counts."""

    protocol_version = "HTTP/1.1"
    asked = 0

    def answer(self) -> None:
        Notes.asked += 1
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = json.dumps([NOTE] * 3 if self.command == "GET" else NOTE).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self.wfile.write(head.encode() + body)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = do_TRACE = answer

    def log_message(self, *_: object) -> None:
        """Quiet."""


def settings(cases: int) -> ConformanceSettings:
    # A server that takes everything: the checks that ask for refusals would report each case.
    return ConformanceSettings(max_examples=cases, seed=1, phases=("fuzzing",), negative=False)


def main() -> None:
    with tempfile.TemporaryDirectory() as name, server() as url:
        path = Path(name) / "notes.yaml"
        path.write_text(CONTRACT, encoding="utf-8")
        contract = load(path)
        backend = BackendUnderTest(
            name="notes",
            title=Text(zh="笔记", en="notes"),
            platforms=("website",),
            contracts=(path,),
            base_url=lambda: url,
        )

        def ours(cases: int) -> None:
            for operation in contract.operations:
                run(contract, operation, backend, settings(cases))

        def theirs(cases: int) -> None:
            file = Path(name) / f"{cases}.toml"
            given = configuration(settings(cases), url)
            del given["max-time"]  # with a budget it would go on until that is spent
            file.write_text(toml(given), encoding="utf-8")
            command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(file), "run", str(path)]
            subprocess.run([*command, "--phases", "fuzzing"], check=False, capture_output=True, cwd=name)

        rates: dict[str, list[float]] = {"harness": [], "schemathesis": []}
        tasks: dict[str, Callable[[int], None]] = {"harness": ours, "schemathesis": theirs}
        ours(FEW)
        for _ in range(ROUNDS):
            for task, work in tasks.items():
                rates[task].append(rate(work))
    median = {task: statistics.median(values) for task, values in rates.items()}
    for task, value in median.items():
        print(f"{value:7.0f} requests per second  {task}")
    promises = Promises()
    promises.at_least("of schemathesis' rate", median["harness"] / median["schemathesis"], 0.8)
    promises.end()


def rate(work: Callable[[int], None]) -> float:
    """Requests per second of what ``MANY`` cases take longer than ``FEW``."""
    seconds, asked = [], []
    for cases in (FEW, MANY):
        before, began = Notes.asked, time.perf_counter()
        work(cases)
        seconds.append(time.perf_counter() - began)
        asked.append(Notes.asked - before)
    assert asked[1] > asked[0] > 0, f"nothing was asked: {asked}"
    return (asked[1] - asked[0]) / (seconds[1] - seconds[0])


@contextmanager
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Notes) as its:
        threading.Thread(target=its.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{its.server_address[1]}"
        its.shutdown()


def toml(data: dict[str, Any], prefix: str = "") -> str:
    """Nested tables of plain values as TOML."""
    plain = {key: value for key, value in data.items() if not isinstance(value, dict)}
    lines = [f"{key} = {json.dumps(value)}" for key, value in plain.items()]
    for key, value in data.items():
        if isinstance(value, dict):
            lines += [f"[{prefix}{key}]", toml(value, f"{prefix}{key}.")]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
