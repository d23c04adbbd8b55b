"""A company's proxy variables: the system under test is asked past them, whatever they say."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

SYSTEM = Path(__file__).parents[2] / "fixture_faults"
NAMES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")


class Refusal(BaseHTTPRequestHandler):
    """A proxy that lets nothing through, and keeps what it was asked."""

    asked: list[str]

    def _refuse(self) -> None:
        self.asked.append(f"{self.command} {self.path}")
        self.send_response(403)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = do_CONNECT = _refuse

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def refusing() -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("ThisRefusal", (Refusal,), {"asked": asked}))
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def check(folder: Path, proxy: str, *arguments: str) -> tuple[int, str]:
    """``harness`` with every proxy variable set and no exception: exit code and output."""
    system = shutil.copytree(SYSTEM, folder / "kiosk", ignore=shutil.ignore_patterns("reports"))
    environment = {k: v for k, v in os.environ.items() if k.lower() != "no_proxy"}
    environment |= {**dict.fromkeys(NAMES, proxy), "NO_COLOR": "1", "COLUMNS": "300"}
    done = subprocess.run(
        [sys.executable, "-m", "harness", *arguments],
        cwd=system,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_proxy_that_refuses_everything_is_not_asked(
    tmp_path: Path, refusing: tuple[str, list[str]]
) -> None:
    proxy, asked = refusing
    code, said = check(tmp_path, proxy, "check")
    assert asked == []
    assert code == 0, said


def test_doctor_names_the_variables(tmp_path: Path) -> None:
    _, said = check(tmp_path, "http://127.0.0.1:9", "doctor")
    assert "HTTP_PROXY" in said
