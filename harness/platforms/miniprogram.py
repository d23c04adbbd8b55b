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
from harness.core.errors import Evidence, PageFault
from harness.core.platforms import MINIPROGRAM, Platform
from harness.core.polling import in_time, poll
from harness.core.text import Text
from harness.platforms.driver import Driver
from harness.platforms.minium_client import connect, forget, minium_errors
from harness.platforms.session import Shown, Thrown
from harness.platforms.settings import MiniProgramSettings
from harness.platforms.wording import filling, page_text, picturing, reading


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
    """One WeChat user with the mini-program open. Elements are named by selectors as Minium takes them.

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

    def tap(self, selector: str) -> None:
        self._element(selector, Text(zh=f"点击 '{selector}'", en=f"tapping '{selector}'")).tap()

    def fill(self, selector: str, value: str) -> None:
        self._element(selector, filling(selector)).input(value)

    def text(self, selector: str) -> str:
        """The visible text of an element, once it is there."""
        doing = reading(selector)
        element = self._element(selector, doing)
        with self._errors(doing):
            return str(element.inner_text).strip()

    def text_now(self, selector: str) -> str | None:
        """The visible text of an element at this moment; None when it is not there."""
        with self._errors(reading(selector)):
            found = self.minium.app.get_current_page().get_elements(selector, max_timeout=0)
            return str(found[0].inner_text).strip() if found else None

    def data(self) -> dict[str, Any]:
        """The data of the page in front (``Page.getData``)."""
        with self._errors(Text(zh="读取页面数据", en="reading the page's data")):
            return dict(self.minium.app.get_current_page().data)

    def arrive(self, path: str, *, after: Text, notice: str | None = None) -> None:
        """Wait until the person is on the page ``path``.

        ``after`` says what should have brought them there, ``notice`` the element that shows an error, whose
        words then stand in the message.
        """
        outcome = poll(
            self.where, lambda where: where.strip("/") == path.strip("/"), within=self.settings.patience
        )
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

    def _element(self, selector: str, doing: Text) -> _Element:
        def look() -> list[Any]:
            with self._errors(doing):
                found: list[Any] = self.minium.app.get_current_page().get_elements(selector, max_timeout=0)
                return found

        outcome = poll(look, bool, within=self.settings.patience)
        if not outcome.satisfied:
            where = self.where()
            raise PageFault(
                Text(
                    zh=f"{self.about.title.zh}页面 {where} 上没有“{selector}”",
                    en=f"The {self.about.title.en}'s page {where} has no '{selector}'",
                ),
                Evidence(
                    platform=self.platform,
                    expected=in_time(f"'{selector}'", self.settings.patience),
                    seen=Text(
                        zh=f"在 {where} 看了 {outcome.reads} 次，都没有",
                        en=f"{outcome.reads} looks at {where}, none had it",
                    ),
                ),
            )
        return _Element(self, outcome.value[0], doing)

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

    @property
    def inner_text(self) -> str:
        return str(self._element.inner_text)

    def tap(self) -> None:
        with self._session._errors(self._doing):
            self._element.tap()

    def input(self, value: str) -> None:
        with self._session._errors(self._doing):
            self._element.input(value)
