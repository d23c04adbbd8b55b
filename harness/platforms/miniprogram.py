"""A person in front of a mini-program, through WeChat's own Minium, whatever runs it.

Owns the session: page objects' verbs (tap, fill, read), waiting by polling with a deadline, evidence. It does
not know which pages exist. ``Element.click`` and Minium's own waits are not used: they sleep whole seconds.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

from harness.core.actors import Person
from harness.core.errors import DriverError, Evidence, PageFault
from harness.core.masking import mask_text
from harness.core.platforms import MINIPROGRAM, Platform
from harness.core.polling import in_time, poll
from harness.core.text import Text, joined
from harness.platforms.dialogs import Dialog, no_dialog
from harness.platforms.driver import Driver
from harness.platforms.locators import SEVERAL_FOUND, Element, Locator, there
from harness.platforms.miniprogram_elements import selector
from harness.platforms.minium_client import connect, forget, minium_errors
from harness.platforms.session import Shown, Thrown
from harness.platforms.settings import MiniProgramSettings
from harness.platforms.wording import (
    choosing,
    filling,
    looking_for,
    page_text,
    picturing,
    pressing,
    reading,
    scrolling,
)

GONE = "no such element"  # Minium's words for one that was found, and is there no more
CONFIRM, CANCEL = "确定", "取消"  # Minium's names for the buttons, whatever is written on them


class MiniProgramDriver(Driver, Protocol):
    """What runs a mini-program: :mod:`harness.platforms.simulator`, or :mod:`harness.platforms.devtools`."""

    def open(self, person: Person) -> MiniProgramSession:
        """The mini-program as ``person`` has it, on a phone of their own."""

    def open_app(self, person: Person) -> int:
        """Open the mini-program as ``person`` and leave it to others to drive: its port."""

    def picture(self, port: int, client: Callable[[], Any]) -> bytes:
        """The screen of an app of :meth:`open_app`; ``client`` is its Minium, asked where there is no other way."""

    def faults(self, port: int) -> list[Thrown]:
        """What the driver itself failed at in an app of :meth:`open_app` since the last call."""

    def when_dead(self, callback: Callable[[], None]) -> None:
        """Call back, in another thread, when what runs the apps has died."""


class MiniProgramSession:
    """One WeChat user with the mini-program open.

    Elements are named by :class:`harness.Locator`; a text alone is a selector as Minium takes it, and means the first.

    As far as Minium alone can tell; what runs the mini-program may know more, and overrides it.
    """

    def __init__(
        self, settings: MiniProgramSettings, port: int, folder: Path, about: Platform = MINIPROGRAM
    ) -> None:
        self.settings, self.port, self.about = settings, port, about
        self.platform = about.name
        self.closed = False
        self.minium: Any = connect(port, folder / "minium")

    # what a person does

    def open(self, path: str) -> None:
        """Enter the mini-program anew at a page with its query, as by a share card or a Mini Program Code."""
        doing = Text(zh=f"打开 {path}", en=f"opening {path}")
        with self._errors(doing):
            self.minium.app.relaunch("/" + path.lstrip("/"))

    def tap(self, element: Element) -> None:
        self._element(element, pressing(element)).tap()

    def fill(self, element: Element, value: str) -> None:
        self._element(element, filling(element)).input(value)

    def choose(self, element: Element, option: str) -> None:
        """An option of a ``picker``: its text, or the date or time itself. PageFault with the options there are."""
        doing = choosing(element, option)
        found = self._element(element, doing)
        with self._errors(doing):
            mode, options = found.property_of("mode"), found.property_of("range") or []
            if mode in ("date", "time"):
                found.pick(option)
                return
            key = found.property_of("range-key")
            texts = [str(each.get(key) if isinstance(each, dict) else each) for each in options]
            if option in texts:
                found.pick(texts.index(option))
                return
        raise PageFault(
            Text(
                zh=f"{self.about.title.zh}页面 {self.where()} 的“{element}”没有选项“{option}”",
                en=f"'{element}' on the {self.about.title.en}'s page {self.where()} has no option '{option}'",
            ),
            Evidence(platform=self.platform, expected=option, seen=there(option, texts)),
        )

    def scroll_to(self, element: Element) -> None:
        """Scroll the page until an element is at its top (``wx.pageScrollTo``)."""
        doing = scrolling(element)
        found = self._element(element, doing)
        with self._errors(doing):
            self.minium.app.get_current_page().scroll_to(max(0, int(found.offset_top)), 0)

    def switch_tab(self, path: str) -> None:
        """To a page of the tab bar."""
        with self._errors(Text(zh=f"切换到标签页 {path}", en=f"switching to the tab {path}")):
            self.minium.app.switch_tab("/" + path.lstrip("/"))

    def back(self) -> None:
        """To the page before."""
        with self._errors(Text(zh="返回上一页", en="going back")):
            self.minium.app.navigate_back()

    @contextlib.contextmanager
    def dialog(self, accept: bool = True) -> Iterator[Dialog]:
        """What is done inside opens a dialog (``wx.showModal``), which is accepted or dismissed.

        Afterwards the dialog tells its words. PageFault where none came.
        """
        opened = Dialog(accept=accept)
        yield opened
        doing = Text(zh="回答对话框", en="answering the dialog")
        with self._errors(doing):
            found = poll(self.minium.app.get_unhandle_modal, bool, within=self.settings.patience)
            if not found.satisfied:
                raise no_dialog(self.about, self.where(), self.settings.patience)
            modal = found.value[-1]
            opened.came = True
            opened.text = " ".join(filter(None, (modal.get("title"), modal.get("content"))))
            self.minium.native.handle_modal(CONFIRM if accept else CANCEL)

    # what they read

    def text(self, element: Element) -> str:
        """The visible text of an element, once it is there."""
        doing = reading(element)
        found = self._element(element, doing)
        with self._errors(doing):
            return str(found.inner_text).strip()

    def text_now(self, element: Element) -> str | None:
        """The visible text of an element at this moment; None when it is not there."""
        with self._errors(reading(element)):
            found = self._all(element)
            return str(found[0].inner_text).strip() if found else None

    def texts_of(self, element: Element) -> list[str]:
        """The visible texts of all elements that fit, at this moment."""
        with self._errors(reading(element)):
            # A page that is drawn again meanwhile takes elements away that were found: look again.
            found = poll(
                lambda: self._texts(element), lambda seen: seen is not None, within=self.settings.patience
            )
            return found.value or []

    def _texts(self, element: Element) -> list[str] | None:
        """None where an element was gone before it was read."""
        try:
            return [str(each.inner_text).strip() for each in self._all(element)]
        except Exception as error:
            if GONE in str(error):
                return None
            raise

    def wait_until(self, condition: Callable[[], bool]) -> bool:
        """Whether something holds in time."""
        return poll(condition, bool, within=self.settings.patience).satisfied

    def settle(self) -> None:
        """Minium cannot tell whether a page still loads."""

    def value(self, element: Element) -> str:
        doing = reading(element)
        found = self._element(element, doing)
        with self._errors(doing):
            return str(found.value)

    def attribute(self, element: Element, name: str) -> str | None:
        doing = reading(element)
        found = self._element(element, doing)
        with self._errors(doing):
            [value] = found.attribute(name)  # Minium asks for several at once
            return None if value is None else str(value)

    def see(self, element: Element) -> None:
        """Wait until an element is there."""
        self._element(element, looking_for(element))

    def data(self) -> dict[str, Any]:
        """The data of the page in front (``Page.getData``)."""
        with self._errors(Text(zh="读取页面数据", en="reading the page's data")):
            return dict(self.minium.app.get_current_page().data)

    def arrive(self, path: str, *, after: Text, notice: str | None = None) -> None:
        """Wait until the person is on the page ``path``.

        ``after`` says what should have brought them there, ``notice`` the element that shows an error, whose
        words then stand in the message.
        """
        wanted = path.partition("?")[0].strip("/")
        outcome = poll(self.where, lambda where: where.strip("/") == wanted, within=self.settings.patience)
        if outcome.satisfied:
            return
        said = self.text_now(notice) if notice else None
        raise PageFault(
            Text(
                zh=f"{after.zh}之后，{self.about.title.zh}没有来到 {path}",
                en=f"The {self.about.title.en} does not lead to {path} after {after.en}",
            ),
            Evidence(
                platform=self.platform,
                expected=in_time(page_text(path), self.settings.patience),
                seen=outcome.seen(page_text(outcome.value, said)),
            ),
        )

    def _all(self, element: Element) -> list[Any]:
        page, its = self.minium.app.get_current_page(), selector(element)
        # Minium takes a text for XPath only where it begins with a slash.
        find = page.get_elements_by_xpath if its.startswith("(") else page.get_elements
        found: list[Any] = find(its, max_timeout=0)
        if isinstance(element, Locator) and element.nth is not None:
            return found[element.nth :][:1] if element.nth != -1 else found[-1:]
        return found

    def _element(self, element: Element, doing: Text) -> _Element:
        def look() -> list[Any]:
            with self._errors(doing):
                return self._all(element)

        outcome = poll(look, bool, within=self.settings.patience)
        if not outcome.satisfied:
            where = self.where()
            seen = Text(
                zh=f"在 {where} 看了 {outcome.reads} 次，都没有",
                en=f"{outcome.reads} looks at {where}, none had it",
            )
            raise PageFault(
                Text(
                    zh=f"{self.about.title.zh}页面 {where} 上没有“{element}”",
                    en=f"The {self.about.title.en}'s page {where} has no '{element}'",
                ),
                Evidence(
                    platform=self.platform,
                    expected=in_time(f"'{element}'", self.settings.patience),
                    seen=joined([seen, *self._instead(element)]),
                ),
            )
        if len(outcome.value) > 1 and isinstance(element, Locator):
            with self._errors(doing):
                texts = [mask_text(str(each.inner_text).strip()[:40]) for each in outcome.value[:3]]
            which = ", ".join(f"'{text}'" for text in texts)
            raise DriverError(
                SEVERAL_FOUND.format(
                    about=self.about.title,
                    where=self.where(),
                    count=len(outcome.value),
                    element=element,
                    which=which,
                )
            )
        return _Element(self, outcome.value[0], doing)

    def _instead(self, element: Element) -> list[Text]:
        """What the page has of the kind that is looked for, where that can be told."""
        return []

    # what the layers above need

    def trace(self, traceparent: str | None) -> None:
        pass  # Minium cannot add a header to the app's requests

    def thrown(self) -> list[Thrown]:
        return []

    def where(self) -> str:
        with self._errors(Text(zh="查询当前页面", en="asking which page is in front")):
            return str(self.minium.app.get_current_page().path)

    def screenshot(self) -> bytes:
        with self._errors(picturing(self.about)):
            shot = bytes(self.minium.app.screen_shot(format="raw"))
            return shot

    def texts(self) -> list[Shown]:
        return []

    def close(self) -> None:
        if self.closed:
            return
        self.closed = True
        with contextlib.suppress(Exception):
            forget(self.minium)

    @contextlib.contextmanager
    def _errors(self, doing: Text) -> Iterator[None]:
        with minium_errors(doing, about=self.about):
            yield


class _Element:
    """An element found; its verbs with our errors."""

    def __init__(self, session: MiniProgramSession, element: Any, doing: Text) -> None:
        self._session, self._element, self._doing = session, element, doing

    def __getattr__(self, name: str) -> Any:
        """What Minium says of it: ``inner_text``, ``value``, ``offset``."""
        return getattr(self._element, name)

    def property_of(self, name: str) -> Any:
        """A property of a built-in component; None where it has none of the name."""
        return next(iter(self._element._property(name)), None)

    @property
    def offset_top(self) -> float:
        """CSS pixels from the top of the page."""
        return float(self._element.offset["top"])

    def tap(self) -> None:
        with self._session._errors(self._doing):
            self._element.tap()

    def input(self, value: str) -> None:
        with self._session._errors(self._doing):
            self._element.input(value)
