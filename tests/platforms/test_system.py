"""A system without a screen: asked by requests that carry the trace of their step."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from harness.core.actors import invent
from harness.core.errors import DriverError, PageFault
from harness.core.platforms import Platform
from harness.core.text import Text
from harness.platforms.system import SystemDriver, SystemSession

ERP = Platform("erp", Text(zh="ERP", en="ERP"), "none")
LI = invent("li", "system")
TRACE = "00-" + "a" * 32 + "-0000000100000001-01"
SEEN: list[str | None] = []
ANSWERS = {"/price": (200, b'{"price": 7}'), "/none": (204, b""), "/odd": (200, b"<p>"), "/no": (409, b"{}")}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        SEEN.append(self.headers["traceparent"])
        status, body = ANSWERS[self.path]
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def erp() -> Iterator[SystemSession]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        session = SystemDriver(f"http://127.0.0.1:{server.server_address[1]}", ERP).open(LI)
        yield session
        session.close()
        server.shutdown()


def test_what_it_answers_is_read(erp: SystemSession) -> None:
    assert erp.send("GET", "/price") == {"price": 7}
    assert erp.send("GET", "/none") is None
    assert (erp.platform, erp.where()) == ("erp", "GET /none")


def test_a_request_carries_the_trace_of_its_step(erp: SystemSession) -> None:
    erp.trace(TRACE)
    erp.send("GET", "/price")
    erp.trace(None)
    erp.send("GET", "/price")
    assert SEEN[-2:] == [TRACE, None]


def test_a_refusal_is_the_systems_fault(erp: SystemSession) -> None:
    with pytest.raises(PageFault, match="The ERP answers 409 to GET /no") as caught:
        erp.send("GET", "/no")
    assert "ERP拒绝了 GET /no，返回 409" in caught.value.say("zh")
    assert caught.value.evidence.platform == "erp"


def test_an_answer_that_is_none_is_not_the_products_fault(erp: SystemSession) -> None:
    with pytest.raises(DriverError, match="the ERP cannot be asked: GET /odd"):
        erp.send("GET", "/odd")
    with pytest.raises(DriverError, match="ConnectError"):
        SystemDriver("http://127.0.0.1:2", ERP).open(LI).send("GET", "/price")


def test_it_has_no_screen(erp: SystemSession) -> None:
    with pytest.raises(DriverError, match="the ERP has no screen"):
        erp.screenshot()
    assert (erp.thrown(), erp.texts()) == ([], [])
