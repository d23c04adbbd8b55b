"""A person in front of a website: what they do and read, each with a deadline and words for what goes wrong.

What a page still loads is waited for: a person would. Requests are recorded by the proxies, never here: while Minium
blocks the thread nothing in this process could answer.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from harness.core.errors import Evidence, PageFault
from harness.core.exchange import TRACE_HEADER
from harness.core.masking import mask_text
from harness.core.platforms import Platform
from harness.core.polling import in_time
from harness.core.text import Text
from harness.platforms.addresses import is_at
from harness.platforms.dialogs import Dialog, no_dialog
from harness.platforms.locators import Element
from harness.platforms.session import Shown, Thrown
from harness.platforms.settings import WebsiteSettings
from harness.platforms.website_elements import find
from harness.platforms.website_errors import (
    LOADING,
    may_be_pressed,
    not_reached,
    nowhere,
    page_crashed,
    several,
    was_pressed,
)
from harness.platforms.website_trace import WebsiteTrace
from harness.platforms.wording import (
    choosing,
    filling,
    looking_for,
    page_text,
    picturing,
    pressing,
    reading,
    scrolling,
    uploading,
)

T = TypeVar("T")
KEEPING = Text(zh="保存操作轨迹", en="keeping the trace")
LOOK_EVERY = 50.0  # ms
QUIET = 100.0  # ms
# What a page may have open without end.
ENDLESS = ("eventsource", "websocket", "media", "ping")
Errors = Callable[[Text, str], contextlib.AbstractContextManager[None]]


class WebsiteSession:
    """One person in one browser context, which may open several windows: the last is in front of them.

    Elements are named by :class:`harness.Locator`; a text alone is a test id.
    """

    def __init__(
        self,
        context: Any,
        settings: WebsiteSettings,
        about: Platform,
        errors: Errors,
        base_path: str = "",
        stopped: Callable[[], object] = lambda: None,
    ) -> None:
        """``base_path`` is before all paths of the site; ``stopped`` says whether the browser stands still."""
        self._stopped = stopped
        self.recording: WebsiteTrace | None = None
        self._context, self.settings, self.about, self._mapped = context, settings, about, errors
        self._base_path = base_path
        self.platform = about.name
        self._thrown: list[Thrown] = []
        self._crashed = False
        self._loading: dict[int, str] = {}
        self._requests = 0
        self._dialog: Dialog | None = None
        self._windows: list[Any] = []
        context.set_default_timeout(settings.patience * 1000)
        context.on("page", self._on_window)
        self._on_window(context.new_page())

    @property
    def page(self) -> Any:
        """Playwright's page of the window in front."""
        return self._windows[-1]

    # what a person does

    def open(self, path: str) -> None:
        with self._errors(Text(zh=f"打开 {path}", en=f"opening {path}"), path):
            answer = self._patiently(lambda timeout: self.page.goto(self._below_base(path), timeout=timeout))
        if answer is not None and answer.status >= 400:
            raise PageFault(
                Text(
                    zh=f"{self.about.title.zh}页面 {path} 打不开，返回 {answer.status}",
                    en=f"The {self.about.title.en} answers {answer.status} for the page {path}",
                ),
                Evidence(platform=self.platform, expected=page_text(path), seen=f"HTTP {answer.status}"),
            )

    def fill(self, element: Element, value: str) -> None:
        self._act(element, filling(element), lambda found, timeout: found.fill(value, timeout=timeout))

    def tap(self, element: Element) -> None:
        self._press(element, lambda found, timeout: found.click(timeout=timeout))

    def hover(self, element: Element) -> None:
        self._act(element, pressing(element), lambda found, timeout: found.hover(timeout=timeout))

    def choose(self, element: Element, option: str) -> None:
        """An option of a list, by its text or value."""
        doing = choosing(element, option)
        self._act(element, doing, lambda found, timeout: found.select_option(option, timeout=timeout))

    def check(self, element: Element, on: bool = True) -> None:
        """A checkbox, radio button or switch."""
        self._press(element, lambda found, timeout: found.set_checked(on, timeout=timeout))

    def press(self, key: str) -> None:
        """A key as Playwright names it: ``Enter``, ``Escape``, ``Control+A``."""
        with self._errors(Text(zh=f"按 {key} 键", en=f"pressing the key {key}")):
            self.page.keyboard.press(key)

    def scroll_to(self, element: Element) -> None:
        doing = scrolling(element)
        self._act(element, doing, lambda found, timeout: found.scroll_into_view_if_needed(timeout=timeout))

    def upload(self, element: Element, *files: Path | str) -> None:
        """Files for a file input, or for the chooser that pressing the element opens."""
        paths = [str(file) for file in files]

        def give(found: Any, timeout: float) -> None:
            if found.evaluate(
                "node => node instanceof HTMLInputElement && node.type === 'file'", timeout=timeout
            ):
                found.set_input_files(paths, timeout=timeout)
                return
            with self.page.expect_file_chooser(timeout=timeout) as chooser:
                found.click(timeout=timeout)
            chooser.value.set_files(paths)

        self._act(element, uploading(element), give)

    def reload(self) -> None:
        with self._errors(Text(zh="刷新页面", en="reloading the page")):
            self._patiently(lambda timeout: self.page.reload(timeout=timeout))

    def back(self) -> None:
        """To the page before, as the browser's button leads."""
        with self._errors(Text(zh="返回上一页", en="going back")):
            self._patiently(lambda timeout: self.page.go_back(timeout=timeout))

    def close_window(self) -> None:
        """The window in front; the one behind it is in front then."""
        with self._errors(Text(zh="关闭窗口", en="closing the window")):
            self.page.close()

    @contextlib.contextmanager
    def dialog(self, accept: bool = True, text: str | None = None) -> Iterator[Dialog]:
        """What is done inside opens a dialog (alert, confirm, prompt), which is accepted or dismissed.

        ``text`` is written into a prompt first. Afterwards the dialog tells its words. PageFault where none came.
        """
        self._dialog = Dialog(accept=accept, answer=text)
        try:
            yield self._dialog
            if not self.wait_until(lambda: self._dialog is None or self._dialog.came):
                raise no_dialog(self.about, self.where(), self.settings.patience)
        finally:
            self._dialog = None

    # what they read

    def text(self, element: Element) -> str:
        """The visible text of an element, once it is to be seen."""

        def read(found: Any, timeout: float) -> str:
            # Playwright reads the text of a hidden element too, and waits only for one that is not there.
            found.wait_for(state="visible", timeout=timeout)
            return str(found.inner_text(timeout=timeout)).strip()

        return self._act(element, reading(element), read)

    def text_now(self, element: Element) -> str | None:
        """The visible text of an element at this moment; None when it is not there."""
        with self._errors(reading(element)):
            found = self._find(element)
            return str(found.first.inner_text()).strip() if found.count() else None

    def texts_of(self, element: Element) -> list[str]:
        """The visible texts of all elements that fit, at this moment."""
        with self._errors(reading(element)):
            return [str(each).strip() for each in self._find(element).all_inner_texts()]

    def settle(self) -> None:
        """Wait until the page has loaded, and has no request under way; up to ``slow``, for one that never ends."""
        with self._errors(Text(zh="等待页面加载", en="waiting for the page to load")):
            self._patiently(lambda timeout: self.page.wait_for_load_state("load", timeout=timeout))
            self.wait_until(self._is_quiet)

    def value(self, element: Element) -> str:
        return self._act(
            element, reading(element), lambda found, timeout: str(found.input_value(timeout=timeout))
        )

    def attribute(self, element: Element, name: str) -> str | None:
        def read(found: Any, timeout: float) -> str | None:
            value: str | None = found.get_attribute(name, timeout=timeout)
            return value

        return self._act(element, reading(element), read)

    def see(self, element: Element) -> None:
        """Wait until an element is to be seen."""
        self._act(
            element,
            looking_for(element),
            lambda found, timeout: found.wait_for(state="visible", timeout=timeout),
        )

    def arrive(self, path: str, *, after: Text) -> None:
        """Wait until the person is on ``path``; ``after`` says what should have brought them there.

        The words of ``path`` count: its query and fragment too where it has them, in any order.
        """
        with self._errors(after):
            if self.wait_until(lambda: is_at(self.page.url, path)):
                return
            alert = self.page.get_by_role("alert")
            notice = mask_text(str(alert.first.inner_text()).strip()) if alert.count() else ""
        expected = in_time(page_text(path), self.settings.patience)
        raise nowhere(self.about, path, after, self.where(), notice, expected)

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

    def keep_trace(self, file: Path) -> bool:
        """Playwright's trace of the whole context, masked; False where none is recorded. Ends it."""
        recording, self.recording = self.recording, None
        if recording is not None:
            with self._errors(KEEPING):
                recording.keep(file)
        return recording is not None

    def texts(self) -> list[Shown]:
        return []

    def close(self) -> None:
        with contextlib.suppress(PlaywrightError):
            self._context.close()

    # how it waits

    def _find(self, element: Element) -> Any:
        return find(self.page, element, self.settings.test_id_attribute)

    def _act(self, element: Element, doing: Text, act: Callable[[Any, float], T]) -> T:
        """Do something with one element. PageFault, with what was there, where it is not to be had in time."""
        with self._errors(doing):
            try:
                return self._patiently(lambda timeout: act(self._find(element), timeout))
            except PlaywrightTimeout as error:
                if self._stopped():  # it would not answer what is there
                    raise
                attribute, where = self.settings.test_id_attribute, self.where()
                fault = not_reached(error, self.page, element, attribute, doing, self.about, where)
                raise self._with_loading(fault) from None
            except PlaywrightError as error:
                if (unclear := several(error, element, self.where(), self.about)) is not None:
                    raise unclear from None
                raise

    def _press(self, element: Element, act: Callable[[Any, float], object]) -> None:
        """Once, whatever the page then takes to load: pressed twice, an order would be two."""

        def press(found: Any, timeout: float) -> None:
            try:
                act(found, timeout)
            except PlaywrightTimeout as error:
                if not was_pressed(error):
                    raise

        self._act(element, pressing(element), press)

    def _with_loading(self, fault: PageFault) -> PageFault:
        """What the page was still waiting for."""
        if self._loading:
            first = mask_text(next(iter(self._loading.values())))
            loading = LOADING.format(count=len(self._loading), first=first)
            fault.add(loading)
        return fault

    def _patiently(self, act: Callable[[float], T]) -> T:
        """Again while the page has a request under way, up to ``slow``: what it shows is not all there."""
        ends = time.monotonic() + self.settings.slow
        while True:
            front = self.page
            try:
                return act(self.settings.patience * 1000)
            except PlaywrightTimeout as error:
                if may_be_pressed(error):
                    raise
                if self.page is not front:  # a window opened meanwhile: what is waited for may be there
                    continue
                if not self._loading or time.monotonic() > ends or self._stopped():
                    raise

    def wait_until(self, condition: Callable[[], bool]) -> bool:
        """Whether something holds in time; Playwright's events come meanwhile."""
        begun = time.monotonic()
        while not condition():
            waited = time.monotonic() - begun
            if waited > self.settings.slow or (waited > self.settings.patience and not self._loading):
                return False
            self.page.wait_for_timeout(LOOK_EVERY)
        return True

    def _is_quiet(self) -> bool:
        """Nothing is under way, and nothing begins for a moment: what came may ask for more."""
        if self._loading:
            return False
        before = self._requests
        self.page.wait_for_timeout(QUIET)
        return not self._loading and self._requests == before

    def _below_base(self, path: str) -> str:
        """A path of the website is below the path of its address, such as a gateway's."""
        return path if "://" in path else self._base_path + path

    def _errors(self, doing: Text, where: str | None = None) -> contextlib.AbstractContextManager[None]:
        return self._mapped(doing, self.where() if where is None else where)

    # what the browser tells

    def _on_window(self, page: Any) -> None:
        if page in self._windows:
            return
        self._windows.append(page)
        page.on("pageerror", self._on_page_error)
        page.on("crash", self._on_crash)
        page.on("request", self._on_request)
        page.on("requestfinished", self._on_request_end)
        page.on("requestfailed", self._on_request_end)
        page.on("dialog", self._on_dialog)
        page.on("close", self._on_close)

    def _on_close(self, page: Any) -> None:
        if page in self._windows and len(self._windows) > 1:
            self._windows.remove(page)
            self._loading.clear()  # its requests end with it, and nothing tells so

    def _on_request(self, request: Any) -> None:
        self._requests += 1
        if request.resource_type not in ENDLESS:
            self._loading[id(request)] = f"{request.method} {request.url.partition('?')[0]}"

    def _on_request_end(self, request: Any) -> None:
        self._loading.pop(id(request), None)

    def _on_dialog(self, dialog: Any) -> None:
        if self._dialog is None:  # a person would read it, and go on
            dialog.dismiss()
            return
        self._dialog.text, self._dialog.came = dialog.message, True
        if self._dialog.accept:
            dialog.accept(*([] if self._dialog.answer is None else [self._dialog.answer]))
        else:
            dialog.dismiss()

    def _on_crash(self, _: object) -> None:
        self._crashed = True

    def _on_page_error(self, error: PlaywrightError) -> None:
        stack = error.stack or ""
        place = re.search(
            r"\((?:https?://[^/]+)?(/[^)]*?:\d+):\d+\)|at (?:https?://[^/]+)(/\S*?:\d+):", stack
        )
        where = next((part for part in place.groups() if part), "") if place else ""
        self._thrown.append(Thrown(f"{error.name or 'Error'}: {error.message}", where, stack))
