"""Custom components and what templates are made of."""

from __future__ import annotations

from harness.automator.endpoint_checks.probe import PARTS, Probe
from harness.automator.endpoint_checks.registry import Seen, check


@check("components.node-id", "a custom component has a nodeId")
def node_id(probe: Probe) -> Seen:
    return Seen(True, bool(probe.go(PARTS).one("#counter").raw.get("nodeId")))


@check("components.data", "Element.getData reads data and properties of a component")
def data(probe: Probe) -> Seen:
    box = probe.go(PARTS).one("#counter")
    read = lambda: [box.call("getData", path=name).get("data") for name in ("value", "title")]  # noqa: E731
    return Seen([3, "box"], probe.settled(read, [3, "box"]))


@check("components.set-data", "Element.setData changes a component and runs its observers")
def set_data(probe: Probe) -> Seen:
    box = probe.go(PARTS).one("#counter")
    box.call("setData", data={"value": 21})
    return Seen(42, probe.settled(lambda: box.call("getData", path="doubled").get("data"), 42))


@check("components.method", "Element.callMethod runs a method, whose event reaches the page")
def method(probe: Probe) -> Seen:
    page = probe.go(PARTS)
    answer = page.one("#counter").call("callMethod", method="add", args=[4]).get("result")
    wanted = {"type": "changed", "detail": {"value": 7}, "target": "counter"}
    return Seen([7, wanted], [answer, probe.settled(lambda: page.data("heard"), wanted)])


@check("components.inside", "Element.getElement with a nodeId looks inside the component")
def inside(probe: Probe) -> Seen:
    box = probe.go(PARTS).one("#counter")
    return Seen("3", probe.settled(lambda: box.one(".value").text, "3"))


@check("components.closed", "a look-up on the page does not see inside components")
def closed(probe: Probe) -> Seen:
    page = probe.go(PARTS)
    page.one("#counter")
    return Seen([0, 1], [len(page.all(".value")), len(page.all("#slotted"))])


@check("components.property", "a property follows the page's data")
def prop(probe: Probe) -> Seen:
    page = probe.go(PARTS)
    page.call("setData", data={"title": "other"})
    box = page.one("#counter")
    return Seen("other", probe.settled(lambda: box.one(".title").text, "other"))


@check("components.style", "a component's style sheet is its own")
def style(probe: Probe) -> Seen:
    return Seen("rgb(1, 2, 3)", probe.go(PARTS).one("#counter").one(".value").style("color"))


@check("components.tap-inside", "a tap on a button inside a component runs the component's handler")
def tap(probe: Probe) -> Seen:
    box = probe.go(PARTS).one("#counter")
    box.one(".more").tap()
    return Seen("4", probe.settled(lambda: box.one(".value").text, "4"))


@check("components.wxs", "WXS functions answer in templates")
def wxs(probe: Probe) -> Seen:
    return Seen("HELLO!", probe.go(PARTS).shows("#shouted", "HELLO!"))


@check("components.template", "a template is drawn with its own data")
def template(probe: Probe) -> Seen:
    return Seen("a-b", probe.go(PARTS).shows(".pair", "a-b"))


@check("components.for", "wx:for with named item and index")
def loop(probe: Probe) -> Seen:
    page = probe.go(PARTS)
    page.one(".numbered")
    return Seen(["0:7", "1:8"], [element.text for element in page.all(".numbered")])


@check("components.else", "wx:else takes the place of wx:if")
def otherwise(probe: Probe) -> Seen:
    page = probe.go(PARTS)
    first = page.shows("#conditions", "yes")
    page.call("setData", data={"here": False})
    return Seen(["yes", "no"], [first, page.shows("#conditions", "no")])
