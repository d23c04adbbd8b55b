"""Page data and methods, read and written from outside."""

from __future__ import annotations

from harness.automator.endpoint_checks.probe import HOME, Probe
from harness.automator.endpoint_checks.registry import Seen, check


@check("page_data.whole", "Page.getData gives all data of the page")
def whole(probe: Probe) -> Seen:
    data = probe.arrived(HOME).data()
    return Seen([0, False, "Ming"], [data["count"], data["shown"], data["user"]["name"]])


@check("page_data.path", "Page.getData reads a path with members and indices")
def path(probe: Probe) -> Seen:
    page = probe.arrived(HOME)
    return Seen(["second", 2], [page.data("user.tags[1]"), page.data("list[1].id")])


@check("page_data.missing", "a path that leads nowhere gives no data and no error")
def missing(probe: Probe) -> Seen:
    return Seen(None, probe.arrived(HOME).data("user.none.further"))


@check("page_data.set", "Page.setData changes the data and what is drawn")
def write(probe: Probe) -> Seen:
    page = probe.arrived(HOME)
    page.call("setData", data={"count": 41})
    return Seen([41, "41"], [page.data("count"), page.shows("#count", "41")])


@check("page_data.set-path", "Page.setData writes single members by their path")
def write_path(probe: Probe) -> Seen:
    page = probe.arrived(HOME)
    page.call("setData", data={"user.tags[1]": "other", "list[0].name": "uno"})
    seen = [page.data("user"), page.shows("#dialogue", "Ming other"), page.all(".name")[0].text]
    return Seen([{"name": "Ming", "tags": ["first", "other"]}, "Ming other", "uno"], seen)


@check("page_data.method", "Page.callMethod gives what the method returns")
def method(probe: Probe) -> Seen:
    return Seen(5, probe.arrived(HOME).call("callMethod", method="sum", args=[2, 3]).get("result"))


@check("page_data.method-promise", "Page.callMethod waits for a promise the method returns")
def method_promise(probe: Probe) -> Seen:
    return Seen("x", probe.arrived(HOME).call("callMethod", method="later", args=["x"]).get("result"))


@check("page_data.method-missing", "Page.callMethod of a method the page has not is refused")
def method_missing(probe: Probe) -> Seen:
    return Seen(True, probe.arrived(HOME).refusal("callMethod", method="nowhere", args=[]) is not None)


@check("page_data.window", "Page.getWindowProperties gives the view's sizes and scroll position")
def window(probe: Probe) -> Seen:
    names = ["innerWidth", "innerHeight", "scrollY", "document.documentElement.scrollHeight"]
    width, height, scrolled, whole_height = probe.arrived(HOME).call("getWindowProperties", names=names)[
        "properties"
    ]
    return Seen([True, True, 0, True], [width > 0, height > 0, scrolled, whole_height > 0])


@check("page_data.view-function", "Page.callFunction evaluates a function in the page's view")
def view(probe: Probe) -> Seen:
    params = {"functionDeclaration": "(a, b) => a + b + (window.innerWidth > 0 ? 1 : 0)", "args": [2, 3]}
    return Seen(6, probe.arrived(HOME).call("callFunction", **params).get("result"))
