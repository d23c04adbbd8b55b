"""Fault switches as the harness asks them: what is sent, and what a wrong answer comes to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from harness.core.errors import BrokenError
from harness.processes.ports import free_ports
from harness.processes.settings import DrainSettings
from harness.runs.fault_switch import FaultSwitches, has_switch
from harness.runs.faults import Fault
from harness.runs.plan import SERVICES

FAULT: dict[str, Any] = {
    "id": "f",
    "kind": "contract",
    "title": {"zh": "缺陷", "en": "fault"},
    "notice": {"zh": "缺陷", "en": "fault"},
    "service": "site",
    "environment": {"FAULT": "f"},
    "found_by": ["site::getThing"],
    "expect": "thing",
}


class Service(BaseHTTPRequestHandler):
    sent: list[tuple[str, str, Any]]
    pending: list[int]
    status: int

    def do_GET(self) -> None:
        self.sent.append(("GET", self.path, None))
        left = self.pending.pop(0) if self.pending else 0
        self._answer(200, json.dumps({"pending": left}))

    def do_PUT(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.sent.append(("PUT", self.path, body))
        self._answer(self.status, "no such fault; call 13912345678")

    def _answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def service() -> Iterator[tuple[str, Any]]:
    handler = type("Handler", (Service,), {"sent": [], "pending": [], "status": 200})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = False  # closing it waits for them: no socket is left open
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", handler
    server.shutdown()
    server.server_close()


def switches(folder: Path, url: str) -> FaultSwitches:
    """Two services at one address; one of them has an outbox, a third has no switch."""
    (folder / SERVICES).write_text(json.dumps({"site": url, "phone": url, "wechat": url}), encoding="utf-8")
    services = {
        "site": SimpleNamespace(faults="/site/faults", drain=DrainSettings(path="/site/outbox")),
        "phone": SimpleNamespace(faults="/phone/faults", drain=None),
        "wechat": SimpleNamespace(faults=None, drain=None),
    }
    settings: Any = SimpleNamespace(services=services)
    return FaultSwitches(settings, folder)


def test_planting_sends_the_environment_to_the_fault_s_service(
    tmp_path: Path, service: tuple[str, Any]
) -> None:
    url, handler = service
    switches(tmp_path, url).plant(Fault(**FAULT))
    assert handler.sent == [("PUT", "/site/faults", {"FAULT": "f"})]


def test_several_faults_are_planted_at_once_each_in_its_service(
    tmp_path: Path, service: tuple[str, Any]
) -> None:
    url, handler = service
    others = ({"id": "g", "environment": {"FAULT": "g", "MORE": "1"}}, {"id": "h", "service": "phone"})
    switches(tmp_path, url).plant(Fault(**FAULT), *(Fault(**{**FAULT, **other}) for other in others))
    assert handler.sent == [
        ("PUT", "/site/faults", {"FAULT": "f,g", "MORE": "1"}),
        ("PUT", "/phone/faults", {"FAULT": "f"}),
    ]


def test_taking_away_waits_for_the_outboxes_and_asks_every_switch(
    tmp_path: Path, service: tuple[str, Any]
) -> None:
    url, handler = service
    handler.pending += [2, 1]
    switches(tmp_path, url).take_away()
    reads = [("GET", "/site/outbox", None)] * 3
    assert handler.sent == [*reads, ("PUT", "/site/faults", {}), ("PUT", "/phone/faults", {})]


def test_a_switch_that_refuses_is_broken_and_says_why(tmp_path: Path, service: tuple[str, Any]) -> None:
    url, handler = service
    handler.status = 400
    with pytest.raises(
        BrokenError, match=r"switch of site .*/site/faults\) answers 400 no such fault"
    ) as raised:
        switches(tmp_path, url).plant(Fault(**FAULT))
    assert "13912345678" not in str(raised.value)


def test_a_switch_nobody_listens_at_is_broken(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    with pytest.raises(BrokenError, match=r"switch of site .* does not answer: .*refused"):
        switches(tmp_path, f"http://127.0.0.1:{port}").plant(Fault(**FAULT))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"cold": True}, False),
        ({"service": "wechat"}, False),
        ({"service": "unknown"}, False),
        ({"environment": {}, "service": None, "overlay": Path("app")}, False),
    ],
)
def test_what_can_be_planted_in_a_running_system(changes: dict[str, Any], expected: bool) -> None:
    services = {"site": SimpleNamespace(faults="/faults"), "wechat": SimpleNamespace(faults=None)}
    settings: Any = SimpleNamespace(services=services)
    assert has_switch(settings, Fault(**{**FAULT, **changes})) is expected
