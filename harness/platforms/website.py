"""Opens a website for people: a browser context for each in one real Chromium, and what became of that browser."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from harness.core.actors import Person
from harness.core.errors import PageFault, ProcessDied, ProcessStopped
from harness.core.platforms import WEBSITE, Platform
from harness.core.text import Text
from harness.platforms import capabilities
from harness.platforms.chromium_pool import ChromiumPool
from harness.platforms.settings import WebsiteSettings
from harness.platforms.website_errors import its, playwright_errors
from harness.platforms.website_hosts import answer_hosts
from harness.platforms.website_session import WebsiteSession
from harness.platforms.website_trace import WebsiteTrace

OPENING = Text(zh="打开浏览器窗口", en="opening a browser window")


class WebsiteDriver:
    """Opens one website, in a browser window for each person.

    ``hosts``: an address in the website's own scripts, and the one at which a proxy answers for it. ``trace``: whether
    each session records what was done, so that it can be kept.
    """

    def __init__(
        self,
        settings: WebsiteSettings,
        base_url: str,
        pool: ChromiumPool,
        about: Platform = WEBSITE,
        hosts: Mapping[str, str] | None = None,
        *,
        trace: bool = False,
    ) -> None:
        self.settings, self.base_url, self.about, self._pool = settings, base_url, about, pool
        self._hosts, self._trace = hosts or {}, trace

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
            answer_hosts(context, self._hosts)
            base_path = urlsplit(self.base_url).path.rstrip("/")
            recording = WebsiteTrace(context) if self._trace else None
            session = WebsiteSession(
                context, self.settings, self.about, self._errors, base_path, self._stopped
            )
            session.recording = recording
            return session

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
            if (stopped := self._stopped()) is not None:
                raise ProcessStopped(its(stopped, self.about)) from None
            raise
        except ProcessDied as closed:
            raise self.death() or closed from None

    def _stopped(self) -> str | None:
        """What stands still: the browser, or Playwright's driver."""
        return self._pool.stopped(headless=self.settings.headless)

    def close(self) -> None:
        pass  # what is still open ends with the pool's browser
