"""Elements: finding them and reading them."""

from __future__ import annotations

from harness.automator.endpoint_checks.probe import DETAIL, HOME, Probe
from harness.automator.endpoint_checks.registry import Seen, check


@check("elements.selectors", "ids, classes, tags, descendants, children and lists find elements")
def selectors(probe: Probe) -> Seen:
    page = probe.arrived(HOME)
    wanted = {
        "#count": 1,
        ".count.big": 1,
        "button": 1,
        ".row": 3,
        ".row .name": 3,
        ".row > text": 3,
        "#count, #plus": 2,
        ".none": 0,
    }
    return Seen(wanted, {selector: len(page.all(selector)) for selector in wanted})


@check(
    "elements.attribute-selectors", "attributes of WXML find elements, data- and those of controls among them"
)
def attribute_selectors(probe: Probe) -> Seen:
    page = probe.arrived(HOME)
    wanted = {
        "[data-kind]": 1,
        "text[data-unit='pieces']": 1,
        "[data-who^=in]": 1,
        "button[data-step='3']": 0,
    }
    return Seen(wanted, {selector: len(page.all(selector)) for selector in wanted})


@check("elements.tag-name", "an element says its tag, an element id and no nodeId unless it is a component")
def tag(probe: Probe) -> Seen:
    raw = probe.arrived(HOME).one("#plus").raw
    return Seen(["button", True, False], [raw["tagName"], bool(raw["elementId"]), bool(raw.get("nodeId"))])


@check("elements.missing", "Page.getElement of what is not there is an error, never an empty result")
def missing(probe: Probe) -> Seen:
    return Seen("no such element", probe.arrived(HOME).refusal("getElement", selector="#nothing"))


@check("elements.order", "getElements gives elements in the order of the page")
def order(probe: Probe) -> Seen:
    return Seen(["one", "two", "three"], [element.text for element in probe.arrived(HOME).all(".name")])


@check("elements.within", "Element.getElements looks among the element's own descendants")
def within(probe: Probe) -> Seen:
    row = probe.arrived(HOME).all(".row")[1]
    return Seen(["two"], [element.text for element in row.all("text")])


@check("elements.attributes", "Element.getAttributes: class, id, data-; null for what it has not")
def attributes(probe: Probe) -> Seen:
    names = ["class", "id", "data-unit", "nothing"]
    seen = probe.arrived(HOME).one("#count").call("getAttributes", names=names)["attributes"]
    return Seen(["count big", "count", "pieces", None], seen)


@check("elements.inner-text", "Element.getDOMProperties innerText is the visible text")
def inner_text(probe: Probe) -> Seen:
    page = probe.arrived(HOME)
    return Seen(["0", "Ming second", "in"], [page.text(name) for name in ("#count", "#dialogue", "#inner")])


@check("elements.size", "offsetWidth and offsetHeight are the drawn size")
def size(probe: Probe) -> Seen:
    names = ["offsetWidth", "offsetHeight"]
    return Seen(
        [120, 40], probe.arrived(HOME).one("#box").call("getDOMProperties", names=names)["properties"]
    )


@check("elements.styles", "Element.getStyles gives computed styles")
def styles(probe: Probe) -> Seen:
    names = ["background-color", "width"]
    seen = probe.arrived(HOME).one("#box").call("getStyles", names=names)["styles"]
    return Seen(["rgb(0, 128, 0)", "120px"], seen)


@check("elements.offset", "Element.getOffset is the place on the page")
def offset(probe: Probe) -> Seen:
    page = probe.arrived(HOME)
    first, second = (element.call("getOffset") for element in page.all(".row")[:2])
    return Seen([0, True], [first["left"], second["top"] > first["top"]])


@check("elements.hidden", "a hidden element is found, with its text and without a size")
def hidden(probe: Probe) -> Seen:
    element = probe.arrived(HOME).one("#hidden")
    return Seen(["hidden", 0], [element.dom("innerText"), element.dom("offsetHeight")])


@check("elements.wxml-inner", "Element.getWXML inner holds the children as WXML")
def inner_wxml(probe: Probe) -> Seen:
    wxml = probe.arrived(HOME).all(".row")[0].call("getWXML", type="inner")["wxml"]
    return Seen([True, True, False], ["<text" in wxml, "one" in wxml, "data-id" in wxml])


@check("elements.wxml-outer", "Element.getWXML outer begins with the element itself")
def outer_wxml(probe: Probe) -> Seen:
    wxml = probe.arrived(HOME).one("#count").call("getWXML", type="outer")["wxml"].strip()
    return Seen([True, True], [wxml.startswith("<text"), wxml.endswith("</text>")])


@check("elements.page-root", "the selector page finds the root of the page")
def page_root(probe: Probe) -> Seen:
    found = probe.arrived(HOME).all("page")
    return Seen([1, True], [len(found), 'id="root"' in found[0].call("getWXML", type="inner")["wxml"]])


@check("elements.xpath", "Page.getElementsByXpath evaluates XPath over WXML tags")
def xpath(probe: Probe) -> Seen:
    page = probe.arrived(HOME)

    def count(selector: str) -> int:
        return len(page.call("getElementsByXpath", selector=selector)["elements"])

    wanted = {"//button": 1, "/view/text": 1, '//text[contains(text(), "t")]': 2, "//nothing": 0}
    return Seen(wanted, {selector: count(selector) for selector in wanted})


@check(
    "elements.xpath-one", "Page.getElementByXpath gives the first element, and refuses a path that finds none"
)
def xpath_one(probe: Probe) -> Seen:
    page = probe.arrived(HOME)
    found = page.call("getElementByXpath", selector="//button")["tagName"]
    return Seen(
        ["button", "no such element"], [found, page.refusal("getElementByXpath", selector="//nothing")]
    )


@check("elements.same-id", "the same element has the same element id when it is found again")
def same_id(probe: Probe) -> Seen:
    page = probe.arrived(HOME)
    first, again, other = (page.one(name).raw["elementId"] for name in ("#count", ".count", "#plus"))
    return Seen([True, False], [first == again, first == other])


@check("elements.conditional", "wx:if puts an element on the page and takes it away")
def conditional(probe: Probe) -> Seen:
    page = probe.arrived(HOME)
    counts = [len(page.all("#late"))]
    for shown, wanted in ((True, 1), (False, 0)):
        page.call("setData", data={"shown": shown})
        counts.append(probe.settled(lambda: len(page.all("#late")), wanted))
    return Seen([0, 1, 0], counts)


@check("elements.scroll", "wx.pageScrollTo scrolls the page; the window's scrollY tells")
def scroll(probe: Probe) -> Seen:
    page = probe.go(DETAIL)
    page.one("#tall")
    probe.wx("pageScrollTo", {"scrollTop": 300, "duration": 0})
    return Seen(
        300, probe.settled(lambda: page.call("getWindowProperties", names=["scrollY"])["properties"][0], 300)
    )
