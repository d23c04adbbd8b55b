"""A person in front of a website: a browser context of their own in one real Chromium.

Owns waiting (Playwright's auto-wait, one deadline), the mapping
of Playwright's errors to ours, and the evidence. Requests are recorded by the proxies, never here: while
Minium blocks the thread nothing in this process could answer.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from typing import Any

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from playwright.sync_api import expect

from harness.core.actors import Person
from harness.core.errors import DriverError, Evidence, PageFault, ProcessDied, ProcessStopped
from harness.core.exchange import TRACE_HEADER
from harness.core.platforms import WEBSITE, Platform
from harness.core.polling import in_time
from harness.core.text import Text
from harness.platforms import capabilities
from harness.platforms.chromium_pool import BROWSER, ChromiumPool
from harness.platforms.session import Shown, Thrown
from harness.platforms.settings import WebsiteSettings
from harness.platforms.wording import filling, page_text, picturing, reading

OPENING = Text(zh="打开浏览器窗口", en="opening a browser window")


class WebsiteDriver:
    """Opens one website, in a browser window for each person."""

    def __init__(
        self, settings: WebsiteSettings, base_url: str, pool: ChromiumPool, about: Platform = WEBSITE
    ) -> None:
        self.settings, self.base_url, self.about, self._pool = settings, base_url, about, pool

    @property
    def capabilities(self) -> frozenset[str]:
        return capabilities.of("website")

    def prepare(self) -> None:
        pass  # Chromium starts with the first window

    def open(self, person: Person | None = None) -> WebsiteSession:
        """A window of its own; a website does not know whose it is before they log in."""
        with self._errors(OPENING, ""):
            context = self._pool.browser(headless=self.settings.headless).new_context(
                base_url=self.base_url,
                locale=self.settings.locale,
                timezone_id=self.settings.timezone,
                viewport={"width": self.settings.width, "height": self.settings.height},
                service_workers="block",
            )
            return WebsiteSession(context, self.settings, self.about, self._errors)

    def death(self, *, within: float = 0.0) -> ProcessDied | None:
        gone = self._pool.gone(headless=self.settings.headless)
        return None if gone is None else ProcessDied(its(gone[0], self.about), how=gone[1])

    @contextlib.contextmanager
    def _errors(self, doing: Text, where: str) -> Iterator[None]:
        """Playwright's errors become ours; before a page is blamed, browser and driver are looked at."""
        try:
            with playwright_errors(doing, where, self.about):
                yield
        except PageFault:
            if (stopped := self._pool.stopped(headless=self.settings.headless)) is not None:
                raise ProcessStopped(its(stopped, self.about)) from None
            raise
        except ProcessDied as closed:
            raise self.death() or closed from None

    def close(self) -> None:
        pass  # what is still open ends with the pool's browser


class WebsiteSession:
    """One person in one browser context. Elements are named by their ``data-testid``."""

    def __init__(
        self,
        context: Any,
        settings: WebsiteSettings,
        about: Platform,
        errors: Callable[[Text, str], contextlib.AbstractContextManager[None]],
    ) -> None:
        self._context, self.settings, self.about, self._mapped = context, settings, about, errors
        self.platform = about.name
        self._thrown: list[Thrown] = []
        context.set_default_timeout(settings.patience * 1000)
        self.page = context.new_page()
        self.page.on("pageerror", self._on_page_error)
        self._crashed = False
        self.page.on("crash", self._on_crash)

    def _on_crash(self, _: object) -> None:
        self._crashed = True

    def _on_page_error(self, error: PlaywrightError) -> None:
        stack = error.stack or ""
        place = re.search(
            r"\((?:https?://[^/]+)?(/[^)]*?:\d+):\d+\)|at (?:https?://[^/]+)(/\S*?:\d+):", stack
        )
        where = next((part for part in place.groups() if part), "") if place else ""
        self._thrown.append(Thrown(f"{error.name or 'Error'}: {error.message}", where, stack))

    # what a person does

    def open(self, path: str) -> None:
        with self._errors(Text(zh=f"打开 {path}", en=f"opening {path}"), path):
            answer = self.page.goto(path)
        if answer is not None and answer.status >= 400:
            raise PageFault(
                Text(
                    zh=f"{self.about.title.zh}页面 {path} 打不开，返回 {answer.status}",
                    en=f"The {self.about.title.en} answers {answer.status} for the page {path}",
                ),
                Evidence(platform=self.platform, expected=page_text(path), seen=f"HTTP {answer.status}"),
            )

    def fill(self, testid: str, value: str) -> None:
        with self._errors(filling(testid)):
            self.page.get_by_test_id(testid).fill(value)

    def tap(self, testid: str) -> None:
        with self._errors(Text(zh=f"点击 '{testid}'", en=f"pressing '{testid}'")):
            self.page.get_by_test_id(testid).click()

    def text(self, testid: str) -> str:
        """The visible text of an element, once it is to be seen."""
        with self._errors(reading(testid)):
            found = self.page.get_by_test_id(testid)
            # Playwright reads the text of a hidden element too, and waits only for one that is not there.
            found.wait_for(state="visible")
            return str(found.inner_text()).strip()

    def text_now(self, testid: str) -> str | None:
        """The visible text of an element at this moment; None when it is not there."""
        with self._errors(reading(testid)):
            found = self.page.get_by_test_id(testid)
            return str(found.first.inner_text()).strip() if found.count() else None

    def value(self, testid: str) -> str:
        with self._errors(reading(testid)):
            return str(self.page.get_by_test_id(testid).input_value())

    def attribute(self, testid: str, name: str) -> str | None:
        with self._errors(reading(testid)):
            value: str | None = self.page.get_by_test_id(testid).get_attribute(name)
            return value

    def reload(self) -> None:
        with self._errors(Text(zh="刷新页面", en="reloading the page")):
            self.page.reload()

    def arrive(self, path: str, *, after: Text) -> None:
        """Wait until the person is on ``path``; ``after`` says what should have brought them there."""
        with self._errors(after):
            try:
                expect(self.page).to_have_url(
                    re.compile(re.escape(path) + r"(\?|#|$)"), timeout=self.settings.patience * 1000
                )
            except AssertionError:
                alert = self.page.get_by_role("alert")
                said = str(alert.first.inner_text()).strip() if alert.count() else ""
                raise PageFault(
                    Text(
                        zh=f"{after.zh}之后，{self.about.title.zh}没有来到 {path}",
                        en=f"The {self.about.title.en} does not lead to {path} after {after.en}",
                    ),
                    Evidence(
                        platform=self.platform,
                        expected=in_time(page_text(path), self.settings.patience),
                        seen=page_text(self.where(), said),
                    ),
                ) from None

    # what the layers above need

    def trace(self, traceparent: str | None) -> None:
        with self._errors(Text(zh="设置浏览器的跟踪标识", en="setting the trace of the browser")):
            self._context.set_extra_http_headers({TRACE_HEADER: traceparent} if traceparent else {})

    def thrown(self) -> list[Thrown]:
        if self._crashed:
            raise page_crashed(self.about, Text(zh="场景进行", en="the scenario went on"))
        found, self._thrown = self._thrown, []
        return found

    def where(self) -> str:
        return re.sub(r"^https?://[^/]+", "", str(self.page.url)) or "/"

    def screenshot(self) -> bytes:
        with self._errors(picturing(self.about)):
            return bytes(self.page.screenshot())

    def texts(self) -> list[Shown]:
        return []

    def close(self) -> None:
        with contextlib.suppress(PlaywrightError):
            self._context.close()

    def _errors(self, doing: Text, where: str | None = None) -> contextlib.AbstractContextManager[None]:
        return self._mapped(doing, self.where() if where is None else where)


@contextlib.contextmanager
def playwright_errors(doing: Text, where: str, about: Platform) -> Iterator[None]:
    """Playwright's errors become ours: a missing element is the page's fault, a dead browser is nobody's.

    Source: playwright 1.65 raises ``TimeoutError`` for unmet waits and ``Error`` for all else; a closed
    target is told by its class name ``TargetClosedError``.
    """
    try:
        yield
    except PlaywrightTimeout as error:
        raise PageFault(
            Text(
                zh=f"{about.title.zh}无法操作：{doing.zh}",
                en=f"The {about.title.en} cannot be used while {doing.en}",
            ),
            Evidence(
                platform=about.name,
                expected=doing,
                seen=Text(zh="在 {where}：{words}", en="on {where}: {words}").format(
                    where=where or "/", words=_first_lines(error.message)
                ),
            ),
        ) from None
    except PlaywrightError as error:
        if "crashed" in error.message.partition("\n")[0]:
            raise page_crashed(about, doing) from None
        if type(error).__name__ == "TargetClosedError" or "has been closed" in error.message:
            closed = Text(zh="{doing}时被关闭", en="closed while {doing}").format(doing=doing)
            raise ProcessDied(its(BROWSER, about), how=closed) from None
        words = Text(zh="Playwright 出错（{doing}）：{error}", en="Playwright failed while {doing}: {error}")
        raise DriverError(words.format(doing=doing, error=_first_lines(error.message))) from error


def its(part: str, about: Platform) -> Text:
    """A part of what runs a website: ``Chromium of the website``."""
    return Text(zh=f"{about.title.zh}的 {part}", en=f"{part} of the {about.title.en}")


def page_crashed(about: Platform, doing: Text) -> ProcessDied:
    """The browser's process of one page is gone; which code made it crash the browser does not say."""
    page = Text(zh=f"{about.title.zh}的 Chromium 页面", en=f"Chromium's page of the {about.title.en}")
    return ProcessDied(page, how=Text(zh="{doing}时崩溃", en="it crashed while {doing}").format(doing=doing))


def _first_lines(message: str) -> str:
    lines = [line.strip() for line in message.splitlines() if line.strip() and line.strip() != "Call log:"]
    return "; ".join(lines[:3])
