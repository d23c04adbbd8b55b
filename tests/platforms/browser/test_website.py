"""The website session in a real Chromium, against pages of a few lines."""

from __future__ import annotations

import contextlib
import os
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Error

from harness.core.errors import DriverError, PageFault, ProcessDied, ProcessStopped
from harness.core.platforms import Platform
from harness.core.polling import poll
from harness.core.text import Text
from harness.platforms.capabilities import CAPABILITIES
from harness.platforms.chromium_pool import ChromiumPool
from harness.platforms.settings import WebsiteSettings
from harness.platforms.website import WebsiteDriver
from harness.platforms.website_session import WebsiteSession
from harness.processes.process_tree import runs

PAGES = {
    "/": '<button data-testid="go" onclick="location=\'/next\'">go</button>'
    '<button data-testid="dead">dead</button><p role="alert">out of order</p>',
    "/next": '<p data-testid="said">arrived</p><input data-testid="name">',
    "/late": '<button data-testid="go" onclick="setTimeout(arrive, 300)">go</button>'
    "<script>function arrive() { late.innerText = 'sent'; late.hidden = false }</script>"
    '<p data-testid="late" id="late" hidden>not yet</p>',
    "/throws": '<button data-testid="go" onclick="undefined.map()">go</button>',
}
SEEN: list[str | None] = []


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        SEEN.append(self.headers["traceparent"])
        page = PAGES.get(self.path)
        body = (page or "nothing").encode()
        self.send_response(200 if page else 404)
        self.send_header("content-type", "text/html")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def driver() -> Iterator[WebsiteDriver]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings = WebsiteSettings(service="site", patience=1.0)
        pool = ChromiumPool()
        yield WebsiteDriver(settings, f"http://127.0.0.1:{server.server_address[1]}", pool)
        pool.close()
        server.shutdown()


@pytest.fixture
def session(driver: WebsiteDriver) -> Iterator[WebsiteSession]:
    session = driver.open()
    yield session
    session.close()


AFTER = Text(zh="按下按钮", en="pressing the button")


def test_a_person_presses_arrives_fills_and_reads(session: WebsiteSession) -> None:
    session.open("/")
    session.tap("go")
    session.arrive("/next", after=AFTER)
    assert session.text("said") == "arrived"
    session.fill("name", "小七")
    assert session.value("name") == "小七"
    assert session.text_now("not-there") is None
    assert session.screenshot().startswith(b"\x89PNG")


def test_what_is_hidden_is_not_read_before_it_is_shown(session: WebsiteSession) -> None:
    session.open("/late")
    session.tap("go")
    assert session.text("late") == "sent"


def test_what_stays_hidden_is_the_pages_fault(session: WebsiteSession) -> None:
    session.open("/late")
    with pytest.raises(PageFault):
        session.text("late")


def test_a_button_that_does_nothing_is_the_pages_fault(session: WebsiteSession) -> None:
    session.open("/")
    session.tap("dead")
    with pytest.raises(PageFault) as caught:
        session.arrive("/next", after=AFTER)
    assert "does not lead to /next after pressing the button" in str(caught.value)
    assert "the page /, which says: out of order" in str(caught.value)
    assert "按下按钮之后，网站没有来到 /next" in caught.value.say("zh")


def test_an_element_that_is_not_there_is_the_pages_fault(session: WebsiteSession) -> None:
    session.open("/")
    with pytest.raises(PageFault, match="pressing 'missing'"):
        session.tap("missing")


def test_a_page_that_is_not_there_is_the_pages_fault(session: WebsiteSession) -> None:
    with pytest.raises(PageFault, match="answers 404 for the page /gone"):
        session.open("/gone")


def test_what_the_page_throws_is_told_once_with_its_place(session: WebsiteSession) -> None:
    session.open("/throws")
    session.tap("go")
    [thrown] = session.thrown()
    assert thrown.message.startswith("TypeError: Cannot read properties of undefined")
    assert thrown.place.startswith("/throws:1")
    assert session.thrown() == []


def test_every_request_carries_the_trace(session: WebsiteSession) -> None:
    session.trace("00-" + "a" * 32 + "-0000000100000001-01")
    session.open("/")
    assert SEEN[-1] == "00-" + "a" * 32 + "-0000000100000001-01"


def test_an_address_nobody_listens_on_is_not_the_products_fault(session: WebsiteSession) -> None:
    with pytest.raises(DriverError, match="ERR_CONNECTION_REFUSED"):
        session.open("http://127.0.0.1:2/")


def test_a_browser_that_is_gone_is_named(driver: WebsiteDriver) -> None:
    session = driver.open()
    session.page.context.close()
    with pytest.raises(ProcessDied, match="Chromium of the website"):
        session.open("/")


def test_a_page_that_crashed_is_named_and_not_the_products_fault(driver: WebsiteDriver) -> None:
    session = driver.open()
    session.open("/")
    with session.page.expect_event("crash"), contextlib.suppress(Error):
        session.page.goto("chrome://crash")
    for act in (lambda: session.tap("go"), lambda: session.screenshot(), session.thrown):
        with pytest.raises(ProcessDied, match="Chromium's page of the website died: it crashed while"):
            act()
    session.close()
    assert driver.death() is None


def test_two_websites_share_a_browser_and_each_is_named(driver: WebsiteDriver) -> None:
    about = Platform("staff", Text(zh="店员后台", en="staff site"), "website")
    second = WebsiteDriver(driver.settings, driver.base_url, driver._pool, about)
    session = second.open()
    assert session.platform == "staff"
    assert second.capabilities == driver.capabilities == set(CAPABILITIES)
    with pytest.raises(PageFault) as caught:
        session.open("/gone")
    assert "The staff site answers 404" in str(caught.value)
    assert "店员后台页面 /gone 打不开" in caught.value.say("zh")
    assert caught.value.evidence.platform == "staff"
    with pytest.raises(PageFault, match="The staff site's page /gone has no 'x'"):
        session.tap("x")
    session.close()
    assert second.death() is None


def test_a_browser_whose_process_is_gone_is_dead_until_the_next_window(driver: WebsiteDriver) -> None:
    driver._pool.browser(headless=True).close()
    died = driver.death()
    assert died is not None
    assert "Chromium of the website died" in str(died)
    driver.open().close()
    assert driver.death() is None


@pytest.mark.parametrize("end", ["kill", "terminate"])
def test_after_the_death_of_playwright_too_the_next_window_opens(driver: WebsiteDriver, end: str) -> None:
    session = driver.open()
    playwright = driver._pool._processes["Playwright"]
    getattr(playwright, end)()
    poll(lambda: runs(playwright), lambda it_runs: not it_runs, within=10)
    with pytest.raises(ProcessDied, match=r"^Playwright of the website died: its process is gone") as died:
        session.open("/")
    assert died.value.say("zh") == "网站的 Playwright 意外退出：进程已不存在"
    session.close()
    session = driver.open()
    session.open("/")
    session.close()


@pytest.mark.skipif(os.name != "posix", reason="only there a process can be stopped")
def test_a_page_of_a_browser_that_stands_still_is_not_to_blame(driver: WebsiteDriver) -> None:
    session = driver.open()
    session.open("/")
    browser = driver._pool._processes["Chromium"]
    browser.suspend()
    try:
        with pytest.raises(ProcessStopped, match=r"^Chromium of the website is stopped"):
            session.tap("dead")
    finally:
        browser.resume()
    session.tap("go")
    session.arrive("/next", after=AFTER)
    session.close()


@pytest.mark.full
@pytest.mark.skipif(os.name != "posix", reason="only there a process can be stopped")
@pytest.mark.parametrize("name", ["Playwright", "Chromium"])
def test_what_stands_still_for_long_is_ended(driver: WebsiteDriver, name: str) -> None:
    session = driver.open()
    driver._pool._processes[name].suspend()
    assert poll(driver.death, lambda died: died is not None, within=15).satisfied
    with pytest.raises(
        ProcessDied, match=rf"^{name} of the website died: it was stopped by a signal for 5 s"
    ):
        session.open("/")
    session.close()
    driver.open().close()


def test_a_session_keeps_its_trace_masked_and_once(driver: WebsiteDriver, tmp_path: Path) -> None:
    recorded = WebsiteDriver(driver.settings, driver.base_url, driver._pool, trace=True)
    session, file = recorded.open(), tmp_path / "trace.zip"
    session.open("/next#token=tk-fake-0123")
    session.fill("name", "13912345678")
    assert session.keep_trace(file)
    assert not session.keep_trace(file), "it has ended"
    session.close()
    with zipfile.ZipFile(file) as trace:
        assert trace.namelist()
        told = b"".join(map(trace.read, trace.namelist()))
    assert b"frame-snapshot" in told
    assert b"139****5678" in told
    assert b"13912345678" not in told
    assert b"tk-fake-0123" not in told


def test_without_being_asked_nothing_is_recorded(driver: WebsiteDriver, tmp_path: Path) -> None:
    session = driver.open()
    assert not session.keep_trace(tmp_path / "trace.zip")
    assert not list(tmp_path.iterdir())
    session.close()
