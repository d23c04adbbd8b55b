"""The connection to the browser's own CDP: what is asked is answered, or fails with the reason, at once."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.async_api import Page
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from harness.core.errors import BrokenError, ProtocolError
from harness.simulator import cdp
from harness.simulator.browser import Chromium
from harness.simulator.build import ensure_bundle
from harness.simulator.cdp import CDP, CDPError, Session
from harness.simulator.host import SimulatorHost
from harness.simulator.people import NOBODY
from harness.simulator.project import load_project
from harness.simulator.settings import SimulatorSettings

COUNTER = Path(__file__).parent / "fixture_apps" / "counter"
WITHIN = 10.0
NEVER = {"expression": "new Promise(() => {})", "awaitPromise": True}
Work = Callable[[Chromium, Page, Session], Coroutine[Any, Any, None]]


def with_a_page(work: Work) -> None:
    """Run something with a browser, a page in it, and a session with the page."""

    async def run() -> None:
        chromium = await Chromium.start()
        try:
            context = await chromium.browser.new_context()
            page = await context.new_page()
            async with asyncio.timeout(WITHIN):
                await work(chromium, page, await chromium.cdp.attach(context, page))
        finally:
            await chromium.close()

    asyncio.run(run())


async def asking(session: Session) -> asyncio.Task[Any]:
    """A command that the page has and will not answer."""
    asked = asyncio.ensure_future(session.send("Runtime.evaluate", NEVER))
    await session.send("Runtime.evaluate", {"expression": "0"})
    return asked


class TestCommands:
    def test_are_answered_each_with_its_own_result(self) -> None:
        async def work(_: Chromium, __: Page, session: Session) -> None:
            asked = [session.send("Runtime.evaluate", {"expression": f"{n} + {n}"}) for n in range(50)]
            answers = await asyncio.gather(*asked)
            assert [answer["result"]["value"] for answer in answers] == [n + n for n in range(50)]

        with_a_page(work)

    def test_that_the_browser_refuses_fail_with_its_words(self) -> None:
        async def work(_: Chromium, __: Page, session: Session) -> None:
            with pytest.raises(CDPError, match=r"'No\.such' wasn't found"):
                await session.send("No.such")

        with_a_page(work)

    def test_too_long_for_the_browser_are_refused_and_nothing_else_suffers(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def work(_: Chromium, __: Page, session: Session) -> None:
            monkeypatch.setattr(cdp, "LONGEST", 1000)
            with pytest.raises(CDPError, match=r"too long for the browser: 1\d\d\d bytes, at most 1000"):
                await session.send("Runtime.evaluate", {"expression": "1" * 1000})
            assert (await session.send("Runtime.evaluate", {"expression": "7"}))["result"]["value"] == 7

        with_a_page(work)

    def test_as_long_as_may_be_arrive(self) -> None:
        async def work(_: Chromium, __: Page, session: Session) -> None:
            length = cdp.LONGEST - 1000
            answer = await session.send("Runtime.evaluate", {"expression": f"'{'x' * length}'.length"})
            assert answer["result"]["value"] == length

        with_a_page(work)


class TestEvents:
    def test_reach_who_asked_for_them_in_order(self) -> None:
        async def work(_: Chromium, __: Page, session: Session) -> None:
            heard: list[str] = []
            session.on("Runtime.bindingCalled", lambda event: heard.append(event["payload"]))
            await session.send("Runtime.addBinding", {"name": "tell"})
            await session.send("Runtime.evaluate", {"expression": "for (let n = 0; n < 9; n++) tell(`${n}`)"})
            assert heard == list("012345678")

        with_a_page(work)

    def test_of_one_session_do_not_reach_another(self) -> None:
        async def work(chromium: Chromium, page: Page, session: Session) -> None:
            other, heard = await chromium.cdp.attach(page.context, page), list[str]()
            other.on("Runtime.bindingCalled", lambda event: heard.append(event["payload"]))
            await session.send("Runtime.addBinding", {"name": "tell"})
            await session.send("Runtime.evaluate", {"expression": "tell('it')"})
            await other.send("Runtime.evaluate", {"expression": "0"})
            assert heard == []

        with_a_page(work)


class TestEnds:
    def test_a_page_that_closes_answers_nothing_more(self) -> None:
        async def work(_: Chromium, page: Page, session: Session) -> None:
            asked = await asking(session)
            await page.close()
            with pytest.raises(CDPError, match="the page is gone"):
                await asked
            with pytest.raises(CDPError, match="the page is gone"):
                await session.send("Runtime.evaluate", {"expression": "0"})

        with_a_page(work)

    def test_a_session_that_is_ended_leaves_the_others(self) -> None:
        async def work(chromium: Chromium, page: Page, session: Session) -> None:
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
        async def work(chromium: Chromium, _: Page, session: Session) -> None:
            asked = await asking(session)
            psutil.Process(chromium.pid).kill()
            with pytest.raises(CDPError, match="the browser is gone"):
                await asked
            with pytest.raises(CDPError, match="the browser is gone"):
                await session.send("Runtime.evaluate", {"expression": "0"})

        with_a_page(work)


@pytest.fixture
def no_browser(tmp_path: Path) -> Iterator[int]:
    """A process that looks like a browser with a profile and tells no port."""
    idle = "import sys; sys.stdin.read()"
    words = [sys.executable, "-c", idle, f"{cdp.PROFILE}{tmp_path}"]
    with subprocess.Popen(words, stdin=subprocess.PIPE) as process:
        yield process.pid
        process.kill()


class TestTheWayThere:
    def test_a_browser_that_tells_no_port_is_named(
        self, no_browser: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(cdp, "PORT_WITHIN", 0.1)
        words = r"Chromium told no port within 0\.1 s: DevToolsActivePort holds 'nothing'"
        with pytest.raises(BrokenError, match=words):
            asyncio.run(CDP.connect(no_browser))

    def test_a_port_that_nobody_answers_is_named(self, no_browser: int, tmp_path: Path) -> None:
        (tmp_path / cdp.PORT_FILE).write_text("9\n/devtools/browser/x")
        with pytest.raises(BrokenError, match=r"Chromium's DevTools do not answer: .*127\.0\.0\.1.*9"):
            asyncio.run(CDP.connect(no_browser))

    def test_another_process_is_no_browser(self) -> None:
        with pytest.raises(BrokenError, match=f"process {os.getpid()} is no browser with a profile"):
            asyncio.run(CDP.connect(os.getpid()))

    def test_an_app_does_not_find_it(self) -> None:
        """Not even one that may ask any host, through wx.request: the port tells the way to drive the browser."""

        async def work() -> None:
            settings = SimulatorSettings(project=COUNTER, port=0, allow_any_host=True, check_domains=False)
            host = SimulatorHost(settings, load_project(COUNTER), ensure_bundle())
            await host.start()
            try:
                door, app, _ = await host.new_app(NOBODY)
                for port in (host.chromium.cdp.port, host.control.port, door.port):
                    wish = {"url": f"http://localhost:{port}/json/version"}
                    asked = app.call("App.callWxMethod", {"method": "request", "args": [wish]})
                    with pytest.raises(ProtocolError, match="net::ERR_CONNECTION_REFUSED"):
                        await asked
            finally:
                await host.close()

        asyncio.run(work())

    def test_a_page_is_refused(self) -> None:
        """Should app code ever reach the port: Chromium hears of its Origin, and says no."""

        async def work(chromium: Chromium, _: Page, __: Session) -> None:
            address = await cdp.address_of(psutil.Process(chromium.pid))
            with pytest.raises(InvalidStatus, match="403"):
                await connect(address, origin="https://mp.invalid", proxy=None)

        with_a_page(work)
