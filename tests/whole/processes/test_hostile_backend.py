"""`harness check` on a backend whose answers are hostile: the exit code, in bounded time, without a traceback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.hostile_answers import CONTRACT
from tests.support.traffic import Upstream, reply
from tests.traffic.processes.test_hostile_answers import answering

PACKAGES = Path(__file__).parents[3] / "reports"
PASSED, FAILED, BROKEN = 0, 1, 3
SETTINGS = """\
name = "hostile"
language = "en"
environment = "disposable"
[platforms.site]
title = {{zh = "网站", en = "site"}}
driver = "none"
[services.site]
title = {{zh = "网站", en = "site"}}
url = "{url}"
health = "/health"
platform = "site"
contracts = ["answers.yaml"]
[conformance]
request_timeout = 2
max_examples = 3
negative = false
"""


def serve(request: bytes, connection: socket.socket) -> None:
    if request.startswith(b"GET /health "):
        connection.sendall(reply(b"{}", "Content-Type: application/json"))
    elif request.startswith(b"GET /answers/"):
        answering(request, connection)
    else:
        connection.sendall(reply(b"", "Allow: GET", status="405 Method Not Allowed"))


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = Upstream()
    server.script = serve
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.full
@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("chained", PASSED, ""),
        ("not-gzip", FAILED, "content in gzip"),
        ("redirect-elsewhere", FAILED, "307"),
        ("unknown-coding", BROKEN, "its content coding dcb cannot be undone here"),
        ("gzip-bomb", BROKEN, "decoded from gzip it is more than 8388608 bytes"),
        ("deep", BROKEN, "too deep"),
        ("endless", BROKEN, "more than 8388608 bytes"),
        ("byte-by-byte", BROKEN, "no answer within"),
        ("no-http", BROKEN, "what it sent is not HTTP"),
    ],
)
def test_the_exit_code_says_whose_fault_it_is(
    name: str, code: int, words: str, url: str, tmp_path: Path
) -> None:
    (tmp_path / "contracts").mkdir()
    only = CONTRACT.replace("schema: {type: string}}\n", f"schema: {{type: string, enum: [{name}]}}}}\n", 1)
    (tmp_path / "contracts" / "answers.yaml").write_text(only, encoding="utf-8")
    (tmp_path / "harness.toml").write_text(SETTINGS.format(url=url), encoding="utf-8")
    command = [sys.executable, "-m", "harness", "check", "--kind", "generated"]
    given = {**os.environ, "HARNESS_REPORTING__PACKAGES": str(PACKAGES)}
    done = subprocess.run(command, cwd=tmp_path, env=given, capture_output=True, text=True, timeout=120)
    said = done.stdout + done.stderr
    assert done.returncode == code, said
    assert words in said
    assert "Traceback" not in said
