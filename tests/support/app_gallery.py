"""The gallery app in a simulator, touched by a real finger and read through the automation protocol."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harness.automator.client import SimulatorClient
from harness.core.errors import ProtocolError
from harness.core.polling import poll
from tests.support.simulator import simulating

APP = Path(__file__).parents[1] / "fixture_apps" / "gallery"
SIDE_PX = 375
"""The width of the screen."""


class Gallery:
    """One person with the gallery open. Selectors find their element on the page on top."""

    def __init__(self, client: SimulatorClient) -> None:
        self.client = client
        self._page = 0

    def open(self, page: str, query: str = "") -> None:
        self.wx("reLaunch", {"url": f"/pages/{page}/{page}{query}"})
        self._page = self.client.call("App.getCurrentPage")["pageId"]

    def wx(self, method: str, *args: Any) -> Any:
        return self.client.call("App.callWxMethod", {"method": method, "args": list(args)}).get("result")

    def script(self, source: str, *args: Any) -> Any:
        """Run a function in the app service."""
        called = self.client.call("App.callFunction", {"functionDeclaration": source, "args": list(args)})
        return called.get("result")

    def call(self, method: str, *args: Any) -> Any:
        """Call a method of the page."""
        params = {"pageId": self._page, "method": method, "args": list(args)}
        return self.client.call("Page.callMethod", params).get("result")

    def set(self, data: dict[str, Any]) -> None:
        self.client.call("Page.setData", {"pageId": self._page, "data": data})

    def data(self, path: str) -> Any:
        return self.client.call("Page.getData", {"pageId": self._page, "path": path})["data"]

    def element(self, selector: str) -> dict[str, Any]:
        found = self.client.call("Page.getElements", {"pageId": self._page, "selector": selector})["elements"]
        assert found, f"no element {selector}"
        return {"pageId": self._page, "elementId": found[0]["elementId"]}

    def count(self, selector: str) -> int:
        found = self.client.call("Page.getElements", {"pageId": self._page, "selector": selector})
        return len(found["elements"])

    def tap(self, selector: str) -> None:
        self.client.call("Element.tap", self.element(selector))

    def focus(self, selector: str) -> None:
        """Touch a field and wait for the keyboard to be its own."""
        self.tap(selector)
        self.event("focus", selector.removeprefix("#"))

    def property(self, selector: str, name: str) -> Any:
        params = {**self.element(selector), "names": [name]}
        return self.client.call("Element.getProperties", params)["properties"][0]

    def dom(self, selector: str, *names: str) -> list[Any]:
        params = {**self.element(selector), "names": list(names)}
        return list(self.client.call("Element.getDOMProperties", params)["properties"])

    def style(self, selector: str, name: str) -> Any:
        return self.client.call("Element.getStyles", {**self.element(selector), "names": [name]})["styles"][0]

    def function(self, selector: str, name: str, *args: Any) -> Any:
        params = {**self.element(selector), "functionName": name, "args": list(args)}
        return self.client.call("Element.callFunction", params).get("result")

    def centre(self, selector: str) -> tuple[float, float]:
        place = self.client.call("Element.getOffset", self.element(selector))
        width, height = self.dom(selector, "offsetWidth", "offsetHeight")
        scrolled = self.client.call(
            "Page.getWindowProperties", {"pageId": self._page, "names": ["scrollX", "scrollY"]}
        )["properties"]
        return place["left"] - scrolled[0] + width / 2, place["top"] - scrolled[1] + height / 2

    def drag(self, selector: str, dx: float, dy: float) -> None:
        x, y = self.centre(selector)
        self.client.touch((x, y), (x + dx, y + dy))

    def press(self, action: str) -> bool:
        """A button of the dialogue on top: ``confirm`` or ``cancel``."""
        return "error" not in self.client.call("Tool.native", {"method": f"{action}Modal"})

    def dialogue_over(self, selector: str) -> str:
        """What is said of the dialogue in front of an element on which a tap does nothing; awaited."""

        def attempt() -> str:
            try:
                self.tap(selector)
            except ProtocolError as error:
                return str(error)
            return ""

        shown = poll(attempt, lambda said: "dialogue" in said, within=5)
        assert shown.satisfied, f"no dialogue in front of {selector}: {shown.value}"
        return shown.value

    def events(self, name: str = "", element: str = "") -> list[Any]:
        """Details of the events the page noted, of a type and an element's id."""
        return [
            each["detail"]
            for each in self.data("events")
            if each["type"] == (name or each["type"]) and each["id"] == (element or each["id"])
        ]

    def event(self, name: str, element: str = "") -> Any:
        """Detail of the last event of a type, once there is one."""
        seen = poll(lambda: self.events(name, element), bool, within=5)
        assert seen.satisfied, f"no {name}; the page noted {self.data('events')}"
        return seen.value[-1]

    def forget(self) -> None:
        self.set({"events": []})

    def screenshot(self) -> bytes:
        return base64.b64decode(self.client.screenshot())


@contextlib.contextmanager
def open_gallery(*arguments: str) -> Iterator[Gallery]:
    """A simulator of its own with the gallery, ended afterwards."""
    with simulating(APP, *arguments, with_app=True) as running:
        with SimulatorClient(running.ready["endpoint"], deadline=20) as client:
            yield Gallery(client)
