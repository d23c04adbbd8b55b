"""A backend that gives no answer: told as broken, with the request, and never as a finding."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import pytest

from harness.api.backend import BackendUnderTest
from harness.api.client import Client, Request
from harness.api.silences import Silence
from harness.api.users import User
from harness.checks.findings import Findings
from harness.checks.outcome import Outcome
from harness.conformance.fuzzing.run_operation import run
from harness.conformance.kinds.declared.idempotency import _together
from harness.conformance.no_answer import BEGINNINGS, answered
from harness.conformance.settings import ConformanceSettings
from harness.contracts import Index, Operation
from harness.core.errors import BrokenError, NoAnswer
from harness.core.exchange import Exchange, Message
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


class EverySecond(Proxy):
    """The first attempt of each request gets no answer, the second one always the same."""

    status, body = 201, b'{"book_id": "b_01", "title": "Walden", "added_at": "2026-11-30"}'
    attempts = 0

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        type(self).attempts += 1
        if self.attempts % 2:
            return super()._answer()
        self.send_response(self.status)
        self.send_header(
            "Content-Type", "application/json" if self.status == 201 else "application/problem+json"
        )
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    do_POST = _answer


@contextmanager
def shelf_of(handler: type[Proxy]) -> Iterator[BackendUnderTest]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield BackendUnderTest(
        name="shelf",
        title=Text(zh="书架", en="shelf"),
        platforms=("website",),
        contracts=(CONTRACTS / "shelf.yaml",),
        base_url=lambda: f"http://127.0.0.1:{server.server_port}",
        users=(User(name="ann", token=lambda: "the-token-of-ann"),),
    )
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def silent() -> Iterator[BackendUnderTest]:
    with shelf_of(Proxy) as shelf:
        yield shelf


class TakesAll(EverySecond):
    pass


class RefusesAll(EverySecond):
    status, body = 422, b'{"type": "about:blank"}'


@pytest.mark.parametrize(
    ("handler", "found", "not_found"),
    [
        (TakesAll, "negative_data_rejection", "positive_data_acceptance"),
        (RefusesAll, "", "positive_data_acceptance"),
    ],
)
def test_the_answer_to_a_repeated_write_is_judged_by_what_the_first_attempt_cannot_change(
    handler: type[EverySecond], found: str, not_found: str
) -> None:
    with shelf_of(handler) as shelf:
        outcome = run(
            the_contract(), operation("addBook"), shelf, ConformanceSettings(max_examples=3, seed=3)
        )
    checks = {finding.check for finding in outcome.findings}
    assert not_found not in checks
    assert not found or found in checks
    assert outcome.statuses[str(handler.status)] > 10


@pytest.mark.parametrize("silent_first", [True, False])
def test_of_two_requests_at_once_the_one_without_answer_is_named(silent_first: bool) -> None:
    class Half:
        def __init__(self, answers: bool) -> None:
            self.answers = answers

        def prepare(self, operation: Operation) -> None:
            if not self.answers:
                threading.Event().wait(0.1)  # longer than the other one waits
                raise NoAnswer("no answer to POST /api/session: closed")

        def send(self, operation: Operation, request: Request) -> None:
            raise AssertionError("sent although the other one cannot be")

    halves = iter([Half(not silent_first), Half(silent_first)])
    check: Any = SimpleNamespace(
        another_client=lambda: next(halves),
        settings=ConformanceSettings(request_timeout=0.05),
        operation=operation("addBook"),
    )
    with pytest.raises(NoAnswer, match="no answer to POST /api/session: closed"):
        _together(check, Request())


def test_generated_requests_without_answer_are_no_findings(silent: BackendUnderTest) -> None:
    with pytest.raises(
        NoAnswer, match=r"no answer to [A-Z]+ /books/.*ServerDisconnectedError; 6 attempts in a row"
    ):
        run(the_contract(), operation("getBook"), silent, ConformanceSettings(max_examples=3, seed=3))


def test_a_request_of_our_own_without_answer_is_broken(silent: BackendUnderTest) -> None:
    client = Client(silent, Index([the_contract()], service="shelf"), timeout=5)
    with pytest.raises(
        NoAnswer, match=r"no answer to GET /books/\{book_id\}: edge harness-shelf: shelf: ServerDisc"
    ):
        client.send(operation("getBook"), Request(path={"id": "b1"}))
    client.close()


def test_a_test_is_begun_anew_until_its_requests_are_answered(silent: BackendUnderTest) -> None:
    tries = iter([NoAnswer("no answer to POST /x: closed"), NoAnswer("no answer to POST /x: closed")])

    def execute() -> Outcome:
        for problem in tries:
            silent.silences.add(Silence("POST", "/x", "closed", 1))
            raise problem
        return Outcome((), {"declared": 4}, {}, 0.1)

    outcome = answered(execute, (silent,), seconds=60)()
    assert outcome.cases == {"declared": 4}
    assert outcome.unanswered == (Text(zh="POST /x：closed", en="POST /x: closed"),) * 2


@pytest.mark.parametrize(("lasting", "times"), [(False, BEGINNINGS), (True, 1)])
def test_a_test_without_answers_is_broken_in_the_end(
    silent: BackendUnderTest, lasting: bool, times: int
) -> None:
    begun = []

    def execute() -> Outcome:
        begun.append(1)
        raise NoAnswer("no answer to POST /x: closed", lasting=lasting)

    with pytest.raises(NoAnswer, match="no answer to POST /x: closed"):
        answered(execute, (silent,), seconds=60)()
    assert len(begun) == times


def test_what_an_answer_says_is_never_asked_again(silent: BackendUnderTest) -> None:
    begun = []

    def execute() -> Outcome:
        begun.append(1)
        raise BrokenError("the list cannot be read")

    with pytest.raises(BrokenError, match="the list cannot be read"):
        answered(execute, (silent,), seconds=60)()
    assert len(begun) == 1


def test_no_time_is_spent_beyond_the_budget(silent: BackendUnderTest) -> None:
    begun = []

    def execute() -> Outcome:
        begun.append(1)
        raise NoAnswer("no answer to POST /x: closed")

    with pytest.raises(NoAnswer):
        answered(execute, (silent,), seconds=0)()
    assert len(begun) == 1


def test_an_answer_made_while_the_backend_waited_in_vain_is_no_finding() -> None:
    answer = Message((("X-Harness-Silence-Behind", "no answer to its own GET /y from erp: closed"),), b"")
    exchange = Exchange(
        id="", source="", target="", method="GET", path="/x", request=Message((), b""), status=503,
        response=answer, started=0, ended=0,
    )  # fmt: skip
    findings = Findings("shelf.yaml#/paths/~1x/get")
    with pytest.raises(NoAnswer, match=r"GET /x answered 503: no answer to its own GET /y from erp: closed"):
        findings.note("not_a_server_error", "Server error", seen="503", exchange=exchange, curl="", phase="x")
