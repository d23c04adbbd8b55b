"""wx.request against a real server on this machine."""

from __future__ import annotations

import asyncio
import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from harness.simulator.device.phone import Phone
from harness.simulator.device.wechat_users import Answers, WeChatUser
from harness.simulator.host.page_messages import PageMessages
from harness.simulator.host.wechat import WeChatClient
from harness.simulator.network.domains import DomainLists, Refused, Routing
from harness.simulator.network.fetch import Asked, Network, Visit

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
        if self.path == "/slow":
            self.server.gate.wait(5)  # type: ignore[attr-defined]
            return self.answer(200, {})
        return self.echo()

    def do_POST(self) -> None:
        if self.path == "/see":
            self.body()
            return self.answer(303, {"Location": "/echo"})
        if self.path.startswith("/client/"):
            body = json.loads(self.body())
            code = "" if body["openid"] == "refused" else f"{self.path[8:]}-of-{body['openid']}"
            return self.answer(200, {}, json.dumps({"code": code}).encode())
        return self.echo()

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
    server: str, *, lists: DomainLists | None = None, check: bool = True, allow_any: bool = False
) -> Network:
    return Network(Routing({API: server, PARTNER: server}, lists=lists, check=check, allow_any=allow_any))


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


def test_any_host_when_allowed(server: str) -> None:
    assert request("http://127.0.0.1:1", {"url": f"{server}/echo"}, allow_any=True)["statusCode"] == 200


@pytest.mark.parametrize("url", ["http://127.0.0.1:4", "http://a.name.example:4/json", "ws://localhost:4"])
def test_the_ports_of_the_simulator_itself_never(url: str) -> None:
    routing = Routing({}, check=False, allow_any=True, own_ports=lambda: {4})
    with pytest.raises(Refused, match="net::ERR_CONNECTION_REFUSED"):
        routing.where(url, "socket" if url.startswith("ws") else "request")
    assert routing.where("http://127.0.0.1:5", "request") == "http://127.0.0.1:5"


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
