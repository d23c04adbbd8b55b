from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from harness.core.errors import BrokenError, LinkageFault
from harness.linkage.drains import of_address
from harness.linkage.outboxes import Outboxes

STATES: list[object] = []  # what is answered next; the last one ever after


class Outbox(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        state = STATES.pop(0) if len(STATES) > 1 else STATES[0]
        body = json.dumps(state).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Outbox) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


def begin(address: str, *states: object) -> Outboxes:
    STATES[:] = list(states)
    return Outboxes({"website": of_address(address)})


def test_it_waits_until_nothing_is_pending(address: str) -> None:
    begin(address, {"pending": 0}, {"pending": 2}, {"pending": 0}).drained()


def test_what_is_never_delivered_is_a_linkage_fault(address: str) -> None:
    with pytest.raises(LinkageFault, match="website still has messages") as caught:
        begin(address, {"pending": 0}, {"pending": 2, "last_error": "refused"}).drained(within=0.1)
    assert "refused" in str(caught.value)


def test_what_was_given_up_is_not_delivered(address: str) -> None:
    with pytest.raises(LinkageFault, match="gave up 1 messages"):
        begin(address, {"pending": 0, "dead": 2}, {"pending": 0, "dead": 3}).drained()


def test_what_others_gave_up_before_is_not_this_scenarios(address: str) -> None:
    begin(address, {"pending": 0, "dead": 2}).drained()


def test_an_outbox_that_does_not_answer_is_broken(address: str) -> None:
    with pytest.raises(BrokenError, match="outbox of website cannot be read"):
        begin(address, ["not an object"]).drained()


def test_certificates_are_read_once(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which takes longer than the answer of a drain, and a check asks it again and again."""
    made: list[object] = []
    whole = ssl.SSLContext.load_verify_locations
    monkeypatch.setattr(
        ssl.SSLContext,
        "load_verify_locations",
        lambda *what, **more: made.append(what) or whole(*what, **more),
    )
    begin(address, {"pending": 0}, {"pending": 2}, {"pending": 1}, {"pending": 0}).drained()
    assert len(made) <= 1
