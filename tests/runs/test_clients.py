"""Every client of the harness is known: how its answers are bounded, and what it obeys on a system of others."""

from __future__ import annotations

import ast
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from harness.api import sign_in as signing
from harness.api.settings import LoginSettings
from harness.cli.commands import app
from harness.config.settings import load
from harness.core.actors import Person
from harness.core.errors import BrokenError, HarnessError, PageFault, UsageError
from harness.core.platforms import Platform
from harness.core.text import Text
from harness.linkage import drains
from harness.linkage.participants import wechat_codes
from harness.platforms import system
from harness.processes import health
from harness.runs import fault_switch, fetching
from harness.runs.outboxes import drains_of
from tests.support.hostile_answers import CASES
from tests.support.traffic import Upstream

HARNESS = Path(__file__).parents[2] / "harness"
# What opens connections.
LIBRARIES = (
    *("aiohttp", "http.client", "httpcore", "httpx", "minium", "playwright", "requests", "schemathesis"),
    *("socket", "sqlalchemy", "urllib.request", "urllib3", "websockets"),
)
MAKERS = (
    "AsyncClient",
    "Client",
    "ClientSession",
    "ConnectionPool",
    "HTTPConnection",
    "Session",
    "build_opener",
)
"""What makes a client of HTTP; ``httpx.get`` and its like are looked for, too."""
SHORT = ("delete", "get", "head", "options", "patch", "post", "put", "request", "stream", "urlopen")

# Who imports any of them, and why that is in order.
EDGE = "asks through an edge: its proxy bounds answers and has the rules of the environment"
BOUNDED = "asks by core/http_client.py"
OF_RUN = "talks to processes of the run or of this machine only"
PAGES = "shows pages: a browser bounds itself; what it asks of services goes through an edge"
PHONE = "the simulated phone: bounded there; what it asks of services goes through an edge"
NAMES = "names errors and types; sends nothing"
CLIENTS = {
    "api/client.py": EDGE,
    "api/login_steps.py": BOUNDED,
    "api/reception.py": EDGE,
    "api/sign_in.py": BOUNDED,
    "api/transport.py": EDGE,
    "automator/client.py": OF_RUN,
    "automator/endpoint_checks/wire.py": OF_RUN,
    "cli/wechat.py": "looks whether a port is free",
    "conformance/fuzzing/body_flaws.py": NAMES,
    "conformance/fuzzing/envelopes.py": NAMES,
    "conformance/fuzzing/run_operation.py": EDGE,
    "conformance/fuzzing/travel.py": EDGE,
    "conformance/fuzzing/valid_cases.py": NAMES,
    "core/http_client.py": BOUNDED,
    "linkage/drains.py": BOUNDED,
    "linkage/participants/database.py": "reads a database, in read-only transactions",
    "linkage/participants/wechat_codes.py": BOUNDED,
    "platforms/chromium_pool.py": PAGES,
    "platforms/minitest.py": OF_RUN,
    "platforms/minium_client.py": OF_RUN,
    "platforms/system.py": BOUNDED,
    "platforms/browser_server.py": PAGES,
    "platforms/website_errors.py": PAGES,
    "platforms/website_hosts.py": PAGES,
    "platforms/website_session.py": PAGES,
    "processes/health.py": "reads 200 bytes in a second; asks a system of others at its pace",
    "processes/ports.py": OF_RUN,
    "reporting/allure.py": "shows the report, a file",
    "runs/doctor/devtools.py": OF_RUN,
    "runs/doctor/project.py": OF_RUN,
    "runs/data.py": BOUNDED,
    "runs/fault_switch.py": BOUNDED,
    "runs/fetching.py": BOUNDED,
    "simulator/chromium/browser.py": PAGES,
    "simulator/chromium/cdp.py": OF_RUN,
    "simulator/chromium/finger.py": PHONE,
    "simulator/chromium/frame.py": PAGES,
    "simulator/chromium/screen.py": PAGES,
    "simulator/devtools_cli.py": OF_RUN,
    "simulator/host/connection.py": OF_RUN,
    "simulator/host/server.py": OF_RUN,
    "simulator/host/wechat.py": PHONE,
    "simulator/network/bodies.py": NAMES,
    "simulator/network/fetch.py": PHONE,
    "simulator/network/sockets.py": PHONE,
    "simulator/network/this_machine.py": "asks for the addresses of this machine alone",
    "traffic/asking.py": NAMES,
    "traffic/clients.py": "the proxies' own: bounded by [traffic], and no redirects",
    "traffic/connections.py": NAMES,
    "traffic/control.py": OF_RUN,
    "traffic/problem.py": NAMES,
    "traffic/proxy.py": EDGE,
    "traffic/response.py": NAMES,
    "traffic/silence.py": NAMES,
    "traffic/truncation.py": NAMES,
    "traffic/websockets.py": EDGE,
    "wechat/server.py": "answers; asks nobody",
    "wechat/tunnel.py": "leads a program's own connections on",
}
MAKE = {  # who makes clients; all others are given theirs
    "api/client.py",
    "conformance/fuzzing/travel.py",
    "core/http_client.py",
    "processes/health.py",
    "simulator/chromium/cdp.py",
    "simulator/network/fetch.py",
    "traffic/clients.py",
    "traffic/control.py",
}


@cache
def trees() -> dict[str, ast.Module]:
    """The modules that may import any of them."""
    names = re.compile("|".join(library.partition(".")[0] for library in LIBRARIES))
    paths = (path for path in sorted(HARNESS.rglob("*.py")) if "node_modules" not in path.parts)
    texts = {path.relative_to(HARNESS).as_posix(): path.read_text(encoding="utf-8") for path in paths}
    return {name: ast.parse(text) for name, text in texts.items() if names.search(text)}


def imported(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found |= {f"{node.module}", *(f"{node.module}.{each.name}" for each in node.names)}
    return {library for library in LIBRARIES for name in found if f"{name}.".startswith(f"{library}.")}


def makes(tree: ast.Module) -> bool:
    """Whether a client of HTTP is made here."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in MAKERS:
                return True
            owner = node.func.value
            if isinstance(owner, ast.Name) and owner.id in ("httpx", "requests") and node.func.attr in SHORT:
                return True
    return "HTTPSConnection" in ast.dump(tree)


def test_every_client_is_known() -> None:
    assert {name for name, tree in trees().items() if imported(tree)} == set(CLIENTS)


def test_a_client_is_made_in_few_places() -> None:
    assert {name for name in CLIENTS if makes(trees()[name])} == MAKE
    assert {name for name in MAKE if CLIENTS[name] == NAMES} == set()


# ---- what asks past the proxies, each against servers that would keep, fill or lead astray


def of_drain(address: str) -> object:
    return drains.of_address(address)()


def of_code(address: str) -> object:
    person = Person("anna", "13912345678", "Anna", "o1")
    return wechat_codes.WeChatCodes(lambda: address, lambda: "wx1")("login_code", person, "")


def of_system(address: str) -> object:
    about = Platform("erp", Text(zh="系统", en="ERP"), "none")
    person = Person("anna", "13912345678", "Anna", "o1")
    with closing(system.SystemDriver(address, about).open(person)) as session:
        return session.send("GET", "/orders")


def of_log_in(address: str) -> object:
    return signing.sign_in(address, LoginSettings(path="/login", body={}, token="/token"))


def of_contract(address: str) -> object:
    return fetching.fetch(f"{address}/v3/api-docs", Path("never-written.yaml"))


def of_switch(address: str) -> object:
    switches = fault_switch.FaultSwitches.__new__(fault_switch.FaultSwitches)
    switches._switches, switches._outboxes = {"site": f"{address}/__faults"}, []
    switches.take_away()
    return None


def of_health(address: str) -> object:
    answer = health.ask(f"{address}/health", timeout=0.3)
    if not answer.healthy:
        raise BrokenError(answer.seen)
    return None


ASKING: dict[str, tuple[Callable[[str], object], object, str]] = {
    "drain": (of_drain, drains, "TIMEOUT"),
    "code": (of_code, wechat_codes, "WITHIN"),
    "system": (of_system, system, "ANSWERS_WITHIN"),
    "log-in": (of_log_in, signing, "SIGN_IN_TIMEOUT"),
    "contract": (of_contract, fetching, "PATIENCE"),
    "switch": (of_switch, fault_switch, "TIMEOUT"),
    "health": (of_health, health, "EVERY"),
}


@contextmanager
def serving(script: Callable[[bytes, socket.socket], None]) -> Iterator[Upstream]:
    upstream = Upstream()
    upstream.script = script
    thread = threading.Thread(target=upstream.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield upstream
    finally:
        upstream.shutdown()
        thread.join()
        upstream.server_close()


def address_of(upstream: Upstream) -> str:
    return f"http://127.0.0.1:{upstream.server_address[1]}"


def hostile(name: str) -> Callable[[bytes, socket.socket], None]:
    def answer(request: bytes, connection: socket.socket) -> None:
        case = CASES[name]
        if case.is_script:
            case.answer(lambda data: connection.sendall(data) is None)  # type: ignore[call-arg]
        else:
            connection.sendall(case.answer())  # type: ignore[call-arg, arg-type]
        raise OSError

    return answer


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Little patience of all who ask."""
    for _, module, name in ASKING.values():
        monkeypatch.setattr(module, name, 0.3)
    fault_switch._client.cache_clear()
    yield
    fault_switch._client.cache_clear()


@pytest.mark.parametrize("name", ASKING)
@pytest.mark.parametrize("kind", ["head-byte-by-byte", "byte-by-byte", "deflate-bomb", "endless"])
def test_who_asks_is_not_kept_and_not_filled(name: str, kind: str) -> None:
    asks = ASKING[name][0]
    with serving(hostile(kind)) as upstream:
        began = time.monotonic()
        if name == "health" and kind not in ("head-byte-by-byte", "byte-by-byte"):
            asks(address_of(upstream))  # it reads no more than 200 bytes
        else:
            with pytest.raises(HarnessError):
                asks(address_of(upstream))
    assert time.monotonic() - began < 4  # a log-in is tried three times


@pytest.mark.parametrize("name", ASKING)
def test_who_asks_is_not_led_to_another_server(name: str) -> None:
    with serving(lambda request, connection: None) as elsewhere:
        to = f"{address_of(elsewhere)}/secret".encode()
        redirect = b"HTTP/1.1 307 Elsewhere\r\nContent-Length: 0\r\nLocation: " + to + b"\r\n\r\n"
        with serving(lambda request, connection: connection.sendall(redirect)) as upstream:
            with pytest.raises((HarnessError, PageFault)):
                ASKING[name][0](address_of(upstream))
        assert elsewhere.connections == 0


def test_a_contract_is_fetched_where_its_server_has_put_it(tmp_path: Path) -> None:
    paths = {"/x": {"get": {"responses": {"200": {"description": "OK"}}}}}
    told = {"openapi": "3.0.1", "info": {"title": "T", "version": "1"}, "paths": paths}
    document = json.dumps(told).encode()

    def answer(request: bytes, connection: socket.socket) -> None:
        if b" /v3/api-docs/ " in request:
            head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(document)}\r\n\r\n".encode()
            connection.sendall(head + document)
        else:
            connection.sendall(b"HTTP/1.1 301 Moved\r\nContent-Length: 0\r\nLocation: /v3/api-docs/\r\n\r\n")

    with serving(answer) as upstream:
        found = fetching.fetch(f"{address_of(upstream)}/v3/api-docs", tmp_path / "a.json")
    assert found.added == ("GET /x",)


def test_a_command_that_prints_without_end_is_ended(tmp_path: Path) -> None:
    with pytest.raises(BrokenError, match=r"yes: .*timed out"):
        drains.of_command(("yes",), tmp_path)()


# ---- on a system of others


def attached(tmp_path: Path, address: str, more: str = "", *, environment: str = "shared") -> Path:
    """A project that is attached to a site of others."""
    path = tmp_path / "harness.toml"
    path.write_text(
        f'''name = "shop"
environment = "{environment}"
environment_rules = {{requests_per_second = 4, exclude = ["/internal/{{any}}"]}}

[services.site]
title = {{zh = "网站", en = "site"}}
url = "{address}"
health = "/health"
{more}
''',
        encoding="utf-8",
    )
    return path


def test_a_drain_keeps_the_pace_and_what_is_excluded(tmp_path: Path) -> None:
    answer = b'HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{"pending": 0}'
    with serving(lambda request, connection: connection.sendall(answer)) as upstream:
        address = address_of(upstream)

        def drain(path: str) -> drains.Drain:
            config = attached(tmp_path, address, f'drain = {{url = "{address}{path}"}}')
            (read,) = drains_of(SimpleNamespace(settings=load(config)), {}).values()  # type: ignore[arg-type]
            return read

        with pytest.raises(BrokenError, match=r"/internal/outbox is not asked: .*excludes"):
            drain("/internal/outbox")()
        read, began = drain("/outbox"), time.monotonic()
        assert [read(), read()] == [{"pending": 0}] * 2
        assert time.monotonic() - began >= 2 / 4
        assert len(upstream.requests) == 2


@pytest.mark.parametrize(
    ("environment", "path", "said"),
    [("production", "/v3/api-docs", "--yes-production"), ("shared", "/internal/docs", "excludes")],
)
def test_a_contract_is_fetched_by_the_rules(environment: str, path: str, said: str, tmp_path: Path) -> None:
    with serving(lambda request, connection: None) as upstream:
        config = attached(tmp_path, address_of(upstream), environment=environment)
        invoked = CliRunner().invoke(app, ["fetch", "site", path, "--config", str(config)])
        assert isinstance(invoked.exception, UsageError)
        assert said in str(invoked.exception)
        assert upstream.connections == 0


def test_a_service_of_others_is_asked_for_its_health_at_its_pace() -> None:
    broken = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"
    with serving(lambda request, connection: connection.sendall(broken)) as upstream:
        with pytest.raises(HarnessError, match="last seen"):
            health.require_healthy("site", f"{address_of(upstream)}/health", within=0.5, every=0.25)
        assert len(upstream.requests) <= 3
