"""A backend that gives no answer: told as broken, with the request, and never as a finding."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from harness.api.backend import BackendUnderTest
from harness.api.client import Client, Request
from harness.conformance.fuzzing.run_operation import run
from harness.conformance.settings import ConformanceSettings
from harness.contracts import Index
from harness.core.errors import BrokenError
from harness.core.text import Text
from tests.support.backend_shelf import CONTRACTS, operation, the_contract


class Proxy(BaseHTTPRequestHandler):
    """What the recording proxy answers where the backend has closed the connection."""

    def _answer(self) -> None:
        body = b'{"detail": "edge harness-shelf: shelf: ServerDisconnectedError"}'
        self.send_response(502)
        self.send_header("X-Harness-Unanswered", "harness-shelf")
        self.send_header("Content-Type", "application/problem+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = do_TRACE = do_QUERY = _answer

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def silent() -> Iterator[BackendUnderTest]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield BackendUnderTest(
        name="shelf",
        title=Text(zh="书架", en="shelf"),
        platforms=("website",),
        contracts=(CONTRACTS / "shelf.yaml",),
        base_url=lambda: f"http://127.0.0.1:{server.server_port}",
    )
    server.shutdown()
    server.server_close()
    thread.join()


def test_generated_requests_without_answer_are_no_findings(silent: BackendUnderTest) -> None:
    outcome = run(the_contract(), operation("getBook"), silent, ConformanceSettings(max_examples=3, seed=3))
    assert outcome.findings == ()
    assert set(outcome.statuses) == {"none"}
    assert any(problem.startswith("no answer to GET /books/") for problem in outcome.broken)


def test_a_request_of_our_own_without_answer_is_broken(silent: BackendUnderTest) -> None:
    client = Client(silent, Index([the_contract()], service="shelf"), timeout=5)
    with pytest.raises(BrokenError, match="no answer: edge harness-shelf: shelf: ServerDisconnectedError"):
        client.send(operation("getBook"), Request(path={"id": "b1"}))
    client.close()
