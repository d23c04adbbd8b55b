"""Service settings, the plan, ports and health: what they accept, and what they say when they do not."""

from __future__ import annotations

import http.server
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from harness.core.errors import Timeout, UsageError
from harness.processes.health import ask, require_healthy
from harness.processes.plan import ProcessPlan, SystemPlan
from harness.processes.ports import FIRST, LAST, free_ports, is_free
from harness.processes.settings import ServiceSettings

TITLE = {"zh": "网站后端", "en": "website backend"}


def website(**changes: object) -> ServiceSettings:
    table: dict[str, object] = {
        "title": TITLE,
        "command": ["{python}", "-m", "shop"],
        "health": "/api/health",
        "environment": {"PORT": "{port}", "PEER_URL": "{url:miniprogram}", "ERP": "{url:erp}/v1", "X": "{}"},
    }
    return ServiceSettings.model_validate({**table, **changes})


def test_placeholders_are_filled_and_peers_found() -> None:
    service = website()
    assert service.peers == ("miniprogram", "erp")
    values = {"python": "py", "port": "8001", "url:miniprogram": "http://a", "url:erp": "http://b"}
    command, environment = service.filled(values, where="services.website")
    assert command == ("py", "-m", "shop")
    assert environment == {"PORT": "8001", "PEER_URL": "http://a", "ERP": "http://b/v1", "X": "{}"}


def test_an_unknown_placeholder_names_the_place_and_the_nearest() -> None:
    bad = website(environment={"PORT": "{prot}"})
    with pytest.raises(UsageError) as raised:
        bad.filled({"port": "1", "data": "d", "python": "py"}, where="services.website")
    assert str(raised.value) == (
        "services.website.environment.PORT: unknown placeholder {prot}; did you mean '{port}'?"
    )


def test_a_service_is_started_or_attached_to_never_both() -> None:
    with pytest.raises(ValidationError, match="either a command"):
        website(url="https://shop.example")
    with pytest.raises(ValidationError, match="either a command"):
        website(command=None)
    with pytest.raises(ValidationError, match="already running"):
        website(command=None, url="https://shop.example")
    attached = website(command=None, url="https://shop.example", environment={})
    with pytest.raises(ValidationError, match="the clock of an attached service cannot be set"):
        website(command=None, url="https://shop.example", environment={}, clock=True)
    assert attached.peers == ()
    assert (website().program, website(command=["node", "x"]).program) == (sys.executable, "node")
    assert attached.program == ""


@pytest.mark.parametrize("change", [{"heath": "/x"}, {"health": "api"}, {"platform": 3}, {"command": []}])
def test_mistakes_in_the_table_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        website(**change)


@pytest.mark.parametrize(
    ("given", "platforms"),
    [
        ({}, ()),
        ({"platform": "website"}, ("website",)),
        ({"platform": "both"}, ("website", "miniprogram")),
        ({"platform": ["website", "staff"]}, ("website", "staff")),
    ],
)
def test_a_service_is_the_backend_of_any_number_of_platforms(
    given: dict[str, object], platforms: tuple[str, ...]
) -> None:
    table = {"title": {"zh": "网", "en": "web"}, "command": ["x"], "health": "/", **given}
    assert ServiceSettings.model_validate(table).platform == platforms


def test_a_plan_cannot_hold_two_processes_of_one_name() -> None:
    one = ProcessPlan(name="website", command=("x",), log=Path("a.log"))
    with pytest.raises(ValidationError, match="the same name: website"):
        SystemPlan(run="r", folder=Path("f"), processes=(one, one.model_copy(update={"log": Path("b.log")})))


def test_free_ports_are_different_and_can_be_listened_on() -> None:
    ports = free_ports(40)
    assert len(set(ports)) == 40
    assert all(FIRST <= port < LAST for port in ports)
    assert not set(ports) & set(free_ports(40))
    with socket.create_server(("127.0.0.1", ports[0])):
        assert not is_free(ports[0])
    assert is_free(ports[0])


OTHERS = """
from harness.processes.ports import free_ports

print(*free_ports(1500), flush=True)
input()
"""


def test_free_ports_are_no_other_process_s_though_nothing_listens_on_them_yet() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", OTHERS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        theirs = {int(port) for port in other.stdout.readline().split()}
        assert len(theirs) == 1500
        # By lot, with nothing to keep them apart, about 40 of so many would be the same.
        assert not theirs & set(free_ports(300))
        other.stdin.close()


class Ill(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(302 if self.path == "/login" else 503)
        self.end_headers()
        self.wfile.write("数据库 for 13912345678".encode())

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def ill() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Ill)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_health_says_what_it_saw(ill: str) -> None:
    assert ask(ill + "/health").seen == "503 Service Unavailable 数据库 for 139****5678"
    assert not ask(ill + "/login").healthy  # a redirect is not health
    (port,) = free_ports(1)
    assert "refused" in ask(f"http://127.0.0.1:{port}/").seen.lower()


def test_waiting_for_an_attached_service(ill: str) -> None:
    with pytest.raises(Timeout, match=r"erp did not answer at .* within 0.1 s; last seen: 503"):
        require_healthy("erp", ill + "/health", within=0.1)
    with pytest.raises(UsageError, match="not an http address"):
        require_healthy("erp", "shop.example/health", within=0.1)


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("https://shop.example", "https://shop.example"),
        ("https://shop.example/", "https://shop.example"),
        ("https://gateway.example/shop/", "https://gateway.example/shop"),
    ],
)
def test_an_address_may_have_a_path(url: str, read: str) -> None:
    assert website(command=None, url=url, environment={}).url == read


@pytest.mark.parametrize(
    "url", ["shop.example", "https://", "https://shop.example?a=b", "https://shop.example/#a"]
)
def test_an_address_has_neither_query_nor_fragment(url: str) -> None:
    with pytest.raises(ValidationError, match="url"):
        website(command=None, url=url, environment={})
