"""wx.request against a real server on this machine."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import gzip
import json
import re
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import psutil
import pytest

from harness.simulator.device.phone import Phone
from harness.simulator.device.wechat_users import Answers, WeChatUser
from harness.simulator.host.page_messages import PageMessages
from harness.simulator.host.wechat import WeChatClient
from harness.simulator.network import fetch, open_streams, page_requests, sockets
from harness.simulator.network.bodies import MAX_CONTENT
from harness.simulator.network.domains import DomainLists, Refused, Routing
from harness.simulator.network.fetch import Asked, Network, Visit
from harness.simulator.network.open_streams import OpenStreams, Stream
from harness.simulator.network.this_machine import elsewhere
from harness.simulator.settings import SimulatorSettings

BOMB = gzip.compress(bytes(MAX_CONTENT + 1), 9)
API, PARTNER = "https://api.shop.example", "https://partner.example"


class Echo(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/redirect":
            return self.answer(302, {"Location": "/echo"})
        if self.path == "/partner":
            return self.answer(307, {"Location": "https://partner.example/echo"})
        if self.path == "/away":
            return self.answer(302, {"Location": "https://evil.example/"})
        if self.path.startswith("/to/"):
            return self.answer(302, {"Location": f"http://127.0.0.1:{self.path[4:]}/json/version"})
        if self.path == "/loop":
            return self.answer(302, {"Location": "/loop"})
        if self.path == "/bomb":
            return self.answer(200, {"Content-Encoding": "gzip"}, BOMB)
        if self.path == "/twice":
            return self.answer(200, {"Content-Encoding": "gzip, gzip"}, gzip.compress(BOMB))
        if self.path == "/no-gzip":
            return self.answer(200, {"Content-Encoding": "gzip"}, b"no gzip")
        if self.path == "/big":
            return self.answer(200, {}, bytes(MAX_CONTENT + 1))
        if self.path == "/trickle":
            return self.trickle()
        if self.path == "/slow":
            self.server.gate.wait(5)  # type: ignore[attr-defined]
            return self.answer(200, {})
        return self.echo()

    def do_POST(self) -> None:
        if self.path == "/see":
            self.body()
            return self.answer(303, {"Location": "/echo"})
        if self.path == "/refusing/client/login":
            return self.answer(422, {}, b"No app wx9 is registered here")
        if self.path.startswith("/client/"):
            body = json.loads(self.body())
            code = "" if body["openid"] == "refused" else f"{self.path[8:]}-of-{body['openid']}"
            return self.answer(200, {}, json.dumps({"code": code}).encode())
        return self.echo()

    def trickle(self) -> None:
        """A byte at a time, so that none is waited for long."""
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        with contextlib.suppress(OSError):
            while not self.server.gate.wait(0.05):  # type: ignore[attr-defined]
                self.wfile.write(b"x")

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("content-length") or 0))

    def echo(self) -> None:
        said = {
            "method": self.command,
            "path": self.path,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "body": self.body().decode(),
        }
        self.answer(200, {"X-Mixed-Case": "1", "Set-Cookie": "a=1"}, json.dumps(said).encode())

    def answer(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(OSError):  # a client that has had enough
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    httpd.gate = threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.gate.set()  # type: ignore[attr-defined]
    httpd.shutdown()
    thread.join()
    httpd.server_close()


def network(
    server: str,
    *,
    lists: DomainLists | None = None,
    check: bool = True,
    allow_any: bool = False,
    hosts: tuple[str, ...] = (API, PARTNER),
    mapped: Mapping[str, str] | None = None,
) -> Network:
    mapped = dict.fromkeys(hosts, server) if mapped is None else mapped
    return Network(Routing(mapped, lists=lists, check=check, allow_any=allow_any))


def request(server: str, told: dict[str, Any], **routing: Any) -> dict[str, Any]:
    async def go() -> dict[str, Any]:
        net = network(server, **routing)
        try:
            return await net.request(Asked.read(told), app_id="wxdemo", trace={"traceparent": "00-t"})
        finally:
            await net.close()

    return asyncio.run(go())


def test_a_mapped_origin_is_reached_with_wechats_headers(server: str) -> None:
    header = {"content-type": "application/json", "Referer": "https://forged", "X-Own": "1", "Host": "forged"}
    reply = request(
        server, {"url": f"{API}/echo?q=1", "method": "post", "header": header, "data": '{"名":1}'}
    )
    said = json.loads(reply["data"])
    assert (reply["statusCode"], said["method"], said["path"]) == (200, "POST", "/echo?q=1")
    assert said["body"] == '{"名":1}'
    assert said["headers"]["referer"] == "https://servicewechat.com/wxdemo/0/page-frame.html"
    assert said["headers"]["traceparent"] == "00-t"
    assert said["headers"]["x-own"] == "1"
    assert "MicroMessenger" in said["headers"]["user-agent"]
    assert said["headers"]["host"] == server.removeprefix("http://")
    assert reply["cookies"] == ["a=1"]
    assert reply["header"]["X-Mixed-Case"] == "1"


def test_cookies_are_not_kept(server: str) -> None:
    async def twice() -> dict[str, Any]:
        net = network(server)
        asked = Asked.read({"url": f"{API}/echo"})
        await net.request(asked, app_id="wx", trace={})
        second = await net.request(asked, app_id="wx", trace={})
        await net.close()
        return second

    assert "cookie" not in json.loads(asyncio.run(twice())["data"])["headers"]


def test_bytes_travel_as_base64(server: str) -> None:
    reply = request(server, {"url": f"{API}/echo", "responseType": "arraybuffer"})
    assert reply["base64"] is True
    assert json.loads(base64.b64decode(reply["data"]))["path"] == "/echo"


def test_redirects_are_followed_within_the_domain_list(server: str) -> None:
    assert json.loads(request(server, {"url": f"{API}/redirect"})["data"])["path"] == "/echo"


@pytest.mark.parametrize(("path", "kept"), [("/redirect", True), ("/partner", False)])
def test_credentials_are_not_carried_to_another_origin(server: str, path: str, kept: bool) -> None:
    secret = {"Authorization": "Bearer s3cret", "Cookie": "sid=s3cret", "X-Own": "1"}
    seen = json.loads(request(server, {"url": f"{API}{path}", "header": secret}, check=False)["data"])[
        "headers"
    ]
    assert ("authorization" in seen, "cookie" in seen, seen["x-own"]) == (kept, kept, "1")


def test_a_request_that_becomes_a_get_says_nothing_of_a_content(server: str) -> None:
    told = {
        "url": f"{API}/see",
        "method": "POST",
        "data": "{}",
        "header": {"Content-Type": "application/json"},
    }
    seen = json.loads(request(server, told)["data"])
    assert (seen["method"], seen["body"]) == ("GET", "")
    assert "content-type" not in seen["headers"]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"url": "https://evil.example/"}, "url not in domain list"),
        ({"url": "http://api.shop.example/"}, "url not in domain list"),
        ({"url": f"{API}.evil.example/"}, "url not in domain list"),
        ({"url": "file:///etc/passwd"}, "url not in domain list"),
        ({"url": f"{API}/away"}, "url not in domain list"),
        ({"url": f"{API}/loop"}, "network reach the max redirect count"),
        ({"url": f"{API}/slow", "timeoutMs": 50}, "timeout"),
        ({"url": f"{API}/", "method": "FLY"}, "method is invalid"),
        ({"url": 5}, "invalid url"),
        ({"url": f"{API}/", "header": []}, None),
        ({"url": f"{API}/", "header": "x"}, "invalid header"),
        (
            {"url": f"{API}/", "header": {"a\nb": "c"}},
            "errcode:-2 cronet_error_code:-2 error_msg:net::ERR_FAILED",
        ),
    ],
)
def test_what_wechat_refuses_is_refused_in_its_words(
    server: str, told: dict[str, Any], words: str | None
) -> None:
    if words is None:
        assert request(server, told)["statusCode"] == 200
        return
    with pytest.raises(Refused) as refused:
        request(server, told)
    assert str(refused.value) == words


def test_nobody_there_is_a_network_error() -> None:
    with pytest.raises(Refused, match="net::ERR_CONNECTION_REFUSED"):
        request("http://127.0.0.1:1", {"url": f"{API}/"})


def test_any_host_when_allowed(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The very address that was judged is connected to, under the name that was asked for."""

    async def judged(url: str) -> str:
        assert url == f"http://far.example:{port}/echo"
        return "127.0.0.1"

    port = server.rpartition(":")[2]
    monkeypatch.setattr(fetch, "elsewhere", judged)
    reply = request("http://127.0.0.1:1", {"url": f"http://far.example:{port}/echo"}, allow_any=True)
    assert json.loads(reply["data"])["headers"]["host"] == f"far.example:{port}"


HERE = [
    "127.0.0.1", "127.9.9.9", "localhost", "0.0.0.0", "[::1]", "[::]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1",
    "169.254.169.254", "169.254.0.23", "[fe80::1]", "[::ffff:169.254.169.254]", "[2002:7f00:1::]", "[64:ff9b::7f00:1]",
]  # fmt: skip
# Where clouds tell their machines credentials: Alibaba, Azure, Oracle, Volcengine, AWS and Google by IPv6.
CLOUD = [
    "100.100.100.200", "1684301000", "[::ffff:100.100.100.200]", "[64:ff9b::6464:64c8]", "168.63.129.16",
    "192.0.0.192", "100.96.0.96", "[fd00:ec2::254]", "[fd20:ce::254]",
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "host"),
    [*(("request", host) for host in HERE), *((what, "localhost") for what in ("load", "browse", "socket"))],
)
def test_this_machine_is_not_any_host(server: str, what: str, host: str) -> None:
    url = f"http://{host}:{server.rpartition(':')[2]}/echo"
    refused = asyncio.run(refusal(server, what, url))
    assert "net::ERR_CONNECTION_REFUSED" in str(refused)
    assert refused.finding is not None
    assert "is this machine, where only what is mapped is reached: map it (--map " in refused.finding


@pytest.mark.parametrize(
    ("what", "host"),
    [*(("request", host) for host in CLOUD), *((what, CLOUD[0]) for what in ("load", "browse", "socket"))],
)
def test_what_a_cloud_tells_its_machines_is_for_no_app(server: str, what: str, host: str) -> None:
    refused = asyncio.run(refusal(server, what, f"http://{host}/latest/meta-data/"))
    assert "net::ERR_CONNECTION_REFUSED" in str(refused)
    assert refused.finding is not None
    assert "tells a cloud's machines their credentials: map it (--map " in refused.finding


@pytest.mark.parametrize("host", ["8.8.8.8", "100.100.100.201", "[64:ff9b::808:808]", "[fd00:ec2::255]"])
def test_other_addresses_are_asked_as_they_are(host: str) -> None:
    assert asyncio.run(elsewhere(f"http://{host}/")) == host.strip("[]")


def test_what_answers_may_lie_under_a_path(server: str) -> None:
    """It was cut off without a word, and the app was told 404."""
    given = SimulatorSettings(project=Path(), hosts={API: f"{server}/mall/", PARTNER: f"{server}/"})
    said = [
        json.loads(request(server, {"url": url}, mapped=given.hosts)["data"])["path"]
        for url in (f"{API}/echo?q=1", f"{PARTNER}/echo")
    ]
    assert said == ["/mall/echo?q=1", "/echo"]


def test_what_is_mapped_is_reached_whatever_address_it_is(server: str) -> None:
    """A stand-in for a cloud's service is a test's own choice."""
    origin = f"http://{CLOUD[0]}"
    reply = request(server, {"url": f"{origin}/echo"}, hosts=(origin,), allow_any=True)
    assert reply["statusCode"] == 200


def test_an_address_of_its_own_is_this_machine_too(server: str) -> None:
    own = {
        entry.address
        for entries in psutil.net_if_addrs().values()
        for entry in entries
        if entry.family == socket.AF_INET
    }
    for address in own:
        assert "is this machine" in str(
            asyncio.run(refusal(server, "request", f"http://{address}:9/")).finding
        )


@pytest.mark.parametrize(
    ("path", "words", "finding"),
    [
        ("/bomb", "net::ERR_INSUFFICIENT_RESOURCES", f"{API} answered with more than 32 MB"),
        ("/twice", "net::ERR_INSUFFICIENT_RESOURCES", f"{API} answered with more than 32 MB"),
        ("/big", "net::ERR_INSUFFICIENT_RESOURCES", f"{API} answered with more than 32 MB"),
        ("/no-gzip", "net::ERR_CONTENT_DECODING_FAILED", "None"),
        (
            "/away",
            "url not in domain list",
            f"https://evil.example is in no domain list of this app: .* ({API} redirects",
        ),
    ],
)
def test_what_an_answer_may_not_be(server: str, path: str, words: str, finding: str) -> None:
    with pytest.raises(Refused, match=words) as refused:
        request(server, {"url": f"{API}{path}"}, check=False)
    assert re.match(finding.replace("(", r"\("), str(refused.value.finding))


async def carried(server: str, what: str, url: str) -> list[dict[str, Any]]:
    """What the page is told of a transfer, to its end."""
    page = Page(server)
    await page.bridge.on_message("stream", json.dumps({"streamId": "1", "what": what, "url": url}))
    told: list[dict[str, Any]] = []
    while pieces := json.loads(await page.bridge.on_message("next", '{"streamId": "1"}') or "{}")["pieces"]:
        told += pieces
    await page.network.close()
    return told


@pytest.mark.parametrize("what", ["downloadFile", "chunked"])
@pytest.mark.parametrize("path", ["/bomb", "/twice"])
def test_what_comes_in_pieces_is_bounded_too(server: str, what: str, path: str) -> None:
    events = asyncio.run(carried(server, what, f"{API}{path}"))
    assert max(len(piece.get("base64", "")) for piece in events) < 2 * MAX_CONTENT
    if what == "downloadFile" or path == "/twice":
        assert events[-1]["event"] == "failed"


def test_the_whole_answer_has_the_time_and_not_each_byte(server: str) -> None:
    began = time.monotonic()
    with pytest.raises(Refused, match=r"^timeout$"):
        request(server, {"url": f"{API}/trickle", "timeoutMs": 400})
    assert time.monotonic() - began < 2


def test_a_server_waits_until_the_page_has_taken_what_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_streams, "MAX_WAITING", 100)
    told = []

    async def work(stream: Stream) -> None:
        for number in range(8):
            told.append(number)
            stream.tell("chunk", base64="x" * 60)
            await stream.room()

    async def go() -> None:
        streams = OpenStreams()
        streams.start("1", work)
        await asyncio.sleep(0.01)
        assert len(told) == 2
        while pieces := await streams.next("1"):
            assert len(pieces) <= 3
        assert len(told) == 8

    asyncio.run(go())


def test_what_a_server_does_not_take_ends_the_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_streams, "MAX_SAID", 100)

    async def deaf(stream: Stream) -> None:
        await asyncio.sleep(60)

    async def go() -> None:
        streams = OpenStreams()
        streams.start("1", deaf)
        await asyncio.sleep(0)
        for _ in range(3):
            streams.say("1", {"data": "x" * 60})
        [piece] = await streams.next("1")
        assert (piece["event"], piece["error"]) == ("failed", "the server does not take what is sent")

    asyncio.run(go())


def test_requests_under_way_hold_no_more_than_so_much(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_requests, "MAX_BYTES_IN_FLIGHT", 100)
    slow = {"url": f"{API}/slow", "method": "POST", "timeoutMs": 100, "data": "x" * 60}
    page = Page(server)

    async def go() -> list[Any]:
        both = (page.bridge.on_message("request", json.dumps({**slow, "requestId": key})) for key in "ab")
        answers = [*await asyncio.gather(*both)]
        answers.append(await page.bridge.on_message("request", json.dumps({**slow, "url": f"{API}/echo"})))
        await page.network.close()
        return [json.loads(answer) for answer in answers]

    _, second, later = asyncio.run(go())
    assert second["error"] == "exceed max task count"
    assert later["statusCode"] == 200


async def refusal(server: str, what: str, url: str) -> Refused:
    net = network(server, check=False, allow_any=True)
    try:
        if what == "load":
            await net.load(url, app_id="wx")
        elif what == "browse":
            await net.browse(Visit(url, "GET", {}, None), app_id="wx")
        elif what == "socket":
            told = {"url": url.replace("http", "ws", 1)}
            await sockets.socket(cast(Stream, None), told, net, app_id="wx", trace={})
        else:
            await net.request(Asked(url), app_id="wx", trace={})
    except Refused as refused:
        return refused
    finally:
        await net.close()
    raise AssertionError(f"{what} of {url} was not refused")


@pytest.mark.parametrize("url", ["http://127.0.0.1:4", "http://a.name.example:4/json", "ws://localhost:4"])
def test_the_ports_of_the_simulator_itself_never(url: str) -> None:
    routing = Routing({}, check=False, allow_any=True, own_ports=lambda: {4})
    with pytest.raises(Refused, match="net::ERR_CONNECTION_REFUSED"):
        routing.where(url, "socket" if url.startswith("ws") else "request")
    assert routing.where("http://far.example:5", "request") == ("http://far.example:5", False)


@pytest.mark.parametrize("way", ["http://127.0.0.1:4/", f"{API}/to/4"])
@pytest.mark.parametrize("what", ["request", "load", "browse"])
def test_no_way_of_asking_leads_to_them(server: str, what: str, way: str) -> None:
    asked: list[str] = []

    class Own:
        """The ports of the simulator, which notes that it was asked for them."""

        def __contains__(self, port: object) -> bool:
            asked.append(str(port))
            return port == 4

    async def go() -> object:
        net = Network(Routing({API: server}, check=False, allow_any=True, own_ports=Own))
        try:
            if what == "load":
                return await net.load(way, app_id="wx")
            if what == "browse":
                return await net.browse(Visit(way, "GET", {}, None), app_id="wx")
            return await net.request(Asked(way), app_id="wx", trace={})
        except Refused as refused:
            return None if "net::ERR_CONNECTION_REFUSED" in str(refused) else refused
        finally:
            await net.close()

    assert asyncio.run(go()) is None
    assert asked == ["4"]


class Page:
    """A bridge with a phone, as the page sees it."""

    def __init__(self, server: str, *, wechat: str | None = None, **phone: Any) -> None:
        self.phone = Phone(app_id="wxdemo", person=WeChatUser(openid="o1", phone="19900000000"), **phone)
        self.network = network(server)
        self.events: list[Any] = []
        self.bars: list[Any] = []

        async def draw(chrome: Any) -> None:
            self.bars.append(chrome)

        self.bridge = PageMessages(
            self.phone,
            self.network,
            WeChatClient(wechat, self.network.client),
            on_event=lambda method, params: self.events.append((method, params)),
            on_chrome=draw,
        )

    def tell(self, *messages: tuple[str, Any]) -> list[Any]:
        async def go() -> list[Any]:
            answers = await asyncio.gather(
                *(
                    self.bridge.on_message(kind, told if isinstance(told, str) else json.dumps(told))
                    for kind, told in messages
                )
            )
            await self.network.close()
            return [None if answer is None else json.loads(answer) for answer in answers]

        return asyncio.run(go())


class TestBridge:
    def test_codes_come_from_the_platforms_stand_in(self, server: str) -> None:
        page = Page(server, wechat=server)
        assert page.tell(("login", {}), ("phoneNumber", {})) == [
            {"code": "login-of-o1"},
            {"code": "phone-of-o1"},
        ]

    def test_codes_are_opaque_without_one(self, server: str) -> None:
        assert Page(server).tell(("login", {}), ("login", {})) == [
            {"code": "sim-login-1"},
            {"code": "sim-login-2"},
        ]

    def test_a_stand_in_without_a_code_is_an_error_and_a_finding(self, server: str) -> None:
        page = Page(server, wechat="http://127.0.0.1:1")
        assert "no code" in page.tell(("login", {}))[0]["error"]
        assert page.phone.findings.warnings

    def test_why_a_stand_in_gives_no_code_is_told(self, server: str) -> None:
        page = Page(server, wechat=f"{server}/refusing")
        error = page.tell(("login", {}))[0]["error"]
        assert "no code in the answer: 422 No app wx9 is registered here" in error

    def test_a_person_may_refuse_their_number(self, server: str) -> None:
        page = Page(server, answers=Answers({"getPhoneNumber": False}))
        assert page.tell(("phoneNumber", {})) == [{"error": "user deny"}]

    def test_storage_is_kept_in_step(self, server: str) -> None:
        page = Page(server, storage={"old": 1, "gone": 2})
        page.tell(("storage", {"set": {"new": {"a": [1]}}}), ("storage", {"remove": ["gone"]}))
        assert page.phone.storage == {"old": 1, "new": {"a": [1]}}

    def test_too_much_storage_is_not_kept(self, server: str) -> None:
        page = Page(server)
        page.tell(("storage", {"set": {"x": "y" * 11_000_000}}))
        assert page.phone.storage == {}
        assert "more than 10 MB" in page.phone.findings.warnings[0]

    def test_events_are_passed_on_and_kept_as_findings(self, server: str) -> None:
        page = Page(server)
        thrown = {"message": "boom", "stack": "at x"}
        page.tell(("event", {"method": "App.exceptionThrown", "params": thrown}))
        assert page.events == [("App.exceptionThrown", thrown)]
        (found,) = page.phone.findings.as_result()["exceptions"]
        assert (found["message"], found["stack"]) == ("boom", "at x")

    def test_an_aborted_request_ends(self, server: str) -> None:
        page = Page(server)
        slow = ("request", {"requestId": "7", "url": f"{API}/slow", "timeoutMs": 4000})
        assert page.tell(slow, ("abort", {"requestId": "7"})) == [{"error": "abort"}, None]

    def test_answers_given_in_advance(self, server: str) -> None:
        page = Page(server, answers=Answers({"showActionSheet": {"tapIndex": 1}}))
        assert page.tell(("ask", {"api": "showActionSheet"}), ("ask", {"api": "other"})) == [
            {"tapIndex": 1},
            None,
        ]

    @pytest.mark.parametrize(
        ("kind", "text"),
        [
            ("fly", "{}"),
            ("event", "{"),
            ("event", "[]"),
            ("event", '{"method": 1}'),
            ("event", "[" * 100_000),
            ("event", '{"method": "App.x", "params": {}}' + " " * 16 * 1024 * 1024),
        ],
    )
    def test_hostile_messages_are_noted_and_answered_with_nothing(
        self, server: str, kind: str, text: str
    ) -> None:
        page = Page(server)
        assert page.tell((kind, text)) == [None]
        assert page.events == []
        assert len(page.phone.findings.warnings) == 1
