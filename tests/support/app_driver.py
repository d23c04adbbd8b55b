"""Drives the pages of ``tests.support.app_showroom.py`` over the automation protocol and says what was seen.

Owns the steps a table may name: fingers (tap, drag, type, call, route) and looks (event, text, shown, gone,
style, class, data, of, scrolled). Every look is polled; an AssertionError names the step and what was last seen.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from harness.automator.client import SimulatorClient
from harness.core.errors import ProtocolError
from harness.core.polling import poll
from tests.support.app_showroom import Library, Sample

LOOK_WITHIN = 4.0


class Bench:
    """One app of a library, one page at a time."""

    def __init__(self, client: SimulatorClient, of: Library) -> None:
        self.client, self._library = client, of
        self._inside = ""
        self._page: dict[str, Any] = {}
        self._before: dict[str, Any] = {}

    def check(self, sample: Sample) -> None:
        """Open the page of a sample, look at it, use it; AssertionError for whatever is not as it must be."""
        self.open(sample)
        self.run([{"drawn": sample.drawn}, *sample.does])
        self.clean()

    def open(self, sample: Sample) -> None:
        # Without nodes of their own, components have nothing to enter: what is inside stands for them.
        virtual = self._library.virtual
        self._inside = "" if virtual else f"{self._library.prefix}-{sample.component} >>> "
        self._before = self.client.findings()
        url = f"/pages/{sample.component}/index"
        self.client.call("App.callWxMethod", {"method": "reLaunch", "args": [{"url": url}]})
        self._page = self.client.call("App.getCurrentPage")
        assert f"/{self._page['path']}" == url

    def run(self, steps: Sequence[Mapping[str, Any]]) -> None:
        for number, step in enumerate(steps):
            ((name, what),) = step.items()
            try:
                STEPS[name](self, what)
            except (AssertionError, ProtocolError) as error:
                said = json.dumps(what, ensure_ascii=False)
                raise AssertionError(f"step {number}, {name} {said}: {error}") from None

    def clean(self) -> None:
        """Nothing was thrown and nothing was odd since the page was opened."""
        found = self.client.findings()
        for kind in ("exceptions", "faults", "warnings"):
            new = [one for one in found[kind] if one not in self._before[kind]]
            assert not new, f"{kind}: {new}"

    def screenshot(self) -> str:
        return self.client.screenshot()

    def find(self, selector: str) -> list[dict[str, Any]]:
        """Elements of the page; a selector that starts with a class is looked up inside the component."""
        if selector.startswith("."):
            selector = self._inside + selector
        params = {"pageId": self._page["pageId"], "selector": selector}
        return list(self.client.call("Page.getElements", params)["elements"])

    def _one(self, target: object) -> dict[str, Any]:
        """The element of ``selector`` or ``[selector, index]``, once it is there."""
        selector, index = target if isinstance(target, list) else (target, 0)
        found = poll(lambda: self.find(selector), lambda all: len(all) > index, within=LOOK_WITHIN).value
        assert len(found) > index, f"{len(found)} elements match {selector}"
        return found[index]

    def _ask(self, method: str, element: Mapping[str, Any], **params: object) -> Any:
        page = self._page["pageId"]
        told = {"pageId": page, "elementId": element["elementId"], **params}
        return self.client.call(f"Element.{method}", told)

    def _box(self, selector: str) -> tuple[float, float]:
        sizes = [
            self._ask("getDOMProperties", element, names=["offsetWidth", "offsetHeight"])["properties"]
            for element in self.find(selector)
        ]
        width, height = max(sizes, key=lambda size: float(size[0]) * float(size[1]), default=(0, 0))
        return float(width), float(height)

    def drawn(self, what: Mapping[str, Any]) -> None:
        for selector, content in what.items():
            self.shown(selector)
            if isinstance(content, Mapping):
                self.style({selector: content})
            elif content is not None:
                self.text({selector: content})

    def tap(self, target: object) -> None:
        def attempt() -> str:
            try:
                self._ask("tap", self._one(target))
            except ProtocolError as error:
                return str(error)
            return ""

        # What slides in is in front of nothing yet, or itself still covered.
        refused = poll(attempt, lambda said: said == "", within=LOOK_WITHIN).value
        assert not refused, refused

    def drag(self, what: Mapping[str, Any]) -> None:
        """A finger from the middle of an element, by some pixels, and up again; ``rests`` ms before it moves."""
        element = self._one(what["from"])
        corner = self._rest(element)
        width, height = self._ask("getDOMProperties", element, names=["offsetWidth", "offsetHeight"])[
            "properties"
        ]
        scrolled = self._window("scrollX", "scrollY")
        x = corner["left"] - scrolled[0] + width * what.get("at", 0.5)
        y = corner["top"] - scrolled[1] + height / 2
        dx, dy = what["by"]
        self.client.touch((x, y), (x + dx, y + dy), hold_ms=what.get("rests", 0))

    def _rest(self, element: Mapping[str, Any]) -> dict[str, float]:
        """Where an element is once it has stopped moving."""
        seen: list[dict[str, float]] = []

        def look() -> bool:
            seen.append(self._ask("getOffset", element))
            return len(seen) > 3 and seen[-1] == seen[-2] == seen[-3] == seen[-4]

        poll(look, lambda rests: rests, within=LOOK_WITHIN)
        return seen[-1]

    def rests(self, target: object) -> None:
        """An element has stopped moving."""
        self._rest(self._one(target))

    def hold(self, target: object) -> None:
        """A long press."""
        element = self._one(target)
        corner = self._ask("getOffset", element)
        size = self._ask("getDOMProperties", element, names=["offsetWidth", "offsetHeight"])["properties"]
        scrolled = self._window("scrollX", "scrollY")
        spot = (corner["left"] - scrolled[0] + size[0] / 2, corner["top"] - scrolled[1] + size[1] / 2)
        self.client.touch(spot, hold_ms=600)

    def _window(self, *names: str) -> list[float]:
        params = {"pageId": self._page["pageId"], "names": list(names)}
        return list(self.client.call("Page.getWindowProperties", params)["properties"])

    def type(self, what: Mapping[str, Any]) -> None:
        """Type into an input or textarea."""
        element = self._one(what["into"])
        args = [what["text"], bool(what.get("confirm"))]
        name = f"{element['tagName']}.input"
        self._ask("callFunction", element, functionName=name, args=args)

    def swipe(self, what: Mapping[str, Any]) -> None:
        element = self._one(what["of"])
        self._ask("callFunction", element, functionName="swiper.swipeTo", args=[what["to"]])

    def scroll(self, what: Mapping[str, Any]) -> None:
        element = self._one(what["of"])
        args = [what.get("x", 0), what.get("y", 0)]
        self._ask("callFunction", element, functionName="scroll-view.scrollTo", args=args)

    def page_scroll(self, top: float) -> None:
        options = {"scrollTop": top, "duration": 0}
        self.client.call("App.callWxMethod", {"method": "pageScrollTo", "args": [options]})

    def route(self, path: str) -> None:
        """The page on top."""
        self._expect(lambda: self.client.call("App.getCurrentPage")["path"], lambda seen: seen == path)

    def tall(self, what: Mapping[str, Any]) -> None:
        """Heights: selector → at least so many pixels."""
        for selector, height in what.items():
            self._expect(lambda: self._box(selector)[1], lambda seen: seen >= height)  # noqa: B023

    def scrolled(self, top: float) -> None:
        self._expect(lambda: self._window("scrollY")[0], lambda seen: abs(seen - top) <= 1)

    def answer(self, what: Mapping[str, Any]) -> None:
        for api, answer in what.items():
            self.client.set_answer(api, answer)

    def call(self, what: str | Mapping[str, Any]) -> None:
        """Call a method of the page."""
        method, args = (what, []) if isinstance(what, str) else (what["method"], what["args"])
        params = {"pageId": self._page["pageId"], "method": method, "args": args}
        self.client.call("Page.callMethod", params)

    def event(self, what: Mapping[str, Any]) -> None:
        """Handlers were told: type → (part of) the detail of the latest such event, null for any."""
        for kind, detail in what.items():

            def on_message(kind: str = kind) -> list[Any]:
                params = {"pageId": self._page["pageId"], "method": "seen"}
                seen = self.client.call("Page.callMethod", params)["result"]
                return [event["detail"] for event in seen if event["type"] == kind]

            self._expect(on_message, lambda all: bool(all) and includes(all[-1], detail))  # noqa: B023

    def text(self, what: Mapping[str, Any]) -> None:
        for selector, text in what.items():

            def read(selector: str = selector) -> list[str]:
                names = ["innerText"]
                found = self.find(selector)
                texts = [self._ask("getDOMProperties", one, names=names)["properties"][0] for one in found]
                return [" ".join(str(each).split()) for each in texts]

            self._expect(read, lambda all: any(str(text) in each for each in all))  # noqa: B023

    def shown(self, selector: str) -> None:
        self._expect(lambda: self._box(selector), lambda box: min(box) > 0)

    def gone(self, selector: str) -> None:
        self._expect(lambda: self._box(selector), lambda box: min(box) == 0)

    def style(self, what: Mapping[str, Any]) -> None:
        """Computed styles: selector → name → value, all of them at one of its elements."""
        for selector, styles in what.items():

            def read(selector: str = selector, names: Sequence[str] = list(styles)) -> list[dict[str, str]]:
                values = [self._ask("getStyles", one, names=names)["styles"] for one in self.find(selector)]
                return [dict(zip(names, each, strict=True)) for each in values]

            self._expect(read, lambda all: styles in all)  # noqa: B023

    def has(self, what: Mapping[str, Any]) -> None:
        """Class lists: selector → a class one of its elements wears."""
        for selector, name in what.items():

            def read(selector: str = selector) -> list[str]:
                found = self.find(selector)
                return [
                    str(self._ask("getAttributes", one, names=["class"])["attributes"][0]) for one in found
                ]

            self._expect(read, lambda all: any(name in each.split() for each in all))  # noqa: B023

    def data(self, what: Mapping[str, Any]) -> None:
        """Data of the page: path → (part of) its value."""
        for path, value in what.items():

            def read(path: str = path) -> Any:
                params = {"pageId": self._page["pageId"], "path": path}
                return self.client.call("Page.getData", params)["data"]

            self._expect(read, lambda seen: includes(seen, value))  # noqa: B023

    def of(self, what: Mapping[str, Any]) -> None:
        """Data of a component: selector → path → (part of) its value."""
        for selector, values in what.items():
            for path, value in values.items():

                def read(selector: str = selector, path: str = path) -> Any:
                    return self._ask("getData", self._one(selector), path=path)["data"]

                self._expect(read, lambda seen: includes(seen, value))  # noqa: B023

    def _expect(self, read: Callable[[], Any], holds: Callable[[Any], bool]) -> None:
        def look() -> Any:
            try:
                return read()
            except ProtocolError as error:  # what was found has gone before it was asked
                return error

        seen = poll(
            look, lambda value: not isinstance(value, ProtocolError) and holds(value), within=LOOK_WITHIN
        )
        assert seen.satisfied, f"not seen within {LOOK_WITHIN:g} s; last seen: {seen.value!r}"


STEPS: Mapping[str, Callable[[Bench, Any], None]] = {
    "drawn": Bench.drawn,
    "tap": Bench.tap,
    "drag": Bench.drag,
    "hold": Bench.hold,
    "rests": Bench.rests,
    "type": Bench.type,
    "swipe": Bench.swipe,
    "scroll": Bench.scroll,
    "page-scroll": Bench.page_scroll,
    "call": Bench.call,
    "event": Bench.event,
    "text": Bench.text,
    "shown": Bench.shown,
    "gone": Bench.gone,
    "style": Bench.style,
    "class": Bench.has,
    "data": Bench.data,
    "of": Bench.of,
    "scrolled": Bench.scrolled,
    "route": Bench.route,
    "tall": Bench.tall,
    "answer": Bench.answer,
}


def includes(seen: object, wanted: object) -> bool:
    """Whether ``seen`` is ``wanted``, or an object that has at least its members."""
    if wanted is None:
        return True
    if isinstance(wanted, Mapping):
        return isinstance(seen, Mapping) and all(
            key in seen and includes(seen[key], value) for key, value in wanted.items()
        )
    return seen == wanted
