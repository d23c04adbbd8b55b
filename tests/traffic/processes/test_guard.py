"""On an environment that is not disposable nothing its class forbids is ever sent: rules, and the proxy's record.

The upstream counts what reaches it, byte for byte; the record must say the same.
"""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.contracts import Index, load
from harness.core.codec import CodecAddress
from harness.core.exchange import Message
from harness.processes.plan import SystemPlan
from harness.processes.ports import free_ports
from harness.processes.settings import EnvironmentClass
from harness.processes.system import System
from harness.traffic import exchanges_of
from harness.traffic.guard import Guard, Rules
from tests.support.traffic import Rig, Upstream, proxy_plan, reply, say

CONTRACT = """
openapi: 3.0.3
info: {title: Shop, version: 1.0.0}
paths:
  /api/session:
    post: {operationId: logIn, responses: {"201": {description: in}}}
  /api/orders:
    get: {operationId: listOrders, responses: {"200": {description: all}}}
    post: {operationId: createOrder, responses: {"201": {description: made}}}
  /api/orders/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {operationId: getOrder, responses: {"200": {description: one}}}
    delete: {operationId: deleteOrder, responses: {"204": {description: gone}}}
  /api/orders/{id}/note:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    post: {operationId: writeNote, responses: {"201": {description: made}}}
  /api/orders/all/note:
    post: {operationId: writeAllNotes, responses: {"201": {description: made}}}
  /api/secrets:
    get: {operationId: readSecrets, responses: {"200": {description: all}}}
"""
ALLOW = ["POST /api/session", "createOrder", "POST /api/orders/{id}/note"]
EXCLUDE = ["readSecrets", "/api/admin/{any}"]


def edge(source: str, port: int, address: str, folder: Path, **rules: object) -> dict[str, object]:
    return {
        "source": source,
        "target": "shop",
        "port": port,
        "upstream": address,
        "contracts": [folder / "shop.yaml"],
        "rules": {"environment": "shared", "allow": ALLOW, "exclude": EXCLUDE, **rules},
    }


@pytest.fixture(scope="module")
def guarded_running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    folder = tmp_path_factory.mktemp("run")
    (folder / "shop.yaml").write_text(CONTRACT)
    upstream = Upstream()
    serving = threading.Thread(target=upstream.serve_forever, kwargs={"poll_interval": 0.02})
    serving.start()
    address = f"http://127.0.0.1:{upstream.server_address[1]}"
    shared, people, production, slow = free_ports(4)
    edges = [
        edge("harness", shared, address, folder),
        edge("browser", people, address, folder, people=True),
        edge("phone", production, address, folder, environment="production", allow=[]),
        {**edge("tools", slow, address, folder, requests_per_second=20), "target": "slow"},
    ]
    plan = proxy_plan(folder, edges)
    try:
        with System.start(SystemPlan(run="r1", folder=folder, processes=[plan]), within=20):
            ports = {"harness": shared, "browser": people, "phone": production, "tools": slow}
            yield Rig(folder, ports, upstream)
    finally:
        upstream.shutdown()
        serving.join()
        upstream.server_close()
    assert plan.log.read_text() == ""


@pytest.fixture
def guarded(guarded_running: Rig) -> Rig:
    guarded_running.upstream.requests.clear()
    guarded_running.upstream.script = say(reply(b""))
    return guarded_running


def sent(rig: Rig, source: str, method: str, path: str, *headers: str, body: bytes = b"") -> bytes:
    """Send one request; the status line of the answer."""
    lines = [f"{method} {path} HTTP/1.1", "Host: shop.example", "Connection: close", *headers]
    if body and not any("Transfer-Encoding" in header for header in headers):
        lines.append(f"Content-Length: {len(body)}")
    return rig.send("\r\n".join(lines).encode() + b"\r\n\r\n" + body, source)


JSON, FORM = "Content-Type: application/json", "Content-Type: application/x-www-form-urlencoded"
ALLOWED = [
    ("GET", "/api/orders?page=2", (), b""),
    ("HEAD", "/api/orders", (), b""),
    ("OPTIONS", "/api/orders", (), b""),
    ("GET", "/api/orders/%E6%A9%99", (), b""),
    ("GET", "/api/undocumented", (), b""),
    ("POST", "/api/session", (JSON,), b'{"phone": "13900000001"}'),
    ("POST", "/api/orders", (JSON,), b'{"payment_method": "wechat"}'),
    ("POST", "/api/orders/7/note", (FORM,), b"text=_method"),
]
FORBIDDEN = [
    ("DELETE", "/api/orders/7", (), b""),
    ("PUT", "/api/orders/7", (), b""),
    ("PUT", "/api/session", (), b""),
    ("PATCH", "/api/orders", (), b""),
    ("TRACE", "/api/orders", (), b""),
    ("PURGE", "/api/orders", (), b""),
    ("post", "/api/session", (), b""),
    ("POST", "/api/session/", (), b""),
    ("POST", "/API/session", (), b""),
    ("POST", "/api/orders/all/note", (), b""),
    # another method behind an allowed one
    ("GET", "/api/orders/7", ("X-HTTP-Method-Override: DELETE",), b""),
    ("GET", "/api/orders/7", ("x-http-method: delete",), b""),
    ("POST", "/api/orders", ("X-Method-Override: PUT",), b""),
    ("POST", "/api/orders", ("X_HTTP_Method_Override: PUT",), b""),
    ("GET", "/api/orders/7?_method=DELETE", (), b""),
    ("GET", "/api/orders/7?%5Fmethod=DELETE", (), b""),
    ("POST", "/api/orders/7/note", (FORM,), b"_method=DELETE"),
    ("POST", "/api/orders/7/note", (FORM,), b"%5Fmethod=DELETE"),
    ("POST", "/api/orders/7/note", (JSON,), b'{"\\u005fmethod": "DELETE"}'),
    ("POST", "/api/orders/7/note", (FORM, "Transfer-Encoding: chunked"), b"1\r\na\r\n0\r\n\r\n"),
    ("POST", "/api/orders/7/note", (FORM, "Content-Encoding: gzip"), b"\x1f\x8b"),
    # another path behind an allowed one
    ("POST", "/api/session/../orders/7/refund", (), b""),
    ("POST", "/api/orders/%2e%2e/note", (), b""),
    ("POST", "/api/orders/..%2f..%2fadmin/note", (), b""),
    ("POST", "/api/orders/7%2Fx/note", (), b""),
    ("POST", "/api/orders/%252e%252e%252fx/note", (), b""),
    ("POST", "/api/orders/..;/note", (), b""),
    ("POST", "/api/orders/x%5c..%5cy/note", (), b""),
    ("POST", "//api/session", (), b""),
    ("POST", "/api//session", (), b""),
    ("POST", "/api/session%00.txt", (), b""),
    ("POST", "/api/session", ("X-Original-URL: /api/admin/x",), b""),
    # reads that are none, and what is excluded
    ("GET", "/api/orders", (JSON,), b'{"delete": true}'),
    ("GET", "/api/orders", ("Transfer-Encoding: chunked",), b"1\r\na\r\n0\r\n\r\n"),
    ("HEAD", "/api/orders", (JSON,), b"x"),
    ("GET", "/api/secrets", (), b""),
    ("HEAD", "/api/secrets", (), b""),
    ("OPTIONS", "/api/secrets", (), b""),
    ("GET", "/api/secrets/?x=1", (), b""),
    ("GET", "/API/Secrets", (), b""),
    ("GET", "/api/%73ecrets", (), b""),
    ("GET", "/api/./secrets", (), b""),
    ("GET", "/api/admin/users", (), b""),
]


@pytest.mark.parametrize(("method", "path", "headers", "body"), ALLOWED)
def test_on_shared_reads_and_what_is_allowed_are_sent(
    guarded: Rig, method: str, path: str, headers: tuple[str, ...], body: bytes
) -> None:
    assert sent(guarded, "harness", method, path, *headers, body=body).startswith(b"HTTP/1.1 200")
    (request,) = guarded.upstream.requests
    assert request.startswith(f"{method} {path} ".encode())
    assert request.endswith(body)


@pytest.mark.parametrize(("method", "path", "headers", "body"), FORBIDDEN)
def test_on_shared_nothing_forbidden_is_ever_sent(
    guarded: Rig, method: str, path: str, headers: tuple[str, ...], body: bytes
) -> None:
    before = len(exchanges_of(guarded.folder))
    answer = sent(guarded, "harness", method, path, *headers, body=body)
    assert guarded.upstream.requests == []
    if method == "post":
        return  # aiohttp answers 400 itself: RFC 9110 methods are case-sensitive
    assert answer.startswith(b"HTTP/1.1 451")
    assert b"X-Harness-Refused: shared" in answer
    seen = exchanges_of(guarded.folder)[before]
    assert seen.record.refused
    assert not seen.record.checked
    assert (seen.exchange.method, seen.exchange.status) == (method, 451)
    if method != "HEAD":
        problem = json.loads(answer.partition(b"\r\n\r\n")[2])
        assert problem["detail"].startswith("edge harness→shop: not sent to shop: ")


def test_the_record_says_what_the_service_saw(guarded: Rig) -> None:
    already = len(exchanges_of(guarded.folder))
    for method, path, headers, body in [*ALLOWED, *FORBIDDEN]:
        sent(guarded, "harness", method, path, *headers, body=body)
    recorded = exchanges_of(guarded.folder)[already:]
    passed = [(x.exchange.method, x.exchange.path) for x in recorded if not x.record.refused]
    arrived = [tuple(request.decode().split(" ")[:2]) for request in guarded.upstream.requests]
    assert passed == arrived == [(method, path) for method, path, _, _ in ALLOWED]


@pytest.mark.parametrize(("method", "path"), [(method, path) for method, path, _, _ in ALLOWED])
def test_on_production_only_reads_are_sent_whoever_asks(guarded: Rig, method: str, path: str) -> None:
    reads = method in ("GET", "HEAD", "OPTIONS")
    answer = sent(guarded, "phone", method, path)
    assert answer.startswith(b"HTTP/1.1 200" if reads else b"HTTP/1.1 451")
    assert len(guarded.upstream.requests) == reads


@pytest.mark.parametrize(
    ("method", "path", "headers", "passes"),
    [
        ("DELETE", "/api/orders/7", (), True),
        ("GET", "/a//b/%2e%2e/c", (), True),
        ("POST", "/api/orders", ("X-HTTP-Method-Override: PUT",), True),
        ("GET", "/api/secrets", (), False),
        ("GET", "/x/..%2fapi/%2e/SECRETS", (), False),
        ("POST", "/api/admin/users", (), False),
    ],
)
def test_people_on_shared_do_what_people_do_but_for_what_is_excluded(
    guarded: Rig, method: str, path: str, headers: tuple[str, ...], passes: bool
) -> None:
    sent(guarded, "browser", method, path, *headers)
    assert len(guarded.upstream.requests) == passes


def test_the_rate_is_kept_by_the_proxy(guarded: Rig) -> None:
    threads = [
        threading.Thread(target=sent, args=(guarded, "tools", "GET", f"/rate/{number}"))
        for number in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ends = sorted(
        x.exchange.ended for x in exchanges_of(guarded.folder) if x.exchange.path.startswith("/rate/")
    )
    assert len(ends) == len(guarded.upstream.requests) == 10
    assert ends[-1] - ends[0] >= 9 / 20 - 0.05  # 20 a second: ten of them are not over sooner


def test_what_is_held_back_can_be_asked_beforehand(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(CONTRACT)
    contract = load(tmp_path / "shop.yaml")
    rules = Rules(environment=EnvironmentClass.SHARED, allow=tuple(ALLOW), exclude=tuple(EXCLUDE))
    allowed = [item.id for item in contract.operations if rules.allows(item.method, item)]
    assert allowed == ["logIn", "listOrders", "createOrder", "getOrder", "writeNote"]
    production = Rules(environment=EnvironmentClass.PRODUCTION)
    assert [item.id for item in contract.operations if production.allows(item.method, item)] == [
        "listOrders",
        "getOrder",
        "readSecrets",
    ]
    everything = Rules(environment=EnvironmentClass.DISPOSABLE)
    assert all(everything.allows(item.method, item) for item in contract.operations)
    reason = Guard(rules, Index([contract])).refusal("DELETE", "/api/orders/7", (), body=False)
    assert str(reason) == (
        "environment = 'shared': DELETE /api/orders/{id} writes, and [environment_rules] does not allow it"
    )


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (gzip.compress(b'{"a": 1}'), "None"),
        (gzip.compress(b'{"_method": "DELETE"}'), "its body has a field _method"),
        (b'{"a": 1}', "too long or encoded"),
        (gzip.compress(bytes(9 * 1024 * 1024)), "too long or encoded"),
    ],
    ids=["harmless", "method", "in-no-coding", "bomb"],
)
def test_a_body_in_a_content_coding_is_looked_into(body: bytes, words: str) -> None:
    guard = Guard(Rules(environment=EnvironmentClass.SHARED), None)
    headers = (("Content-Type", "application/json"), ("Content-Encoding", "gzip"))
    assert words in str(guard.refusal_of_body("POST", headers, body))


def test_a_sealed_body_is_looked_into() -> None:
    folder = Path(__file__).parents[2] / "fixture_codec"
    codec = CodecAddress(name="club_codec:ClubCodec", folder=folder).load()
    guard = Guard(Rules(environment=EnvironmentClass.SHARED), None, codec)

    def refusal(body: bytes) -> str:
        sealed = codec.seal(Message((("content-type", "application/json"),), body))
        return str(guard.refusal_of_body("POST", sealed.headers, sealed.body))

    assert refusal(b'{"a": 1}') == "None"
    assert "its body has a field _method" in refusal(b'{"_method": "DELETE"}')
    broken = (("content-type", "application/octet-stream"), ("x-key", "7"))
    assert "too long or encoded" in str(guard.refusal_of_body("POST", broken, b"not hexadecimal"))
