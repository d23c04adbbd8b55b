"""The connection to the browser's own CDP: what is asked is answered, or fails with the reason, at once."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from playwright.async_api import Page
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from harness.core.errors import BrokenError
from harness.core.polling import poll
from harness.processes.process_tree import runs
from harness.simulator.build import ensure_bundle
from harness.simulator.chromium import cdp
from harness.simulator.chromium.browser import Chromium
from harness.simulator.chromium.cdp import CDP, CDPError, CDPSession
from harness.simulator.device.wechat_users import NOBODY
from harness.simulator.host.app import RunningApp
from harness.simulator.host.host import SimulatorHost
from harness.simulator.host.server import Listener
from harness.simulator.settings import SimulatorSettings
from harness.simulator.source.project import load_project

COUNTER = Path(__file__).parents[2] / "fixture_apps" / "counter"
WITHIN = 10.0
NEVER = {"expression": "new Promise(() => {})", "awaitPromise": True}
Work = Callable[[Chromium, Page, CDPSession], Coroutine[Any, Any, None]]
WithAPage = Callable[[Work], None]


async def in_a_page(chromium: Chromium, work: Work) -> None:
    context = await chromium.browser.new_context()
    page = await context.new_page()
    async with asyncio.timeout(WITHIN):
        await work(chromium, page, await chromium.cdp.attach(context, page))


@pytest.fixture(scope="module")
def with_a_page() -> Iterator[WithAPage]:
    """Run something with a browser that others use as well, a page in it, and a session with the page."""
    with asyncio.Runner() as runner:
        chromium = runner.run(Chromium.start())
        yield lambda work: runner.run(in_a_page(chromium, work))
        runner.run(chromium.close())


def with_a_browser(work: Work) -> None:
    """The same with a browser of its own, which may die of it."""

    async def run() -> None:
        chromium = await Chromium.start()
        try:
            await in_a_page(chromium, work)
        finally:
            await chromium.close()

    asyncio.run(run())


def with_an_app(work: Callable[[SimulatorHost, Listener, RunningApp], Coroutine[Any, Any, None]]) -> None:
    """Run something with a simulator whose apps may ask any host, and one of its apps."""

    async def run() -> None:
        settings = SimulatorSettings(project=COUNTER, port=0, allow_any_host=True, check_domains=False)
        host = SimulatorHost(settings, load_project(COUNTER), ensure_bundle())
        await host.start()
        try:
            listener, app, _ = await host.new_app(NOBODY)
            await work(host, listener, app)
        finally:
            await host.close()

    asyncio.run(run())


async def asking(session: CDPSession) -> asyncio.Task[Any]:
    """A command that the page has and will not answer."""
    asked = asyncio.ensure_future(session.send("Runtime.evaluate", NEVER))
    await session.send("Runtime.evaluate", {"expression": "0"})
    return asked


ASK = """(api, wish) => {
  const filePath = `${wx.env.USER_DATA_PATH}/x`
  wx.getFileSystemManager().writeFileSync(filePath, 'x')
  return new Promise((go) =>
    wx[api]({ ...wish, filePath, success: () => go('it answered'), fail: (e) => go(e.errMsg) }))
}"""
DIAL = """(url) => new Promise((go) => {
  const task = wx.connectSocket({ url, fail: (e) => go(e.errMsg) })
  task.onOpen(() => go('it answered'))
  task.onError((e) => go(e.errMsg))
})"""


class TestCommands:
    def test_are_answered_each_with_its_own_result(self, with_a_page: WithAPage) -> None:
        async def work(_: Chromium, __: Page, session: CDPSession) -> None:
            asked = [session.send("Runtime.evaluate", {"expression": f"{n} + {n}"}) for n in range(50)]
            answers = await asyncio.gather(*asked)
            assert [answer["result"]["value"] for answer in answers] == [n + n for n in range(50)]

        with_a_page(work)

    def test_that_the_browser_refuses_fail_with_its_words(self, with_a_page: WithAPage) -> None:
        async def work(_: Chromium, __: Page, session: CDPSession) -> None:
            with pytest.raises(CDPError, match=r"'No\.such' wasn't found"):
                await session.send("No.such")

        with_a_page(work)

    def test_that_no_json_can_say_are_refused_and_nothing_else_suffers(self, with_a_page: WithAPage) -> None:
        async def work(_: Chromium, __: Page, session: CDPSession) -> None:
            touch: dict[str, Any] = {"type": "touchStart", "touchPoints": [{"x": float("inf"), "y": 5}]}
            with pytest.raises(CDPError, match=r"Input.dispatchTouchEvent cannot be sent: .*not JSON"):
                await session.send("Input.dispatchTouchEvent", touch)
            assert (await session.send("Runtime.evaluate", {"expression": "7"}))["result"]["value"] == 7

        with_a_page(work)

    def test_that_the_browser_cannot_read_leave_nobody_waiting(self, with_a_page: WithAPage) -> None:
        async def work(_: Chromium, __: Page, session: CDPSession) -> None:
            touch = {"type": "touchStart", "touchPoints": [{"x": 10**400, "y": 5}]}
            with pytest.raises(CDPError, match="JSON: "):
                await session.send("Input.dispatchTouchEvent", touch)
            assert (await session.send("Runtime.evaluate", {"expression": "7"}))["result"]["value"] == 7

        with_a_page(work)

    def test_too_long_for_the_browser_are_refused_and_nothing_else_suffers(
        self, with_a_page: WithAPage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def work(_: Chromium, __: Page, session: CDPSession) -> None:
            monkeypatch.setattr(cdp, "LONGEST", 1000)
            with pytest.raises(CDPError, match=r"too long for the browser: 1\d\d\d bytes, at most 1000"):
                await session.send("Runtime.evaluate", {"expression": "1" * 1000})
            assert (await session.send("Runtime.evaluate", {"expression": "7"}))["result"]["value"] == 7

        with_a_page(work)

    @pytest.mark.full
    def test_as_long_as_may_be_arrive(self, with_a_page: WithAPage) -> None:
        async def work(_: Chromium, __: Page, session: CDPSession) -> None:
            length = cdp.LONGEST - 1000
            answer = await session.send("Runtime.evaluate", {"expression": f"'{'x' * length}'.length"})
            assert answer["result"]["value"] == length

        with_a_page(work)


class TestEvents:
    def test_reach_who_asked_for_them_in_order(self, with_a_page: WithAPage) -> None:
        async def work(_: Chromium, __: Page, session: CDPSession) -> None:
            heard: list[str] = []
            session.on("Runtime.bindingCalled", lambda event: heard.append(event["payload"]))
            await session.send("Runtime.addBinding", {"name": "tell"})
            await session.send("Runtime.evaluate", {"expression": "for (let n = 0; n < 9; n++) tell(`${n}`)"})
            assert heard == list("012345678")

        with_a_page(work)

    def test_that_are_handled_badly_end_nothing(
        self, with_a_page: WithAPage, capfd: pytest.CaptureFixture[str]
    ) -> None:
        async def work(_: Chromium, __: Page, session: CDPSession) -> None:
            heard: list[str] = []
            session.on("Runtime.bindingCalled", lambda event: heard.append(event["no such member"]))
            session.on("Runtime.bindingCalled", lambda event: heard.append(event["payload"]))
            await session.send("Runtime.addBinding", {"name": "tell"})
            await session.send("Runtime.evaluate", {"expression": "tell('it')"})
            assert heard == ["it"]

        with_a_page(work)
        assert "KeyError: 'no such member'" in capfd.readouterr().err

    def test_of_one_session_do_not_reach_another(self, with_a_page: WithAPage) -> None:
        async def work(chromium: Chromium, page: Page, session: CDPSession) -> None:
            other, heard = await chromium.cdp.attach(page.context, page), list[str]()
            other.on("Runtime.bindingCalled", lambda event: heard.append(event["payload"]))
            await session.send("Runtime.addBinding", {"name": "tell"})
            await session.send("Runtime.evaluate", {"expression": "tell('it')"})
            await other.send("Runtime.evaluate", {"expression": "0"})
            assert heard == []

        with_a_page(work)


class TestEnds:
    def test_a_page_that_closes_answers_nothing_more(self, with_a_page: WithAPage) -> None:
        async def work(_: Chromium, page: Page, session: CDPSession) -> None:
            asked = await asking(session)
            await page.close()
            with pytest.raises(CDPError, match="the page is gone"):
                await asked
            with pytest.raises(CDPError, match="the session has ended"):
                await session.send("Runtime.evaluate", {"expression": "0"})

        with_a_page(work)

    def test_a_session_that_is_ended_leaves_the_others(self, with_a_page: WithAPage) -> None:
        async def work(chromium: Chromium, page: Page, session: CDPSession) -> None:
            other = await chromium.cdp.attach(page.context, page)
            asked, waits = await asking(session), await asking(other)
            await session.detach()
            with pytest.raises(CDPError, match="the session was ended"):
                await asked
            await session.detach()
            assert (await other.send("Runtime.evaluate", {"expression": "7"}))["result"]["value"] == 7
            assert not waits.done()
            waits.cancel()

        with_a_page(work)

    def test_a_browser_that_dies_answers_nothing_more(self) -> None:
        async def work(chromium: Chromium, _: Page, session: CDPSession) -> None:
            asked = await asking(session)
            psutil.Process(chromium.pid).kill()
            with pytest.raises(CDPError, match="the browser is gone"):
                await asked
            with pytest.raises(CDPError, match="the browser is gone"):
                await session.send("Runtime.evaluate", {"expression": "0"})

        with_a_browser(work)

    def test_a_connection_that_is_lost_ends_the_simulator_though_the_browser_lives(self) -> None:
        async def work(chromium: Chromium, _: Page, session: CDPSession) -> None:
            asked, watching = await asking(session), asyncio.ensure_future(chromium.watch())
            chromium.cdp._socket.transport.abort()
            with pytest.raises(CDPError, match="the browser is gone"):
                await asked
            words = f"the connection to Chromium (process {chromium.pid}) ended: the browser is gone"
            assert str(await watching).startswith(words)

        with_a_browser(work)

    def test_a_browser_that_dies_is_to_blame_itself(self) -> None:
        async def work(chromium: Chromium, _: Page, __: CDPSession) -> None:
            watching = asyncio.ensure_future(chromium.watch())
            psutil.Process(chromium.pid).kill()
            assert "Chromium died" in str(await watching)

        with_a_browser(work)

    @pytest.mark.parametrize("end", ["kill", "terminate"])
    def test_a_driver_that_dies_is_to_blame_and_not_the_browser_that_goes_with_it(self, end: str) -> None:
        async def work(chromium: Chromium, _: Page, __: CDPSession) -> None:
            browser = psutil.Process(chromium.pid)
            getattr(chromium._processes["Playwright's driver"], end)()
            gone = asyncio.to_thread(poll, lambda: runs(browser), lambda it_runs: not it_runs, within=10)
            assert (await gone).satisfied
            assert str(await chromium.watch()).startswith("Playwright's driver died: process ")

        with_a_browser(work)


@pytest.fixture
def listening() -> Iterator[int]:
    """A port of this process that tells no address of a browser."""
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield httpd.server_port
    httpd.shutdown()
    thread.join()
    httpd.server_close()


class TestTheWayThere:
    def test_a_process_that_listens_nowhere_is_no_browser(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(cdp, "PORT_WITHIN", 0.1)
        with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
            words = rf"process {process.pid}\) told no address of its DevTools: it listens nowhere"
            with pytest.raises(BrokenError, match=words):
                asyncio.run(CDP.connect(process.pid))
            process.kill()

    def test_a_process_that_listens_for_something_else_is_none(
        self, listening: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(cdp, "PORT_WITHIN", 0.5)
        with pytest.raises(BrokenError, match=rf"DevTools: port {listening} tells JSONDecodeError"):
            asyncio.run(CDP.connect(os.getpid()))

    def test_a_process_that_is_gone_is_named(self) -> None:
        with subprocess.Popen([sys.executable, "-c", ""]) as process:
            process.wait()
        with pytest.raises(BrokenError, match=rf"DevTools do not answer: .*pid={process.pid}"):
            asyncio.run(CDP.connect(process.pid))

    def test_an_app_does_not_find_it(self) -> None:
        """Not even one that may ask any host, through wx.request: the port tells the way to drive the browser."""

        async def work(host: SimulatorHost, listener: Listener, app: RunningApp) -> None:
            for port in (host.chromium.cdp.port, host.control.port, listener.port):
                wish = {"url": f"http://localhost:{port}/json/version", "name": "x"}
                for api in ("request", "downloadFile", "uploadFile"):
                    asked = app.call("App.callFunction", {"functionDeclaration": ASK, "args": [api, wish]})
                    assert "net::ERR_CONNECTION_REFUSED" in (await asked)["result"], api
                dialled = {"functionDeclaration": DIAL, "args": [f"ws://localhost:{port}/devtools"]}
                said = (await app.call("App.callFunction", dialled))["result"]
                assert "net::ERR_CONNECTION_REFUSED" in said

        with_an_app(work)

    def test_nor_the_port_of_one_that_is_being_closed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async def work(host: SimulatorHost, listener: Listener, app: RunningApp) -> None:
            kept, close = list[bool](), app.close

            async def closing() -> None:
                kept.append(listener.port in host._own_ports())
                await close()

            monkeypatch.setattr(app, "close", closing)
            await host.close_app(listener.port)
            assert kept == [True]
            assert listener.port not in host._own_ports()

        with_an_app(work)

    def test_a_page_is_refused_and_so_is_another_machine(self, with_a_page: WithAPage) -> None:
        """Should app code ever reach the port: Chromium hears of its Origin, or the name it asks for."""

        async def work(chromium: Chromium, _: Page, __: CDPSession) -> None:
            address = await cdp.address_of(psutil.Process(chromium.pid))
            port = chromium.cdp.port
            for origin in (
                "https://mp.invalid",
                "http://localhost:3000",
                f"http://evil.example:{port}",
                "null",
            ):
                with pytest.raises(InvalidStatus, match="403"):
                    await connect(address, origin=origin, proxy=None)  # type: ignore[arg-type]
            async with httpx.AsyncClient(trust_env=False) as client:
                told = await client.get(
                    f"http://127.0.0.1:{port}/json/version", headers={"Host": "evil.example"}
                )
            assert told.is_error
            heard = psutil.Process(chromium.pid).net_connections("tcp")
            assert {each.laddr.ip for each in heard if each.status == psutil.CONN_LISTEN} == {"127.0.0.1"}

        with_a_page(work)
