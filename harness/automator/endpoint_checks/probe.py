"""The words the checks are written in: routes, elements, evaluated JavaScript, waiting.

Thin names for protocol calls; what they give is what the endpoint said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from harness.automator.endpoint_checks.wire import Wire
from harness.core.errors import BrokenError, ProtocolError, UsageError
from harness.core.polling import poll

WITHIN = 5.0  # seconds the mini-program may take to show what was asked for
EVERY = 0.01  # seconds between two looks: every check begins with one
HOME, MINE = "pages/home/home", "pages/mine/mine"
DETAIL, FORM, PARTS = "pages/detail/detail", "pages/form/form", "pages/parts/parts"


class Probe:
    """One connection to an endpoint at which the conformance mini-program runs."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire

    def call(self, method: str, /, **params: Any) -> Any:
        return self.wire.call(method, params)

    def refusal(self, method: str, /, **params: Any) -> str | None:
        """The words of the error a call is answered with; None when it is not."""
        try:
            self.wire.call(method, params)
        except ProtocolError as error:
            return str(error)
        return None

    # the app service

    def js(self, declaration: str, *args: Any) -> Any:
        """Evaluate a function in the app service; None for undefined."""
        result = self.call("App.callFunction", functionDeclaration=declaration, args=list(args))
        return result.get("result")

    def wx(self, api: str, *args: Any) -> Any:
        return self.call("App.callWxMethod", method=api, args=list(args)).get("result")

    def wx_refusal(self, api: str, *args: Any) -> str | None:
        return self.refusal("App.callWxMethod", method=api, args=list(args))

    def trail(self) -> list[str]:
        """The lifecycle entries noted since the last look."""
        return list(self.js("() => getApp().takeTrail()"))

    def events_of(self, path: str) -> list[Any]:
        """What the page's handlers noted."""
        script = "(path) => getCurrentPages().filter((page) => page.route === path).pop().events"
        return list(self.js(script, path) or [])

    # pages

    def page(self) -> Mapping[str, Any]:
        return dict(self.call("App.getCurrentPage"))

    def path(self) -> str:
        return str(self.page()["path"]).strip("/")

    def stack(self) -> list[str]:
        pages = self.call("App.getPageStack")["pageStack"]
        return [str(page["path"]).strip("/") for page in pages]

    def go(self, path: str, **query: str) -> Page:
        """``wx.reLaunch`` and the page that then is in front, drawn."""
        words = "&".join(f"{name}={value}" for name, value in query.items())
        self.wx("reLaunch", {"url": f"/{path}" + (f"?{words}" if words else "")})
        return self.arrived(path)

    def arrived(self, path: str) -> Page:
        """The page in front, once it is ``path``."""
        found = poll(self.path, lambda seen: seen == path, within=WITHIN, every=EVERY)
        if not found.satisfied:
            raise BrokenError(f"the page in front is {found.value}, not {path}")
        return Page(self, self.page()["pageId"])

    def settled(self, read: Callable[[], Any], wanted: Any, *, within: float | None = None) -> Any:
        """What ``read`` gives once it is ``wanted``, else what it gave last."""
        within = WITHIN if within is None else within
        return poll(read, lambda seen: bool(seen == wanted), within=within, every=EVERY).value

    def require_app(self) -> None:
        """UsageError unless the conformance mini-program runs here."""
        try:
            version = self.js("() => getApp().globalData.conformance")
        except ProtocolError:
            version = None
        if version != 1:
            from harness.automator.endpoint_checks import APP

            raise UsageError(f"another mini-program runs at {self.wire.endpoint}: open {APP}")


@dataclass(frozen=True, slots=True)
class Page:
    probe: Probe
    id: Any

    def call(self, method: str, /, **params: Any) -> Any:
        return self.probe.call(f"Page.{method}", pageId=self.id, **params)

    def refusal(self, method: str, /, **params: Any) -> str | None:
        return self.probe.refusal(f"Page.{method}", pageId=self.id, **params)

    def data(self, path: str | None = None) -> Any:
        return self.call("getData", **({} if path is None else {"path": path})).get("data")

    def one(self, selector: str) -> Element:
        """The first element, once it is there."""

        def look() -> Any:
            try:
                return self.call("getElement", selector=selector)
            except ProtocolError as error:
                return str(error)

        found = poll(look, lambda seen: isinstance(seen, dict), within=WITHIN, every=EVERY).value
        if not isinstance(found, dict):
            raise ProtocolError(f"{selector}: {found}")
        return Element(self, found)

    def all(self, selector: str) -> list[Element]:
        found = self.call("getElements", selector=selector)["elements"]
        return [Element(self, each) for each in found]

    def text(self, selector: str) -> str:
        return self.one(selector).text

    def shows(self, selector: str, wanted: str) -> str:
        """The text of an element once it is ``wanted``, else the last one seen."""
        return str(self.probe.settled(lambda: self.text(selector), wanted))


@dataclass(frozen=True, slots=True)
class Element:
    page: Page
    raw: Mapping[str, Any]

    def _names(self) -> dict[str, Any]:
        names = {"elementId": self.raw["elementId"], "pageId": self.page.id}
        return {**names, "nodeId": self.raw["nodeId"]} if "nodeId" in self.raw else names

    def call(self, method: str, /, **params: Any) -> Any:
        return self.page.probe.call(f"Element.{method}", **self._names(), **params)

    def refusal(self, method: str, /, **params: Any) -> str | None:
        return self.page.probe.refusal(f"Element.{method}", **self._names(), **params)

    def tap(self) -> None:
        self.call("tap")

    def run(self, function: str, *args: Any) -> Any:
        return self.call("callFunction", functionName=function, args=list(args)).get("result")

    def attribute(self, name: str) -> Any:
        return self.call("getAttributes", names=[name])["attributes"][0]

    def prop(self, name: str) -> Any:
        return self.call("getProperties", names=[name])["properties"][0]

    def dom(self, name: str) -> Any:
        return self.call("getDOMProperties", names=[name])["properties"][0]

    def style(self, name: str) -> Any:
        return self.call("getStyles", names=[name])["styles"][0]

    @property
    def text(self) -> str:
        return str(self.dom("innerText")).strip()

    def one(self, selector: str) -> Element:
        return Element(self.page, self.call("getElement", selector=selector))

    def all(self, selector: str) -> list[Element]:
        return [Element(self.page, each) for each in self.call("getElements", selector=selector)["elements"]]
