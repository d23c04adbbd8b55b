"""Requests, uploads, downloads and sockets of a real app, against a real server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from harness.core.polling import poll
from tests.support.far_server import Far, far_server
from tests.support.phone import MING, Phone, phone_of, simulating

API = "https://api.far.example"
LISTED = "https://listed.far.example"
NOBODY = "https://nobody.far.example"

# Starts a task API and collects everything it tells, until it is complete.
TASK = """(name, options, abortAfter) => new Promise((resolve) => {
  const events = []
  const note = (what) => (told) => events.push([what, told && told.data instanceof ArrayBuffer
    ? { data: [...new Uint8Array(told.data)] } : told])
  const task = wx[name]({ ...options, success: note('success'), fail: note('fail'),
    complete: () => setTimeout(() => resolve({ events, methods: Object.keys(task) })) })
  for (const event of ['HeadersReceived', 'ProgressUpdate', 'ChunkReceived']) {
    if (task[`on${event}`]) task[`on${event}`](note(event))
  }
  if (abortAfter !== null) setTimeout(() => task.abort(), abortAfter)
})"""


@pytest.fixture(scope="module")
def far() -> Iterator[Far]:
    with far_server() as server:
        yield server


@pytest.fixture(scope="module")
def phone(far: Far) -> Iterator[Phone]:
    with simulating("--map", f"{API}={far.origin}") as control, phone_of(control) as opened:
        yield opened


def carried(phone: Phone, api: str, abort_after: int | None = None, **options: Any) -> list[Any]:
    """What the task told, in order: [what, detail]."""
    return list(phone.run(TASK, api, options, abort_after)["events"])


def written(phone: Phone, size: int, name: str = "photo.png") -> str:
    path = f"http://usr/{name}"
    phone.run(
        "(path, size) => wx.getFileSystemManager().writeFileSync(path, new ArrayBuffer(size))", path, size
    )
    return path


class TestRequest:
    def test_bytes_go_out_and_come_back(self, phone: Phone, far: Far) -> None:
        sent = phone.run(
            """(url) => new Promise((success, fail) => wx.request({ url, method: 'POST', enableHttp2: true,
              header: { 'content-type': 'application/octet-stream', 'X-Own': 7 }, responseType: 'arraybuffer',
              data: new Uint8Array([0, 255, 128]).buffer,
              success: ({ data }) => success([...new Uint8Array(data)]), fail }))""",
            f"{API}/echo",
        )
        assert sent == [0, 255, 128]
        assert (far.headers["x-own"], far.headers["content-type"]) == ("7", "application/octet-stream")
        assert far.headers["referer"] == "https://servicewechat.com/wx00000000phone0/0/page-frame.html"

    def test_headers_come_first_and_cookies_are_listed(self, phone: Phone) -> None:
        (first, headers), (last, result) = carried(
            phone, "request", url=f"{API}/echo", data="x", method="PUT"
        )
        assert (first, last) == ("HeadersReceived", "success")
        assert result["cookies"] == headers["cookies"] == ["a=1; Path=/", "b=2"]
        assert result["errMsg"] == "request:ok"
        assert result["data"] == "x"

    def test_an_answer_in_pieces(self, phone: Phone) -> None:
        events = carried(phone, "request", url=f"{API}/pieces", enableChunked=True)
        kinds = [kind for kind, _ in events]
        assert kinds[0] == "HeadersReceived"
        assert kinds[-1] == "success"
        assert len(kinds) >= 4, "the pieces were told as one"
        told = b"".join(bytes(event["data"]) for kind, event in events if kind == "ChunkReceived")
        assert told.decode() == "one,two,三"
        assert events[-1][1]["statusCode"] == 200

    def test_a_redirect_may_be_left_to_the_app(self, phone: Phone) -> None:
        followed = carried(phone, "request", url=f"{API}/moved")[-1][1]
        left = carried(phone, "request", url=f"{API}/moved", redirect="manual")[-1][1]
        assert (followed["statusCode"], left["statusCode"]) == (200, 302)
        assert left["header"]["Location"] == "/echo"

    def test_ten_at_a_time(self, phone: Phone, far: Far) -> None:
        answers = phone.run(
            """(url) => Promise.all(Array.from({ length: 35 }, (_, n) => new Promise((success, fail) =>
              wx.request({ url, data: { n }, success: ({ data }) => success(Number(data.number)), fail }))))""",
            f"{API}/slow",
        )
        assert answers == list(range(35))
        assert 2 <= far.most <= 10

    @pytest.mark.parametrize(
        ("options", "failure"),
        [
            ({"url": f"{API}/never", "timeout": 60}, {"errMsg": "request:fail timeout", "errno": 5}),
            ({"url": NOBODY}, {"errMsg": "request:fail url not in domain list", "errno": 600002}),
            ({"url": "/echo"}, {"errMsg": 'request:fail invalid url "/echo"', "errno": 600009}),
            ({"url": API, "method": "FLY"}, {"errMsg": "request:fail method is invalid", "errno": 600005}),
            (
                {},
                {
                    "errMsg": "request:fail parameter error: parameter.url should be String instead of Undefined;",
                    "errno": 1001,
                },
            ),
        ],
    )
    def test_failures_in_wechats_words(
        self, phone: Phone, options: dict[str, Any], failure: dict[str, Any]
    ) -> None:
        assert carried(phone, "request", **options) == [["fail", failure]]

    def test_abort(self, phone: Phone) -> None:
        assert carried(phone, "request", abort_after=20, url=f"{API}/never") == [
            ["fail", {"errMsg": "request:fail abort"}]
        ]
        chunked = carried(phone, "request", abort_after=20, url=f"{API}/never", enableChunked=True)
        assert chunked == [["fail", {"errMsg": "request:fail abort"}]]

    def test_a_host_nobody_named_is_one_finding(self, phone: Phone) -> None:
        for _ in range(3):
            carried(phone, "request", url=f"{NOBODY}/x")
        assert sum(NOBODY in warning for warning in phone.warnings()) == 1

    def test_without_a_network(self, phone: Phone) -> None:
        phone.device_state(networkType="none")
        words = "errcode:-106 cronet_error_code:-106 error_msg:net::ERR_INTERNET_DISCONNECTED"
        for api, options in (
            ("request", {}),
            ("downloadFile", {}),
            ("uploadFile", {"filePath": written(phone, 1), "name": "f"}),
        ):
            (told,) = carried(phone, api, url=f"{API}/echo", **options)
            assert told == ["fail", {"errMsg": f"{api}:fail {words}", "errno": 600001}]
        phone.device_state(networkType=None)


class TestFiles:
    def test_up(self, phone: Phone, far: Far) -> None:
        path = written(phone, 200_000)
        events = carried(
            phone,
            "uploadFile",
            url=f"{API}/take",
            filePath=path,
            name="picture",
            formData={"订单": "7", "number": 3},
            header={"content-type": "text/plain", "x-token": "t"},
        )
        kinds = [kind for kind, _ in events]
        assert kinds[:1] + kinds[-2:] == ["ProgressUpdate", "HeadersReceived", "success"]
        steps = [told["progress"] for kind, told in events if kind == "ProgressUpdate"]
        assert steps == sorted(steps)
        assert steps[-1] == 100
        assert len(steps) > 2
        result = events[-1][1]
        assert result["statusCode"] == 200
        assert isinstance(result["data"], str)
        assert '"picture": ["photo.png", "image/png", 200000]' in result["data"]
        assert '"number": "3"' in result["data"]
        assert "\\u8ba2\\u5355" in result["data"]
        assert far.headers["x-token"] == "t"
        assert far.headers["content-type"].startswith("multipart/form-data; boundary=")

    def test_up_fails(self, phone: Phone) -> None:
        (told,) = carried(phone, "uploadFile", url=f"{API}/take", filePath="http://tmp/none.png", name="f")
        assert told[1]["errMsg"] == "uploadFile:fail no such file or directory, open http://tmp/none.png"
        (told,) = carried(phone, "uploadFile", url=NOBODY, filePath=written(phone, 1), name="f")
        assert told[1] == {"errMsg": "uploadFile:fail url not in domain list", "errno": 600002}
        (told,) = carried(phone, "uploadFile", url=f"{API}/take", filePath="x")
        assert "parameter.name should be String instead of Undefined;" in told[1]["errMsg"]

    def test_down(self, phone: Phone) -> None:
        events = carried(phone, "downloadFile", url=f"{API}/file/300000")
        assert events[0][0] == "HeadersReceived"
        last = [told for kind, told in events if kind == "ProgressUpdate"][-1]
        whole = {"progress": 100, "totalBytesWritten": 300000, "totalBytesExpectedToWrite": 300000}
        assert last == whole
        result = events[-1][1]
        assert result["tempFilePath"].endswith(".png")
        info = phone.run(
            "(filePath) => wx.getFileSystemManager().statSync(filePath).size", result["tempFilePath"]
        )
        assert info == 300000

    def test_down_to_a_place_and_with_another_status(self, phone: Phone) -> None:
        place = "http://usr/kept.png"
        result = carried(phone, "downloadFile", url=f"{API}/file/5", filePath=place)[-1][1]
        assert (result["filePath"], "tempFilePath" in result) == (place, False)
        missing = carried(phone, "downloadFile", url=f"{API}/file/0")[-1]
        assert (missing[0], missing[1]["statusCode"]) == ("success", 404)
        outside = carried(phone, "downloadFile", url=f"{API}/file/5", filePath="/pages/x.png")[-1]
        assert outside[1]["errMsg"] == "downloadFile:fail permission denied, open /pages/x.png"
        aborted = carried(phone, "downloadFile", abort_after=20, url=f"{API}/never")
        assert aborted == [["fail", {"errMsg": "downloadFile:fail abort"}]]


OPEN = """(url, options) => new Promise((resolve) => {
  const app = getApp()
  app.told = []
  const note = (what) => (told) => {
    app.told.push([what, told.data instanceof ArrayBuffer ? [...new Uint8Array(told.data)] : told])
    if (what === 'open' || what === 'error') resolve(app.told[0])
  }
  app.task = wx.connectSocket({ url, ...options })
  app.task.onOpen(note('open'))
  app.task.onMessage(note('message'))
  app.task.onError(note('error'))
  app.task.onClose(note('close'))
})"""
SEND = """(data, bytes) => new Promise((success) => getApp().task.send({
  data: bytes ? new Uint8Array(data).buffer : data, success, fail: success }))"""
CLOSE = "(options) => new Promise((done) => getApp().task.close({ ...options, success: done, fail: done }))"


def socket_told(phone: Phone, count: int) -> list[Any]:
    """What the open socket told, once it told that much."""
    return list(
        poll(lambda: phone.run("() => getApp().told"), lambda told: len(told) >= count, within=5).value
    )


class TestSockets:
    URL = "wss://api.far.example/socket"

    def test_messages_both_ways_and_a_close_of_the_server(self, phone: Phone, far: Far) -> None:
        opened = phone.run(OPEN, self.URL, {"protocols": ["v2.shop"], "header": {"x-shop": "7"}})
        assert opened[0] == "open"
        assert opened[1]["header"]["Sec-WebSocket-Protocol"] == "v2.shop"
        assert (far.headers["x-shop"], far.headers["sec-websocket-protocol"]) == ("7", "v2.shop")
        assert phone.run("() => getApp().task.readyState") == 1
        assert phone.run(SEND, "你好", False) == {"errMsg": "sendSocketMessage:ok"}
        phone.run(SEND, [1, 2, 3], True)
        phone.run(SEND, "bye", False)
        assert socket_told(phone, 4)[1:] == [
            ["message", {"data": "heard 你好"}],
            ["message", [3, 2, 1]],
            ["close", {"code": 4001, "reason": "闭店"}],
        ]
        late = phone.run(SEND, "late", False)
        assert late == {"errMsg": "sendSocketMessage:fail WebSocket is not connected"}

    def test_a_close_of_the_app(self, phone: Phone, far: Far) -> None:
        phone.run(OPEN, self.URL, {})
        wrong = phone.run(CLOSE, {"code": 7})
        assert wrong["errMsg"].startswith("closeSocket:fail The code must be either 1000, or between 3000")
        assert phone.run(CLOSE, {"code": 3000, "reason": "enough"}) == {"errMsg": "closeSocket:ok"}
        # What is told is what the other side says last; aiohttp answers a close with 1000.
        assert socket_told(phone, 2)[1] == ["close", {"code": 1000, "reason": "normal closure"}]
        assert poll(lambda: far.sockets, lambda open: open == 0, within=5).satisfied
        assert far.closed == 3000

    def test_the_calls_without_a_task(self, phone: Phone) -> None:
        assert phone.refused("sendSocketMessage", {"data": "x"}) == (
            "sendSocketMessage:fail WebSocket is not connected"
        )
        told = phone.run(
            """(url) => new Promise((resolve) => {
              const told = []
              wx.onSocketOpen(() => {
                if (told.length > 1) return
                told.push('open')
                wx.sendSocketMessage({ data: 'all' })
              })
              wx.onSocketMessage(({ data }) => { told.push(data); wx.closeSocket() })
              wx.onSocketClose(({ code }) => { told.push(code); resolve(told) })
              wx.connectSocket({ url, success: ({ errMsg }) => told.push(errMsg) })
            })""",
            self.URL,
        )
        assert told == ["connectSocket:ok", "open", "heard all", 1000]
        assert phone.refused("closeSocket") == "closeSocket:fail WebSocket is not connected"

    def test_five_at_once(self, phone: Phone, far: Far) -> None:
        ends = phone.run(
            """(url) => Promise.all(Array.from({ length: 6 }, () => new Promise((resolve) => {
              const task = wx.connectSocket({ url })
              ;(getApp().many ??= []).push(task)
              task.onOpen(() => resolve('open'))
              task.onError(({ errMsg }) => resolve(errMsg))
            })))""",
            self.URL,
        )
        assert ends == ["open"] * 5 + ["exceed max task count"]
        phone.run("() => { for (const task of getApp().many) task.close({}) }")
        closed = "() => getApp().many.every(({ readyState, CLOSED }) => readyState === CLOSED)"
        assert poll(lambda: phone.run(closed), bool, within=5).satisfied
        assert far.sockets == 0

    def test_failures(self, phone: Phone) -> None:
        assert phone.run(OPEN, "wss://nobody.far.example/", {}) == [
            "error",
            {"errMsg": "url not in domain list"},
        ]
        kind, told = phone.run(OPEN, "wss://api.far.example/echo", {})
        assert (kind, told["errMsg"].split(" ")[0]) == ("error", "未完成的操作")
        late = phone.run(OPEN, "wss://api.far.example/never", {"timeout": 60})
        assert late == ["error", {"errMsg": "Timed out connecting to server."}]
        said = phone.run(
            "(url) => new Promise((fail) => wx.connectSocket({ url, fail }))", "https://api.far.example"
        )
        assert said == {"errMsg": 'connectSocket:fail invalid url "https://api.far.example"'}

    def test_without_a_network_it_is_cut(self, phone: Phone) -> None:
        phone.run(OPEN, self.URL, {})
        phone.device_state(networkType="none")
        assert socket_told(phone, 2)[1] == ["close", {"code": 1006, "reason": "abnormal closure"}]
        phone.device_state(networkType=None)


class TestDomainLists:
    def test_each_kind_has_its_own(self, far: Far) -> None:
        arguments = ["--map", f"{API}={far.origin}", "--map", f"{LISTED}={far.origin}"]
        arguments += ["--domain", f"request={LISTED}", "--domain", f"request={NOBODY}"]
        arguments += ["--domain", f"downloadFile={API}"]
        with simulating(*arguments) as control, phone_of(control, MING) as phone:

            def end(api: str, url: str) -> str:
                return str(carried(phone, api, url=f"{url}/file/3")[-1][1]["errMsg"])

            assert end("request", LISTED) == "request:ok"
            assert end("request", API) == "request:fail url not in domain list"
            assert end("downloadFile", API) == "downloadFile:ok"
            assert end("downloadFile", LISTED) == "downloadFile:fail url not in domain list"
            # Listed, but nothing of this machine answers for it: nothing leaves the machine.
            assert "ERR_NAME_NOT_RESOLVED" in end("request", NOBODY)

    def test_they_can_be_left_unchecked(self, far: Far) -> None:
        arguments = ["--map", f"{API}={far.origin}", "--domain", f"request={LISTED}", "--no-domain-check"]
        with simulating(*arguments) as control, phone_of(control) as phone:
            assert carried(phone, "request", url=f"{API}/file/3")[-1][0] == "success"
