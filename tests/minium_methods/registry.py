"""Rows of the table *every public method of minium*: what a method does, seen another way than by itself.

A row is a function that uses one method and asserts what came of it by asking somebody else: a second
connection, the app's own state, the picture on the screen. ``through`` names the protocol methods without
whose work the row cannot be true: each of them, answering ``{}`` instead, must turn the row red.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.automator.client import SimulatorClient
from harness.core.polling import poll


class Heard:
    """What a callback of minium was told; it is called from minium's own thread."""

    def __init__(self, patience: float) -> None:
        self.messages: list[Any] = []
        self._patience = patience
        self._came = threading.Event()

    def __call__(self, message: Any) -> None:
        self.messages.append(message)
        self._came.set()

    def first(self) -> Any:
        assert self._came.wait(self._patience), "minium's callback was never called"
        return self.messages[0]


@dataclass
class Context:
    """One app: minium drives it, ``other`` looks at it over a connection of its own."""

    mini: Any
    other: SimulatorClient
    control: SimulatorClient
    port: int
    patience: float = 3
    """How long what must come is waited for."""

    def ask(self, method: str, params: Mapping[str, Any]) -> Any:
        """The ``result`` of a method over the other connection; an answer that never comes is a failure."""
        return self.other.call(method, params, deadline=4 * self.patience).get("result")

    @property
    def app(self) -> Any:
        return self.mini.app

    @property
    def page(self) -> Any:
        return self.mini.app.get_current_page()

    def js(self, function: str, *args: object) -> Any:
        """What a function says inside the app, asked over the other connection."""
        params = {"functionDeclaration": function, "args": list(args)}
        return self.ask("App.callFunction", params)

    def view(self, function: str, *args: object) -> Any:
        """What a function says in the view layer of the page on top, asked over the other connection."""
        page = self.other.call("App.getCurrentPage")["pageId"]
        params = {"pageId": page, "functionDeclaration": function, "args": list(args)}
        return self.ask("Page.callFunction", params)

    def listener(self) -> Heard:
        """A callback for minium."""
        return Heard(self.patience)

    def data(self, key: str) -> Any:
        """A datum of the page on top."""
        return self.js("(k) => { const p = getCurrentPages(); return p[p.length - 1].data[k] }", key)

    def events(self, *types: str) -> list[Any]:
        """The events of the page on top so far, as its handler noted them; of some types or all."""
        heard = self.js("() => { const p = getCurrentPages(); return p[p.length - 1].heard || [] }")
        return [event for event in heard if not types or event["type"] in types]

    def soon_event(self, *types: str) -> Any:
        """The latest event of these types once there is one."""
        heard = poll(lambda: self.events(*types), bool, within=self.patience).value
        assert heard, f"the page never heard of {' or '.join(types)}"
        return heard[-1]

    def soon(self, read: Callable[[], Any], wanted: object) -> None:
        """Assert that ``read`` comes to say ``wanted``."""
        found = poll(read, lambda seen: seen == wanted, within=self.patience)
        assert found.satisfied, f"expected {wanted!r}, last seen {found.value!r}"

    def routes(self) -> list[str]:
        """The page stack, bottom first."""
        return [page["path"] for page in self.other.call("App.getPageStack")["pageStack"]]

    def go(self, page: str) -> None:
        """Open a page of the probe anew, alone on the stack; minium has loaded it when this returns."""
        url = f"/pages/{page}/{page}"
        self.other.call("App.callWxMethod", {"method": "reLaunch", "args": [{"url": url}]})
        opened = self.other.call("App.getCurrentPage")["pageId"]
        self.soon(lambda: getattr(self.app._current_page, "page_id", None), opened)
        self.soon(lambda: self.loaded("page_id"), opened)

    def loaded(self, attribute: str) -> object:
        """Of the page minium opened last; None while it loads it, when App.CurrentPage hands out bare properties."""
        return getattr(self.app.route_return_page.page, attribute, None)

    def open(self, page: str, query: str = "") -> None:
        """Open a page of the probe above the one on top, behind minium's back."""
        url = f"/pages/{page}/{page}{query}"
        self.other.call("App.callWxMethod", {"method": "navigateTo", "args": [{"url": url}]})


@dataclass(frozen=True)
class Method:
    covers: tuple[str, ...]
    through: tuple[str, ...]
    page: str
    run: Callable[[Context], None]

    @property
    def name(self) -> str:
        return self.run.__name__


METHODS: list[Method] = []


def method(covers: str | Sequence[str], *through: str, page: str = "start") -> Callable[..., Any]:
    """Register a row. ``covers``: methods as ``Class.method``; ``page``: where the app is before."""
    names = (covers,) if isinstance(covers, str) else tuple(covers)

    def keep(run: Callable[[Context], None]) -> Callable[[Context], None]:
        METHODS.append(Method(names, through, page, run))
        return run

    return keep
